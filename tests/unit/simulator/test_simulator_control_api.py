"""The control API, the events for the page, and the settings."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import httpx
import pytest
from simulator_harness import SALMA, Clinic, FakeAssistant, Patients, until

from simulator.clock import RunningClock
from simulator.errors import SettingsInvalidError
from simulator.events import EventLog
from simulator.service import Simulator
from simulator.settings import settings_from_environment

ENVIRONMENT = {
    "WHATSAPP_APP_SECRET": "s",
    "WHATSAPP_VERIFY_TOKEN": "v",
    "WHATSAPP_ACCESS_TOKEN": "t",
    "WHATSAPP_PHONE_NUMBER_ID": "1",
}


async def test_three_demo_patients_are_there_at_the_start(client: httpx.AsyncClient) -> None:
    found = (await client.get("/api/patients")).json()
    assert [patient["name"] for patient in found] == [
        "Salma Bennani",
        "يوسف العلمي",
        "Imane Tazi",
    ]


async def test_new_patient_is_known_by_number_and_renamed_when_added_again(
    client: httpx.AsyncClient,
) -> None:
    for name in ("Omar", "Omar Idrissi"):
        body = {"wa_id": "+212 612-34-56-78", "name": name}
        added = await client.post("/api/patients", json=body)
        assert (added.status_code, added.json()["id"]) == (201, "212612345678")
    names = [patient["name"] for patient in (await client.get("/api/patients")).json()]
    assert names.count("Omar Idrissi") == 1
    assert "Omar" not in names


@pytest.mark.parametrize("number", ["12", "0612345678", "abc", "1" * 16])
async def test_patient_with_a_wrong_number_is_refused(
    client: httpx.AsyncClient, number: str
) -> None:
    assert (await client.post("/api/patients", json={"wa_id": number})).status_code == 422


async def test_messages_after_a_number_are_only_the_newer_ones(
    clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    seq = (await patients.messages())[-1]["seq"]
    await clinic.text("Bonjour")
    newer = await patients.messages(after=seq)
    assert [(m["direction"], m["text"]) for m in newer] == [("out", "Bonjour")]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"type": "text"}, 422),
        ({"type": "tap", "message_id": "wamid.no", "choice_id": "a"}, 404),
        ({"type": "image", "media_id": "1"}, 404),
        ({"type": "poll"}, 422),
        ({"type": "raw"}, 422),
        ({"type": "image", "media": {"base64": "%"}}, 422),
    ],
)
async def test_message_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, body: dict[str, object], status: int
) -> None:
    answer = await client.post(f"/api/patients/{SALMA}/messages", json=body)
    assert answer.status_code == status
    assert (await client.get(f"/api/patients/{SALMA}/messages")).json() == []


async def test_unknown_patient_is_not_found(client: httpx.AsyncClient) -> None:
    assert (await client.get("/api/patients/1/messages")).status_code == 404


async def test_unread_counts_until_the_patient_reads(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients
) -> None:
    await patients.write(text="Salam")
    await clinic.text("Un")
    await clinic.text("Deux")

    async def unread() -> int:
        return int((await client.get("/api/patients")).json()[0]["unread"])

    assert await unread() == 2
    read = await client.post(f"/api/patients/{SALMA}/read", json={})
    assert (read.json(), await unread()) == ({"read": 2}, 0)


async def test_statistics_count_messages_and_take_times(
    client: httpx.AsyncClient, clinic: Clinic, patients: Patients, simulator: Simulator
) -> None:
    await patients.write(text="Salam")
    await clinic.text("Bonjour")
    await clinic.text("")
    await until(lambda: simulator.stats.json()["webhooks_acknowledged"] == 3)
    stats = (await client.get("/api/messages/stats")).json()
    counts = {name: stats[name] for name in ("incoming", "outgoing", "refused")}
    assert counts == {"incoming": 1, "outgoing": 1, "refused": 1}
    assert stats["acknowledge_ms"]["count"] == 3
    assert stats["answer_ms"]["count"] == 1


async def test_reset_goes_back_to_the_start(
    client: httpx.AsyncClient, patients: Patients, assistant: FakeAssistant
) -> None:
    assistant.down = True
    await patients.write(text="Salam")
    await client.post("/api/patients", json={"wa_id": "+212612345678"})
    await client.put("/api/faults", json={"reorder": 1})
    await client.post("/api/reset")
    state = (await client.get("/api/state")).json()
    assert [patient["last"] for patient in state["patients"]] == [None, None, None]
    assert state["faults"]["reorder"] == 0
    assert (await client.get("/api/messages/stats")).json()["webhooks_pending"] == 0


@pytest.mark.parametrize(
    "faults", [{"duplicate": 2}, {"delay_ms": [5, 1]}, {"batch": 0}, {"duplicates": -1}]
)
async def test_fault_out_of_range_is_refused(
    client: httpx.AsyncClient, faults: dict[str, object]
) -> None:
    assert (await client.put("/api/faults", json=faults)).status_code == 422


async def test_faults_are_shown_and_switched_off(client: httpx.AsyncClient) -> None:
    put = await client.put("/api/faults", json={"duplicate": 0.5, "fail": [{"code": 4}]})
    assert put.json() == (await client.get("/api/faults")).json()
    assert put.json()["duplicate"] == 0.5
    off = (await client.delete("/api/faults")).json()
    assert (off["duplicate"], off["fail"]) == (0, [])


async def test_file_of_a_patient_is_shown_in_parts_and_cannot_run(
    client: httpx.AsyncClient,
) -> None:
    headers = {"Content-Type": "text/html"}
    added = await client.post("/api/media", content=b"<script>", headers=headers)
    url = f"/api/media/{added.json()['id']}"
    whole = await client.get(url)
    assert (whole.content, whole.headers["x-content-type-options"]) == (b"<script>", "nosniff")
    assert "sandbox" in whole.headers["content-security-policy"]
    part = await client.get(url, headers={"Range": "bytes=1-3"})
    assert (part.status_code, part.content) == (206, b"scr")
    assert part.headers["content-range"] == "bytes 1-3/8"


async def test_page_is_served_and_may_load_nothing_from_elsewhere(
    client: httpx.AsyncClient,
) -> None:
    page = await client.get("/")
    assert page.status_code == 200
    assert "default-src 'self'" in page.headers["content-security-policy"]
    assert "http" not in page.text.replace("http-equiv", "")


async def test_follower_gets_the_missed_events_and_then_the_new_ones() -> None:
    log = EventLog()
    for number in range(3):
        log.add("message", {"number": number})
    followed = log.follow(1)
    assert [(await anext(followed)).data["number"] for _ in range(2)] == [1, 2]
    log.add("message", {"number": 3})
    assert (await anext(followed)).data["number"] == 3


@pytest.mark.parametrize("last_seen", [1, 99])
async def test_follower_who_missed_too_much_is_told_to_load_again(last_seen: int) -> None:
    log = EventLog(kept=2)
    for _ in range(5):
        log.add("message", {})
    assert [event.kind for event in log.since(last_seen)] == ["resync"]


def test_clock_starts_where_told_runs_and_jumps() -> None:
    start = datetime(2026, 3, 2, 9, tzinfo=timezone.utc)
    clock = RunningClock(start)
    clock.advance(3600)
    assert timedelta(hours=1) <= clock.now() - start < timedelta(hours=1, minutes=5)


def test_settings_come_from_the_environment() -> None:
    start = "2026-03-02T09:00:00+01:00"
    settings = settings_from_environment({**ENVIRONMENT, "CLINIC_NOW": start})
    assert settings.start == datetime(2026, 3, 2, 8, tzinfo=timezone.utc)
    assert settings.webhook_url == "http://127.0.0.1:5005/webhooks/whatsapp/webhook"


def test_missing_settings_are_named() -> None:
    with pytest.raises(SettingsInvalidError, match="WHATSAPP_APP_SECRET, WHATSAPP_VERIFY_TOKEN"):
        settings_from_environment({"WHATSAPP_ACCESS_TOKEN": "t", "WHATSAPP_PHONE_NUMBER_ID": "1"})


@pytest.mark.parametrize("start", ["tomorrow", "2026-03-02T09:00:00"])
def test_start_of_the_clock_without_an_offset_is_refused(start: str) -> None:
    with pytest.raises(SettingsInvalidError, match="CLINIC_NOW"):
        settings_from_environment({**ENVIRONMENT, "CLINIC_NOW": start})
