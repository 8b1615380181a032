"""The clinic file in the browser: hours, prices, texts, nurses, and its versions.

Leave is entered in the agenda, which tells the patients concerned (`agenda_closures.py`).
"""

from __future__ import annotations

import re
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
from clinic.facts.problems import CLOSED, Problem
from console import clinic_forms as forms
from console.access import Area
from console.page import Page, page_of

router = APIRouter(prefix="/clinic-file")
ClinicPage = Annotated[Page, Depends(page_of(Area.CLINIC_FILE))]

_ENTRY = re.compile(r"(sites|services|practitioners|nurses_on_duty)\[\d+\]")
"""The part of a path that has a name which people know."""
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
    shown = _Faults(page, text, draft.faults)
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


class _Faults:
    """The faults of a draft, each shown at its field or, when it has none here, at the top."""

    def __init__(self, page: Page, text: ClinicText, faults: tuple[Problem, ...]) -> None:
        self._page = page
        self._text = text
        self._faults = faults

    def at(self, path: str) -> list[str]:
        """Returns the faults of a value, or of something inside it."""
        return [self.words(fault) for fault in self._faults if _is_in(fault.path, path)]

    def place(self, fault: Problem) -> str:
        """Says what a fault is about: whom, which site or service, which day; else its path."""
        entry = _ENTRY.match(fault.path)
        name = self._name(entry[0]) if entry else ""
        if not name:
            return fault.path
        day = next((day for day in forms.WEEKDAYS if f".{day}" in fault.path), "")
        return f"{name}, {self._page.t(f'clinic_file.day_{day}')}" if day else name

    def _name(self, entry: str) -> str:
        is_arabic = self._page.language == "ar"
        script = f"{entry}.name.{'arabic' if is_arabic else 'latin'}"
        person = [self._text.get(f"{script}.{part}") for part in ("title", "given", "family")]
        language = "ary" if is_arabic else self._page.language
        return " ".join(filter(None, person)) or self._text.get(f"{entry}.name.{language}")

    def words(self, fault: Problem) -> str:
        """Says a fault in the language of the interface."""
        values = dict(fault.values)
        if "day" in values:
            values["day"] = self._page.t(f"clinic_file.day_{values['day']}")
        if values.get("opening") == CLOSED:
            values["opening"] = self._page.t("clinic_file.closed")
        return self._page.t(f"fault.{fault.name}", **values)


def _is_in(path: str, above: str) -> bool:
    return path == above or path.startswith((f"{above}.", f"{above}["))
