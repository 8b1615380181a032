"""Whom reception calls: what did not arrive, what was not answered, and no one else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from clinic.adapters.contacts import Contacts
from clinic.adapters.outbox import Outbox
from clinic.adapters.tables.messaging import outbox
from clinic.adapters.tables.scheduling import appointment
from clinic.calls.errors import CallNotFoundError
from clinic.calls.model import CallOutcome, CallReason
from clinic.messaging.model import OutboxKind
from clinic.messaging.new_recipients import LIMIT_CODE
from clinic.notifications.keys import reminder_key
from tests.integration.office.conftest import Office
from whatsapp.messages import OutgoingMessage


def remind(office: Office, status: str, *, appointment_id: str = "", version: int = 1) -> None:
    appointment_id = appointment_id or office.book().id
    now = office.clock.now()
    with office.database.write() as tx:
        contact = Contacts(tx).get(office.contact_id)
        assert contact is not None
        Outbox(tx).add(
            contact,
            OutgoingMessage(text="Rappel"),
            key=reminder_key(appointment_id, "24h", version),
            kind=OutboxKind.NOTICE,
            now=now,
            purpose="reminders",
        )
        tx.connection.execute(
            update(outbox).where(outbox.c.key.like("reminder:%")).values(status=status)
        )


def reasons(office: Office) -> list[CallReason]:
    return [call.reason for call in office.calls.open(by="r")]


def test_a_refused_reminder_is_a_call_at_once(office: Office) -> None:
    remind(office, "failed")

    (call,) = office.calls.open(by="r")
    assert (call.reason, call.name, call.phone) == (
        CallReason.NOT_DELIVERED, "Salma Benali", "+212661000001",
    )  # fmt: skip
    assert call.practitioner_id == "dr-chraibi"


def test_a_reminder_that_does_not_arrive_is_a_call_after_three_hours(office: Office) -> None:
    remind(office, "sent")
    assert reasons(office) == []

    office.clock.time += timedelta(hours=4)
    assert reasons(office) == [CallReason.NOT_DELIVERED]


def test_a_reminder_that_nobody_answers_is_a_call_but_not_once_it_is_confirmed(
    office: Office,
) -> None:
    remind(office, "read")
    office.clock.time += timedelta(hours=4)
    assert reasons(office) == [CallReason.NOT_ANSWERED]

    with office.database.write() as tx:
        tx.connection.execute(update(appointment).values(participation="accepted"))
    assert reasons(office) == []


def test_nobody_is_called_about_a_cancelled_or_past_appointment(office: Office) -> None:
    booked = office.book()
    remind(office, "failed", appointment_id=booked.id)
    office.clock.time = booked.start + timedelta(minutes=1)
    assert reasons(office) == []


def test_who_was_reached_leaves_the_list_and_who_was_not_stays(office: Office) -> None:
    remind(office, "failed")
    (call,) = office.calls.open(by="r")

    office.calls.note(call.outbox_id, CallOutcome.NO_ANSWER, "messagerie", by="r")
    (again,) = office.calls.open(by="r")
    assert [note.words for note in again.tries] == ["messagerie"]

    office.calls.note(call.outbox_id, CallOutcome.REACHED, "", by="r")
    assert office.calls.open(by="r") == []


def hold_back(office: Office) -> None:
    with office.database.write() as tx:
        tx.connection.execute(update(outbox).values(error_code=LIMIT_CODE))


def test_a_reminder_that_whatsapps_limit_holds_back_is_a_call_after_three_hours(
    office: Office,
) -> None:
    remind(office, "queued")
    office.clock.time += timedelta(hours=4)
    assert reasons(office) == [], "it waits for its turn only"
    hold_back(office)
    assert reasons(office) == [CallReason.HELD_BACK]


def test_a_reminder_that_is_held_back_does_not_come_after_the_call(office: Office) -> None:
    remind(office, "queued")
    hold_back(office)
    office.clock.time += timedelta(hours=4)
    (call,) = office.calls.open(by="r")
    office.calls.note(call.outbox_id, CallOutcome.NO_ANSWER, "", by="r")
    assert status_of(office, call.outbox_id) == "queued"
    note = office.calls.note(call.outbox_id, CallOutcome.REACHED, "", by="r")
    assert status_of(office, call.outbox_id) == "withheld"
    assert reasons(office) == []
    office.calls.take_back(call.outbox_id, note, by="r")
    assert status_of(office, call.outbox_id) == "queued"
    assert reasons(office) == [CallReason.HELD_BACK]


def status_of(office: Office, outbox_id: int) -> str:
    with office.database.read() as tx:
        found = select(outbox.c.status).where(outbox.c.id == outbox_id)
        return str(tx.connection.scalar(found))


def test_looks_and_calls_are_in_the_audit_trail(office: Office) -> None:
    remind(office, "failed")
    (call,) = office.calls.open(by="r")
    office.calls.note(call.outbox_id, CallOutcome.REACHED, "", by="r")

    actions = [entry.action for entry in office.audit.about(office.contact_id)]
    assert actions == ["call_listed", "call_noted"]


def test_two_reminders_of_one_appointment_are_one_call(office: Office) -> None:
    booked = office.book()
    remind(office, "failed", appointment_id=booked.id)
    remind(office, "failed", appointment_id=booked.id, version=2)

    assert len(office.calls.open(by="r")) == 1


def test_ones_own_note_is_taken_back_and_nobody_elses(office: Office) -> None:
    remind(office, "failed")
    (call,) = office.calls.open(by="r")
    others = office.calls.note(call.outbox_id, CallOutcome.NO_ANSWER, "", by="other")
    office.clock.time += timedelta(minutes=1)
    own = office.calls.note(call.outbox_id, CallOutcome.REACHED, "", by="r")
    assert reasons(office) == []

    office.calls.take_back(call.outbox_id, own, by="r")

    (again,) = office.calls.open(by="r")
    assert [note.by for note in again.tries] == ["other"]
    for number, note in ((call.outbox_id, own), (call.outbox_id, others), (999, own)):
        with pytest.raises(CallNotFoundError):
            office.calls.take_back(number, note, by="r")
