"""One turn: its key, its text, and short answers that become one message."""

from __future__ import annotations

from clinic.messaging.model import Contact, ContactKind, InboxItem, Turn
from tests.small_clinic import NOW
from whatsapp.messages import Choice, OutgoingMessage
from whatsapp.updates import Identity, InboundMessage, MessageType

CONTACT = Contact("contact-1", ContactKind.PATIENT, "212600000001", None, None, None, None)
CHOICES = (Choice("Oui", "/affirm"),)


def item(number: int, text: str | None) -> InboxItem:
    message = InboundMessage(
        f"wamid.{number}", Identity("212600000001"), None, MessageType.TEXT, text
    )
    return InboxItem(number, message, NOW)


def turn(*texts: str | None) -> Turn:
    return Turn(CONTACT, tuple(item(number, text) for number, text in enumerate(texts or ("x",))))


def test_the_first_update_names_the_turn() -> None:
    assert turn("bonjour", "un rdv").key == "wamid.0"


def test_texts_in_a_row_are_one_text() -> None:
    assert turn("bonjour", None, "un rdv").text == "bonjour\nun rdv"


def test_short_texts_become_one_message() -> None:
    answered = turn()
    answered.say(OutgoingMessage("Bonjour."))
    answered.say(OutgoingMessage("Voici."))

    assert answered.messages == [OutgoingMessage("Bonjour.\n\nVoici.")]


def test_a_text_goes_in_front_of_a_question_with_choices() -> None:
    answered = turn()
    answered.say(OutgoingMessage("Bonjour."))
    answered.say(OutgoingMessage("C'est pour vous ?", CHOICES))

    assert answered.messages == [OutgoingMessage("Bonjour.\n\nC'est pour vous ?", CHOICES)]


def test_nothing_is_joined_behind_choices() -> None:
    answered = turn()
    for message in (OutgoingMessage("Lequel ?", CHOICES), OutgoingMessage("Merci.")):
        answered.say(message)

    assert answered.messages == [OutgoingMessage("Lequel ?", CHOICES), OutgoingMessage("Merci.")]


def test_a_message_with_a_header_stays_alone() -> None:
    answered = turn()
    for message in (OutgoingMessage("Bonjour."), OutgoingMessage("Voici.", header="Rendez-vous")):
        answered.say(message)

    assert len(answered.messages) == 2


def test_joined_texts_stay_within_what_stands_above_buttons() -> None:
    answered = turn()
    answered.say(OutgoingMessage("a" * 500))
    answered.say(OutgoingMessage("b" * 498, CHOICES))
    assert [len(message.text) for message in answered.messages] == [1000]

    answered.say(OutgoingMessage("c"))
    over = turn()
    over.say(OutgoingMessage("a" * 500))
    over.say(OutgoingMessage("b" * 499, CHOICES))
    assert [len(message.text) for message in over.messages] == [500, 499]


def test_the_time_of_arrival_stands_in_for_an_unknown_time_of_writing() -> None:
    assert item(0, "bonjour").written_at == NOW
