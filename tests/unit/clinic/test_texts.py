"""The texts outside Rasa: chosen by language, variables filled in."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic.messaging.model import ListLabels
from clinic.messaging.texts import Texts, UnknownTextError, load_texts
from whatsapp.messages import Choice, OutgoingMessage

RESPONSES = """
version: "3.1"
responses:
  utter_offer:
  - condition: [{type: slot, name: language, value: fr}]
    text: "Bonjour {patient}, {{accolades}}"
    buttons:
    - {title: "Oui {patient}", payload: '/confirm_booking{{"hold": "{hold}"}}'}
  - condition: [{type: slot, name: language, value: ary-Latn}]
    text: "Salam {patient}"
  utter_list_label:
  - condition: [{type: slot, name: language, value: fr}]
    text: "Choisir"
  utter_list_more:
  - condition: [{type: slot, name: language, value: fr}]
    text: "Suite"
  utter_list_back:
  - condition: [{type: slot, name: language, value: fr}]
    text: "Début"
"""


@pytest.fixture
def texts(tmp_path: Path) -> Texts:
    (tmp_path / "topic").mkdir()
    (tmp_path / "topic" / "offer.yml").write_text(RESPONSES, encoding="utf-8")
    (tmp_path / "empty.yml").write_text("", encoding="utf-8")
    return load_texts(tmp_path)


def test_a_message_is_filled_in_as_rasa_does_it(texts: Texts) -> None:
    assert texts.message("utter_offer", "fr", patient="Salma", hold="h-1") == OutgoingMessage(
        text="Bonjour Salma, {accolades}",
        choices=(Choice("Oui Salma", '/confirm_booking{"hold": "h-1"}'),),
    )


def test_each_language_has_its_own_text(texts: Texts) -> None:
    assert texts.text("utter_offer", "ary-Latn", patient="Salma") == "Salam Salma"


@pytest.mark.parametrize(("name", "language"), [("utter_offer", "en"), ("utter_nothing", "fr")])
def test_a_text_that_is_not_there_is_named(texts: Texts, name: str, language: str) -> None:
    with pytest.raises(UnknownTextError, match=f"{name} has no text in {language}"):
        texts.text(name, language)


def test_lists_are_labelled_in_the_language(texts: Texts) -> None:
    assert texts.list_labels("fr") == ListLabels("Choisir", "Suite", "Début")


def test_has_knows_which_texts_there_are(texts: Texts) -> None:
    assert [texts.has("utter_offer"), texts.has("utter_nothing")] == [True, False]
