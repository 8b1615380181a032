"""Leave and closures: what is closed, whom it concerns, who still waits for another time."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from clinic.agenda.errors import ClosureNotFoundError, EmptyClosureError, PreviewOutdatedError
from clinic.agenda.model import ClosureReason, Concerned, EnteredClosure, Outcome, Preview
from clinic.facts.errors import UnknownIdError
from clinic.facts.model import Closure
from clinic.facts.opening import instant
from clinic.privacy.audit import AuditAction
from clinic.staff.sites import CLOSING_ROLES, may_close
from console.access import Area, may_enter
from console.page import Page
from console.pages.agenda_file_leave import file_leave
from console.pages.agenda_scope import (
    AgendaPage,
    closes_somewhere,
    describe,
    local_now,
    name_of,
    period_text,
    practitioners_at,
    sites_of,
    to_settle,
)

router = APIRouter(prefix="/agenda/closures")

_EMPTY = {
    "scope": "",
    "first": "",
    "last": "",
    "whole_days": "yes",
    "from": "09:00",
    "to": "18:00",
    "reason": ClosureReason.LEAVE.value,
    "note": "",
    "outcome": Outcome.MOVE.value,
}


@router.get("")
def show(page: AgendaPage) -> Response:
    today = local_now(page).date().isoformat()
    return _page(page, {**_EMPTY, "first": today, "last": today})


@router.post("/preview")
def preview(
    page: AgendaPage,
    scope: Annotated[str, Form()] = "",
    first: Annotated[str, Form()] = "",
    last: Annotated[str, Form()] = "",
    whole_days: Annotated[str, Form()] = "",
    start: Annotated[str, Form(alias="from")] = "09:00",
    end: Annotated[str, Form(alias="to")] = "18:00",
    reason: Annotated[str, Form()] = ClosureReason.LEAVE.value,
    note: Annotated[str, Form()] = "",
    outcome: Annotated[str, Form()] = Outcome.MOVE.value,
    fingerprint: Annotated[str, Form()] = "",
    confirmed: Annotated[str, Form()] = "",
) -> Response:
    """Shows whom a closure concerns; with `confirmed`, closes."""
    _check_may_close(page)
    values = {
        "scope": scope,
        "first": first,
        "last": last,
        "whole_days": whole_days,
        "from": start,
        "to": end,
        "reason": reason,
        "note": note[:500],
        "outcome": outcome,
    }
    closure = _closure(page, values)
    if closure is None:
        return _page(page, values, error="agenda.error_closure_dates", status=422)
    desk = page.services.closures
    try:
        if not confirmed:
            return _page(page, values, preview=desk.preview(closure))
        desk.close(
            closure,
            ClosureReason(reason),
            Outcome(outcome),
            by=page.member.id,
            fingerprint=fingerprint,
            note=values["note"],
        )
    except PreviewOutdatedError:
        anew = desk.preview(closure)
        return _page(page, values, preview=anew, error="agenda.error_preview", status=409)
    except EmptyClosureError:
        return _page(page, values, error="agenda.error_closure_dates", status=422)
    except ValueError:
        raise HTTPException(422) from None
    return page.redirect("/agenda/closures", notice="agenda.closed")


@router.post("/{closure_id}/remove")
def remove(page: AgendaPage, closure_id: str) -> Response:
    """Takes a closure back."""
    _check_may_close(page)
    entered = page.services.closures.in_force()
    if any(it.id == closure_id and not _is_to_close(page, it.closure) for it in entered):
        raise HTTPException(403)
    try:
        page.services.closures.reopen(closure_id, by=page.member.id)
    except ClosureNotFoundError:
        return page.redirect("/agenda/closures", notice="agenda.closure_gone")
    return page.redirect("/agenda/closures", notice="agenda.reopened")


def _page(
    page: Page,
    values: dict[str, str],
    *,
    preview: Preview | None = None,
    error: str = "",
    status: int = 200,
) -> Response:
    services = page.services
    waiting = to_settle(page)
    shown = [it for it in preview.concerned if _is_of_site(page, it)] if preview else []
    _record_reads(page, [it.patient.contact_id for it in shown if it.patient])
    _record_reads(page, [it.patient.contact_id for it, _ in waiting if it.patient])
    outside = [it for it in services.outside_hours.all() if _is_of_site(page, it)]
    _record_reads(page, [it.patient.contact_id for it in outside if it.patient])
    return page.render(
        "agenda/closures.html.j2",
        status=status,
        values=values,
        preview=preview,
        concerned=shown,
        error=error,
        closures=[it for it in services.closures.in_force() if _is_seen(page, it.closure)],
        may_close=closes_somewhere(page),
        is_to_close=lambda closure: _is_to_close(page, closure),
        file_leave=file_leave(page),
        file_number=services.clinic_file.number,
        may_edit_file=may_enter(page.member, Area.CLINIC_FILE),
        waiting=waiting,
        outside=outside,
        people=practitioners_at(page, None, *CLOSING_ROLES),
        sites=sites_of(page, *CLOSING_ROLES),
        reasons=list(ClosureReason),
        doctor=lambda practitioner_id: name_of(page, practitioner_id),
        describe=lambda appointment: describe(page, appointment),
        whom=lambda closure: _whom(page, closure),
        period=lambda closure: period_text(page, closure),
        phone=lambda patient: services.directory.number_of(patient) if patient else "",
        author=lambda entered: _author(page, entered),
    )


def _check_may_close(page: Page) -> None:
    if not closes_somewhere(page):
        raise HTTPException(403)


def _is_to_close(page: Page, closure: Closure) -> bool:
    """Tells whether somebody may enter such a closure, and so take it back."""
    return may_close(page.member, closure, page.services.clinic)


def _is_of_site(page: Page, it: Concerned) -> bool:
    """False for a patient of another site, whom a leave concerns too."""
    return it.appointment.site_id in [site.id for site in sites_of(page)]


def _is_seen(page: Page, closure: Closure) -> bool:
    """Tells whether a closure concerns one of somebody's sites."""
    if closure.practitioner_id is not None:
        return closure.practitioner_id in [p.id for p in practitioners_at(page, None)]
    return closure.site_id is None or closure.site_id in [site.id for site in sites_of(page)]


def _closure(page: Page, values: dict[str, str]) -> Closure | None:
    """Reads the form; None when the dates make no sense."""
    clinic = page.services.clinic
    kind, _, identifier = values["scope"].partition(":")
    try:
        practitioner_id = clinic.practitioner(identifier).id if kind == "who" else None
        site_id = clinic.site(identifier).id if kind == "site" else None
    except UnknownIdError:
        raise HTTPException(404) from None
    if kind not in ("who", "site", "all"):
        return None
    try:
        first = date.fromisoformat(values["first"])
        last = date.fromisoformat(values["last"] or values["first"])
        if values["whole_days"]:
            start, end = time.min, time.min
            last += timedelta(days=1)
        else:
            start, end = time.fromisoformat(values["from"]), time.fromisoformat(values["to"])
        closure = Closure(
            practitioner_id, site_id, instant(clinic, first, start), instant(clinic, last, end)
        )
    except (ValueError, OverflowError):
        return None
    if not _is_to_close(page, closure):
        raise HTTPException(403)
    return closure if closure.start < closure.end else None


def _whom(page: Page, closure: Closure) -> str:
    if closure.practitioner_id:
        return name_of(page, closure.practitioner_id)
    if closure.site_id:
        site: str = page.services.clinic.site(closure.site_id).name.to(
            "ary" if page.language == "ar" else page.language
        )
        return page.t("agenda.whole_site", site=site)
    return page.t("agenda.all_sites_closed")


def _author(page: Page, entered: EnteredClosure) -> str:
    member = page.services.staff.get(entered.created_by)
    return member.name if member else "—"


def _record_reads(page: Page, contact_ids: list[Any]) -> None:
    for contact_id in dict.fromkeys(contact_ids):
        page.services.audit.record(page.member.id, AuditAction.AGENDA_READ, contact_id)
