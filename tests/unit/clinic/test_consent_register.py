"""Consent: rows are only ever added, the last one counts."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import pytest
from sqlalchemy import select

from clinic.adapters.database import Database
from clinic.adapters.tables.patients import consent as table
from clinic.consent.model import PROACTIVE, Decision, Purpose, Reply
from clinic.consent.services import NOTICE_VERSION, ConsentRegister
from tests.small_clinic import NOW, FixedClock


@pytest.fixture
def register(database: Database, clock: FixedClock) -> ConsentRegister:
    return ConsentRegister(database, clock, "Clinique Test")


def reply(message_id: str, text: str = "J'accepte") -> Reply:
    return Reply(notice="Acceptez-vous ?", language="fr", text=text, message_id=message_id)


def decisions(database: Database) -> list[tuple[str, str, str]]:
    with database.read() as tx:
        rows = tx.connection.execute(select(table).order_by(table.c.decided_at, table.c.purpose))
        return [(row.message_id, row.purpose, row.decision) for row in rows]


def test_who_was_never_asked_gave_nothing(register: ConsentRegister, contact_id: str) -> None:
    assert [register.latest(contact_id, purpose) for purpose in Purpose] == [None] * 4
    assert not register.is_given(contact_id, Purpose.CARE)


def test_the_row_is_the_whole_proof(
    database: Database, register: ConsentRegister, contact_id: str
) -> None:
    register.record(contact_id, Purpose.CARE, Decision.GIVEN, reply("wamid.1"))

    with database.read() as tx:
        row = tx.connection.execute(select(table)).one()
        personal = [tx.cipher.decrypt(bytes(row.reply)), tx.cipher.decrypt(bytes(row.number))]
    assert personal == ["J'accepte", "212600000001"]
    kept = {
        name: row[name]
        for name in ("purpose", "decision", "text_version", "text_hash", "language", "channel",
                     "message_id", "clinic", "actor", "decided_at")
    }  # fmt: skip
    assert kept == {
        "purpose": "care",
        "decision": "given",
        "text_version": NOTICE_VERSION,
        "text_hash": hashlib.sha256(b"Acceptez-vous ?").hexdigest(),
        "language": "fr",
        "channel": "whatsapp",
        "message_id": "wamid.1",
        "clinic": "Clinique Test",
        "actor": "patient",
        "decided_at": NOW,
    }


def test_a_change_of_mind_adds_a_row_and_the_last_one_counts(
    database: Database, register: ConsentRegister, clock: FixedClock, contact_id: str
) -> None:
    for number, decision in enumerate([Decision.GIVEN, Decision.WITHDRAWN, Decision.GIVEN]):
        clock.time = NOW + timedelta(minutes=number)
        register.record(contact_id, Purpose.REMINDERS, decision, reply(f"wamid.{number}"))

    assert register.is_given(contact_id, Purpose.REMINDERS)
    assert decisions(database) == [
        ("wamid.0", "reminders", "given"),
        ("wamid.1", "reminders", "withdrawn"),
        ("wamid.2", "reminders", "given"),
    ]


def test_the_same_reply_counts_once_for_a_purpose(
    database: Database, register: ConsentRegister, clock: FixedClock, contact_id: str
) -> None:
    register.record(contact_id, Purpose.CARE, Decision.GIVEN, reply("wamid.1"))
    clock.time = NOW + timedelta(seconds=1)
    register.record(contact_id, Purpose.CARE, Decision.GIVEN, reply("wamid.1"))
    register.record(contact_id, Purpose.REMINDERS, Decision.GIVEN, reply("wamid.1"))

    assert decisions(database) == [
        ("wamid.1", "care", "given"),
        ("wamid.1", "reminders", "given"),
    ]


def test_purposes_are_apart(register: ConsentRegister, contact_id: str) -> None:
    register.record(contact_id, Purpose.CARE, Decision.GIVEN, reply("wamid.1"))

    given = {purpose for purpose in Purpose if register.is_given(contact_id, purpose)}
    assert given == {Purpose.CARE}


def test_contacts_are_apart(register: ConsentRegister, contact_id: str) -> None:
    register.record(contact_id, Purpose.CARE, Decision.GIVEN, reply("wamid.1"))

    assert register.latest("somebody-else", Purpose.CARE) is None


def test_withdrawing_stops_everything_proactive_and_leaves_care(
    register: ConsentRegister, clock: FixedClock, contact_id: str
) -> None:
    for number, purpose in enumerate(Purpose):
        register.record(contact_id, purpose, Decision.GIVEN, reply(f"wamid.{number}"))
    clock.time = NOW + timedelta(minutes=1)

    register.withdraw_proactive(contact_id, reply("wamid.stop", "STOP"))

    latest = {purpose: register.latest(contact_id, purpose) for purpose in Purpose}
    assert latest == {
        Purpose.CARE: Decision.GIVEN,
        **dict.fromkeys(PROACTIVE, Decision.WITHDRAWN),
    }
