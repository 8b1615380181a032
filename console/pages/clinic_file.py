"""The clinic file in the browser: hours, prices, texts, nurses, and its versions.

Practitioners' hours have pages of their own (`clinic_file_practitioners.py`). Leave is entered
in the agenda, which tells the patients concerned (`agenda_closures.py`).
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, HTTPException
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from clinic.clinic_file.errors import (
    ChangedMeanwhileError,
    NothingChangedError,
    UnknownVersionError,
)
from clinic.clinic_file.model import BASE, Draft
from clinic.clinic_file.text import ClinicText
from clinic.facts.errors import ClinicFileError
from console import clinic_forms as forms
from console.access import Area
from console.clinic_faults import ClinicFaults
from console.page import Page, page_of

router = APIRouter(prefix="/clinic-file")
ClinicPage = Annotated[Page, Depends(page_of(Area.CLINIC_FILE))]

_DIGITS = 10
"""A number that has so many is none that the database could hold."""


async def _sent(request: Request) -> FormData:
    return await request.form()


@router.get("")
def start(page: ClinicPage) -> Response:
    return page.redirect("/clinic-file/hours")


@router.get("/history")
def history(page: ClinicPage) -> Response:
    names = {member.id: member.name for member in page.services.staff.all()}
    return page.render(
        "clinic_file/history.html.j2",
        part="history",
        versions=page.services.clinic_file.versions(),
        names=names,
        base=BASE,
    )


@router.get("/history/{number}")
def show_version(page: ClinicPage, number: str) -> Response:
    version = _version(number)
    try:
        lines = page.services.clinic_file.difference(version)
    except UnknownVersionError:
        raise HTTPException(404) from None
    return page.render(
        "clinic_file/version.html.j2", part="history", number=version, lines=lines[2:]
    )


@router.post("/history/{number}/restore")
def restore(page: ClinicPage, number: str, based_on: Annotated[str, Form()] = "") -> Response:
    version, based_on_version = _version(number), _version(based_on)
    notice = "clinic_file.restored"
    try:
        page.services.clinic_file.restore(version, based_on=based_on_version, by=page.member.id)
    except UnknownVersionError:
        raise HTTPException(404) from None
    except ChangedMeanwhileError:
        notice = "clinic_file.changed_meanwhile"
    except NothingChangedError:
        notice = "clinic_file.nothing_changed"
    except ClinicFileError:
        notice = "clinic_file.not_valid_any_more"
    return page.redirect("/clinic-file/history", notice=notice)


@router.get("/{part}")
def show(page: ClinicPage, part: str) -> Response:
    _known(part)
    text, number = page.services.clinic_file.text()
    return _form(page, part, Draft(text, number, ()))


@router.post("/{part}")
def save(page: ClinicPage, part: str, sent: Annotated[FormData, Depends(_sent)]) -> Response:
    """Puts a part into force; with faults the form comes back with each at its field."""
    _known(part)
    file = page.services.clinic_file
    text, number = file.text()
    if str(sent.get("based_on")) != str(number):
        return _form(page, part, Draft(text, number, ()), error="clinic_file.changed_meanwhile")
    try:
        draft = file.check(forms.PARTS[part](ClinicText(text), sent).text, number)
        if draft.faults:
            return _form(page, part, draft, error="clinic_file.faults")
        file.save(draft, part, by=page.member.id)
    except ChangedMeanwhileError:
        return _form(page, part, Draft(text, number, ()), error="clinic_file.changed_meanwhile")
    except NothingChangedError:
        return page.redirect(f"/clinic-file/{part}", notice="clinic_file.nothing_changed")
    return page.redirect(f"/clinic-file/{part}", notice="clinic_file.saved")


def _version(number: str) -> int:
    if not (number.isdecimal() and len(number) < _DIGITS):
        raise HTTPException(404)
    return int(number)


def _known(part: str) -> None:
    if part not in forms.PARTS:
        raise HTTPException(404)


def _form(page: Page, part: str, draft: Draft, error: str = "") -> Response:
    text = ClinicText(draft.text)
    values: dict[str, Any] = {
        "services": range(text.count("services")),
        "sites": range(text.count("sites")),
        "nurses": range(text.count("nurses_on_duty")),
        "weekdays": forms.WEEKDAYS,
        "languages": forms.LANGUAGES,
    }
    if part == "texts":
        values["groups"] = forms.text_groups(text)
        values["group_name"] = lambda group: _group_name(page, text, group.path)
    shown = ClinicFaults(page, draft.faults)
    return page.render(
        f"clinic_file/{part}.html.j2",
        status=422 if error else 200,
        part=part,
        draft=draft,
        file=text,
        faults=shown,
        error=error,
        shift_rows=lambda number: forms.shift_rows(text, number),
        interface="ary" if page.language == "ar" else page.language,
        **values,
    )


def _group_name(page: Page, text: ClinicText, path: str) -> str:
    """Returns what a group of texts is about: a site, a service, a treatment."""
    language = "ary" if page.language == "ar" else page.language
    if name := text.get(f"{path}.name.{language}"):
        return name
    if words := text.items(f"{path}.words.{language}"):
        return words[0]
    site = text.get(f"{path}.site")
    for number in range(text.count("sites")):
        if site and text.get(f"sites[{number}].id") == site:
            return text.get(f"sites[{number}].name.{language}")
    return page.t(f"clinic_file.group_{path.split('[')[0]}")
