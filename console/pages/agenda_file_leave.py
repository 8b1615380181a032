"""Leave that the clinic file says: shown with the other leave, ended by who edits the file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from clinic.clinic_file.errors import ChangedMeanwhileError
from clinic.clinic_file.text import ClinicText
from clinic.facts.model import Closure, Leave
from clinic.facts.opening import instant
from console.access import Area, may_enter
from console.clinic_forms import leave_rows, without_leave
from console.page import Page
from console.pages.agenda_scope import AgendaPage, local_now, period_text

router = APIRouter(prefix="/agenda/closures/of-file")

PART = "leave"
"""The note of such a version in the history of the clinic file."""


@dataclass(frozen=True)
class FileLeave:
    """One leave of a practitioner as the clinic file says it.

    Attributes:
        number: its place in the practitioner's list, from 0.
        period: the days, and the hours when it is only part of each.
    """

    practitioner_id: str
    number: int
    period: str


def file_leave(page: Page) -> list[FileLeave]:
    """Returns what is not over yet, in the order of the file."""
    today = local_now(page).date()
    return [
        FileLeave(practitioner.id, number, _period(page, leave))
        for practitioner in page.services.clinic.practitioners
        for number, leave in enumerate(practitioner.leave)
        if leave.days.last >= today
    ]


@router.post("/{practitioner_id}/{number}/remove")
def remove(
    page: AgendaPage, practitioner_id: str, number: str, based_on: Annotated[str, Form()] = ""
) -> Response:
    """Takes a leave out of the clinic file, as a new version of it."""
    if not may_enter(page.member, Area.CLINIC_FILE):
        raise HTTPException(403)
    file = page.services.clinic_file
    text, version = file.text()
    notice = "agenda.reopened"
    try:
        if based_on != str(version):
            raise ChangedMeanwhileError
        shorter = _without(ClinicText(text), practitioner_id, number)
        file.save(file.check(shorter.text, version), PART, by=page.member.id)
    except ChangedMeanwhileError:
        notice = "clinic_file.changed_meanwhile"
    return page.redirect("/agenda/closures", notice=notice)


def _without(text: ClinicText, practitioner_id: str, number: str) -> ClinicText:
    for practitioner in range(text.count("practitioners")):
        if text.get(f"practitioners[{practitioner}].id") == practitioner_id:
            known = len(leave_rows(text, practitioner))
            if number.isdecimal() and int(number) < known:
                return without_leave(text, practitioner, int(number))
    raise HTTPException(404)


def _period(page: Page, leave: Leave) -> str:
    clinic = page.services.clinic
    start = instant(clinic, leave.days.first, time.min)
    end = instant(clinic, leave.days.last + timedelta(days=1), time.min)
    days = period_text(page, Closure(None, None, start, end))
    return f"{days} {leave.hours}" if leave.hours else days
