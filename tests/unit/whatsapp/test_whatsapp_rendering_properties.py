"""Whatever the texts and choices, every body is one that the API takes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from whatsapp.location import Location
from whatsapp.messages import Choice, Document, Image, OutgoingMessage, Recipient, Template
from whatsapp.rendering import render
from whatsapp.text import clean, has_ink, one_line

SCHEMA = Path(__file__).parents[4] / "shared/whatsapp/messages_request.schema.json"

WORDS = st.sampled_from(
    [
        "rendez-vous",
        "الموعد",
        "ديالك",
        "لَّ",
        "👨‍👩‍👧‍👦",
        "🇲🇦",
        "e\u0301",
        "x" * 90,
        "👍🏽" * 60,
        "\n\n",
        ". ",
        "؟",
        "\u200f",
        "\t",
        "\ud800",
        "\x00",
    ]
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=60),
    st.lists(WORDS, max_size=40).map(" ".join),
    st.lists(WORDS, max_size=6).map("".join),
    st.tuples(WORDS, st.integers(0, 1500)).map(lambda pair: ((pair[0] + " ") * pair[1])[:6000]),
    st.tuples(st.sampled_from("aش👍"), st.integers(4090, 4100)).map(lambda p: p[0] * p[1]),
)
SHORT = st.one_of(st.text(st.characters(), max_size=30), st.lists(WORDS, max_size=4).map(" ".join))
TITLES = st.one_of(SHORT, st.sampled_from(["10:00", "10:00", "Oui", "OUI", "…"])).filter(
    lambda title: has_ink(one_line(title))
)
PAYLOADS = st.one_of(
    SHORT,
    st.sampled_from(
        ["/affirm", "page:r:1", "ref:r:0", "", "p" * 200, "p" * 201, "p" * 256, "p" * 257]
    ),
)
CHOICES = st.lists(
    st.builds(Choice, title=TITLES, payload=PAYLOADS, description=SHORT | st.just("")), max_size=25
)
MESSAGES = st.builds(
    OutgoingMessage,
    text=TEXTS,
    choices=CHOICES.map(tuple),
    list_label=SHORT,
    header=SHORT,
    footer=SHORT,
    location=st.none()
    | st.builds(Location, st.floats(-90, 90), st.floats(-180, 180), name=SHORT, address=SHORT),
    document=st.none() | st.builds(Document, media_id=st.just("7"), filename=SHORT, caption=TEXTS),
    image=st.none() | st.builds(Image, link=st.just("https://example.org/a"), caption=TEXTS),
)
OPTIONS = st.fixed_dictionaries(
    {
        "reference": st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=180),
        "page": st.integers(0, 4),
        "more_label": SHORT,
        "back_label": SHORT,
    }
)
RECIPIENTS = st.sampled_from([Recipient("212612345678"), Recipient(None, "MA.12")])


def rendered(
    message: OutgoingMessage, recipient: Recipient, options: dict[str, Any]
) -> list[dict[str, Any]]:
    """The bodies, or none for a message that is refused because it says nothing."""
    try:
        return render(message, recipient, **options)
    except ValueError:
        nothing = not message.choices and not any(
            (message.location, message.document, message.image)
        )
        assert not has_ink(one_line(message.text))
        assert message.choices or nothing
        return []


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def check_text(text: str, limit: int) -> None:
    assert isinstance(text, str)
    assert 0 < len(text) <= units(text) <= limit
    assert has_ink(text)
    assert not regex.search(r"[\x00-\x08\x0b-\x1f\x7f]", text)


def check_media(media: dict[str, Any]) -> None:
    assert ("id" in media) != ("link" in media)
    assert set(media) <= {"id", "link", "caption", "filename"}
    if "caption" in media:
        check_text(media["caption"], 1024)
    if "filename" in media:
        check_text(media["filename"], 240)


def check_interactive(interactive: dict[str, Any]) -> None:
    assert set(interactive) <= {"type", "header", "body", "footer", "action"}
    check_text(interactive["body"]["text"], 1024)
    if "header" in interactive:
        assert interactive["header"]["type"] == "text"
        check_text(interactive["header"]["text"], 60)
        assert "\n" not in interactive["header"]["text"]
    if "footer" in interactive:
        check_text(interactive["footer"]["text"], 60)
    action = interactive["action"]
    if interactive["type"] == "button":
        items, title_limit, id_limit = [b["reply"] for b in action["buttons"]], 20, 256
        assert set(action) == {"buttons"}
        assert all(button["type"] == "reply" for button in action["buttons"])
        assert 1 <= len(items) <= 3
    else:
        assert interactive["type"] == "list"
        assert set(action) == {"button", "sections"}
        check_text(action["button"], 20)
        (section,) = action["sections"]
        items, title_limit, id_limit = section["rows"], 24, 200
        assert 1 <= len(items) <= 10
    for item in items:
        assert set(item) <= {"id", "title", "description"}
        check_text(item["id"], id_limit)
        check_text(item["title"], title_limit)
        assert item["id"] == item["id"].strip()
        assert item["title"] == one_line(item["title"])
        if "description" in item:
            check_text(item["description"], 72)
    assert len({item["id"] for item in items}) == len(items)
    assert len({item["title"].casefold() for item in items}) == len(items)


def check(body: dict[str, Any]) -> None:
    """The documented limits, more strictly than the API counts them."""
    json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8")
    kind = body["type"]
    assert body["messaging_product"] == "whatsapp"
    assert ("to" in body) != ("recipient" in body)
    assert regex.fullmatch(r"\+[1-9][0-9]{4,14}", body.get("to", "+212612345678"))
    assert set(body) - {"to", "recipient", "biz_opaque_callback_data"} == {
        "messaging_product",
        "recipient_type",
        "type",
        kind,
    }
    if kind == "text":
        check_text(body["text"]["body"], 4096)
    elif kind == "interactive":
        check_interactive(body["interactive"])
    elif kind in ("image", "document"):
        check_media(body[kind])
    else:
        assert kind == "location"


def visible(text: str) -> list[str]:
    return [cluster for cluster in regex.findall(r"\X", text) if has_ink(cluster)]


@settings(max_examples=200, deadline=None)
@given(message=MESSAGES, recipient=RECIPIENTS, options=OPTIONS)
def test_every_body_keeps_the_limits(
    message: OutgoingMessage, recipient: Recipient, options: dict[str, Any]
) -> None:
    for body in rendered(message, recipient, options):
        check(body)


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of Meta's OpenAPI is not here")
def test_every_body_validates_against_the_published_schema() -> None:
    import jsonschema

    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))

    @settings(max_examples=100, deadline=None)
    @given(message=MESSAGES, recipient=RECIPIENTS, options=OPTIONS)
    def bodies_validate(
        message: OutgoingMessage, recipient: Recipient, options: dict[str, Any]
    ) -> None:
        for body in rendered(message, recipient, options):
            validator.validate(body)

    bodies_validate()


@pytest.mark.skipif(not SCHEMA.exists(), reason="the schema of Meta's OpenAPI is not here")
def test_templates_validate_against_the_published_schema() -> None:
    import jsonschema

    validator = jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text("utf-8")))
    template = Template(
        name="reminder_24h",
        language="fr",
        parameters=("Salma", "jeudi"),
        header_document=Document(link="https://example.org/a.pdf", filename="rdv.pdf"),
        quick_replies=("confirm:1", "change:1"),
        url_suffix="abc",
    )
    for body in render(OutgoingMessage(template=template), Recipient(None, "MA.12")):
        validator.validate(body)


@settings(max_examples=120, deadline=None)
@given(text=TEXTS.filter(has_ink), choices=CHOICES)
def test_no_visible_character_of_a_text_is_lost_or_broken(text: str, choices: list[Choice]) -> None:
    message = OutgoingMessage(text=text, choices=tuple(choices))
    if not has_ink(clean(text)):
        return
    said = [
        body["text"]["body"] if body["type"] == "text" else body["interactive"]["body"]["text"]
        for body in render(message, Recipient("212612345678"))
    ]
    assert [c for part in said for c in visible(part)] == visible(clean(text))


@settings(max_examples=100, deadline=None)
@given(choices=CHOICES.filter(bool))
def test_every_choice_can_be_tapped_on_some_page_and_told_from_the_others(
    choices: list[Choice],
) -> None:
    message = OutgoingMessage(text="?", choices=tuple(choices))
    ids: list[str] = []
    for page in range((len(choices) - 1) // 9 + 1 if len(choices) > 10 else 1):
        (body,) = render(message, Recipient("212612345678"), reference="r", page=page)
        action = body["interactive"]["action"]
        items = (
            [button["reply"] for button in action["buttons"]]
            if "buttons" in action
            else action["sections"][0]["rows"]
        )
        ids += [item["id"] for item in items if not item["id"].startswith("page:")]
    assert len(set(ids)) == len(choices)
    for index, (choice, id_) in enumerate(zip(choices, ids, strict=True)):
        assert id_ in (choice.payload, f"ref:r:{index}")


@settings(max_examples=200, deadline=None)
@given(
    message=MESSAGES.filter(lambda m: "\ud800" not in json.dumps(m.to_dict(), ensure_ascii=False))
)
def test_a_stored_message_renders_the_same(message: OutgoingMessage) -> None:
    stored = json.loads(json.dumps(message.to_dict()))
    assert OutgoingMessage.from_dict(stored) == message
