"""The call list: whom reception calls because a message did not arrive or was not answered."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from clinic.adapters.calls import CallRows, SentNotice
from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.patients import Patients
from clinic.adapters.scheduling import Appointments
from clinic.adapters.send_queue import SendQueue
from clinic.calls.errors import CallNotFoundError
from clinic.calls.model import Call, CallNote, CallOutcome, CallReason
from clinic.clock import Clock
from clinic.facts.source import ClinicSource
from clinic.messaging.model import OutboxStatus
from clinic.messaging.new_recipients import LIMIT_CODE
from clinic.notifications.keys import reminded_appointment
from clinic.privacy.audit import Audit, AuditAction
from clinic.scheduling.model import Appointment, AppointmentStatus, ParticipationStatus

_LOOKED_BACK = timedelta(days=4)
_DELIVERY_WAIT = timedelta(hours=3)
"""A phone that is off for an hour is no reason to call."""
_ANSWER_WAIT = timedelta(hours=3)
_SHORTLY_BEFORE = timedelta(hours=2)
"""So near to the appointment an unanswered reminder is not waited for any longer."""

_ON_THE_WAY = (OutboxStatus.ACCEPTED, OutboxStatus.SENT)
_ARRIVED = (OutboxStatus.DELIVERED, OutboxStatus.READ, OutboxStatus.PLAYED)
_DONE = (CallOutcome.REACHED, CallOutcome.WRONG_NUMBER)


class CallList:
    """Whom to call."""

    def __init__(
        self, database: Database, clinic: ClinicSource, clock: Clock, audit: Audit
    ) -> None:
        self._database = database
        self._clinic = clinic
        self._clock = clock
        self._audit = audit

    def open(self, *, by: str, sites: Collection[str] | None = None) -> list[Call]:
        """Returns whom to call, the next appointment first; the look is recorded.

        Args:
            sites: of somebody who looks; None for all of them.
        """
        now = self._clock.now()
        with self._database.write() as tx:
            rows = CallRows(tx)
            found = rows.notices(now - _LOOKED_BACK)
            notes = rows.notes([notice.outbox_id for notice in found])
            calls = []
            for notice in found:
                tries = tuple(notes.get(notice.outbox_id, ()))
                if any(note.outcome in _DONE for note in tries):
                    continue
                if call := self._call(tx, notice, tries, now):
                    calls.append(call)
            calls = [
                call
                for call in _once_each(calls)
                if sites is None or _site(tx, call.contact_id, call.site_id) in (None, *sites)
            ]
            for contact_id in {call.contact_id for call in calls}:
                self._audit.record_in(tx, by, AuditAction.CALL_LISTED, contact_id)
        return sorted(calls, key=lambda call: call.appointment_at or call.sent_at)

    def site_of(self, outbox_id: int) -> str | None:
        """Returns the site of the appointment that a call is about, or else of the conversation.

        Raises:
            CallNotFoundError: there is no such message.
        """
        with self._database.read() as tx:
            notice = CallRows(tx).notice(outbox_id)
            if notice is None:
                raise CallNotFoundError(str(outbox_id))
            appointment_id = reminded_appointment(notice.key)
            appointment = Appointments(tx).get(appointment_id) if appointment_id else None
            return _site(tx, notice.contact_id, appointment.site_id if appointment else None)

    def note(self, outbox_id: int, outcome: CallOutcome, words: str, *, by: str) -> str:
        """Notes a call; who was reached leaves the list.

        Returns:
            The note's id, by which it can be taken back.

        Raises:
            CallNotFoundError: there is no such message.
        """
        with self._database.write() as tx:
            notice = CallRows(tx).notice(outbox_id)
            if notice is None:
                raise CallNotFoundError(str(outbox_id))
            note = CallNote(outcome, words.strip(), by, self._clock.now())
            note_id = CallRows(tx).add_note(outbox_id, notice.contact_id, note)
            if outcome is CallOutcome.REACHED and notice.status is OutboxStatus.QUEUED:
                # They know it now: the message that waited comes no more.
                SendQueue(tx).mark_withheld(outbox_id, note.at)
            self._audit.record_in(
                tx,
                by,
                AuditAction.CALL_NOTED,
                notice.contact_id,
                message=outbox_id,
                outcome=outcome.value,
            )
            return note_id

    def take_back(self, outbox_id: int, note_id: str, *, by: str) -> None:
        """Takes one's own note back; who was reached is in the list again.

        Raises:
            CallNotFoundError: there is no such message, or no such note of one's own.
        """
        with self._database.write() as tx:
            notice = CallRows(tx).notice(outbox_id)
            outcome = CallRows(tx).remove_note(note_id, outbox_id, by)
            if notice is None or outcome is None:
                raise CallNotFoundError(str(outbox_id))
            if outcome is CallOutcome.REACHED:
                # The message that was of no use any more waits for WhatsApp's limit again.
                SendQueue(tx).requeue_withheld(outbox_id, LIMIT_CODE, self._clock.now())
            self._audit.record_in(
                tx, by, AuditAction.CALL_NOTED, notice.contact_id, message=outbox_id,
                outcome="taken_back", was=outcome.value,
            )  # fmt: skip

    def _call(
        self, tx: Transaction, notice: SentNotice, tries: tuple[CallNote, ...], now: datetime
    ) -> Call | None:
        appointment_id = reminded_appointment(notice.key)
        appointment = Appointments(tx).get(appointment_id) if appointment_id else None
        if appointment_id and (appointment is None or not _still_to_come(appointment, now)):
            return None
        reason = _reason(notice, appointment, now)
        contact = Contacts(tx).get(notice.contact_id)
        if reason is None or contact is None:
            return None
        known = Patients(tx).of_contact(contact.id)
        patient = next((p for p in known if appointment and p.id == appointment.patient_id), None)
        names = [patient.name] if patient else [p.name for p in known[:1]]
        return Call(
            outbox_id=notice.outbox_id,
            contact_id=contact.id,
            reason=reason,
            name=next(iter(names), contact.profile_name or ""),
            phone=f"+{contact.phone}" if contact.phone else "",
            language=contact.language or self._clinic.current.default_language,
            purpose=notice.purpose,
            sent_at=notice.created_at,
            appointment_id=appointment.id if appointment else None,
            appointment_at=appointment.start if appointment else None,
            practitioner_id=appointment.practitioner_id if appointment else None,
            site_id=appointment.site_id if appointment else None,
            tries=tries,
        )


def _site(tx: Transaction, contact_id: str, site_id: str | None) -> str | None:
    return site_id or Handoffs(tx).sites_of([contact_id])[contact_id]


def _still_to_come(appointment: Appointment, now: datetime) -> bool:
    return appointment.start > now and appointment.status is AppointmentStatus.BOOKED


def _reason(
    notice: SentNotice, appointment: Appointment | None, now: datetime
) -> CallReason | None:
    waited = now - notice.created_at
    soon = appointment is not None and appointment.start - now < _SHORTLY_BEFORE
    if appointment and appointment.participation is ParticipationStatus.ACCEPTED:
        return None
    if notice.status is OutboxStatus.FAILED:
        return CallReason.NOT_DELIVERED
    is_held_back = notice.status is OutboxStatus.QUEUED and notice.error_code == LIMIT_CODE
    if is_held_back and (soon or waited > _DELIVERY_WAIT):
        return CallReason.HELD_BACK
    if notice.status in _ON_THE_WAY and (soon or waited > _DELIVERY_WAIT):
        return CallReason.NOT_DELIVERED
    if appointment and notice.status in _ARRIVED and (soon or waited > _ANSWER_WAIT):
        return CallReason.NOT_ANSWERED
    return None


def _once_each(calls: list[Call]) -> list[Call]:
    """Leaves one call per appointment, for the latest message about it."""
    latest: dict[str, Call] = {}
    for call in calls:
        latest[call.appointment_id or f"message:{call.outbox_id}"] = call
    return list(latest.values())
