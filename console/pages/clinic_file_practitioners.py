"""Practitioners' weekly hours in the clinic file: who receives where and when.

What is booked at times that are taken away stays: the form says how much before it is saved,
and the page of leave and closures lists it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from clinic.clinic_file.errors import ChangedMeanwhileError, NothingChangedError
from clinic.clinic_file.model import Draft
from clinic.clinic_file.text import ClinicText
from clinic.facts.problems import Problem
from clinic.scheduling.model import Appointment
from console import schedule_forms as forms
from console.clinic_faults import ClinicFaults
from console.clinic_forms import WEEKDAYS
from console.page import Page
from console.pages.agenda_scope import local_now, name_of
from console.pages.clinic_file import ClinicPage

router = APIRouter(prefix="/clinic-file/practitioners")

PART = "practitioners"
"""The tab, and the note of such a version in the history."""


async def _sent(request: Request) -> FormData:
    return await request.form()


@router.get("")
def list_practitioners(page: ClinicPage) -> Response:
    text = ClinicText(page.services.clinic_file.text()[0])
    outside = Counter(it.appointment.practitioner_id for it in page.services.outside_hours.all())
    return page.render(
        "clinic_file/practitioners.html.j2",
        part=PART,
        people=[(text.get(f"practitioners[{i}].id"), i) for i in _numbers(text)],
        outside=outside,
        **_shared(page, text),
    )


@router.get("/{practitioner_id}")
def show(page: ClinicPage, practitioner_id: str) -> Response:
    text, number = page.services.clinic_file.text()
    return _form(page, practitioner_id, Draft(text, number, ()))


@router.post("/{practitioner_id}")
def save(
    page: ClinicPage, practitioner_id: str, sent: Annotated[FormData, Depends(_sent)]
) -> Response:
    """Puts hours into force; with faults the form comes back with each at its field."""
    file = page.services.clinic_file
    text, version = file.text()
    person = _number(ClinicText(text), practitioner_id)
    if str(sent.get("based_on")) != str(version):
        error = "clinic_file.changed_meanwhile"
        return _form(page, practitioner_id, Draft(text, version, ()), error=error)
    edited = forms.sent_hours(ClinicText(text), person, sent)
    if forms.is_still_edited(sent):
        return _form(page, practitioner_id, Draft(edited.text, version, ()))
    draft = _checked(page, edited, person, version)
    if draft.faults:
        return _form(page, practitioner_id, draft, error="clinic_file.faults")
    outside = page.services.outside_hours.left_by(file.read(draft), practitioner_id)
    if outside and "anyway" not in sent:
        return _form(page, practitioner_id, draft, outside=outside)
    try:
        file.save(draft, PART, by=page.member.id)
    except ChangedMeanwhileError:
        error = "clinic_file.changed_meanwhile"
        return _form(page, practitioner_id, Draft(text, version, ()), error=error)
    except NothingChangedError:
        return page.redirect(f"/clinic-file/{PART}", notice="clinic_file.nothing_changed")
    return page.redirect(f"/clinic-file/{PART}", notice="clinic_file.saved")


def _checked(page: Page, text: ClinicText, person: int, version: int) -> Draft:
    draft = page.services.clinic_file.check(text.text, version)
    if forms.lines_of(text, person, forms.USUAL):
        return draft
    # Who receives nowhere would be in no agenda, with what is booked there; leave is for that.
    nowhere = Problem(f"practitioners[{person}].{forms.USUAL}", "no_entry")
    return replace(draft, faults=(*draft.faults, nowhere))


def _form(
    page: Page,
    practitioner_id: str,
    draft: Draft,
    *,
    error: str = "",
    outside: list[Appointment] | None = None,
) -> Response:
    text = ClinicText(draft.text)
    return page.render(
        "clinic_file/practitioner.html.j2",
        status=422 if error else 409 if outside else 200,
        part=PART,
        draft=draft,
        who=practitioner_id,
        person=_number(text, practitioner_id),
        weekdays=WEEKDAYS,
        faults=ClinicFaults(page, draft.faults),
        error=error,
        outside=outside or [],
        **_shared(page, text),
    )


def _shared(page: Page, text: ClinicText) -> dict[str, Any]:
    spoken = "ary" if page.language == "ar" else page.language
    sites = {
        text.get(f"sites[{i}].id"): text.get(f"sites[{i}].name.{spoken}")
        for i in range(text.count("sites"))
    }
    return {
        "weeks": forms.WEEKS,
        "sites": sites,
        "doctor": lambda practitioner_id: name_of(page, practitioner_id),
        "lines_of": lambda number, week: forms.lines_of(text, number, week),
        "today": local_now(page).date(),
    }


def _numbers(text: ClinicText) -> range:
    return range(text.count("practitioners"))


def _number(text: ClinicText, practitioner_id: str) -> int:
    """Returns a practitioner's place in the file.

    Raises:
        HTTPException: 404, there is no such practitioner.
    """
    for number in _numbers(text):
        if text.get(f"practitioners[{number}].id") == practitioner_id:
            return number
    raise HTTPException(404)
