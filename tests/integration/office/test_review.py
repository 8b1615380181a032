"""Messages to review on both databases: noted masked, counted, decided once."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.adapters.tables.review import review_message
from clinic.messaging.model import InboxItem, Turn
from clinic.review.errors import (
    AlreadyTrainedError,
    EmptyExampleError,
    HeldOutMessageError,
    UnknownIntentError,
    UnknownMessageError,
)
from clinic.review.services import ReviewDesk
from clinic.review.training_files import TrainingFiles, read_examples
from tests.integration.office.conftest import NOW, ROOT, Office
from whatsapp.updates import Identity, InboundMessage, MessageType


@pytest.fixture
def desk(office: Office, tmp_path: Path) -> ReviewDesk:
    for folder in ("data/nlu", "tests/nlu"):
        shutil.copytree(ROOT / folder, tmp_path / "copy" / folder)
    files = TrainingFiles(tmp_path / "copy")
    return ReviewDesk(office.database, office.clock, office.audit, files)


def user(
    text: str, intent: str = "nlu_fallback", *, key: str = "m1", is_tap: bool = False
) -> dict[str, Any]:
    return {
        "event": "user",
        "text": text,
        "metadata": {"message_id": key, "is_tap": is_tap},
        "parse_data": {
            "text": text,
            "language": "fr",
            "intent": {"name": intent, "confidence": 0.4},
            "intent_ranking": [
                {"name": intent, "confidence": 0.4},
                {"name": "ask_price", "confidence": 0.3},
            ],
        },
    }


def play(office: Office, desk: ReviewDesk, *events: dict[str, Any]) -> None:
    key = events[0]["metadata"]["message_id"]
    with office.database.write() as tx:
        contact = Contacts(tx).get(office.contact_id)
        assert contact is not None
        message = InboundMessage(key, Identity("212661000001"), NOW, MessageType.TEXT, text="x")
        turn = Turn(contact, (InboxItem(1, message, NOW),))
        turn.events, turn.language = list(events), "fr"
        desk.note_turn(tx, turn)


def test_a_message_that_was_not_understood_waits_without_the_patients_name(
    office: Office, desk: ReviewDesk
) -> None:
    play(office, desk, user("zut pour Benali au 0661234567 hein"))

    (message,) = desk.waiting(by="hind")
    assert message.text == "zut pour Salma au 0600000000 hein"
    assert [guess.intent for guess in message.guesses] == ["ask_price"]
    with office.database.read() as tx:
        stored = tx.connection.execute(select(review_message.c.text)).scalar_one()
    assert b"zut" not in bytes(stored)


def test_a_name_that_the_clinic_does_not_know_is_replaced_too(
    office: Office, desk: ReviewDesk
) -> None:
    event = user("hiya Sanae Idrissi")
    event["parse_data"]["entities"] = [{"entity": "person_name", "value": "Sanae Idrissi"}]
    play(office, desk, event)

    assert [message.text for message in desk.waiting(by="hind")] == ["hiya Salma"]


def test_what_was_understood_and_what_was_tapped_is_not_noted(
    office: Office, desk: ReviewDesk
) -> None:
    play(office, desk, user("combien", "ask_price"))
    play(office, desk, user("Oui", is_tap=True))

    assert desk.waiting(by="hind") == []


def test_an_answer_that_says_so_counts_as_not_understood(office: Office, desk: ReviewDesk) -> None:
    says = {"event": "bot", "metadata": {"utter_action": "utter_not_understood_here"}}
    play(office, desk, user("zut alors", "inform"), says)

    assert [m.guesses[0].intent for m in desk.waiting(by="hind")] == ["inform"]


def test_the_same_words_again_are_counted(office: Office, desk: ReviewDesk) -> None:
    play(office, desk, user("Zut alors"))
    play(office, desk, user("zut, alors !", key="m2"))

    assert [message.times for message in desk.waiting(by="hind")] == [2]


def test_a_label_becomes_a_line_of_the_patch(office: Office, desk: ReviewDesk) -> None:
    play(office, desk, user("zut alors le tarif quoi"))
    (message,) = desk.waiting(by="hind")

    desk.label(message.id, "ask_price", "zut alors le tarif [quoi]", by="hind")

    assert "+    - zut alors le tarif (quoi)\n" in desk.patch()
    assert "data/nlu/fr/facts.yml" in desk.patch()
    assert desk.waiting(by="hind") == []
    with pytest.raises(UnknownMessageError):
        desk.dismiss(message.id, by="omar")

    desk.undo(message.id, by="hind")
    assert desk.patch() == ""


def test_a_test_message_is_refused(office: Office, desk: ReviewDesk) -> None:
    play(office, desk, user("zut"))
    (message,) = desk.waiting(by="hind")
    held_out = next(iter(read_examples(ROOT / "tests" / "nlu" / "fr", ROOT)))

    with pytest.raises(HeldOutMessageError):
        desk.label(message.id, "ask_price", held_out.text.upper(), by="hind")
    assert desk.patch() == ""


def test_what_is_trained_already_or_means_nothing_is_refused(
    office: Office, desk: ReviewDesk
) -> None:
    play(office, desk, user("zut"))
    (message,) = desk.waiting(by="hind")
    trained = next(
        e for e in read_examples(ROOT / "data" / "nlu" / "fr", ROOT) if "[" not in e.text
    )

    with pytest.raises(AlreadyTrainedError):
        desk.label(message.id, "ask_price", trained.text, by="hind")
    with pytest.raises(UnknownIntentError):
        desk.label(message.id, "choose_slot", "zut", by="hind")
    with pytest.raises(EmptyExampleError):
        desk.label(message.id, "ask_price", "  ", by="hind")


def test_staff_report_a_message_that_was_misunderstood(office: Office, desk: ReviewDesk) -> None:
    with office.database.write() as tx:
        said = [
            user("zut le prix", "book_appointment"),
            user("Oui", "affirm", key="m2", is_tap=True),
        ]
        Conversations(tx).save(office.contact_id, said, NOW)
        Contacts(tx).set_language(office.contact_id, "fr")
    desk.report(office.contact_id, "m1", by="amina")

    (message,) = desk.waiting(by="hind")
    assert message.text == "zut le prix"
    assert (message.source.value, message.guesses[0].intent) == ("staff", "book_appointment")


def test_a_message_that_is_reported_twice_came_once(office: Office, desk: ReviewDesk) -> None:
    with office.database.write() as tx:
        Conversations(tx).save(office.contact_id, [user("zut le prix", "book_appointment")], NOW)
    for member in ("amina", "amina", "nadia"):
        desk.report(office.contact_id, "m1", by=member)

    assert [message.times for message in desk.waiting(by="hind")] == [1]


def test_what_the_assistant_noted_itself_is_not_counted_again_when_it_is_reported(
    office: Office, desk: ReviewDesk
) -> None:
    play(office, desk, user("zut le prix"))
    with office.database.write() as tx:
        Conversations(tx).save(office.contact_id, [user("zut le prix")], NOW)
    desk.report(office.contact_id, "m1", by="amina")

    assert [message.times for message in desk.waiting(by="hind")] == [1]


def test_the_message_that_was_shown_is_reported_when_another_came_since(
    office: Office, desk: ReviewDesk
) -> None:
    said = [user("zut le prix", "book_appointment"), user("merci", "thank", key="m2")]
    with office.database.write() as tx:
        Conversations(tx).save(office.contact_id, said, NOW)
    desk.report(office.contact_id, "m1", by="amina")

    assert [message.text for message in desk.waiting(by="hind")] == ["zut le prix"]


def test_without_anything_written_there_is_nothing_to_report(
    office: Office, desk: ReviewDesk
) -> None:
    with pytest.raises(UnknownMessageError):
        desk.report(office.contact_id, "m1", by="amina")


def test_decisions_are_in_the_audit_trail(office: Office, desk: ReviewDesk) -> None:
    play(office, desk, user("zut"))
    (message,) = desk.waiting(by="hind")
    desk.dismiss(message.id, by="hind")

    assert [e.action for e in office.audit.about("review")] == ["review_read", "review_decided"]
