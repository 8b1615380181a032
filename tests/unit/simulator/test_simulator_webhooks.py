"""What the assistant receives, also when the network misbehaves."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest
from simulator_harness import SALMA, SETTINGS, Clinic, FakeAssistant, Patients, until

from simulator.service import Simulator
from whatsapp.signature import sign

IMANE = "212698456703"


async def test_text_arrives_in_metas_shape_and_signed(
    patients: Patients, assistant: FakeAssistant, simulator: Simulator
) -> None:
    wamid = await patients.write(text="Salam", timestamp=1750000000)
    await until(lambda: bool(assistant.bodies))
    user_id = simulator.store.patient(SALMA).user_id
    value = {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": SETTINGS.display_phone_number,
            "phone_number_id": SETTINGS.phone_number_id,
        },
        "contacts": [{"profile": {"name": "Salma Bennani"}, "wa_id": SALMA, "user_id": user_id}],
        "messages": [
            {
                "from": SALMA,
                "from_user_id": user_id,
                "id": wamid,
                "timestamp": "1750000000",
                "type": "text",
                "text": {"body": "Salam"},
            }
        ],
    }
    entry = {"id": SETTINGS.business_account_id, "changes": [{"value": value, "field": "messages"}]}
    assert assistant.bodies == [{"object": "whatsapp_business_account", "entry": [entry]}]
    request = assistant.requests[0]
    assert request.headers["x-hub-signature-256"] == sign(request.content, SETTINGS.app_secret)


async def test_patient_without_a_number_is_known_by_user_id_only(
    client: httpx.AsyncClient, patients: Patients, assistant: FakeAssistant
) -> None:
    body = {"wa_id": "+212611111111", "name": "Nour", "username": "@nour", "no_number": True}
    user_id = (await client.post("/api/patients", json=body)).json()["id"]
    await patients.write(user_id, text="Salam")
    await until(lambda: bool(assistant.bodies))
    value = assistant.bodies[0]["entry"][0]["changes"][0]["value"]
    assert value["contacts"] == [
        {"profile": {"name": "Nour", "username": "@nour"}, "user_id": user_id}
    ]
    assert "from" not in value["messages"][0]
    assert value["messages"][0]["from_user_id"] == user_id


async def test_tap_on_a_button_is_a_button_reply_with_its_context(
    clinic: Clinic, patients: Patients, assistant: FakeAssistant
) -> None:
    await patients.write(text="Salam")
    buttons = [{"type": "reply", "reply": {"id": "slot:1", "title": "Jeudi 10 h"}}]
    interactive = {"type": "button", "body": {"text": "Quand ?"}, "action": {"buttons": buttons}}
    sent = await clinic.post(to=f"+{SALMA}", type="interactive", interactive=interactive)
    wamid = sent.json()["messages"][0]["id"]
    await patients.write(type="tap", message_id=wamid, choice_id="slot:1")
    await until(lambda: len(assistant.values("messages")) == 2)
    tapped = assistant.values("messages")[1]
    assert tapped["context"] == {"from": SETTINGS.display_phone_number, "id": wamid}
    assert tapped["interactive"] == {
        "type": "button_reply",
        "button_reply": {"id": "slot:1", "title": "Jeudi 10 h"},
    }


async def test_tap_on_a_row_is_a_list_reply_with_its_description(
    clinic: Clinic, patients: Patients, assistant: FakeAssistant
) -> None:
    await patients.write(text="Salam")
    row = {"id": "r1", "title": "10:00", "description": "Dr Alami"}
    action = {"button": "Choisir", "sections": [{"rows": [row]}]}
    interactive = {"type": "list", "body": {"text": "Quand ?"}, "action": action}
    sent = await clinic.post(to=f"+{SALMA}", type="interactive", interactive=interactive)
    wamid = sent.json()["messages"][0]["id"]
    await patients.write(type="tap", message_id=wamid, choice_id="r1")
    await until(lambda: len(assistant.values("messages")) == 2)
    assert assistant.values("messages")[1]["interactive"] == {
        "type": "list_reply",
        "list_reply": row,
    }


async def test_tap_on_a_template_button_is_a_button_message(
    clinic: Clinic, patients: Patients, assistant: FakeAssistant
) -> None:
    yes = {"type": "payload", "payload": "confirm"}
    button = {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [yes]}
    template = {"name": "rappel", "language": {"code": "fr"}, "components": [button]}
    sent = await clinic.post(to=f"+{SALMA}", type="template", template=template)
    wamid = sent.json()["messages"][0]["id"]
    await patients.write(type="tap", message_id=wamid, choice_id="confirm")
    await until(lambda: bool(assistant.values("messages")))
    message = assistant.values("messages")[0]
    assert message["button"] == {"payload": "confirm", "text": "confirm"}
    assert message["context"]["id"] == wamid


@pytest.mark.parametrize(
    ("request_body", "content"),
    [
        ({"type": "location"}, {"latitude": 33.5899, "longitude": -7.6039}),
        ({"type": "quick_reply", "payload": "p", "title": "t"}, {"payload": "p", "text": "t"}),
        (
            {"type": "button", "payload": "p", "title": "t"},
            {"type": "button_reply", "button_reply": {"id": "p", "title": "t"}},
        ),
        (
            {"type": "list", "payload": "p", "title": "t", "description": "d"},
            {"type": "list_reply", "list_reply": {"id": "p", "title": "t", "description": "d"}},
        ),
    ],
)
async def test_what_a_patient_does_becomes_metas_object(
    patients: Patients,
    assistant: FakeAssistant,
    request_body: dict[str, Any],
    content: dict[str, Any],
) -> None:
    await patients.write(**request_body)
    await until(lambda: bool(assistant.bodies))
    message = assistant.values("messages")[0]
    assert message[message["type"]] == content


@pytest.mark.parametrize("kind", ["image", "audio", "document", "sticker"])
async def test_media_carries_id_type_and_digest(
    patients: Patients, assistant: FakeAssistant, simulator: Simulator, kind: str
) -> None:
    await patients.write(type=kind)
    await until(lambda: bool(assistant.bodies))
    media = assistant.values("messages")[0][kind]
    stored = simulator.media.get(media["id"])
    assert (media["mime_type"], media["sha256"]) == (stored.mime_type, stored.sha256_base64)


async def test_statuses_come_in_order_with_the_callback_data(
    clinic: Clinic, patients: Patients, assistant: FakeAssistant, client: httpx.AsyncClient
) -> None:
    await patients.write(text="Salam")
    wamid = (await clinic.text(biz_opaque_callback_data="outbox-7")).json()["messages"][0]["id"]
    await client.post(f"/api/patients/{SALMA}/read", json={})
    await until(lambda: len(assistant.values("statuses")) == 3)
    statuses = assistant.values("statuses")
    assert [(s["id"], s["status"]) for s in statuses] == [
        (wamid, "sent"),
        (wamid, "delivered"),
        (wamid, "read"),
    ]
    assert {s["biz_opaque_callback_data"] for s in statuses} == {"outbox-7"}
    assert {s["recipient_id"] for s in statuses} == {SALMA}


async def test_ordered_failed_status_carries_its_error(
    clinic: Clinic, patients: Patients, assistant: FakeAssistant, client: httpx.AsyncClient
) -> None:
    await patients.write(text="Salam")
    await client.put("/api/faults", json={"fail_status": [{"code": 131049, "count": 1}]})
    await clinic.text()
    await until(lambda: bool(assistant.values("statuses")))
    status = assistant.values("statuses")[0]
    assert (status["status"], status["errors"][0]["code"]) == ("failed", 131049)


async def test_dropped_statuses_never_arrive(
    clinic: Clinic,
    patients: Patients,
    assistant: FakeAssistant,
    client: httpx.AsyncClient,
    simulator: Simulator,
) -> None:
    await patients.write(text="Salam")
    await client.put("/api/faults", json={"drop_statuses": 1})
    await clinic.text()
    await until(lambda: simulator.store.messages(SALMA)[-1].status == "delivered")
    await patients.write(text="Encore là")
    await until(lambda: len(assistant.values("messages")) == 2)
    assert assistant.values("statuses") == []


async def test_refused_webhook_is_sent_again_and_order_is_kept(
    patients: Patients, assistant: FakeAssistant
) -> None:
    assistant.answers = [500, 404, 302]
    sent = [await patients.write(text=str(number)) for number in range(5)]
    await until(lambda: len(assistant.bodies) == 5)
    assert [message["id"] for message in assistant.values("messages")] == sent
    assert len(assistant.requests) == 8


async def test_everything_arrives_once_the_assistant_is_back(
    patients: Patients, assistant: FakeAssistant, simulator: Simulator
) -> None:
    assistant.down = True
    sent = [await patients.write(text=str(number)) for number in range(3)]
    await patients.write(IMANE, text="Moi aussi")
    await until(lambda: not simulator.webhooks.reachable)
    assert simulator.webhooks.pending == 4
    assistant.down = False
    await until(lambda: simulator.webhooks.pending == 0)
    from_salma = [m["id"] for m in assistant.values("messages") if m["from"] == SALMA]
    assert from_salma == sent
    kinds = [event.data for event in simulator.events.since(0) if event.kind == "assistant"]
    assert [data["reachable"] for data in kinds] == [False, True]


async def test_patient_with_a_stuck_webhook_does_not_hold_up_another(
    patients: Patients, assistant: FakeAssistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = assistant.handle_async_request

    async def refuse_salma(request: httpx.Request) -> httpx.Response:
        raw = await request.aread()
        if SALMA.encode() in raw:
            return httpx.Response(500)
        return await plain(request)

    monkeypatch.setattr(assistant, "handle_async_request", refuse_salma)
    await patients.write(text="Bloqué")
    wamid = await patients.write(IMANE, text="Libre")
    await until(lambda: bool(assistant.bodies))
    assert [message["id"] for message in assistant.values("messages")] == [wamid]


async def test_duplicates_are_the_same_body_again(
    client: httpx.AsyncClient, patients: Patients, assistant: FakeAssistant
) -> None:
    await client.put("/api/faults", json={"duplicates": 4})
    wamid = await patients.write(text="Salam")
    await until(lambda: len(assistant.bodies) == 5)
    assert [message["id"] for message in assistant.values("messages")] == [wamid] * 5
    assert len({request.content for request in assistant.requests}) == 1


async def test_known_wamid_is_delivered_again_but_kept_once(
    patients: Patients, assistant: FakeAssistant
) -> None:
    for _ in range(2):
        assert await patients.write(text="Salam", wamid="wamid.mine") == "wamid.mine"
    await until(lambda: len(assistant.bodies) == 2)
    assert [message["wamid"] for message in await patients.messages()] == ["wamid.mine"]


async def test_waiting_updates_share_a_body_when_batches_are_on(
    client: httpx.AsyncClient, patients: Patients, assistant: FakeAssistant, simulator: Simulator
) -> None:
    await client.put("/api/faults", json={"batch": 10})
    assistant.down = True
    sent = [await patients.write(text=str(number)) for number in range(4)]
    await until(lambda: not simulator.webhooks.reachable)
    assistant.down = False
    await until(lambda: simulator.webhooks.pending == 0)
    assert [message["id"] for message in assistant.values("messages")] == sent
    assert max(len(body["entry"][0]["changes"]) for body in assistant.bodies) > 1


async def test_reordered_webhooks_all_arrive_but_not_in_order(
    client: httpx.AsyncClient, patients: Patients, assistant: FakeAssistant
) -> None:
    await client.put("/api/faults", json={"reorder": 0.5, "seed": 7})
    sent = [await patients.write(text=str(number)) for number in range(12)]
    await until(lambda: len(assistant.bodies) == 12)
    arrived = [message["id"] for message in assistant.values("messages")]
    assert sorted(arrived) == sorted(sent)
    assert arrived != sent


async def test_webhook_of_any_field_can_be_sent(
    client: httpx.AsyncClient, assistant: FakeAssistant
) -> None:
    echo = {"from": SETTINGS.display_phone_number, "to": SALMA, "id": "wamid.e", "type": "text"}
    body = {"field": "smb_message_echoes", "value": {"message_echoes": [echo]}}
    await client.post("/api/webhooks", json=body)
    await until(lambda: bool(assistant.bodies))
    change = assistant.bodies[0]["entry"][0]["changes"][0]
    assert change["field"] == "smb_message_echoes"
    assert change["value"]["message_echoes"] == [echo]


async def test_handshake_proves_the_verify_token(client: httpx.AsyncClient) -> None:
    assert (await client.post("/api/handshake")).json() == {"verified": True}


async def test_arabic_text_survives_the_wire(patients: Patients, assistant: FakeAssistant) -> None:
    await patients.write(text="السلام عليكم 👋")
    await until(lambda: bool(assistant.bodies))
    raw = assistant.requests[0].content
    assert raw.isascii()  # Meta signs the escaped form.
    message = json.loads(raw)["entry"][0]["changes"][0]["value"]["messages"][0]
    assert message["text"] == {"body": "السلام عليكم 👋"}


async def test_raw_message_of_any_shape_is_delivered_as_it_is(
    patients: Patients, assistant: FakeAssistant
) -> None:
    raw = {"type": "order", "order": {"catalog_id": "1", "product_items": []}, "id": "wamid.raw"}
    assert await patients.write(type="raw", message=raw) == "wamid.raw"
    assert await patients.write(type="raw", message={"type": "image"})
    await until(lambda: len(assistant.bodies) == 2)
    first, second = assistant.values("messages")
    assert (first["id"], first["order"], first["from"]) == ("wamid.raw", raw["order"], SALMA)
    assert second["type"] == "image"
