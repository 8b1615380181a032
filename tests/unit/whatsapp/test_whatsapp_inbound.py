"""Updates become messages and statuses."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from whatsapp.errors import ApiErrorInfo
from whatsapp.location import Location
from whatsapp.updates import (
    ContactCard,
    DeliveryStatus,
    Identity,
    InboundMessage,
    MediaReference,
    MessageType,
    Reaction,
    Update,
    UpdateKind,
)
from whatsapp.webhooks import read_identity_change, read_message, read_status, read_updates

PUBLISHED = Path(__file__).parents[3] / "tests/payloads/meta_openapi"
PATIENT = Identity("212600000001")


def published(name: str) -> InboundMessage:
    (update,) = read_updates((PUBLISHED / f"{name}.json").read_bytes())
    return read_message(update)


def message(**raw: Any) -> InboundMessage:
    raw = {"id": "wamid.A", **raw}
    return read_message(update_of(UpdateKind.MESSAGE, raw))


def update_of(kind: UpdateKind, raw: dict[str, Any]) -> Update:
    return Update(kind, "key", "messages", "1065", None, PATIENT, raw)


def test_a_text() -> None:
    found = published("text_message")
    assert (found.type, found.text, found.is_tap) == (
        MessageType.TEXT,
        "Does it come in another color?",
        False,
    )
    assert found.spoken_text == "Does it come in another color?"
    assert found.identity == Identity("16505551234", None, None, "Sheena Nelson")


def test_a_tapped_template_button() -> None:
    found = published("button_message")
    assert (found.type, found.payload, found.title) == (
        MessageType.BUTTON,
        "Unsubscribe",
        "Unsubscribe",
    )
    assert found.is_tap
    assert found.context_id == "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBJFNjk2OTMwNEZCQjhGMzUyQUYA"


@pytest.mark.parametrize(
    ("name", "payload", "title"),
    [
        ("interactive_button_reply_message", "cancel-button", "Cancel"),
        ("interactive_list_reply_message", "priority_express", "Priority Mail Express"),
    ],
)
def test_a_tapped_button_or_row(name: str, payload: str, title: str) -> None:
    found = published(name)
    assert (found.type, found.payload, found.title) == (MessageType.INTERACTIVE, payload, title)
    assert (found.is_tap, found.spoken_text) == (True, title)


def test_an_image_with_its_caption() -> None:
    found = published("image_message")
    assert found.media == MediaReference(
        id="1003383421387256",
        mime_type="image/jpeg",
        sha256="SfInY0gGKTsJlUWbwxC1k+FAD0FZHvzwfpvO0zX0GUI=",
    )
    assert (found.caption, found.spoken_text) == ("Taj Mahal", "Taj Mahal")


def test_a_voice_note() -> None:
    found = message(type="audio", audio={"id": "7", "mime_type": "audio/ogg", "voice": True})
    assert found.media == MediaReference(id="7", mime_type="audio/ogg", voice=True)
    assert (found.type, found.spoken_text) == (MessageType.AUDIO, "")


def test_a_document_with_its_name_and_a_numeric_id() -> None:
    found = message(type="document", document={"id": 7, "filename": "analyse.pdf"})
    assert found.media == MediaReference(id="7", filename="analyse.pdf")


def test_a_location() -> None:
    assert published("location_message").location == Location(
        37.44221496582, -122.16165924072, "Philz Coffee", "101 Forest Ave, Palo Alto, CA 94301"
    )


@pytest.mark.parametrize(
    "block",
    [
        {"latitude": 91, "longitude": 0},
        {"latitude": "north", "longitude": 0},
        {"latitude": "nan", "longitude": 0},
        {"latitude": True, "longitude": 0},
        {"latitude": 10**400, "longitude": 0},
        {"longitude": 0},
        [],
    ],
)
def test_a_location_nowhere_is_none(block: Any) -> None:
    assert message(type="location", location=block).location is None


def test_a_shared_contact_proves_a_number_only_when_it_was_asked_for() -> None:
    phones = [{"phone": "+212 600-000001", "wa_id": "212600000001"}, "odd"]
    found = message(
        type="contacts",
        contacts=[
            {"origin": "contact_request", "phones": phones},
            {"origin": "other", "name": {"formatted_name": "Lucía"}, "phones": "odd"},
            "odd",
        ],
    )
    assert found.contacts == (
        ContactCard(None, ("+212 600-000001",), ("212600000001",), is_own=True),
        ContactCard("Lucía"),
    )


def test_a_reaction_and_one_taken_back() -> None:
    on = "wamid.HBgLMTY1MDM4Nzk0MzkVAgARGBI0RTJEOTc2ODVERUY5RDlGNkYA"
    assert published("reaction_message").reaction == Reaction(on, "👍")
    assert message(type="reaction", reaction={"message_id": on}).reaction == Reaction(on, None)


def test_an_edited_text_is_read_and_refers_to_the_first_one() -> None:
    found = message(
        type="edit",
        edit={
            "original_message_id": "wamid.OLD",
            "message": {"type": "text", "text": {"body": "kandir l3 douleur f sdri"}},
        },
    )
    assert (found.type, found.context_id) == (MessageType.EDIT, "wamid.OLD")
    assert found.spoken_text == "kandir l3 douleur f sdri"


def test_a_revoked_message_refers_to_it() -> None:
    found = message(type="revoke", revoke={"original_message_id": "wamid.OLD"})
    assert (found.type, found.context_id) == (MessageType.REVOKE, "wamid.OLD")


def test_an_unknown_type_keeps_its_words() -> None:
    found = message(type="hologram", hologram={"caption": "au secours"})
    assert (found.type, found.spoken_text) == (MessageType.UNKNOWN, "au secours")


def test_other_interactive_replies_are_no_taps() -> None:
    found = message(
        type="interactive", interactive={"type": "nfm_reply", "nfm_reply": {"body": "Sent"}}
    )
    assert (found.is_tap, found.type) == (False, MessageType.INTERACTIVE)


def test_a_system_message_is_not_the_words_of_the_patient() -> None:
    assert published("system_message").spoken_text == ""


def test_a_failed_status_with_its_reason_and_our_reference() -> None:
    raw = {
        "id": "wamid.S",
        "status": "failed",
        "biz_opaque_callback_data": "outbox-1",
        "errors": [
            {
                "code": 131047,
                "title": "Re-engagement message",
                "message": "Re-engagement message",
                "error_data": {"details": "More than 24 hours have passed"},
            }
        ],
    }
    status = read_status(update_of(UpdateKind.STATUS, raw))
    assert (status.wamid, status.status, status.reference) == (
        "wamid.S",
        DeliveryStatus.FAILED,
        "outbox-1",
    )
    assert status.errors == (
        ApiErrorInfo(
            131047,
            "Re-engagement message",
            "Re-engagement message",
            "More than 24 hours have passed",
        ),
    )
    assert status.recipient == PATIENT


def test_an_unknown_status_is_unknown_and_changes_nothing() -> None:
    status = read_status(update_of(UpdateKind.STATUS, {"id": "wamid.S", "status": "warned"})).status
    assert status is DeliveryStatus.UNKNOWN
    assert not status.can_follow(None)


def test_a_status_never_moves_backwards() -> None:
    order = ["accepted", "sent", "delivered", "read", "played"]
    for (i, old), (j, new) in itertools.product(enumerate(order), repeat=2):
        assert DeliveryStatus(new).can_follow(DeliveryStatus(old)) == (j > i)


def test_a_failure_is_final_unless_the_message_arrived() -> None:
    failed = DeliveryStatus.FAILED
    assert [s.value for s in DeliveryStatus if s.can_follow(failed)] == [
        "delivered",
        "read",
        "played",
    ]
    assert [s.value for s in DeliveryStatus if failed.can_follow(s)] == [
        "accepted",
        "sent",
        "unknown",
    ]


def test_any_known_status_can_be_the_first() -> None:
    assert all(s.can_follow(None) for s in DeliveryStatus if s is not DeliveryStatus.UNKNOWN)


def test_reading_an_update_of_another_kind_is_refused() -> None:
    other = update_of(UpdateKind.OTHER, {})
    for read in (read_message, read_status, read_identity_change):
        with pytest.raises(ValueError, match="other update"):
            read(other)
