"""Who came without an appointment, in the order of arrival."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from clinic.agenda.model import WalkInStatus
from clinic.agenda.walk_ins import WalkInNotFoundError
from clinic.facts.errors import UnknownIdError
from clinic.patients.errors import NotANameError
from clinic.privacy.audit import AuditAction
from console.page import Page
from console.pages.agenda_scope import (
    AgendaPage,
    check_site,
    local_now,
    name_of,
    practitioners_at,
    sites_of,
)

router = APIRouter(prefix="/agenda/walk-ins")


@router.get("")
def show(page: AgendaPage, site: str = "") -> Response:
    return _panel(page, site)


@router.post("")
def add(
    page: AgendaPage,
    site: Annotated[str, Form()],
    who: Annotated[str, Form()] = "",
    patient: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
) -> Response:
    """Puts somebody into the queue."""
    check_site(page, site)
    known = page.services.patients.get(patient) if patient else None
    try:
        page.services.walk_ins.add(
            site,
            by=page.member.id,
            practitioner_id=who or None,
            patient_id=known.id if known else None,
            name=name,
        )
    except NotANameError:
        return _panel(page, site, error="agenda.error_name", status=422)
    except UnknownIdError:
        raise HTTPException(404) from None
    return _panel(page, site)


@router.post("/{walk_in_id}")
def note(
    page: AgendaPage,
    walk_in_id: str,
    status: Annotated[str, Form()],
    site: Annotated[str, Form()] = "",
) -> Response:
    """Notes that somebody was seen or left, or takes it back."""
    try:
        check_site(page, page.services.walk_ins.get(walk_in_id).site_id)
        page.services.walk_ins.note(walk_in_id, WalkInStatus(status), by=page.member.id)
    except ValueError:
        raise HTTPException(422) from None
    except WalkInNotFoundError:
        raise HTTPException(404) from None
    return _panel(page, site)


def _panel(page: Page, site: str, error: str = "", status: int = 200) -> Response:
    sites = sites_of(page)
    sees_all = len(sites) == len(page.services.clinic.sites)
    chosen = site if site in [s.id for s in sites] else "" if sees_all else sites[0].id
    shown = page.services.walk_ins.of_day(local_now(page).date(), chosen or None)
    for contact_id in dict.fromkeys(it.patient.contact_id for it in shown if it.patient):
        page.services.audit.record(page.member.id, AuditAction.AGENDA_READ, contact_id)
    return page.render(
        "agenda/walk_ins.html.j2",
        status=status,
        queue=shown,
        sites=sites,
        site=chosen or (sites[0].id if sites else ""),
        only_site=chosen,
        people=practitioners_at(page, chosen or None),
        doctor=lambda practitioner_id: name_of(page, practitioner_id),
        error=error,
    )
