"""Booking, moving and cancelling from a conversation, at one's own sites as in the agenda."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from clinic.agenda.errors import ChangedMeanwhileError
from clinic.facts.errors import UnknownIdError
from clinic.facts.opening import instant, local_day
from clinic.handoff.errors import HandoffError, UnknownConversationError
from clinic.scheduling.errors import SchedulingError
from clinic.scheduling.model import AgendaSlot, SlotQuery
from console.conversation_view import opened, refusal_text
from console.page import Page
from console.pages.agenda_scope import check_site, sites_of
from console.pages.inbox import InboxRequest

router = APIRouter(prefix="/inbox")

_LOOKED_THROUGH = timedelta(days=14)
_FARTHEST = timedelta(days=366)
"""No appointment is that far ahead."""


@router.get("/{contact_id}/slots")
def show_slots(
    page: InboxRequest,
    contact_id: str,
    service: str = "",
    practitioner: str = "",
    patient: str = "",
    day: str = "",
    appointment: str = "",
) -> Response:
    """Gives the free times that fit a choice."""
    opened(page, contact_id, is_first=False)
    services = page.services
    now = services.clock.now()
    start = _start(page, day, now)
    if appointment:
        try:
            own = services.desk.own(contact_id, appointment)
        except SchedulingError:
            raise HTTPException(404) from None
        check_site(page, own.appointment.site_id)
        service, practitioner = own.appointment.service_id, own.appointment.practitioner_id
        patient = own.patient.id
    try:
        slots = services.staff_appointments.free_slots(
            SlotQuery(
                service_id=service,
                start=start,
                end=start + _LOOKED_THROUGH,
                practitioner_id=practitioner or None,
                patient_id=patient or None,
                moving=appointment or None,
            ),
            sites=[site.id for site in sites_of(page)],
        )
    except UnknownIdError:
        slots = []
    is_offered = _is_offered(page, service, practitioner)
    days: dict[date, list[AgendaSlot]] = {}
    for slot in slots:
        days.setdefault(local_day(services.clinic, slot.start), []).append(slot)
    return page.render(
        "conversation/slots.html.j2", days=days, is_offered=is_offered, **_names(page)
    )


@router.post("/{contact_id}/book")
def book(
    page: InboxRequest,
    contact_id: str,
    patient: Annotated[str, Form()] = "",
    slot: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
) -> Response:
    def act() -> None:
        page.services.staff_appointments.book(
            contact_id, patient, _slot(page, slot), page.member, key=_key(page, key)
        )

    return _done(page, contact_id, act, "conversation.booked")


@router.post("/{contact_id}/move")
def move(
    page: InboxRequest,
    contact_id: str,
    appointment: Annotated[str, Form()] = "",
    version: Annotated[int, Form()] = 0,
    slot: Annotated[str, Form()] = "",
    key: Annotated[str, Form()] = "",
) -> Response:
    def act() -> None:
        _check_own(page, contact_id, appointment)
        page.services.staff_appointments.move(
            contact_id,
            appointment,
            _slot(page, slot),
            page.member,
            seen_version=version,
            key=_key(page, key),
        )

    return _done(page, contact_id, act, "conversation.moved")


@router.post("/{contact_id}/cancel")
def cancel(
    page: InboxRequest,
    contact_id: str,
    appointment: Annotated[str, Form()] = "",
    version: Annotated[int, Form()] = 0,
    key: Annotated[str, Form()] = "",
) -> Response:
    def act() -> None:
        _check_own(page, contact_id, appointment)
        page.services.staff_appointments.cancel(
            contact_id, appointment, page.member, seen_version=version, key=_key(page, key)
        )

    return _done(page, contact_id, act, "conversation.cancelled")


def _done(page: Page, contact_id: str, act: Any, notice: str) -> Response:
    opened(page, contact_id, is_first=False)
    try:
        act()
    except UnknownConversationError:
        raise HTTPException(404) from None
    except _NoSlotChosenError:
        notice = "conversation.choose_slot"
    except ChangedMeanwhileError:
        notice = "agenda.error_changed"
    except SchedulingError:
        notice = "conversation.agenda_refused"
    except HandoffError as error:
        return page.render("conversation/refused.html.j2", status=409, contact_id=contact_id,
                           error=refusal_text(page, error))  # fmt: skip
    return page.redirect(f"/inbox/{contact_id}", notice=notice)


class _NoSlotChosenError(SchedulingError):
    """The form was sent without a time."""


def _slot(page: Page, key: str) -> AgendaSlot:
    """Reads a time that was chosen; refuses that of a site whose agenda is not theirs."""
    if not key:
        raise _NoSlotChosenError
    slot = AgendaSlot.from_key(key)
    check_site(page, slot.site_id)
    return slot


def _check_own(page: Page, contact_id: str, appointment_id: str) -> None:
    own = page.services.desk.own(contact_id, appointment_id)
    check_site(page, own.appointment.site_id)


def _is_offered(page: Page, service: str, practitioner: str) -> bool:
    """Tells whether a practitioner does what was chosen; anybody does when nobody was chosen."""
    clinic = page.services.clinic
    chosen = [it for it in clinic.practitioners if it.id == practitioner]
    wanted = [it.specialty for it in clinic.services if it.id == service]
    return all(specialty in one.specialties for one in chosen for specialty in wanted)


def _start(page: Page, day: str, now: datetime) -> datetime:
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        return now
    start = instant(page.services.clinic, wanted, time.min)
    return start if now < start < now + _FARTHEST else now


def _key(page: Page, key: str) -> str:
    return f"{page.member.id}:{key[:40]}"


def _names(page: Page) -> dict[str, Any]:
    spoken = "ary" if page.language == "ar" else page.language
    clinic = page.services.clinic
    return {
        "doctor": lambda id_: clinic.practitioner(id_).name(spoken).short,
        "site": lambda id_: clinic.site(id_).name.to(spoken),
    }
