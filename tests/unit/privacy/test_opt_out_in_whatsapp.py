"""A patient who stops marketing in WhatsApp itself: the refusal withdraws the consent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from clinic.adapters.consents import Consents
from clinic.adapters.database import Database
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.outbox import Outbox
from clinic.adapters.send_queue import SendQueue
from clinic.consent.model import Decision, Purpose
from clinic.consent.services import ConsentRegister, Reply
from clinic.messaging.delivery import OPTED_OUT_CODE, give_up
from clinic.messaging.model import Contact, OutboxKind
from clinic.messaging.retries import Fate
from tests.small_clinic import FixedClock
from whatsapp.messages import OutgoingMessage


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (Decision.GIVEN, Decision.WITHDRAWN),
        (Decision.REFUSED, Decision.REFUSED),
        (None, None),
    ],
)
def test_only_a_live_consent_is_withdrawn(
    before: Decision | None,
    after: Decision | None,
    database: Database,
    contact: Contact,
    clock: FixedClock,
) -> None:
    register = ConsentRegister(database, clock, "Test")
    if before:
        reply = Reply("question", "fr", "Oui", "wamid.1")
        register.record(contact.id, Purpose.MARKETING, before, reply)
        clock.time += timedelta(minutes=1)

    with database.write() as tx:
        Outbox(tx).add(
            contact,
            OutgoingMessage("Nouveautés"),
            key="news",
            kind=OutboxKind.NOTICE,
            now=clock.now(),
        )
        row = SendQueue(tx).next_for(contact.id, clock.now())
        assert row is not None
        give_up(
            tx,
            row,
            contact,
            Fate.UNDELIVERABLE,
            code=OPTED_OUT_CODE,
            raw=None,
            now=clock.now(),
        )

    with database.read() as tx:
        assert Consents(tx).latest(contact.id, Purpose.MARKETING) is after
        # Without a consent to withdraw it is a message that staff did not get through.
        is_told = Handoffs(tx).open_of(contact.id) is not None
    assert is_told is (before is not Decision.GIVEN)
