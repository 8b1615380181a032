"""Calls, echoes, edits, changed numbers, forms...: each does what it should, once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.consent.model import Decision, Purpose, Reply
from clinic.handoff.model import HandoffStatus
from clinic.messaging.model import Contact
from clinic.patients.model import Relation
from scripts.inbox import act, show
from tests.integration.channel.webhooks import (
    NUMBER_ID,
    SALMA,
    YOUSSEF,
    Webhook,
    body_of,
    change,
    messages,
)

pytestmark = pytest.mark.model

Json = dict[str, Any]


def said(webhook: Webhook) -> list[str]:
    """The texts that were sent, in order."""
    bodies = [b for b in webhook.process.transport.sent if "type" in b]
    return [
        (b.get("text") or b.get("interactive", {}).get("body", {})).get("body")
        or b["interactive"]["body"]["text"]
        for b in bodies
    ]


def uses(webhook: Webhook, name: str, language: str = "fr") -> bool:
    """Tells whether the newest message says a text."""
    text = webhook.clinic.services.texts.text(name, language).split("{")[0]
    return bool(said(webhook)) and said(webhook)[-1].startswith(text)


def contact_of(webhook: Webhook, number: str) -> Contact:
    with webhook.clinic.services.database.read() as tx:
        contact = Contacts(tx).find(phone=number, user_id=None)
    assert contact
    return contact


async def known_patient(webhook: Webhook, name: str = "Salma Benali") -> Contact:
    await webhook.open_window(SALMA)
    contact = contact_of(webhook, SALMA)
    services = webhook.clinic.services
    services.patients.register(contact.id, Relation.SELF, name)
    reply = Reply(notice="n", language="fr", text="oui", message_id="m")
    services.consent.record(contact.id, Purpose.CARE, Decision.GIVEN, reply)
    return contact


def call(event: str, **fields: Any) -> Json:
    item = {"id": "wacid.1", "from": SALMA, "to": "212522000100", "event": event,
            "direction": "USER_INITIATED", "timestamp": "1795424400", **fields}  # fmt: skip
    return body_of([change(field="calls", calls=[item])])


async def test_a_missed_call_gets_one_message_and_opens_the_window(webhook: Webhook) -> None:
    await webhook.clinic.add_patient(SALMA)
    await webhook.clinic.do(SALMA, {"type": "sticker"})
    webhook.process.transport.sent.clear()
    for body in (call("connect"), call("terminate", status="FAILED"), call("connect")):
        await webhook.deliver(body)
    assert uses(webhook, "utter_missed_call")
    assert len(said(webhook)) == 1
    assert contact_of(webhook, SALMA).last_inbound_at is not None


@pytest.mark.parametrize(
    "fields",
    [{"direction": "BUSINESS_INITIATED", "to": SALMA, "from": "1"}, {"status": "COMPLETED"}],
)
async def test_a_call_that_was_taken_or_is_ours_gets_nothing(
    webhook: Webhook, fields: Json
) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(call("terminate", **fields))
    assert said(webhook) == []


def echo(wamid: str, **fields: Any) -> Json:
    item = {"from": "212522000100", "to": SALMA, "id": f"wamid.{wamid}", "timestamp": "1795424400",
            "type": "text", "text": {"body": "Je vous rappelle."}, **fields}  # fmt: skip
    return body_of([change(field="smb_message_echoes", message_echoes=[item])])


async def test_an_answer_from_the_clinics_own_phone_silences_the_assistant(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(echo("E"))
    await webhook.deliver(messages(webhook.text("A")))
    assert said(webhook) == []
    with webhook.clinic.services.database.read() as tx:
        handoff = Handoffs(tx).open_of(contact_of(webhook, SALMA).id)
    assert handoff is not None
    assert (handoff.status, handoff.claimed_by) == (HandoffStatus.CLAIMED, "clinic_phone")
    await webhook.deliver(messages(webhook.text("B", "mon père ne respire plus")))
    assert len(said(webhook)) == 1, "the emergency gate is never silent"


async def test_an_echo_for_somebody_unknown_is_stored(webhook: Webhook) -> None:
    await webhook.deliver(echo("E", to="212669999999"))
    assert webhook.states() == {"wamid.E": "done"}
    assert webhook.inbox()[0].contact_id is not None


def edit(wamid: str, original: str, words: str) -> Json:
    inner = {"type": "text", "text": {"body": words}}
    block = {"original_message_id": f"wamid.{original}", "message": inner}
    return {"from": SALMA, "id": f"wamid.{wamid}", "timestamp": "1795424410", "type": "edit",
            "edit": block}  # fmt: skip


def revoke(wamid: str, original: str) -> Json:
    return {"from": SALMA, "id": f"wamid.{wamid}", "timestamp": "1795424410", "type": "revoke",
            "revoke": {"original_message_id": f"wamid.{original}"}}  # fmt: skip


async def test_an_edited_message_is_answered_with_its_new_words_only(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(
        messages(webhook.text("A", "quels sont vos prix"), edit("B", "A", "bonjour"))
    )
    assert webhook.answered() == ["B"]


async def test_an_edit_after_the_answer_is_answered_too(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(messages(webhook.text("A", "bonjour")))
    await webhook.deliver(messages(edit("B", "A", "quels sont vos horaires ?")))
    assert webhook.answered() == ["A", "B"]


async def test_an_emergency_that_is_edited_in_is_seen(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(
        messages(webhook.text("A", "bonjour"), edit("B", "A", "elle ne respire plus"))
    )
    assert any("15" in text for text in said(webhook))


@pytest.mark.parametrize("first", ["message", "revoke"])
async def test_what_was_taken_back_is_not_answered_and_erased(webhook: Webhook, first: str) -> None:
    await webhook.open_window(SALMA)
    items = [webhook.text("A", "un secret"), revoke("R", "A")]
    await webhook.deliver(messages(*(items if first == "message" else reversed(items))))
    assert said(webhook) == []
    cipher = webhook.clinic.services.database.cipher
    assert not any("un secret" in cipher.decrypt(bytes(row.payload)) for row in webhook.inbox())


async def test_a_form_is_read_like_words(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    answers = json.dumps({"flow_token": "x", "question": "quels sont vos horaires ?"})
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Sent",
             "response_json": answers}}  # fmt: skip
    item = {**webhook.text("A"), "type": "interactive", "interactive": reply}
    del item["text"]
    await webhook.deliver(messages(item))
    assert uses(webhook, "utter_opening_hours") or len(said(webhook)) == 1
    assert not uses(webhook, "utter_unreadable")


async def test_a_permission_to_call_needs_no_answer(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    reply = {"type": "call_permission_reply", "call_permission_reply": {"response": "accept"}}
    await webhook.deliver(messages({**webhook.text("A"), "type": "interactive",
                                    "interactive": reply, "text": None}))  # fmt: skip
    assert said(webhook) == []


async def test_an_old_template_button_with_a_foreign_payload_is_read_by_its_words(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    button = {"payload": "v1:confirm:77", "text": "Parler à quelqu'un"}
    item = {**webhook.text("A"), "type": "button", "button": button,
            "context": {"from": "212522000100", "id": "wamid.of.last.year"}}  # fmt: skip
    del item["text"]
    await webhook.deliver(messages(item))
    assert len(said(webhook)) >= 1
    assert not uses(webhook, "utter_unreadable")


async def test_unreadable_messages_are_stored_and_told_once(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    for n in range(4):
        odd = {**webhook.text(f"H{n}"), "type": "hologram", "hologram": {"id": "1"}}
        del odd["text"]
        await webhook.deliver(messages(odd))
    assert len(said(webhook)) == 1
    assert uses(webhook, "utter_unreadable")
    assert {row.status for row in webhook.inbox()} == {"done"}
    assert 'kind="message",type="hologram"} 4.0' in webhook.clinic.services.metrics.text()


def changed_number(old: str, new: str, wamid: str = "SYS") -> Json:
    system = {"body": "changed", "wa_id": new, "type": "user_changed_number"}
    return messages({"from": old, "id": f"wamid.{wamid}", "timestamp": "1795424400",
                     "type": "system", "system": system})  # fmt: skip


async def write_from(webhook: Webhook, number: str, wamid: str, words: str) -> None:
    webhook.process.transport.sent.clear()
    await webhook.clinic.add_patient(number)
    await webhook.clinic.write(number, words)


async def test_a_changed_number_keeps_the_file_and_is_verified_first(webhook: Webhook) -> None:
    contact = await known_patient(webhook)
    new = "212677777777"
    await webhook.deliver(changed_number(SALMA, new))
    assert contact_of(webhook, new).id == contact.id
    await write_from(webhook, new, "A", "mes rendez-vous")
    assert uses(webhook, "utter_recheck_ask")
    await write_from(webhook, new, "B", "Karima Alaoui")
    assert uses(webhook, "utter_recheck_again")
    await write_from(webhook, new, "C", "je suis BENALI Salma")
    assert uses(webhook, "utter_recheck_done")
    await write_from(webhook, new, "D", "bonjour")
    assert "Salma" in said(webhook)[-1]


async def test_a_stranger_on_a_changed_number_gets_a_person_and_no_file(webhook: Webhook) -> None:
    contact = await known_patient(webhook)
    await webhook.deliver(changed_number(SALMA, "212677777777"))
    for n, words in enumerate(("mes rendez-vous", "Karima", "Karima A", "Karima B", "bonjour")):
        await write_from(webhook, "212677777777", str(n), words)
        assert "Salma" not in "".join(said(webhook))
    assert uses(webhook, "utter_recheck_person")
    with webhook.clinic.services.database.read() as tx:
        handoff = Handoffs(tx).open_of(contact.id)
    assert handoff is not None
    assert handoff.reason == "identity_changed"


async def test_an_emergency_on_a_changed_number_is_answered_at_once(webhook: Webhook) -> None:
    await known_patient(webhook)
    await webhook.deliver(changed_number(SALMA, "212677777777"))
    await write_from(webhook, "212677777777", "A", "mon père ne respire plus")
    assert not uses(webhook, "utter_recheck_ask")


async def test_a_message_that_comes_before_the_news_of_the_change_ends_in_the_same_file(
    webhook: Webhook,
) -> None:
    contact = await known_patient(webhook)
    await write_from(webhook, "212677777777", "A", "bonjour")
    await webhook.deliver(changed_number(SALMA, "212677777777"))
    assert contact_of(webhook, "212677777777").id == contact.id
    assert contact.id in {row.contact_id for row in webhook.inbox()}


async def test_another_user_on_the_same_number_is_verified(webhook: Webhook) -> None:
    """The number was given to somebody else: no news of it comes, only another user id."""
    await known_patient(webhook)
    item = {**webhook.text("A", "mes rendez-vous"), "from_user_id": "MA.somebodyelse"}
    await webhook.deliver(messages(item))
    assert uses(webhook, "utter_recheck_ask")


async def test_a_new_identity_key_behind_a_number_is_verified(webhook: Webhook) -> None:
    """Somebody else may hold the phone; nothing of it is answered by itself."""
    await known_patient(webhook)
    system = {"body": "changed", "type": "customer_identity_changed", "identity": "h"}
    await webhook.deliver(messages({"from": SALMA, "id": "wamid.SYS", "type": "system",
                                    "timestamp": "1795424400", "system": system}))  # fmt: skip
    assert said(webhook) == []
    await webhook.deliver(messages(webhook.text("A", "mes rendez-vous")))
    assert uses(webhook, "utter_recheck_ask")


async def test_a_changed_user_id_without_a_number_keeps_the_file(webhook: Webhook) -> None:
    update = {"wa_id": SALMA, "user_id": {"previous": "MA.1", "current": "MA.2"},
              "timestamp": "1795424400"}  # fmt: skip
    contact = await known_patient(webhook)
    with webhook.clinic.services.database.write() as tx:
        Contacts(tx).rename(contact.id, phone=None, user_id="MA.1")
    await webhook.deliver(body_of([change(field="user_id_update", user_id_update=[update])]))
    changed = contact_of(webhook, SALMA)
    assert (changed.user_id, changed.recheck_since is not None) == ("MA.2", True)


async def test_a_number_that_we_asked_for_is_taken_over_and_another_card_is_not(
    webhook: Webhook,
) -> None:
    card = {"origin": "other", "phones": [{"phone": f"+{YOUSSEF}", "wa_id": YOUSSEF}]}
    base = {"from_user_id": "MA.77", "timestamp": str(webhook.now), "type": "contacts"}
    await webhook.deliver(messages({**base, "id": "wamid.A", "contacts": [card]}))
    with webhook.clinic.services.database.read() as tx:
        assert Contacts(tx).find(phone=YOUSSEF, user_id=None) is None
    own = {**card, "origin": "contact_request"}
    await webhook.deliver(messages({**base, "id": "wamid.B", "contacts": [own]}))
    contact = contact_of(webhook, YOUSSEF)
    assert (contact.user_id, contact.recheck_since) == ("MA.77", None)


async def test_parked_items_are_listed_replayed_and_dropped(webhook: Webhook) -> None:
    parked = webhook.clinic.services.parked
    await webhook.deliver(messages(7, {"id": "wamid.X"}))
    lines: list[str] = []
    show(parked, with_content=False, write=lines.append)
    assert len(lines) == 2
    first, second = (str(item.id) for item in parked.list())
    assert act(parked, "replay", [first], lines.append) == 1
    assert "still can't be read" in lines[-1]
    assert act(parked, "drop", [first, second], lines.append) == 0
    assert parked.list() == []
    assert act(parked, "drop", ["x", "99"], lines.append) == 1


async def test_a_failed_turn_that_was_parked_is_answered_when_replayed(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(messages(webhook.text("A")))
    (row,) = [row for row in webhook.inbox() if row.key == "wamid.A"]
    from clinic.adapters.inbox import Inbox

    with webhook.clinic.services.database.write() as tx:
        Inbox(tx).park([row.id], "The turn failed.", webhook.clinic.services.clock.now())
    webhook.clinic.services.parked.replay(row.id)
    await webhook.runtime_of_process().dispatcher.wake_waiting()
    await webhook.clinic.settle()
    assert webhook.states()["wamid.A"] == "done"


async def test_one_update_that_cannot_be_stored_leaves_its_neighbours_alone(
    webhook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    await webhook.open_window(SALMA)
    intake = webhook.clinic.services.intake
    store = intake._store

    def fails(tx: Any, update: Any, arrival: Any) -> None:
        if update.key == "wamid.B":
            raise LookupError("odd")
        store(tx, update, arrival)

    monkeypatch.setattr(intake, "_store", fails)
    await webhook.deliver(messages(*(webhook.text(name) for name in "ABC")))
    assert webhook.answered() == ["A", "C"]
    assert webhook.states()["wamid.B"] == "parked"
    assert NUMBER_ID
