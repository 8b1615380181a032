"""Moving an appointment: asked once, with what the server knows at that moment."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from clinic.agenda.errors import AgendaError, NotReceivingError
from clinic.agenda.model import Placement
from clinic.agenda.reading import Detail
from clinic.consent.model import Reach
from clinic.scheduling.errors import AgendaOverloadedError, AppointmentNotFoundError
from console.page import Page
from console.pages.agenda import refusal
from console.pages.agenda_scope import (
    AgendaPage,
    check_site,
    describe,
    done_response,
    name_of,
    read_placement,
)

router = APIRouter(prefix="/agenda/appointments")


@router.get("/{appointment_id}/move")
def ask(page: AgendaPage, appointment_id: str, who: str, day: str, minute: int) -> Response:
    """Asks whether to move there, or says why it cannot be done."""
    placement = read_placement(page, who, day, _minute(minute))
    try:
        page.services.agenda.could_move(appointment_id, placement)
    except AppointmentNotFoundError:
        raise HTTPException(404) from None
    except NotReceivingError as error:
        return _question(page, appointment_id, placement, refusal(page, error), outside=True)
    except (AgendaError, AgendaOverloadedError) as error:
        return _question(page, appointment_id, placement, refusal(page, error), blocked=True)
    return _question(page, appointment_id, placement)


@router.post("/{appointment_id}/move")
def move(
    page: AgendaPage,
    appointment_id: str,
    who: Annotated[str, Form()],
    day: Annotated[str, Form()],
    minute: Annotated[int, Form()],
    version: Annotated[int, Form()],
    tell: Annotated[str, Form()] = "",
    anyway: Annotated[str, Form()] = "",
) -> Response:
    """Moves; when it cannot be done, nothing has changed and the page says why."""
    detail = _detail(page, appointment_id)
    placement = read_placement(page, who, day, _minute(minute), anyway=bool(anyway))
    try:
        done = page.services.agenda.move(
            appointment_id, placement, seen_version=version, by=page.member.id, tell=bool(tell)
        )
    except NotReceivingError as error:
        text = refusal(page, error)
        return _question(page, appointment_id, placement, text, outside=True, status=409)
    except (AgendaError, AgendaOverloadedError) as error:
        text = refusal(page, error)
        return _question(page, appointment_id, placement, text, blocked=True, status=409)
    name = detail.patient.name if detail.patient else page.t("agenda.unknown")
    where = describe(page, done.appointment)
    return done_response(page, page.t("agenda.done_moved", name=name, where=where), done)


def _question(
    page: Page,
    appointment_id: str,
    placement: Placement,
    error: str = "",
    *,
    outside: bool = False,
    blocked: bool = False,
    status: int = 200,
) -> Response:
    detail = _detail(page, appointment_id)
    local = placement.start.astimezone(page.services.clinic.zone)
    return page.render(
        "agenda/move.html.j2",
        status=status,
        detail=detail,
        before=describe(page, detail.appointment),
        after=f"{page.fmt.when(placement.start)} · {name_of(page, placement.practitioner_id)}",
        placement=placement,
        day=local.date().isoformat(),
        minute=local.hour * 60 + local.minute,
        can_tell=detail.reach is Reach.MESSAGE,
        error=error,
        outside=outside,
        blocked=blocked,
    )


def _detail(page: Page, appointment_id: str) -> Detail:
    try:
        detail = page.services.agenda_reader.appointment(appointment_id, by=page.member.id)
    except AppointmentNotFoundError:
        raise HTTPException(404) from None
    check_site(page, detail.appointment.site_id)
    return detail


def _minute(minute: int) -> int:
    if not 0 <= minute < 24 * 60:
        raise HTTPException(422)
    return minute
