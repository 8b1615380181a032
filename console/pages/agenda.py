"""The agenda: a day of a site, a week of a practitioner; one appointment and what came of it."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Path
from starlette.responses import JSONResponse, Response

from clinic.agenda.errors import (
    AgendaError,
    ChangedMeanwhileError,
    InTheWayError,
    NothingToUndoError,
    NotPossibleError,
    NotReceivingError,
)
from clinic.agenda.model import BlockKind, ChangeKind
from clinic.agenda.reading import Detail
from clinic.scheduling.errors import AgendaOverloadedError, AppointmentNotFoundError
from clinic.scheduling.model import AgendaSlot, AppointmentStatus
from clinic.staff.model import StaffMember
from console.page import Page
from console.pages.agenda_scope import (
    CARE,
    AgendaPage,
    away_label,
    block_label,
    check_site,
    clock,
    closes_somewhere,
    describe,
    done_response,
    local_now,
    long_date,
    name_of,
    practitioners_at,
    read_scope,
    sites_of,
    to_settle,
    told_text,
)

router = APIRouter(prefix="/agenda")

STATUS_CHANGES = {
    "arrived": ChangeKind.ARRIVED,
    "fulfilled": ChangeKind.FULFILLED,
    "noshow": ChangeKind.NOSHOW,
}


@router.get("")
def show(page: AgendaPage) -> Response:
    """The agenda; what to show is in the address."""
    scope = read_scope(page, page.request.query_params)
    reader = page.services.agenda_reader
    people = practitioners_at(page, scope.site)
    if scope.view == "week" and scope.who:
        view = reader.week(scope.who, scope.monday, by=page.member.id, site_id=scope.site)
    else:
        chosen = [scope.who] if scope.who else None
        view = reader.day(scope.day, by=page.member.id, site_id=scope.site, practitioner_ids=chosen)
        if chosen is None:
            seen = {practitioner.id for practitioner in people}
            # Who does not receive here any more still has what was booked here.
            columns = tuple(c for c in view.columns if c.practitioner_id in seen or c.blocks)
            view = type(view)(view.days, columns, view.first, view.last, view.now)
    today = local_now(page).date()
    return page.render(
        "agenda/agenda.html.j2",
        scope=scope,
        view=view,
        today=today,
        now_minute=local_now(page).hour * 60 + local_now(page).minute,
        title=_title(page, scope.view, view.days[0], view.days[-1], "MMMM"),
        brief_title=_title(page, scope.view, view.days[0], view.days[-1], "MMM"),
        people=people,
        sites=sites_of(page),
        kinds=[kind for kind in BlockKind if kind is not BlockKind.CANCELLED],
        waiting=[
            it
            for it in page.services.walk_ins.of_day(today, scope.site)
            if it.walk_in.status.value == "arrived"
        ],
        to_settle=len(to_settle(page)),
        may_close=closes_somewhere(page),
        step=page.services.clinic.booking.slot_step_minutes,
        label=lambda block: block_label(page, block),
        away_label=lambda away: away_label(page, away),
        doctor=lambda practitioner_id: name_of(page, practitioner_id),
        long_date=lambda day, style: long_date(page, day, style),
        clock=clock,
    )


@router.get("/appointments/{appointment_id}")
def show_appointment(page: AgendaPage, appointment_id: str) -> Response:
    """The panel of one appointment or hold."""
    return _panel(page, _detail(page, appointment_id))


@router.post("/appointments/{appointment_id}/status")
def note_status(page: AgendaPage, appointment_id: str, kind: Annotated[str, Form()]) -> Response:
    """Notes that the patient arrived, was seen, or did not come."""
    if kind not in STATUS_CHANGES:
        raise HTTPException(404)
    detail = _detail(page, appointment_id)
    try:
        done = page.services.agenda.note(appointment_id, STATUS_CHANGES[kind], by=page.member.id)
    except (AgendaError, AgendaOverloadedError) as error:
        return _panel(page, _detail(page, appointment_id), refusal(page, error), status=409)
    name = detail.patient.name if detail.patient else page.t("agenda.unknown")
    return done_response(page, page.t(f"agenda.done_{kind}", name=name), done)


@router.post("/appointments/{appointment_id}/cancel")
def cancel(
    page: AgendaPage,
    appointment_id: str,
    version: Annotated[int, Form()],
    tell: Annotated[str, Form()] = "",
) -> Response:
    """Cancels for the clinic."""
    detail = _detail(page, appointment_id)
    try:
        done = page.services.agenda.cancel(
            appointment_id, seen_version=version, by=page.member.id, tell=bool(tell)
        )
    except (AgendaError, AgendaOverloadedError) as error:
        return _panel(page, _detail(page, appointment_id), refusal(page, error), status=409)
    name = detail.patient.name if detail.patient else page.t("agenda.unknown")
    return done_response(page, page.t("agenda.done_cancelled", name=name), done)


@router.post("/changes/{change_id}/undo")
def undo(page: AgendaPage, change_id: Annotated[int, Path(lt=2**31)]) -> Response:
    """Takes back what was done, for the toast: what to say as JSON."""
    try:
        check_site(page, page.services.agenda.changed_by(change_id).site_id)
        done = page.services.agenda.undo(change_id, by=page.member.id)
    except NothingToUndoError:
        return JSONResponse({"text": page.t("agenda.nothing_to_undo")}, status_code=409)
    except (AgendaError, AgendaOverloadedError) as error:
        return JSONResponse({"text": refusal(page, error)}, status_code=409)
    return JSONResponse({"text": f"{page.t('agenda.undone')} {told_text(page, done.told)}".strip()})


def refusal(page: Page, error: AgendaError | AgendaOverloadedError) -> str:
    """Returns why something could not be done, in the interface's language."""
    if isinstance(error, InTheWayError):
        return _who_is_there(page, error)
    if isinstance(error, ChangedMeanwhileError):
        return page.t("agenda.error_changed")
    if isinstance(error, NotReceivingError):
        return page.t("agenda.error_not_receiving", name=name_of(page, str(error)))
    if isinstance(error, NotPossibleError):
        return page.t(f"agenda.error_{error.obstacle.value}")
    return page.t("agenda.error_busy")


def _who_is_there(page: Page, error: InTheWayError) -> str:
    row = error.row
    if row is None:
        return page.t("agenda.error_taken")
    start, end = page.fmt.time(row.start), page.fmt.time(row.end)
    if row.is_hold:
        until = page.fmt.time(row.hold_expires_at) if row.hold_expires_at else end
        return page.t("agenda.error_held", start=start, end=end, until=until)
    patient = page.services.patients.get(row.patient_id)
    values = {
        "name": patient.name if patient else page.t("agenda.unknown"),
        "start": start,
        "end": end,
        "doctor": name_of(page, row.practitioner_id),
    }
    name = "error_patient_elsewhere" if error.is_of_patient else "error_taken_by"
    return page.t(f"agenda.{name}", **values)


def _detail(page: Page, appointment_id: str) -> Detail:
    try:
        detail = page.services.agenda_reader.appointment(appointment_id, by=page.member.id)
    except AppointmentNotFoundError:
        raise HTTPException(404) from None
    check_site(page, detail.appointment.site_id)
    return detail


def _panel(page: Page, detail: Detail, error: str = "", status: int = 200) -> Response:
    appointment = detail.appointment
    now = page.services.clock.now()
    is_open = appointment.status in (AppointmentStatus.BOOKED, AppointmentStatus.PENDING)
    is_today = (
        appointment.start.astimezone(page.services.clinic.zone).date() == local_now(page).date()
    )
    actors = {member.id: member for member in page.services.staff.all()}
    return page.render(
        "agenda/appointment.html.j2",
        status=status,
        detail=detail,
        error=error,
        service=page.services.clinic.service(appointment.service_id),
        site=page.services.clinic.site(appointment.site_id),
        practitioner=name_of(page, appointment.practitioner_id),
        can_arrive=is_open and is_today,
        can_fulfil=appointment.status is AppointmentStatus.ARRIVED,
        can_miss=is_open and now >= appointment.start,
        can_change=is_open and not appointment.is_hold,
        slot_text=lambda key: describe(page, AgendaSlot.from_key(key)),
        actor=lambda staff_id: _actor_name(actors, staff_id),
        phone=_phone(page, detail),
    )


def _actor_name(actors: dict[str, StaffMember], staff_id: str) -> str:
    member = actors.get(staff_id)
    return member.name if member else "—"


def _phone(page: Page, detail: Detail) -> str:
    if detail.patient is None or (not page.member.has(*CARE) and not page.member.is_admin):
        return ""
    return page.services.directory.number_of(detail.patient)


def _title(page: Page, view: str, first: date, last: date, month: str) -> str:
    """Returns the day, or the week from its first to its last day."""
    if view == "day":
        return long_date(page, first, f"EEE d {month} y").capitalize()
    style = "d" if first.month == last.month else "d MMM"
    return f"{long_date(page, first, style)} – {long_date(page, last, f'd {month} y')}"
