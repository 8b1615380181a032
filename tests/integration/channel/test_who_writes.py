"""Number, user id, identity key: nobody's file opens for somebody else."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy import update

from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.tables.messaging import contact as contact_table
from clinic.consent.model import Decision, Purpose, Reply
from clinic.handoff.model import Priority
from clinic.messaging.model import Contact
from clinic.patients.model import Relation
from tests.integration.channel.test_every_kind_of_update import (
    contact_of,
    known_patient,
    said,
    uses,
)
from tests.integration.channel.webhooks import (
    SALMA,
    YOUSSEF,
    Recorder,
    Webhook,
    body_of,
    change,
)

pytestmark = pytest.mark.model

Json = dict[str, Any]
USER = f"MA.{int(YOUSSEF) * 7 + 13491208655302741918}"
"""The user id that the simulator gives to Youssef."""


async def patient_by_number(webhook: Webhook) -> Contact:
    """Salma, who booked before WhatsApp gave user ids."""
    patient = await known_patient(webhook)
    with webhook.clinic.services.database.write() as tx:
        tx.connection.execute(update(contact_table).values(user_id=None, user_id_hash=None))
    return patient


async def somebody_without_number(webhook: Webhook) -> Contact:
    """Youssef, who hides his number and wrote once."""
    new = {"wa_id": YOUSSEF, "no_number": True}
    answer = await webhook.clinic.control("POST", "/api/patients", json=new)
    assert answer.json()["id"] == USER
    await webhook.clinic.do(USER, {"type": "sticker"})
    found = user(webhook)
    assert found
    return found


async def with_a_file(webhook: Webhook) -> Contact:
    """The same, for whom a patient is registered."""
    found = await somebody_without_number(webhook)
    webhook.clinic.services.patients.register(found.id, Relation.SELF, "Karima Alaoui")
    return found


def text(webhook: Webhook, wamid: str, words: str = "mes rendez-vous", **sender: str) -> Json:
    item = {"id": f"wamid.{wamid}", "timestamp": str(webhook.now), "type": "text",
            "text": {"body": words}, **sender}  # fmt: skip
    return body_of([change(messages=[item])])


def by_both(webhook: Webhook, wamid: str, words: str = "mes rendez-vous") -> Json:
    return text(webhook, wamid, words, **{"from": SALMA}, from_user_id=USER)


def card(webhook: Webhook, number: str) -> Json:
    phone = {"phone": f"+{number}", "wa_id": number, "type": "CELL"}
    item = {"id": f"wamid.card{number}", "timestamp": str(webhook.now), "type": "contacts",
            "from_user_id": USER,
            "contacts": [{"origin": "contact_request", "phones": [phone]}]}  # fmt: skip
    return body_of([change(messages=[item])])


def user(webhook: Webhook) -> Contact | None:
    with webhook.clinic.services.database.read() as tx:
        return Contacts(tx).find(phone=None, user_id=USER)


def reasons(webhook: Webhook, contact: Contact) -> list[str]:
    with webhook.clinic.services.database.read() as tx:
        return [handoff.reason for handoff in Handoffs(tx).all_of(contact.id)]


async def test_known_by_number_once_and_by_user_id_another_time_is_verified(
    webhook: Webhook,
) -> None:
    patient = await patient_by_number(webhook)
    await somebody_without_number(webhook)
    webhook.process.transport.sent.clear()

    await webhook.deliver(by_both(webhook, "B"))

    assert uses(webhook, "utter_recheck_ask")
    assert "Salma" not in "".join(said(webhook))
    one = contact_of(webhook, SALMA)
    assert (one.id, one.user_id) == (patient.id, USER)
    assert {row.contact_id for row in webhook.inbox() if row.kind == "message"} == {patient.id}
    await webhook.deliver(by_both(webhook, "C", "Salma Benali"))
    assert uses(webhook, "utter_recheck_done")


async def test_a_nurse_who_has_the_conversation_keeps_it_when_two_contacts_are_one(
    webhook: Webhook,
) -> None:
    patient = await patient_by_number(webhook)
    gone = await somebody_without_number(webhook)
    desk = webhook.clinic.services.handoff
    assert desk.claim(desk.open(gone.id, Priority.ROUTINE, "request_human").id, "nurse")
    webhook.process.transport.sent.clear()

    await webhook.deliver(by_both(webhook, "B"))

    assert said(webhook) == []
    assert reasons(webhook, patient) == ["request_human"]


async def test_who_said_stop_without_a_number_gets_no_reminder_by_number(webhook: Webhook) -> None:
    patient = await patient_by_number(webhook)
    register = webhook.clinic.services.consent
    reply = Reply(notice="n", language="fr", text="oui", message_id="r")
    register.record(patient.id, Purpose.REMINDERS, Decision.GIVEN, reply)
    await somebody_without_number(webhook)
    await webhook.deliver(text(webhook, "S", "stop", from_user_id=USER))
    assert register.is_given(patient.id, Purpose.REMINDERS)

    await webhook.deliver(by_both(webhook, "B"))

    assert register.latest(patient.id, Purpose.REMINDERS) is Decision.WITHDRAWN


async def test_a_turn_under_way_is_answered_as_that_of_the_contact_that_stays(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    with webhook.clinic.services.database.write() as tx:
        tx.connection.execute(update(contact_table).values(user_id=None, user_id_hash=None))
    await somebody_without_number(webhook)
    slow = Recorder(webhook)
    runtime = webhook.run_with(webhook.runtime(on_new_message=slow))
    await webhook.post(text(webhook, "A", "quels sont vos horaires ?", from_user_id=USER))
    while not slow.seen:
        await asyncio.sleep(0.01)
    await webhook.post(by_both(webhook, "B", "quels sont vos prix ?"))

    slow.go_on.set()
    await runtime.join()

    kept = contact_of(webhook, SALMA)
    assert set(webhook.states().values()) == {"done"}
    assert {row.contact_id for row in webhook.outbox()} == {kept.id}
    with webhook.clinic.services.database.read() as tx:
        assert Conversations(tx).contact_ids() == [kept.id]
    await webhook.assert_every_row_arrived_once()


async def test_two_files_stay_apart_and_staff_are_told_once(webhook: Webhook) -> None:
    patient = await patient_by_number(webhook)
    other = await with_a_file(webhook)

    for wamid in "BC":
        await webhook.deliver(by_both(webhook, wamid))

    rows = {row.key: row.contact_id for row in webhook.inbox()}
    assert (rows["wamid.B"], rows["wamid.C"]) == (other.id, other.id)
    assert contact_of(webhook, SALMA).id == patient.id
    assert reasons(webhook, other) == ["number_of_another_contact"]
    assert "Salma" not in "".join(said(webhook))


async def test_a_number_without_a_file_goes_to_the_user_who_has_one(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    known = await with_a_file(webhook)

    await webhook.deliver(by_both(webhook, "B"))

    one = contact_of(webhook, SALMA)
    assert (one.id, one.recheck_since) == (known.id, None)


async def test_another_identity_key_is_verified_before_anything_personal(webhook: Webhook) -> None:
    await known_patient(webhook)

    async def write(wamid: str, key: str) -> None:
        webhook.process.transport.sent.clear()
        body = text(webhook, wamid, **{"from": SALMA})
        contact = {"wa_id": SALMA, "identity_key_hash": key, "profile": {"name": "S"}}
        body["entry"][0]["changes"][0]["value"]["contacts"] = [contact]
        await webhook.deliver(body)

    await write("A", "DF2lS5v2W6x=")
    assert contact_of(webhook, SALMA).recheck_since is None, "the first one says nothing"
    await write("B", "DF2lS5v2W6x=")
    assert contact_of(webhook, SALMA).recheck_since is None
    await write("C", "another0000=")
    assert uses(webhook, "utter_recheck_ask")
    assert "Salma" not in "".join(said(webhook))


async def test_a_shared_number_of_somebody_known_asks_for_the_name_first(webhook: Webhook) -> None:
    patient = await patient_by_number(webhook)
    await somebody_without_number(webhook)
    webhook.process.transport.sent.clear()

    await webhook.deliver(card(webhook, SALMA))

    assert uses(webhook, "utter_recheck_ask")
    one = user(webhook)
    assert one
    assert (one.id, one.phone) == (patient.id, SALMA)


async def test_a_shared_number_of_another_file_goes_to_reception(webhook: Webhook) -> None:
    patient = await patient_by_number(webhook)
    other = await with_a_file(webhook)
    webhook.process.transport.sent.clear()

    await webhook.deliver(card(webhook, SALMA))

    assert uses(webhook, "utter_number_to_verify")
    assert reasons(webhook, other) == ["number_of_another_contact"]
    assert contact_of(webhook, SALMA).id == patient.id
    still = user(webhook)
    assert still
    assert (still.id, still.phone) == (other.id, None)


async def test_a_shared_number_is_saved_and_thanked_for(webhook: Webhook) -> None:
    await somebody_without_number(webhook)
    webhook.process.transport.sent.clear()
    await webhook.deliver(card(webhook, YOUSSEF))
    assert uses(webhook, "utter_number_received")
    assert contact_of(webhook, YOUSSEF).user_id == USER
