"""Every rule of the table refuses what breaks it, and Meta's own examples pass."""

from __future__ import annotations

import asyncio
import contextlib
import copy
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from simulator_harness import SALMA, SETTINGS, FakeAssistant

from simulator.errors import GraphError
from simulator.media import Media
from simulator.rules import check_send, find_problems
from simulator.service import Simulator

TO = "+212661234501"


def send(kind: str, **content: Any) -> dict[str, Any]:
    return {"messaging_product": "whatsapp", "to": TO, "type": kind, kind: content}


def buttons(*replies: tuple[str, str], **more: Any) -> dict[str, Any]:
    action = {
        "buttons": [{"type": "reply", "reply": {"id": i, "title": title}} for i, title in replies]
    }
    body = {"body": {"text": "Quand ?"}, **more}
    return send("interactive", type="button", action=action, **body)


def a_list(*sections: dict[str, Any], button: str = "Choisir", **more: Any) -> dict[str, Any]:
    action = {"button": button, "sections": list(sections)}
    body = {"body": {"text": "Quand ?"}, **more}
    return send("interactive", type="list", action=action, **body)


def rows(count: int, start: int = 0) -> list[dict[str, str]]:
    return [{"id": str(n), "title": f"Heure {n}"} for n in range(start, start + count)]


def cta(url: str = "https://clinique.ma", title: str = "Ouvrir") -> dict[str, Any]:
    parameters = {"display_text": title, "url": url}
    action = {"name": "cta_url", "parameters": parameters}
    return send("interactive", type="cta_url", body={"text": "Lien"}, action=action)


def template(*components: dict[str, Any], **more: Any) -> dict[str, Any]:
    content = {"name": "rappel", "language": {"code": "fr"}, "components": list(components)}
    return send("template", **{**content, **more})


def body_parameter(text: str) -> dict[str, Any]:
    return {"type": "body", "parameters": [{"type": "text", "text": text}]}


def quick_reply(parameter: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "button",
        "sub_type": "quick_reply",
        "index": "0",
        "parameters": [parameter],
    }


def ask_location(name: str = "send_location") -> dict[str, Any]:
    return send(
        "interactive",
        type="location_request_message",
        body={"text": "Où ?"},
        action={"name": name},
    )


def ask_number(name: str = "request_contact_info") -> dict[str, Any]:
    return send(
        "interactive",
        type="request_contact_info",
        body={"text": "Votre numéro ?"},
        action={"name": name},
    )


CONTACT = {"name": {"formatted_name": "Dr Alami"}, "phones": [{"phone": "+212522000000"}]}
READ = {"messaging_product": "whatsapp", "status": "read", "message_id": "wamid.x"}

ACCEPTED = {
    "text": send("text", body="é" * 4096),
    "text without a type": {"messaging_product": "whatsapp", "to": TO, "text": {"body": "a"}},
    "text to a user id": {
        "messaging_product": "whatsapp",
        "recipient": "MA.134912",
        "type": "text",
        "text": {"body": "a"},
    },
    "three buttons": buttons(("1" * 256, "a" * 20), ("2", "b"), ("3", "c")),
    "buttons with a header": buttons(("1", "a"), header={"type": "text", "text": "t" * 60}),
    "ten rows": a_list({"title": "A", "rows": rows(5)}, {"title": "B", "rows": rows(5, 5)}),
    "link button": cta(),
    "location request": ask_location(),
    "number request": ask_number(),
    "image by id": send("image", id="1", caption="c" * 1024),
    "document by link": send("document", link="https://x.ma/a.pdf", filename="a.pdf"),
    "location": send("location", latitude=33.5, longitude=-7.6, name="Clinique"),
    "contacts": {
        "messaging_product": "whatsapp",
        "to": TO,
        "type": "contacts",
        "contacts": [CONTACT],
    },
    "reaction": send("reaction", message_id="wamid.x", emoji="👍"),
    "template": template(body_parameter("demain à 10 h")),
    "template with a picture, a date and buttons": template(
        {"type": "header", "parameters": [{"type": "image", "image": {"id": "1"}}]},
        {
            "type": "body",
            "parameters": [{"type": "date_time", "date_time": {"fallback_value": "12 mai"}}],
        },
        quick_reply({"type": "payload", "payload": "oui"}),
        {
            "type": "button",
            "sub_type": "url",
            "index": 1,
            "parameters": [{"type": "text", "text": "x7"}],
        },
    ),
    "read": READ,
    "read and typing": {**READ, "typing_indicator": {"type": "text"}},
}

REFUSED: dict[str, tuple[dict[str, Any], int, str]] = {
    "no product": ({"to": TO, "type": "text", "text": {"body": "a"}}, 131008, "messaging_product"),
    "no recipient": (
        {"messaging_product": "whatsapp", "type": "text", "text": {"body": "a"}},
        131008,
        "'to'",
    ),
    "number without +": ({**send("text", body="a"), "to": "212661234501"}, 131009, "to"),
    "number without country": ({**send("text", body="a"), "to": "0661234501"}, 131009, "to"),
    "unknown type": ({**send("text", body="a"), "type": "poll"}, 100, "type"),
    "unknown key": ({**send("text", body="a"), "foo": 1}, 100, "foo"),
    "callback data too long": (
        {**send("text", body="a"), "biz_opaque_callback_data": "x" * 513},
        131009,
        "biz_opaque_callback_data",
    ),
    "content missing": (
        {"messaging_product": "whatsapp", "to": TO, "type": "text"},
        131008,
        "'text'",
    ),
    "content not an object": ({**send("text"), "text": "a"}, 100, "text"),
    "empty text": (send("text", body=""), 131009, "text.body"),
    "blank text": (send("text", body="  \n"), 131009, "text.body"),
    "text too long": (send("text", body="a" * 4097), 131009, "text.body"),
    "four buttons": (buttons(*((str(n), str(n)) for n in range(4))), 131009, "action.buttons"),
    "no button": (buttons(), 131009, "action.buttons"),
    "button title too long": (buttons(("1", "a" * 21)), 131009, "buttons[0].reply.title"),
    "button id too long": (buttons(("1" * 257, "a")), 131009, "buttons[0].reply.id"),
    "button id with a space": (buttons(("1 ", "a")), 131009, "buttons[0].reply.id"),
    "button titles twice": (buttons(("1", "a"), ("2", "a")), 131009, "buttons[1].reply.title"),
    "button ids twice": (buttons(("1", "a"), ("1", "b")), 131009, "buttons[1].reply.id"),
    "button body too long": (buttons(("1", "a"), body={"text": "b" * 1025}), 131009, "body.text"),
    "footer too long": (buttons(("1", "a"), footer={"text": "f" * 61}), 131009, "footer.text"),
    "header too long": (
        buttons(("1", "a"), header={"type": "text", "text": "h" * 61}),
        131009,
        "header.text",
    ),
    "header without content": (buttons(("1", "a"), header={"type": "image"}), 131009, "header"),
    "number request by another name": (ask_number("contact_request"), 100, "action.name"),
    "body missing": (
        send("interactive", type="button", action={"buttons": []}),
        131008,
        "interactive.body",
    ),
    "eleven rows": (
        a_list({"title": "A", "rows": rows(6)}, {"title": "B", "rows": rows(5, 6)}),
        131009,
        "rows",
    ),
    "empty section": (a_list({"title": "A", "rows": []}), 131009, "rows"),
    "section title missing": (
        a_list({"rows": rows(1)}, {"title": "B", "rows": rows(1, 1)}),
        131009,
        "title",
    ),
    "section title too long": (a_list({"title": "s" * 25, "rows": rows(1)}), 131009, "title"),
    "row title too long": (
        a_list({"rows": [{"id": "1", "title": "t" * 25}]}),
        131009,
        "rows[0].title",
    ),
    "row description too long": (
        a_list({"rows": [{"id": "1", "title": "t", "description": "d" * 73}]}),
        131009,
        "rows[0].description",
    ),
    "row id too long": (a_list({"rows": [{"id": "i" * 201, "title": "t"}]}), 131009, "rows[0].id"),
    "row ids twice": (
        a_list({"title": "A", "rows": rows(1)}, {"title": "B", "rows": rows(1)}),
        131009,
        "sections[1].rows[0].id",
    ),
    "list button too long": (a_list({"rows": rows(1)}, button="b" * 21), 131009, "action.button"),
    "list body too long": (
        a_list({"rows": rows(1)}, body={"text": "b" * 1025}),
        131009,
        "body.text",
    ),
    "list with a picture": (
        a_list({"rows": rows(1)}, header={"type": "image", "image": {"id": "1"}}),
        100,
        "header.type",
    ),
    "link of another kind": (cta("javascript:alert(1)"), 131009, "parameters.url"),
    "link title too long": (cta(title="t" * 21), 131009, "display_text"),
    "location request misnamed": (ask_location("where"), 100, "action.name"),
    "media by id and link": (send("image", id="1", link="https://x.ma/a"), 100, "image"),
    "media with nothing": (send("image", caption="a"), 100, "image"),
    "caption too long": (send("image", id="1", caption="c" * 1025), 131009, "image.caption"),
    "caption on a voice note": (send("audio", id="1", caption="a"), 100, "audio.caption"),
    "latitude out of range": (send("location", latitude=91, longitude=0), 131009, "latitude"),
    "longitude missing": (send("location", latitude=1), 131008, "longitude"),
    "reaction to nothing": (send("reaction", emoji="👍"), 131008, "message_id"),
    "template name": (template(name="Rappel RDV"), 131009, "template.name"),
    "template language missing": (
        {**template(), "template": {"name": "rappel"}},
        131008,
        "language",
    ),
    "line break in a parameter": (template(body_parameter("a\nb")), 100, "new-line"),
    "template parameter without content": (
        template({"type": "body", "parameters": [{"type": "text"}]}),
        131009,
        "lacks",
    ),
    "template button without index": (
        template({"type": "button", "sub_type": "quick_reply", "parameters": []}),
        131008,
        "index",
    ),
    "read of nothing": ({"messaging_product": "whatsapp", "status": "read"}, 131008, "message_id"),
    "status of another kind": ({**READ, "status": "played"}, 100, "status"),
}


@pytest.mark.parametrize("name", ACCEPTED)
def test_body_within_the_limits_is_accepted(name: str) -> None:
    assert list(find_problems(ACCEPTED[name])) == []


@pytest.mark.parametrize("name", REFUSED)
def test_body_that_breaks_a_rule_is_refused_with_the_code_and_the_field(name: str) -> None:
    body, code, field = REFUSED[name]
    with pytest.raises(GraphError) as refusal:
        check_send(body)
    assert refusal.value.code == code
    assert field in refusal.value.details


JUNK: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=3), st.just([])
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_body_with_junk_anywhere_is_refused_or_accepted_but_never_crashes(
    data: st.DataObject,
) -> None:
    body = copy.deepcopy(data.draw(st.sampled_from(list(ACCEPTED.values()))))
    place: Any = body
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        if not keys:
            break
        key = data.draw(st.sampled_from(keys))
        if isinstance(place[key], (dict, list)) and data.draw(st.booleans()):
            place = place[key]
            continue
        place[key] = data.draw(st.one_of(JUNK, st.just({}), st.just([None])))
        break
    asyncio.run(send_or_be_refused(body))


async def send_or_be_refused(body: dict[str, Any]) -> None:
    async with httpx.AsyncClient(transport=FakeAssistant()) as client:
        simulator = Simulator(SETTINGS, client)
        simulator.media._media["1"] = Media("1", b"x", "image/png")
        simulator.patient_writes(SALMA, {"type": "text", "text": "a", "wamid": "wamid.x"})
        with contextlib.suppress(GraphError):
            simulator.accept_send(body)
        await simulator.stop()
