"""Webhook bodies become updates."""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

import pytest

from whatsapp.errors import MalformedBodyError
from whatsapp.updates import Identity, Update, UpdateKind
from whatsapp.webhooks import read_identity_change, read_message, read_status, read_updates

ROOT = Path(__file__).parents[3]
PUBLISHED = ROOT / "tests/payloads/meta_openapi"
DOCUMENTED = ROOT.parent / "shared/whatsapp/payloads"

NUMBER_ID = "106540352242922"


def body_of(*values: Any, field: str = "messages") -> bytes:
    changes = [{"field": field, "value": value} for value in values]
    root = {"object": "whatsapp_business_account", "entry": [{"id": "102", "changes": changes}]}
    return json.dumps(root).encode()


def value_with(**lists: Any) -> dict[str, Any]:
    return {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550783881", "phone_number_id": NUMBER_ID},
        **lists,
    }


def text(wamid: str, sender: str | None = "212600000001", words: str = "salam") -> dict[str, Any]:
    message: dict[str, Any] = {
        "id": wamid,
        "timestamp": "1749416383",
        "type": "text",
        "text": {"body": words},
    }
    return message if sender is None else {"from": sender, **message}


def kinds(updates: list[Update]) -> list[str]:
    return [update.kind.value for update in updates]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("button_message", "message"),
        ("contact_sharing_message", "message"),
        ("group_create_message", "other"),
        ("group_remove_participants", "other"),
        ("group_settings_update", "other"),
        ("image_message", "message"),
        ("interactive_button_reply_message", "message"),
        ("interactive_list_reply_message", "message"),
        ("location_message", "message"),
        ("order_message", "message"),
        ("reaction_message", "message"),
        ("system_message", "system"),
        ("text_message", "message"),
        ("text_message_from_click_to_whatsapp_ad", "message"),
        ("text_message_with_context_product_inquiry", "message"),
        ("unsupported_message", "message"),
    ],
)
def test_a_published_body_is_one_update_of_its_kind(name: str, expected: str) -> None:
    (update,) = read_updates((PUBLISHED / f"{name}.json").read_bytes())
    assert (update.kind.value, update.phone_number_id) == (expected, NUMBER_ID)
    assert update.timestamp is not None


def test_every_published_body_is_expected_above() -> None:
    assert len(list(PUBLISHED.glob("*.json"))) == 16


DOCUMENTED_KINDS = {
    "bsuid_status_delivered_no_phone": "status",
    "bsuid_status_delivered_phone_and_bsuid": "status",
    "bsuid_text_username_no_phone": "message",
    "overview_text": "message",
    "status_failed_131049": "status",
    "status_sent_v23": "status",
    "status_v24_no_conversation_no_pricing": "status",
    "system_user_changed_number": "system",
    "unsupported_edit_131051": "message",
    "value_level_errors_130429": "error",
    "contacts_shared_by_request_contact_info": "message",
    "contacts_shared_manually_vcard": "message",
    "identity_key_hash_text": "message",
    "security_pin_reset_request": "other",
    "smb_message_echo": "echo",
    "system_user_changed_user_id_no_phone": "system",
    "unsupported_131060_unavailable": "message",
    "user_id_update": "user_id_update",
}


@pytest.mark.skipif(not DOCUMENTED.exists(), reason="the documented payloads are not here")
@pytest.mark.parametrize("name", DOCUMENTED_KINDS)
def test_a_documented_body_is_one_update_of_its_kind(name: str) -> None:
    (path,) = DOCUMENTED.glob(f"*/{name}.json")
    (update,) = read_updates(path.read_bytes())
    assert update.kind.value == DOCUMENTED_KINDS[name]
    if update.kind in (UpdateKind.MESSAGE, UpdateKind.SYSTEM, UpdateKind.ECHO):
        assert read_message(update).wamid == update.key
    if update.kind is UpdateKind.STATUS:
        assert read_status(update).recipient.key is not None


@pytest.mark.skipif(not DOCUMENTED.exists(), reason="the documented payloads are not here")
def test_every_documented_body_is_expected_above() -> None:
    found = {
        p.stem
        for folder in ("meta_docs", "meta_docs_filled")
        for p in (DOCUMENTED / folder).iterdir()
    }
    assert found == set(DOCUMENTED_KINDS)


def test_several_entries_changes_messages_and_statuses_all_count() -> None:
    status = {"id": "wamid.S", "status": "sent", "timestamp": "1749416383"}
    root = {
        "object": "whatsapp_business_account",
        "entry": [
            {
                "id": "1",
                "changes": [
                    {
                        "field": "messages",
                        "value": value_with(
                            messages=[text("wamid.A"), text("wamid.B")], statuses=[status]
                        ),
                    },
                    {"field": "messages", "value": value_with(messages=[text("wamid.C")])},
                ],
            },
            {
                "id": "2",
                "changes": [{"field": "messages", "value": value_with(messages=[text("wamid.D")])}],
            },
        ],
    }
    updates = read_updates(json.dumps(root).encode())
    assert [update.key for update in updates] == [
        "wamid.A",
        "wamid.B",
        "status:wamid.S:sent",
        "wamid.C",
        "wamid.D",
    ]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [
        (None, "The item is not an object."),
        ("text", "The item is not an object."),
        ({"from": "212600000001", "type": "text"}, "The item has no id."),
        ({"from": "212600000001", "id": 7, "type": "text"}, "The item has no id."),
        (text("wamid.B", sender=None), "The message has no sender."),
    ],
)
def test_a_broken_message_leaves_its_neighbours_alone(broken: Any, reason: str) -> None:
    body = body_of(value_with(messages=[text("wamid.A"), broken, text("wamid.C")]))
    before, middle, after = read_updates(body)
    assert (before.key, after.key) == ("wamid.A", "wamid.C")
    assert (middle.kind, middle.reason) == (UpdateKind.MALFORMED, reason)
    assert middle.raw == (broken if isinstance(broken, dict) else {"item": broken})
    assert middle.key.startswith("malformed:")


def test_lists_that_are_no_lists_become_malformed_and_the_rest_is_read() -> None:
    value = value_with(statuses={"id": "x"}, messages=[text("wamid.A")])
    malformed, message = read_updates(body_of(value))
    assert (malformed.kind, malformed.reason) == (UpdateKind.MALFORMED, "statuses is not a list.")
    assert message.key == "wamid.A"


@pytest.mark.parametrize("body", [b"{}", b'{"entry": 3}', b'{"entry": [3]}', b'{"entry": [{}]}'])
def test_an_object_of_another_shape_is_one_malformed_update(body: bytes) -> None:
    assert kinds(read_updates(body)) == ["malformed"]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b'"text"', b"3", b"{", b"\xff\xfe", b"{'a':1}"]
)
def test_a_body_that_is_no_json_object_raises(body: bytes) -> None:
    with pytest.raises(MalformedBodyError):
        read_updates(body)


def test_a_patient_without_a_number_is_known_by_the_user_id() -> None:
    value = value_with(
        contacts=[{"profile": {"name": "Salma", "username": "@salma"}, "user_id": "MA.12"}],
        messages=[{**text("wamid.A", sender=None), "from_user_id": "MA.12"}],
    )
    (update,) = read_updates(body_of(value))
    assert update.identity == Identity(None, "MA.12", "@salma", "Salma")
    assert update.identity.key == "MA.12"


def test_each_message_of_a_batch_gets_its_own_contact() -> None:
    value = value_with(
        contacts=[
            {"profile": {"name": "One"}, "wa_id": "212600000001", "user_id": "MA.1"},
            {"profile": {"name": "Two"}, "wa_id": "212600000002"},
        ],
        messages=[
            text("wamid.B", "212600000002"),
            text("wamid.A"),
            text("wamid.C", "212600000003"),
        ],
    )
    assert [update.identity for update in read_updates(body_of(value))] == [
        Identity("212600000002", None, None, "Two"),
        Identity("212600000001", "MA.1", None, "One"),
        Identity("212600000003"),
    ]


def test_a_message_without_sender_takes_the_only_contact_but_not_one_of_two() -> None:
    contacts = [{"wa_id": "212600000001"}, {"wa_id": "212600000002"}]
    message = text("wamid.A", sender=None)
    (one,) = read_updates(body_of(value_with(contacts=contacts[:1], messages=[message])))
    (two,) = read_updates(body_of(value_with(contacts=contacts, messages=[message])))
    assert one.identity == Identity("212600000001")
    assert two.kind is UpdateKind.MALFORMED


def test_an_echo_concerns_the_patient_it_was_written_to() -> None:
    echo = {**text("wamid.E", "15550783881"), "to": "212600000001"}
    (update,) = read_updates(body_of(value_with(message_echoes=[echo]), field="smb_message_echoes"))
    assert (update.kind, update.key) == (UpdateKind.ECHO, "wamid.E")
    assert update.identity == Identity("212600000001")
    assert read_message(update).text == "salam"


def test_a_call_concerns_the_patient_on_either_side() -> None:
    calls = [
        {"id": "1", "from": "212600000001", "to": "1555", "direction": "USER_INITIATED"},
        {"id": "2", "from": "1555", "to": "212600000002", "direction": "BUSINESS_INITIATED"},
    ]
    updates = read_updates(body_of(value_with(calls=calls), field="calls"))
    assert kinds(updates) == ["call", "call"]
    assert [u.identity and u.identity.key for u in updates] == ["212600000001", "212600000002"]


def test_unknown_lists_leave_one_update_per_item_and_unknown_values_one() -> None:
    listed = value_with(new_things=[{"a": 1}, {"a": 2}, "three"])
    single = {"event": "ACCOUNT_RESTRICTION", "restriction_info": [{"a": 1}, {"a": 2}]}
    updates = read_updates(body_of(listed, single, field="account_update"))
    assert kinds(updates) == ["other"] * 4
    assert [update.raw for update in updates] == [{"a": 1}, {"a": 2}, {"item": "three"}, single]
    assert len({update.key for update in updates}) == 4


def test_a_redelivered_item_keeps_its_key_whatever_stands_around_it() -> None:
    status = {"id": "wamid.S", "status": "read"}
    user = {"wa_id": "212600000001", "user_id": {"previous": "MA.1", "current": "MA.2"}}
    first = read_updates(body_of(value_with(statuses=[status], user_id_update=[user])))
    reordered = {"user_id": {"current": "MA.2", "previous": "MA.1"}, "wa_id": "212600000001"}
    again = read_updates(
        body_of(value_with(user_id_update=[reordered]), value_with(statuses=[status]))
    )
    assert {update.key for update in again} == {update.key for update in first}


def test_items_without_a_time_of_their_own_are_told_apart_by_the_entry() -> None:
    value = {"event": "PIN_RESET_REQUEST"}
    bodies = [
        {"entry": [{"id": "1", "time": time, "changes": [{"field": "security", "value": value}]}]}
        for time in (1748811473, 1748811473, 1748897873)
    ]
    first, again, later = (read_updates(json.dumps(body).encode())[0] for body in bodies)
    assert first.key == again.key
    assert first.key != later.key
    assert first.timestamp == datetime(2025, 6, 1, 20, 57, 53, tzinfo=timezone.utc)


def test_overlong_or_unprintable_ids_give_short_keys() -> None:
    statuses = [{"id": "w" * 190, "status": "delivered"}]
    messages = [text("w" * 5000), text("واحد"), text("a b")]
    updates = read_updates(body_of(value_with(messages=messages, statuses=statuses)))
    assert [len(update.key) for update in updates] == [72, 72, 72, 71]
    assert len({update.key for update in updates}) == 4


@pytest.mark.parametrize(
    ("given", "year"),
    [
        ("1749416383", 2025),
        (1749416383, 2025),
        ("0", None),
        ("-5", None),
        ("1e9", None),
        ("99999999999999999999", None),
        (10**300, None),
        (1749416383000, None),
        (1749416383.5, None),
        (True, None),
        ("", None),
        ("soon", None),
        ({}, None),
    ],
)
def test_timestamps_are_epoch_seconds_and_absurd_ones_are_none(
    given: Any, year: int | None
) -> None:
    (update,) = read_updates(
        body_of(value_with(messages=[{**text("wamid.A"), "timestamp": given}]))
    )
    assert (update.timestamp and update.timestamp.year) == year


@pytest.mark.parametrize(
    "deep",
    ["[" * 100_000 + "]" * 100_000, '{"a":' * 90_000 + "1" + "}" * 90_000],
    ids=["lists", "objects"],
)
def test_a_value_nested_too_deeply_costs_only_itself(deep: str) -> None:
    body = body_of(value_with(messages=[{**text("wamid.A"), "x": "DEEP"}, text("wamid.B")]))
    deeper = body.replace(b'"DEEP"', deep.encode())
    first, second = read_updates(deeper)
    assert (first.key, second.key) == ("wamid.A", "wamid.B")
    assert read_message(first).text == "salam"
    json.dumps(first.to_dict())


def test_nesting_that_never_closes_is_no_json() -> None:
    for body in (
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"entry":' + b"[" * 5000 + b"]" * 4999 + b"}",
    ):
        with pytest.raises(MalformedBodyError):
            read_updates(body)


def test_huge_numbers_do_not_stop_the_reading() -> None:
    body = body_of(value_with(messages=[{**text("wamid.A"), "x": "N", "y": "F"}]))
    body = body.replace(b'"N"', b"9" * 10_000).replace(b'"F"', b"-1e999")
    (update,) = read_updates(body)
    assert update.raw["x"] == "9" * 10_000
    assert update.raw["y"] == "-1e999"


def test_text_that_can_not_be_stored_is_replaced() -> None:
    body = body_of(value_with(messages=[text("wamid.A", words="SWAP")]))
    (update,) = read_updates(body.replace(b"SWAP", b"a\\ud83d b\\u0000 c\xff \\ud83d\\ude00"))
    assert read_message(update).text == "a\ufffd b\ufffd c\ufffd 😀"


def test_a_byte_order_mark_is_passed_over() -> None:
    body = body_of(value_with(messages=[text("wamid.A")]))
    assert kinds(read_updates(b"\xef\xbb\xbf" + body)) == ["message"]


def test_an_update_survives_storing() -> None:
    for path in PUBLISHED.glob("*.json"):
        for update in read_updates(path.read_bytes()):
            assert Update.from_dict(json.loads(json.dumps(update.to_dict()))) == update


def test_a_changed_number_tells_both_numbers() -> None:
    (update,) = read_updates((PUBLISHED / "system_message.json").read_bytes())
    change = read_identity_change(update)
    assert change is not None
    assert (change.previous.wa_id, change.current.wa_id) == ("16505551234", "12195555358")


def test_a_changed_user_id_tells_both_ids() -> None:
    item = {"wa_id": "212600000001", "user_id": {"previous": "MA.1", "current": "MA.2"}}
    (update,) = read_updates(body_of(value_with(user_id_update=[item]), field="user_id_update"))
    change = read_identity_change(update)
    assert change is not None
    assert (change.previous, change.current) == (
        Identity("212600000001", "MA.1"),
        Identity("212600000001", "MA.2"),
    )


def test_a_thousand_messages_in_one_body_are_a_thousand_updates() -> None:
    people = [f"2126{number:08}" for number in range(1000)]
    value = value_with(
        contacts=[{"wa_id": wa_id, "profile": {"name": wa_id[-3:]}} for wa_id in people],
        messages=[text(f"wamid.{wa_id}", wa_id) for wa_id in people],
    )
    updates = read_updates(body_of(value))
    assert [u.identity and u.identity.profile_name for u in updates] == [p[-3:] for p in people]
