"""What the sending rules ask of the database, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.inbox import Inbox
from clinic.adapters.leases import Leases
from clinic.adapters.message_templates import MessageTemplates
from clinic.adapters.outbox import Outbox
from clinic.adapters.send_queue import SendQueue
from clinic.adapters.tables.messaging import outbox
from clinic.messaging.model import Contact, InboxStatus, OutboxKind, OutboxRow
from clinic.messaging.new_recipients import NewRecipients
from clinic.messaging.template_register import TemplateRegister
from tests.small_clinic import NOW, FixedClock
from whatsapp.messages import OutgoingMessage
from whatsapp.messaging_limit import MessagingLimit
from whatsapp.updates import Update, UpdateKind

CODE = 131048
SOON = timedelta(seconds=30)


def contact(tx: Transaction, number: int, *, key_hash: str | None = None) -> Contact:
    return Contacts(tx).find_or_create(
        phone=f"21260000000{number}", user_id=None, profile_name=None, now=NOW, key_hash=key_hash
    )


def queue(tx: Transaction, to: Contact, key: str = "k") -> OutboxRow:
    text = OutgoingMessage(text="Rappel")
    Outbox(tx).add(to, text, key=f"{to.id}:{key}", kind=OutboxKind.NOTICE, now=NOW)
    row = SendQueue(tx).next_for(to.id, NOW)
    assert row
    return row


def initiate(tx: Transaction, to: Contact, at: datetime, key: str = "k") -> OutboxRow:
    row = queue(tx, to, key)
    SendQueue(tx).mark_sending(row, NOW, at, SOON, initiates=True)
    tx.connection.execute(update(outbox).where(outbox.c.id == row.id).values(status="delivered"))
    return row


def test_different_people_of_the_last_24_hours_count(database: Database) -> None:
    new = NewRecipients(FixedClock(), 250)
    with database.write() as tx:
        people = [contact(tx, n) for n in range(4)]
        initiate(tx, people[0], NOW - timedelta(hours=23))
        initiate(tx, people[0], NOW - timedelta(hours=2), "again")
        initiate(tx, people[1], NOW - timedelta(hours=1))
        initiate(tx, people[2], NOW - timedelta(hours=25))
        failed = initiate(tx, people[3], NOW)
        tx.connection.execute(
            update(outbox).where(outbox.c.id == failed.id).values(status="failed")
        )
        assert new.used(tx, NOW) == 2
        new.note_limit(tx, MessagingLimit(2))
        assert new.has_room_for(tx, people[0].id, NOW)
        assert not new.has_room_for(tx, people[2].id, NOW)


@pytest.mark.parametrize(("default", "limit"), [(250, 250), (0, None)])
def test_the_setting_holds_until_the_api_tells_the_limit(
    database: Database, default: int, limit: int | None
) -> None:
    new = NewRecipients(FixedClock(), default)
    with database.write() as tx:
        assert new.limit(tx) == limit
        new.note_limit(tx, MessagingLimit(2000))
        new.note_limit(tx, MessagingLimit(10_000))
        assert new.limit(tx) == 10_000
        new.note_limit(tx, MessagingLimit(None))
        assert new.limit(tx) is None


def test_what_is_held_back_is_counted_and_let_go(database: Database) -> None:
    new = NewRecipients(FixedClock(), 250)
    with database.write() as tx:
        row = queue(tx, contact(tx, 1))
        SendQueue(tx).hold_back(row.id, CODE, NOW, NOW + SOON)
        assert (new.waiting(tx, NOW), SendQueue(tx).contacts_due(NOW)) == (1, [])
        SendQueue(tx).let_go(132001, NOW, NOW)
        assert SendQueue(tx).contacts_due(NOW) == [], "it waits for something else"
        SendQueue(tx).let_go(CODE, NOW, NOW)
        assert [due for due, _ in SendQueue(tx).contacts_due(NOW)] == [row.contact_id]


def test_a_template_must_be_looked_up_until_the_list_is_known(database: Database) -> None:
    register = TemplateRegister(database, FixedClock(), can_look_up=True)
    with database.read() as tx:
        assert register.must_be_looked_up(tx, "results_ready", "fr")
        assert register.refusal(tx, "results_ready", "fr") is not None
    with database.write() as tx:
        MessageTemplates(tx).note("results_ready", "fr", "APPROVED", None, NOW)
    with database.read() as tx:
        assert not register.must_be_looked_up(tx, "results_ready", "fr"), "a webhook told it"
        assert register.refusal(tx, "results_ready", "fr") is None
    register._replace([])
    with database.read() as tx:
        assert not register.must_be_looked_up(tx, "results_ready", "fr")
        assert register.refusal(tx, "results_ready", "fr") is not None


def test_another_identity_key_asks_for_a_recheck_and_the_first_one_does_not(
    database: Database,
) -> None:
    with database.write() as tx:
        assert contact(tx, 1).recheck_since is None
        assert contact(tx, 1, key_hash="a").recheck_since is None
        assert contact(tx, 1, key_hash="a").recheck_since is None
        assert contact(tx, 1).recheck_since is None, "without a key nothing is said"
        assert contact(tx, 1, key_hash="b").recheck_since == NOW


def test_all_leases_of_an_owner_end(database: Database) -> None:
    with database.write() as tx:
        leases = Leases(tx)
        for name, owner in (("turn:1", "dead"), ("send:1", "dead"), ("turn:2", "alive")):
            assert leases.acquire(name, owner, NOW)
        assert leases.release_all("dead") == 2
        assert leases.acquire("turn:1", "alive", NOW)
        assert not leases.acquire("turn:2", "dead", NOW)


def test_updates_with_a_note_are_counted_since_an_instant(database: Database) -> None:
    with database.write() as tx:
        for n, age in enumerate((1, 30)):
            item = Update(UpdateKind.OTHER, f"k{n}", "f", None, None, None, {}, "other_number")
            Inbox(tx).add(
                item,
                status=InboxStatus.DONE,
                contact_id=None,
                now=NOW - timedelta(hours=age),
            )
        assert Inbox(tx).count_noted("other_number", NOW - timedelta(days=1)) == 1


def test_each_part_of_a_message_names_the_whole(database: Database) -> None:
    with database.write() as tx:
        to = contact(tx, 1)
        long = OutgoingMessage(text="Une longue nouvelle. " * 300)
        for key in ("short", "k" * 300):
            Outbox(tx).add(to, long, key=key, kind=OutboxKind.NOTICE, now=NOW)
        keys = tx.connection.scalars(select(outbox.c.key).order_by(outbox.c.id)).all()
        assert keys[:2] == ["short:0", "short:1"]
        assert len(keys) == 4
        assert keys[2].rpartition(":")[0] == keys[3].rpartition(":")[0]
