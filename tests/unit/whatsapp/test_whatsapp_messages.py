"""Values to send, and how they are stored."""

from __future__ import annotations

import json

import pytest

from whatsapp.location import Location
from whatsapp.messages import (
    Choice,
    Document,
    Image,
    NamedParameter,
    OutgoingMessage,
    Recipient,
    Template,
)

FULL = OutgoingMessage(
    text="Votre rendez-vous",
    choices=(Choice("Oui", "/affirm"), Choice("غدا", "/deny", "10:00")),
    list_label="اختار",
    header="Cabinet",
    footer="Ne répondez pas en cas d'urgence : 15",
    location=Location(0.0, -7.6, "Cabinet", "Rue 1"),
    document=Document(media_id="7", filename="rdv.pdf", caption="PDF"),
    image=Image(link="https://example.org/a.png"),
    template=Template(
        name="reminder_24h",
        language="fr",
        named_parameters=(NamedParameter("day", "jeudi"),),
        header_document=Document(link="https://example.org/a.pdf", filename="a.pdf"),
        quick_replies=("confirm:1", "change:1"),
        url_suffix="abc",
        url_index=0,
    ),
)


def test_a_message_survives_storing() -> None:
    assert OutgoingMessage.from_dict(json.loads(json.dumps(FULL.to_dict()))) == FULL


def test_a_short_message_is_stored_short() -> None:
    stored = OutgoingMessage(text="ok", choices=(Choice("Oui", "/affirm"),)).to_dict()
    assert stored == {"text": "ok", "choices": [{"title": "Oui", "payload": "/affirm"}]}


def test_what_a_newer_version_stored_is_passed_over() -> None:
    stored = {
        "text": "ok",
        "sticker": 1,
        "choices": [{"title": "Oui", "payload": "y", "icon": "x"}],
        "template": {"name": "a", "language": "fr", "colour": "red"},
    }
    assert OutgoingMessage.from_dict(stored) == OutgoingMessage(
        text="ok", choices=(Choice("Oui", "y"),), template=Template("a", "fr")
    )


@pytest.mark.parametrize(
    "phone",
    [
        "212612345678",
        "+212612345678",
        "00212612345678",
        "+212 6 12-34-56-78",
        "+212 (0)612345678",
        "\u202a+212\u00a0612345678\u202c",
        "٢١٢٦١٢٣٤٥٦٧٨",
    ],
)
def test_a_number_is_addressed_with_plus_and_country_code(phone: str) -> None:
    assert Recipient(phone).to_fields() == {"to": "+212612345678"}


@pytest.mark.parametrize(
    "phone", ["0612345678", "+0612345678", "abc", "+", "123", "2" * 16, "²1261234567"]
)
def test_a_number_that_would_be_misdelivered_is_refused(phone: str) -> None:
    with pytest.raises(ValueError, match="A phone number"):
        Recipient(phone)


def test_somebody_without_a_number_is_addressed_by_the_user_id() -> None:
    assert Recipient(None, "MA.12").to_fields() == {"recipient": "MA.12"}
    assert Recipient("212612345678", "MA.12").to_fields() == {"to": "+212612345678"}
    with pytest.raises(ValueError, match="a phone number or a user id"):
        Recipient(None)


@pytest.mark.parametrize("title", ["", "  ", "\n", "\u200f", "\x07"])
def test_a_choice_that_can_not_be_seen_is_refused(title: str) -> None:
    with pytest.raises(ValueError, match="can be seen"):
        Choice(title, "x")


def test_a_file_is_given_in_one_way() -> None:
    for arguments in ({}, {"link": "https://a", "media_id": "7"}, {"link": "ftp://a"}):
        with pytest.raises(ValueError, match="A media"):
            Document(**arguments)


def test_a_template_that_meta_would_refuse_is_refused() -> None:
    wrong: list[dict[str, object]] = [
        {"name": "Reminder", "language": "fr"},
        {"name": "reminder", "language": "ary-Latn"},
        {
            "name": "a",
            "language": "fr",
            "parameters": ("1",),
            "named_parameters": (NamedParameter("a", "1"),),
        },
        {"name": "a", "language": "fr", "header_text": "a", "header_image": Image(media_id="7")},
    ]
    for arguments in wrong:
        with pytest.raises(ValueError, match="A template"):
            Template(**arguments)  # type: ignore[arg-type]


@pytest.mark.parametrize(("latitude", "longitude"), [(91, 0), (0, 181), (float("nan"), 0)])
def test_a_place_off_the_map_is_refused(latitude: float, longitude: float) -> None:
    with pytest.raises(ValueError, match="A location"):
        Location(latitude, longitude)
