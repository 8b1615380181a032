"""Messages become request bodies."""

from __future__ import annotations

from typing import Any

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
from whatsapp.rendering import page_of, ref_of, render

PATIENT = Recipient("212612345678")


def bodies(message: OutgoingMessage, **options: Any) -> list[dict[str, Any]]:
    return render(message, PATIENT, reference="out-1", **options)


def offer(count: int, **changes: Any) -> OutgoingMessage:
    choices = tuple(Choice(f"Heure {i}", f"/pick{i}") for i in range(count))
    return OutgoingMessage(text="Quelle heure ?", choices=choices, **changes)


def rows(body: dict[str, Any]) -> list[dict[str, str]]:
    (section,) = body["interactive"]["action"]["sections"]
    return section["rows"]


def buttons(body: dict[str, Any]) -> list[dict[str, str]]:
    return [button["reply"] for button in body["interactive"]["action"]["buttons"]]


def test_a_text() -> None:
    assert bodies(OutgoingMessage(text="Labas ?")) == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "to": "+212612345678",
            "type": "text",
            "text": {"body": "Labas ?"},
            "biz_opaque_callback_data": "out-1",
        }
    ]


def test_a_text_to_somebody_without_a_number_and_without_a_reference() -> None:
    assert render(OutgoingMessage(text="Labas ?"), Recipient(None, "MA.12")) == [
        {
            "messaging_product": "whatsapp",
            "recipient_type": "individual",
            "recipient": "MA.12",
            "type": "text",
            "text": {"body": "Labas ?"},
        }
    ]


def test_up_to_three_short_choices_are_buttons() -> None:
    (body,) = bodies(offer(2, header="Rendez-vous", footer="Cabinet Atlas"))
    assert body["interactive"] == {
        "type": "button",
        "header": {"type": "text", "text": "Rendez-vous"},
        "body": {"text": "Quelle heure ?"},
        "footer": {"text": "Cabinet Atlas"},
        "action": {
            "buttons": [
                {"type": "reply", "reply": {"id": "/pick0", "title": "Heure 0"}},
                {"type": "reply", "reply": {"id": "/pick1", "title": "Heure 1"}},
            ]
        },
    }


def test_four_choices_are_a_list() -> None:
    (body,) = bodies(offer(4, list_label="Choisir"))
    assert body["interactive"]["type"] == "list"
    assert body["interactive"]["action"]["button"] == "Choisir"
    assert rows(body) == [{"id": f"/pick{i}", "title": f"Heure {i}"} for i in range(4)]


def test_ten_choices_are_one_page_without_a_label_given() -> None:
    (body,) = bodies(offer(10))
    assert [row["id"] for row in rows(body)] == [f"/pick{i}" for i in range(10)]
    assert body["interactive"]["action"]["button"] == "…"


def test_eleven_choices_are_two_pages() -> None:
    labels = {"more_label": "Autres heures", "back_label": "Revenir"}
    (first,) = bodies(offer(11), **labels)
    (second,) = bodies(offer(11), page=1, **labels)
    assert [row["id"] for row in rows(first)] == [*(f"/pick{i}" for i in range(9)), "page:out-1:1"]
    assert rows(first)[-1]["title"] == "Autres heures"
    assert rows(second) == [
        {"id": "/pick9", "title": "Heure 9"},
        {"id": "/pick10", "title": "Heure 10"},
        {"id": "page:out-1:0", "title": "Revenir"},
    ]


def test_every_choice_is_on_one_page_and_every_page_can_be_reached() -> None:
    message, page, seen = offer(50), 0, []
    while True:
        (body,) = bodies(message, page=page)
        seen += [row["id"] for row in rows(body) if not page_of(row["id"])]
        following = page_of(rows(body)[-1]["id"])
        if following is None:
            break
        assert following == ("out-1", page + 1)
        page = following[1]
    assert seen == [f"/pick{i}" for i in range(50)]


@pytest.mark.parametrize(("page", "first"), [(-3, "/pick0"), (99, "/pick9")])
def test_a_page_that_does_not_exist_is_the_nearest(page: int, first: str) -> None:
    (body,) = bodies(offer(11), page=page)
    assert rows(body)[0]["id"] == first


def test_a_later_page_repeats_the_question_and_not_all_before_it() -> None:
    message = offer(11, image=Image(media_id="7"))
    long = OutgoingMessage(text="A" * 5000 + "\n\nQuelle heure ?", choices=message.choices)
    assert [body["type"] for body in bodies(message, page=1)] == ["interactive"]
    (body,) = bodies(long, page=1)
    assert body["interactive"]["body"]["text"].endswith("Quelle heure ?")


def test_a_title_too_long_for_a_button_makes_a_list_that_keeps_it_whole() -> None:
    title = "Consultation de médecine générale"
    (body,) = bodies(
        OutgoingMessage(text="Pour quoi ?", choices=(Choice(title, "a"), Choice("Autre", "b")))
    )
    assert rows(body) == [
        {"id": "a", "title": "Consultation de…", "description": title},
        {"id": "b", "title": "Autre"},
    ]


@pytest.mark.parametrize(
    ("title", "kind"),
    [("x" * 20, "button"), ("x" * 21, "list"), ("👍" * 10, "button"), ("👍" * 10 + "x", "list")],
)
def test_a_button_holds_twenty_units(title: str, kind: str) -> None:
    (body,) = bodies(OutgoingMessage(text="?", choices=(Choice(title, "a"),)))
    assert body["interactive"]["type"] == kind


def test_a_described_choice_makes_a_list() -> None:
    choices = (Choice("10:00", "a", "Dr Alami, jeudi"), Choice("11:00", "b"))
    (body,) = bodies(OutgoingMessage(text="Quand ?", choices=choices))
    assert rows(body)[0] == {"id": "a", "title": "10:00", "description": "Dr Alami, jeudi"}


def test_a_shortened_row_keeps_title_and_description() -> None:
    choice = Choice("Consultation de médecine générale", "a", "30 minutes")
    (body,) = bodies(OutgoingMessage(text="Quoi ?", choices=(choice,)))
    assert rows(body)[0]["description"] == "Consultation de médecine générale · 30 minutes"


def test_equal_titles_are_numbered() -> None:
    choices = (Choice("10:00", "a"), Choice("10:00", "b"), Choice("10:00", "c"))
    (body,) = bodies(OutgoingMessage(text="Quand ?", choices=choices))
    assert [reply["title"] for reply in buttons(body)] == ["10:00", "10:00 (2)", "10:00 (3)"]
    (body,) = bodies(OutgoingMessage(text="Quand ?", choices=choices * 2))
    assert [row["title"] for row in rows(body)] == ["10:00", *(f"10:00 ({n})" for n in range(2, 7))]


def test_rows_that_look_equal_once_shortened_are_numbered() -> None:
    names = ("Consultation de médecine du sport", "Consultation de médecine du travail")
    choices = tuple(Choice(name, name) for name in names)
    (body,) = bodies(OutgoingMessage(text="Quoi ?", choices=choices))
    assert [row["title"] for row in rows(body)] == ["Consultation de…", "Consultation de… (2)"]


def test_a_payload_that_can_not_be_an_id_becomes_a_reference() -> None:
    payloads = ["x" * 257, "/ok", "/ok", " /ok", "page:other:1", "ref:other:1", "", "a\nb", "fine"]
    choices = tuple(Choice(f"Choix {i}", payload) for i, payload in enumerate(payloads))
    (body,) = bodies(OutgoingMessage(text="Quoi ?", choices=choices))
    ids = [row["id"] for row in rows(body)]
    assert ids == ["ref:out-1:0", "/ok", *(f"ref:out-1:{i}" for i in range(2, 8)), "fine"]
    assert ref_of(ids[0]) == ("out-1", 0)


def test_a_button_may_have_a_longer_id_than_a_row() -> None:
    payload = "x" * 256
    (few,) = bodies(OutgoingMessage(text="?", choices=(Choice("a", payload),)))
    (many,) = bodies(
        OutgoingMessage(text="?", choices=tuple(Choice(c, payload + c) for c in "abcd"))
    )
    assert buttons(few)[0]["id"] == payload
    assert rows(many)[0]["id"] == "ref:out-1:0"


@pytest.mark.parametrize(
    ("payload", "page", "ref"),
    [
        ("page:out-1:2", ("out-1", 2), None),
        ("ref:a:b:0", None, ("a:b", 0)),
        ("page::1", ("", 1), None),
        ("page:out-1:x", None, None),
        ("page:out-1:٢", None, None),
        ("/inform", None, None),
        ("page:1", None, None),
    ],
)
def test_payloads_of_ours_are_recognised(
    payload: str, page: tuple[str, int] | None, ref: tuple[str, int] | None
) -> None:
    assert (page_of(payload), ref_of(payload)) == (page, ref)


def test_a_long_text_becomes_several_and_the_last_carries_the_choices() -> None:
    text = "\n\n".join(f"Paragraphe {i}. " + "mot " * 60 for i in range(30)) + "\n\nQuelle heure ?"
    message = OutgoingMessage(text=text, choices=offer(2).choices, header="Titre", footer="Pied")
    *leading, last = bodies(message)
    assert [body["type"] for body in leading] == ["text", "text"]
    assert leading[0]["text"]["body"].startswith("Titre\n\nParagraphe 0.")
    assert leading[1]["text"]["body"].startswith("Paragraphe")
    assert "header" not in last["interactive"]
    assert last["interactive"]["footer"] == {"text": "Pied"}
    assert last["interactive"]["body"]["text"].endswith("Quelle heure ?")


def test_a_provider_may_take_shorter_texts() -> None:
    text = "Une phrase de plus. " * 200
    parts = render(OutgoingMessage(text=text), PATIENT, max_text=1600)
    assert [len(part["text"]["body"]) <= 1600 for part in parts] == [True] * 3
    *leading, last = render(
        OutgoingMessage(text=text, choices=(Choice("Oui", "/affirm"),)), PATIENT, max_text=1600
    )
    assert last["type"] == "interactive"
    words = [*(part["text"]["body"] for part in leading), last["interactive"]["body"]["text"]]
    assert max(map(len, words)) <= 1600
    assert " ".join(words) == text.strip()


def test_an_overlong_header_and_footer_become_part_of_the_text() -> None:
    (body,) = bodies(offer(1, header="H" * 61, footer="F" * 61))
    assert body["interactive"]["body"]["text"] == "\n\n".join(
        ["H" * 61, "Quelle heure ?", "F" * 61]
    )
    assert {"header", "footer"}.isdisjoint(body["interactive"])


def test_header_and_footer_of_a_plain_text_are_lines_of_it() -> None:
    (body,) = bodies(OutgoingMessage(text="b", header="a", footer="c"))
    assert body["text"] == {"body": "a\n\nb\n\nc"}


def test_files_and_places_go_before_the_text() -> None:
    message = OutgoingMessage(
        text="Voici.",
        document=Document(link="https://example.org/a.pdf", filename="rdv.pdf", caption="Le PDF"),
        image=Image(media_id="7"),
        location=Location(33.57, -7.59, "Cabinet", " "),
    )
    assert [(body["type"], body[body["type"]]) for body in bodies(message)] == [
        ("image", {"id": "7"}),
        (
            "document",
            {"link": "https://example.org/a.pdf", "filename": "rdv.pdf", "caption": "Le PDF"},
        ),
        ("location", {"latitude": 33.57, "longitude": -7.59, "name": "Cabinet"}),
        ("text", {"body": "Voici."}),
    ]


def test_an_overlong_caption_is_sent_as_text_and_an_overlong_name_keeps_its_ending() -> None:
    message = OutgoingMessage(
        document=Document(media_id="7", filename="a" * 300 + ".pdf", caption="c" * 1025)
    )
    document, text = bodies(message)
    assert document["document"] == {"id": "7", "filename": "a" * 235 + "….pdf"}
    assert text["text"] == {"body": "c" * 1025}


def test_a_template_with_everything() -> None:
    template = Template(
        name="reminder_24h",
        language="ar",
        parameters=("Salma", "jeudi\n 12 mars"),
        header_document=Document(link="https://example.org/a.pdf", filename="rdv.pdf", caption="x"),
        quick_replies=("confirm:1", "change:1"),
        url_suffix="abc",
    )
    (body,) = bodies(OutgoingMessage(text="what staff read", template=template))
    assert body["type"] == "template"
    assert body["template"] == {
        "name": "reminder_24h",
        "language": {"code": "ar"},
        "components": [
            {
                "type": "header",
                "parameters": [
                    {
                        "type": "document",
                        "document": {"link": "https://example.org/a.pdf", "filename": "rdv.pdf"},
                    }
                ],
            },
            {
                "type": "body",
                "parameters": [
                    {"type": "text", "text": "Salma"},
                    {"type": "text", "text": "jeudi 12 mars"},
                ],
            },
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "0",
                "parameters": [{"type": "payload", "payload": "confirm:1"}],
            },
            {
                "type": "button",
                "sub_type": "quick_reply",
                "index": "1",
                "parameters": [{"type": "payload", "payload": "change:1"}],
            },
            {
                "type": "button",
                "sub_type": "url",
                "index": "2",
                "parameters": [{"type": "text", "text": "abc"}],
            },
        ],
    }


def test_a_template_with_named_parameters_and_one_without_any() -> None:
    named = Template(
        "a", "fr", named_parameters=(NamedParameter("day", "jeudi"),), header_text="Bonjour"
    )
    (body,) = bodies(OutgoingMessage(template=named))
    assert body["template"]["components"] == [
        {"type": "header", "parameters": [{"type": "text", "text": "Bonjour"}]},
        {
            "type": "body",
            "parameters": [{"type": "text", "parameter_name": "day", "text": "jeudi"}],
        },
    ]
    (body,) = bodies(OutgoingMessage(template=Template("a", "fr")))
    assert body["template"] == {"name": "a", "language": {"code": "fr"}}


@pytest.mark.parametrize(
    "message",
    [
        OutgoingMessage(),
        OutgoingMessage(text=" \n\u200f"),
        OutgoingMessage(choices=(Choice("a", "a"),)),
        OutgoingMessage(template=Template("a", "fr", parameters=("ok", " "))),
    ],
)
def test_nothing_empty_is_sent(message: OutgoingMessage) -> None:
    with pytest.raises(ValueError, match=r"needs something|need a text|is empty"):
        bodies(message)


@pytest.mark.parametrize("reference", ["x" * 181, "a b", "é", "a\n"])
def test_a_reference_that_would_not_fit_in_an_id_is_refused(reference: str) -> None:
    with pytest.raises(ValueError, match="reference"):
        render(OutgoingMessage(text="a"), PATIENT, reference=reference)
