"""What the clinic gets back from the Cloud API."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import httpx
import pytest
from simulator_harness import SALMA, SETTINGS, Clinic, FakeAssistant, Patients

from simulator.service import Simulator
from whatsapp.template_files import FOLDER, load_templates

BUTTONS: dict[str, Any] = {
    "type": "button",
    "body": {"text": "Quand ?"},
    "action": {"buttons": [{"type": "reply", "reply": {"id": "a", "title": "Demain"}}]},
}


def error(answer: httpx.Response) -> tuple[int, int]:
    return answer.status_code, answer.json()["error"]["code"]


async def test_send_within_the_window_is_answered_as_by_meta(
    clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    answer = await clinic.text("Bonjour *Salma*", to="+212 661-23-45-01")
    wamid = (await patients.messages())[-1]["wamid"]
    assert answer.json() == {
        "messaging_product": "whatsapp",
        "contacts": [{"input": "+212 661-23-45-01", "wa_id": SALMA}],
        "messages": [{"id": wamid}],
    }
    assert wamid.startswith("wamid.")


@pytest.mark.parametrize("header", ["", "Bearer wrong", "Basic token", "Bearer"])
async def test_send_without_the_right_token_is_refused_with_190(
    clinic: Clinic, header: str
) -> None:
    clinic.headers = {"Authorization": header}
    answer = await clinic.text()
    assert error(answer) == (401, 190)
    assert answer.json()["error"]["type"] == "OAuthException"


async def test_send_from_another_number_is_refused_with_100(clinic: Clinic) -> None:
    clinic.url = "/v23.0/999/messages"
    answer = await clinic.text()
    assert error(answer) == (400, 100)
    assert answer.json()["error"]["error_subcode"] == 33


async def test_refusal_has_the_form_of_graph_and_names_the_field(
    clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    refusal = (await clinic.text("")).json()["error"]
    trace = refusal.pop("fbtrace_id")
    assert refusal == {
        "message": "(#131009) Parameter value is not valid",
        "type": "OAuthException",
        "code": 131009,
        "error_data": {
            "messaging_product": "whatsapp",
            "details": "Param text.body cannot be empty",
        },
    }
    assert trace


async def test_send_that_is_not_json_is_refused_with_100(clinic: Clinic) -> None:
    answer = await clinic.client.post(clinic.url, content=b"{", headers=clinic.headers)
    assert error(answer) == (400, 100)


async def test_send_to_somebody_unknown_is_refused_with_131026(clinic: Clinic) -> None:
    assert error(await clinic.text(to="+212600000000")) == (400, 131026)


async def test_send_to_the_own_number_is_refused_with_131021(clinic: Clinic) -> None:
    own = f"+{SETTINGS.display_phone_number}"
    assert error(await clinic.text(to=own)) == (400, 131021)


async def test_send_before_the_patient_ever_wrote_is_refused_with_131047(clinic: Clinic) -> None:
    assert error(await clinic.text()) == (400, 131047)


async def test_window_closes_24_hours_after_the_last_message(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    await client.post("/api/clock", json={"advance_seconds": 24 * 3600 - 60})
    assert (await clinic.text()).status_code == 200
    await client.post("/api/clock", json={"advance_seconds": 61})
    assert error(await clinic.text()) == (400, 131047)
    await patients.write(text="Me revoilà")
    assert (await clinic.text()).status_code == 200


async def test_templates_of_a_folder_are_approved_from_the_start_and_after_a_reset() -> None:
    settings = replace(SETTINGS, templates=FOLDER)
    simulator = Simulator(settings, httpx.AsyncClient(transport=FakeAssistant()))
    files = {(t.name, language) for t in load_templates().values() for language in t.languages}

    def approved() -> set[tuple[str, str]]:
        templates = simulator.templates.all()
        return {(t.name, t.language) for t in templates if t.status == "APPROVED"}

    assert approved() == files
    simulator.review_template("feedback_request", "fr", "PAUSED", "NONE")
    assert approved() == files - {("feedback_request", "fr")}
    await simulator.reset()
    assert approved() == files


async def test_template_is_accepted_outside_the_window(clinic: Clinic) -> None:
    template = {"name": "rappel", "language": {"code": "fr"}}
    answer = await clinic.post(to=f"+{SALMA}", type="template", template=template)
    assert answer.json()["messages"][0]["message_status"] == "accepted"


async def test_registered_template_is_shown_with_its_parameters_and_checked(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients
) -> None:
    text = {"name": "rappel", "language": "fr", "body": "À {{1}}, {{2}}", "buttons": ["Je viens"]}
    await client.put("/api/templates", json=text)

    async def remind(name: str, *parameters: str) -> httpx.Response:
        body = {"type": "body", "parameters": [{"type": "text", "text": p} for p in parameters]}
        yes = {"type": "payload", "payload": "yes-1"}
        button = {"type": "button", "sub_type": "quick_reply", "index": "0", "parameters": [yes]}
        template = {"name": name, "language": {"code": "fr"}, "components": [body, button]}
        return await clinic.post(to=f"+{SALMA}", type="template", template=template)

    assert (await remind("rappel", "demain", "10 h")).status_code == 200
    shown = (await patients.messages())[-1]
    assert shown["text"] == "À demain, 10 h"
    assert [(c["id"], c["title"]) for c in shown["choices"]] == [("yes-1", "Je viens")]
    assert error(await remind("rappel", "demain")) == (400, 132000)
    assert error(await remind("autre", "demain", "10 h")) == (404, 132001)


async def test_patient_without_a_number_is_reached_by_user_id(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients
) -> None:
    added = await client.post(
        "/api/patients", json={"wa_id": "+212611111111", "name": "Nour", "no_number": True}
    )
    user_id = added.json()["user_id"]
    await patients.write(user_id, text="Salam")
    answer = await clinic.post(recipient=user_id, type="text", text={"body": "Bonjour"})
    assert answer.json()["contacts"] == [{"input": user_id, "user_id": user_id}]
    assert error(await clinic.text(to="+212611111111")) == (400, 131026)


async def test_number_wins_over_the_user_id_when_both_are_given(
    clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    answer = await clinic.text(recipient="MA.999")
    assert answer.json()["contacts"] == [{"input": f"+{SALMA}", "wa_id": SALMA}]


async def test_limit_per_recipient_refuses_the_46th_message_when_switched_on(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients
) -> None:
    await client.put("/api/faults", json={"pair_rate": True})
    await patients.write(text="Salam")
    answers = [await clinic.text(str(n)) for n in range(46)]
    assert [a.status_code for a in answers[:45]] == [200] * 45
    assert error(answers[45]) == (400, 131056)
    await client.post("/api/clock", json={"advance_seconds": 6})
    assert (await clinic.text()).status_code == 200


async def test_uploaded_file_is_sent_and_fetched_by_the_clinic(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    upload = await client.post(
        f"/v23.0/{SETTINGS.phone_number_id}/media",
        data={"messaging_product": "whatsapp", "type": "application/pdf"},
        files={"file": ("facture.pdf", b"%PDF-1.4", "application/pdf")},
        headers=clinic.headers,
    )
    media_id = upload.json()["id"]
    assert (
        await clinic.post(to=f"+{SALMA}", type="document", document={"id": media_id})
    ).status_code == 200
    view = (await patients.messages())[-1]["view"]["media"]
    assert (view["id"], view["filename"], view["size"]) == (media_id, "facture.pdf", 8)


async def test_media_of_a_patient_is_fetched_by_a_short_lived_address(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients
) -> None:
    await patients.write(type="image", caption="Ma carte")
    media_id = (await patients.messages())[0]["body"]["image"]["id"]
    about = (await client.get(f"/v23.0/{media_id}", headers=clinic.headers)).json()
    assert (about["mime_type"], about["id"]) == ("image/png", media_id)
    file = await client.get(about["url"], headers=clinic.headers)
    assert (file.status_code, len(file.content)) == (200, about["file_size"])
    assert (await client.get(about["url"])).status_code == 401
    await client.post("/api/clock", json={"advance_seconds": 301})
    assert (await client.get(about["url"], headers=clinic.headers)).status_code == 404


@pytest.mark.parametrize(
    ("mime_type", "content", "word"),
    [
        ("application/zip", b"x", "following types"),
        ("image/png", b"x" * (5 * 1024 * 1024 + 1), "limited"),
        ("image/png", b"", "empty"),
    ],
)
async def test_upload_of_a_wrong_type_or_size_is_refused_with_100(
    client: httpx.AsyncClient, clinic: Clinic, mime_type: str, content: bytes, word: str
) -> None:
    answer = await client.post(
        f"/v23.0/{SETTINGS.phone_number_id}/media",
        data={"messaging_product": "whatsapp", "type": mime_type},
        files={"file": ("a", content, mime_type)},
        headers=clinic.headers,
    )
    assert error(answer) == (400, 100)
    assert word in answer.json()["error"]["error_data"]["details"]


async def test_send_of_an_unknown_media_id_is_refused_with_100(
    clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    answer = await clinic.post(to=f"+{SALMA}", type="image", image={"id": "404"})
    assert error(answer) == (400, 100)
    assert "image.id" in answer.json()["error"]["error_data"]["details"]


async def test_read_mark_reaches_all_earlier_messages_and_shows_typing(
    clinic: Clinic, patients: Patients, simulator: Simulator
) -> None:
    await patients.write(text="Salam")
    wamid = await patients.write(text="Bonjour")
    last = await patients.write(text="Allô")
    answer = await clinic.post(status="read", message_id=wamid, typing_indicator={"type": "text"})
    assert answer.json() == {"success": True}
    read = {m["wamid"]: m["status"] == "read" for m in await patients.messages()}
    assert list(read.values()) == [True, True, False]
    assert last in read
    typing = [event.data for event in simulator.events.since(0) if event.kind == "typing"]
    assert typing == [{"patient_id": SALMA, "seconds": 25}]


async def test_read_mark_of_an_unknown_message_is_refused(clinic: Clinic) -> None:
    assert error(await clinic.post(status="read", message_id="wamid.no")) == (400, 131009)


async def test_ordered_failure_strikes_as_often_as_ordered_and_stores_nothing(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    failure = {"code": 131000, "http_status": 503, "count": 2}
    await client.put("/api/faults", json={"fail": [failure]})
    answers = [await clinic.text() for _ in range(3)]
    assert [answer.status_code for answer in answers] == [503, 503, 200]
    assert len(await patients.messages()) == 2


async def test_send_that_times_out_is_stored_but_not_answered(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("simulator.cloud_routes.HANG_SECONDS", 0)
    await patients.write(text="Salam")
    await client.put("/api/faults", json={"timeout_rate": 1})
    assert (await clinic.text("Perdu ?")).status_code == 500
    assert (await patients.messages())[-1]["text"] == "Perdu ?"


async def test_every_type_is_accepted_and_shown(clinic: Clinic, patients: Patients) -> None:
    wamid = await patients.write(text="Salam")
    place = {"latitude": 33.5, "longitude": -7.6, "name": "Clinique"}
    card = {"name": {"formatted_name": "Dr Alami"}, "phones": [{"phone": "+212522"}]}
    sent: dict[str, Any] = {
        "interactive": BUTTONS,
        "location": place,
        "contacts": [card],
        "reaction": {"message_id": wamid, "emoji": "👍"},
        "document": {"link": "https://clinique.ma/a.pdf"},
    }
    for kind, content in sent.items():
        answer = await clinic.post(to=f"+{SALMA}", type=kind, **{kind: content})
        assert answer.status_code == 200, answer.text
    first, *rest = await patients.messages()
    views = {message["type"]: message["view"] for message in rest}
    assert views["interactive"]["choices"][0]["title"] == "Demain"
    assert views["location"]["location"] == place
    assert views["contacts"]["contacts"] == [{"name": "Dr Alami", "phones": ["+212522"]}]
    assert views["document"]["media"]["url"] == "https://clinique.ma/a.pdf"
    assert first["reactions"] == {"out": "👍"}
