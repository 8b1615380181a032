"""What staff see of the agenda: a day of several practitioners, a week of one, one appointment.

Who reads whose data is recorded: once an hour for the same member of staff and patient, since an
open page reads itself again whenever something changes.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from clinic.adapters.agenda import Changes
from clinic.adapters.closures import Closures
from clinic.adapters.database import Database, Transaction
from clinic.adapters.patients import Patients
from clinic.adapters.scheduling import Appointments
from clinic.agenda.model import (
    AgendaView,
    Away,
    Block,
    BlockKind,
    Change,
    Column,
    ConcernedRow,
    EnteredClosure,
    Span,
)
from clinic.clock import Clock
from clinic.consent.model import Reach
from clinic.facts.model import Clinic, Practitioner
from clinic.facts.opening import instant, local_day
from clinic.facts.source import ClinicSource
from clinic.notifications.agenda import AgendaNotices
from clinic.patients.model import Patient
from clinic.privacy.audit import Audit, AuditAction
from clinic.scheduling.availability import leave_on, working_pieces
from clinic.scheduling.errors import AppointmentNotFoundError
from clinic.scheduling.model import Appointment, AppointmentStatus, Interval, ParticipationStatus

_DAY = timedelta(days=1)
_FIRST_SHOWN, _LAST_SHOWN = 8 * 60, 19 * 60
_RECORD_AGAIN_AFTER = timedelta(hours=1)
_REMEMBERED_READS = 20_000


@dataclass(frozen=True)
class Detail:
    """One appointment with what staff need to decide about it."""

    appointment: Appointment
    patient: Patient | None
    kind: BlockKind
    reach: Reach
    changes: tuple[Change, ...]


class AgendaReader:
    """Reads the agenda for staff."""

    def __init__(
        self,
        database: Database,
        clinic: ClinicSource,
        clock: Clock,
        audit: Audit,
        notices: AgendaNotices,
    ) -> None:
        self._database = database
        self._source = clinic
        self._clock = clock
        self._audit = audit
        self._notices = notices
        self._reads: OrderedDict[tuple[str, str], datetime] = OrderedDict()
        self._reads_lock = threading.Lock()

    @property
    def _clinic(self) -> Clinic:
        """The facts that hold now."""
        return self._source.current

    def day(
        self,
        day: date,
        *,
        by: str,
        site_id: str | None = None,
        practitioner_ids: Collection[str] | None = None,
    ) -> AgendaView:
        """Returns a day: a column for each practitioner who receives or has appointments then.

        Args:
            site_id: only who receives at this site, and what takes place there.
            practitioner_ids: only these, shown also when they do not receive.
        """
        wanted = [
            p
            for p in self._clinic.practitioners
            if practitioner_ids is None or p.id in practitioner_ids
        ]
        view = self._view([(day, practitioner) for practitioner in wanted], site_id, by)
        if practitioner_ids is not None:
            return view
        shown = tuple(column for column in view.columns if column.blocks or column.is_receiving)
        return replace(view, columns=shown)

    def week(
        self, practitioner_id: str, monday: date, *, by: str, site_id: str | None = None
    ) -> AgendaView:
        """Returns a week of a practitioner from Monday; Sunday only when something is on it.

        Raises:
            UnknownIdError: the clinic has no such practitioner.
        """
        practitioner = self._clinic.practitioner(practitioner_id)
        days = [monday + number * _DAY for number in range(7)]
        view = self._view([(day, practitioner) for day in days], site_id, by)
        *columns, sunday = view.columns
        if sunday.is_receiving or sunday.blocks:
            return view
        return replace(view, days=view.days[:-1], columns=tuple(columns))

    def appointment(self, appointment_id: str, *, by: str) -> Detail:
        """Returns one appointment or hold.

        Raises:
            AppointmentNotFoundError: there is none.
        """
        with self._database.read() as tx:
            found = Appointments(tx).get(appointment_id)
            if found is None:
                raise AppointmentNotFoundError(appointment_id)
            patient = Patients(tx).get(found.patient_id)
            detail = Detail(
                appointment=found,
                patient=patient,
                kind=block_kind(found),
                reach=self._notices.reach(tx, found.patient_id),
                changes=tuple(Changes(tx).of(found.id)),
            )
        self._record([patient] if patient else [], by)
        return detail

    def _view(
        self, places: Sequence[tuple[date, Practitioner]], site_id: str | None, by: str
    ) -> AgendaView:
        now = self._clock.now()
        days = tuple(dict.fromkeys(day for day, _ in places)) or (local_day(self._clinic, now),)
        period = Interval(
            instant(self._clinic, days[0], time.min),
            instant(self._clinic, days[-1] + _DAY, time.min),
        )
        ids = list(dict.fromkeys(practitioner.id for _, practitioner in places))
        with self._database.read() as tx:
            rows = Appointments(tx).between(period, now, practitioner_ids=ids, site_id=site_id)
            closures = Closures(tx).in_force(period.start)
            patients = _patients(tx, rows)
            struck = Closures(tx).closures_of([row.id for row in rows])
        clinic = replace(self._clinic, closures=tuple(it.closure for it in closures))
        columns = tuple(
            self._column(clinic, day, practitioner, site_id, rows, patients, struck, closures)
            for day, practitioner in places
        )
        self._record(patients.values(), by)
        first, last = _shown_hours(columns)
        return AgendaView(days, columns, first, last, now)

    def _column(
        self,
        clinic: Clinic,
        day: date,
        practitioner: Practitioner,
        site_id: str | None,
        rows: Sequence[Appointment],
        patients: dict[str, Patient],
        struck: Sequence[ConcernedRow],
        closures: Sequence[EnteredClosure],
    ) -> Column:
        # The hours as planned; what is closed is drawn over them.
        planned = replace(clinic, closures=())
        working = tuple(
            Span(*self._minutes(day, piece.interval), piece.site_id)
            for piece in working_pieces(planned, practitioner, day)
            if site_id in (None, piece.site_id)
        )
        told = {row.appointment_id: row.told for row in struck}
        blocks = [
            Block(
                appointment=row,
                patient=patients.get(row.patient_id),
                kind=block_kind(row),
                start=self._minutes(day, row.interval)[0],
                end=self._minutes(day, row.interval)[1],
                told=told.get(row.id) if row.status is AppointmentStatus.PENDING else None,
            )
            for row in rows
            if row.practitioner_id == practitioner.id and local_day(clinic, row.start) == day
        ]
        return Column(
            day=day,
            practitioner_id=practitioner.id,
            working=working,
            away=tuple(self._away(planned, day, practitioner, working, closures)),
            blocks=tuple(_side_by_side(blocks)),
        )

    def _away(
        self,
        planned: Clinic,
        day: date,
        practitioner: Practitioner,
        working: Sequence[Span],
        closures: Sequence[EnteredClosure],
    ) -> Iterable[Away]:
        for leave in leave_on(planned, practitioner, day):
            yield Away(*self._minutes(day, leave), None)
        midnight = instant(planned, day, time.min)
        whole = Interval(midnight, instant(planned, day + _DAY, time.min))
        sites = {span.site_id for span in working} or practitioner.all_site_ids
        for entered in closures:
            closure = entered.closure
            interval = Interval(closure.start, closure.end)
            is_theirs = any(closure.concerns(practitioner.id, site or "") for site in sites)
            if is_theirs and interval.overlaps(whole):
                yield Away(*self._minutes(day, interval), entered)

    def _minutes(self, day: date, interval: Interval) -> tuple[int, int]:
        """Returns start and end in minutes since the day's local midnight, cut to the day."""
        return (
            _minute_of(day, interval.start.astimezone(self._clinic.zone)),
            _minute_of(day, interval.end.astimezone(self._clinic.zone)),
        )

    def _record(self, patients: Iterable[Patient], by: str) -> None:
        now = self._clock.now()
        contacts = dict.fromkeys(patient.contact_id for patient in patients)
        with self._reads_lock:
            fresh = [
                contact_id
                for contact_id in contacts
                if now - self._reads.get((by, contact_id), now - 2 * _RECORD_AGAIN_AFTER)
                >= _RECORD_AGAIN_AFTER
            ]
            for contact_id in fresh:
                self._reads[by, contact_id] = now
                self._reads.move_to_end((by, contact_id))
            while len(self._reads) > _REMEMBERED_READS:
                self._reads.popitem(last=False)
        if not fresh:
            return
        with self._database.write() as tx:
            for contact_id in fresh:
                self._audit.record_in(tx, by, AuditAction.AGENDA_READ, contact_id)


def block_kind(row: Appointment) -> BlockKind:
    """Returns what a row of the agenda is shown as."""
    if row.is_hold:
        return BlockKind.OFFERED if row.is_of_waiting_list else BlockKind.HELD
    if row.status is AppointmentStatus.BOOKED:
        accepted = row.participation is ParticipationStatus.ACCEPTED
        return BlockKind.CONFIRMED if accepted else BlockKind.BOOKED
    if row.status is AppointmentStatus.PENDING:
        return BlockKind.TO_MOVE
    return BlockKind(row.status.value)


def _patients(tx: Transaction, rows: Sequence[Appointment]) -> dict[str, Patient]:
    return {patient.id: patient for patient in Patients(tx).with_ids({r.patient_id for r in rows})}


def _minute_of(day: date, local: datetime) -> int:
    if local.date() < day:
        return 0
    if local.date() > day:
        return 24 * 60
    return local.hour * 60 + local.minute


def _shown_hours(columns: Sequence[Column]) -> tuple[int, int]:
    """Returns full hours around everything that there is, at least a usual working day."""
    starts = [span.start for c in columns for span in c.working]
    ends = [span.end for c in columns for span in c.working]
    starts += [block.start for c in columns for block in c.blocks]
    ends += [block.end for c in columns for block in c.blocks]
    first, last = min([_FIRST_SHOWN, *starts]), max([_LAST_SHOWN, *ends])
    return first // 60 * 60, -(-last // 60) * 60


def _side_by_side(blocks: Sequence[Block]) -> list[Block]:
    """Gives blocks at the same time a lane each: one that was seen or did not come keeps its
    place beside who was booked there since."""
    placed: list[Block] = []
    group: list[Block] = []
    until = -1
    for block in sorted(blocks, key=lambda b: (b.start, b.end)):
        if group and block.start >= until:
            placed += _with_lanes(group)
            group = []
        group.append(block)
        until = max(until, block.end) if len(group) > 1 else block.end
    return placed + _with_lanes(group)


def _with_lanes(group: Sequence[Block]) -> list[Block]:
    ends: list[int] = []
    lanes = []
    for block in group:
        free = next((lane for lane, end in enumerate(ends) if end <= block.start), len(ends))
        if free == len(ends):
            ends.append(block.end)
        else:
            ends[free] = block.end
        lanes.append(free)
    return [
        replace(block, lane=lane, lanes=len(ends)) for block, lane in zip(group, lanes, strict=True)
    ]
