"""Every message is answered once and in order, however it is delivered and by whomever."""

from __future__ import annotations

import asyncio
import json
import subprocess
import sys
from pathlib import Path

import pytest

from clinic.adapters.leases import Leases
from clinic.adapters.lifelines import Lifelines
from clinic.clock import SystemClock
from connectors.presence import bury
from tests.assistant import ENVIRONMENT, ROOT
from tests.integration.channel.webhooks import (
    SALMA,
    YOUSSEF,
    ForwardedClock,
    Recorder,
    Webhook,
    body_of,
    change,
    messages,
)

pytestmark = pytest.mark.model


async def test_a_message_delivered_five_times_is_answered_once(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    for _ in range(5):
        await webhook.deliver(messages(webhook.text("A")))
    assert webhook.answered() == ["A"]
    await webhook.assert_every_row_arrived_once()


async def test_a_message_delivered_five_times_at_once_is_answered_once(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    body = messages(webhook.text("A"))
    responses = await asyncio.gather(*(webhook.post(body) for _ in range(5)))
    await webhook.clinic.settle()
    assert [response.status_code for response in responses] == [200] * 5
    assert [row.key for row in webhook.inbox()].count("wamid.A") == 1
    assert webhook.answered() == ["A"]
    await webhook.assert_every_row_arrived_once()


async def test_copies_alone_in_a_batch_and_in_another_order_are_answered_once(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    await webhook.open_window(YOUSSEF)
    a, b, c = webhook.text("A"), webhook.text("B", from_=YOUSSEF), webhook.text("C", from_=YOUSSEF)
    bodies = [
        messages(a),
        messages(b, b, a),
        body_of([change(messages=[c]), change(messages=[a])], [change(messages=[b, c])]),
        messages(c),
        messages(b),
    ]
    await asyncio.gather(*(webhook.post(body) for body in bodies))
    await webhook.clinic.settle()
    assert sorted(webhook.answered()) == ["A", "B", "C"]
    await webhook.assert_every_row_arrived_once()


async def test_a_copy_that_comes_days_later_is_not_answered(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(messages(webhook.text("A")))
    rows = len(webhook.outbox())
    await webhook.deliver(messages({**webhook.text("A"), "timestamp": str(webhook.now + 500_000)}))
    assert len(webhook.outbox()) == rows


async def test_the_simulator_duplicates_and_reorders_and_all_is_answered_once(
    webhook: Webhook,
) -> None:
    clinic = webhook.clinic
    faults = {"duplicates": 4, "reorder": 0.5, "batch": 5, "delay_ms": [0, 30], "seed": 5}
    await clinic.add_patient(SALMA)
    await clinic.control("PUT", "/api/faults", json=faults)
    for _ in range(6):
        await clinic.control(
            "POST", f"/api/patients/{SALMA}/messages", json={"type": "text", "text": "bonjour"}
        )
    await clinic.settle()
    written = [m["wamid"] for m in await clinic.messages(SALMA) if m["direction"] == "in"]
    assert sorted(f"wamid.{key}" for key in webhook.answered()) == sorted(written)
    await webhook.assert_every_row_arrived_once()


async def test_what_waits_is_answered_in_the_order_of_writing(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    late = [webhook.text(f"T{n}", timestamp=webhook.now + n) for n in range(6)]
    await webhook.deliver(messages(*reversed(late)))
    assert webhook.answered() == ["T0", "T1", "T2", "T3", "T4", "T5"]
    arrived = [m["body"]["biz_opaque_callback_data"] for m in await webhook.clinic.messages(SALMA)
               if m["direction"] == "out"]  # fmt: skip
    assert arrived == [row.reference for row in webhook.outbox()]


async def test_messages_of_one_second_are_answered_in_the_order_of_arrival(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    await webhook.deliver(messages(*(webhook.text(name) for name in "QWERTY")))
    assert webhook.answered() == ["Q", "W", "E", "R", "T", "Y"]


@pytest.fixture
def quiet_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A quiet time of 800 ms instead of none."""
    monkeypatch.setitem(ENVIRONMENT, "BURST_WINDOW_MS", "800")


@pytest.mark.usefixtures("quiet_time")
class TestQuietTime:
    """With a quiet time, what is typed in a row is read as one message."""

    async def test_a_burst_of_texts_is_one_turn(self, webhook: Webhook) -> None:
        await webhook.open_window(SALMA)
        for name, words in (("A", "bonjour"), ("B", "quels sont"), ("C", "vos horaires ?")):
            await webhook.post(messages(webhook.text(name, words)))
        await webhook.clinic.settle()
        assert webhook.answered() == ["A"]
        assert {row.status for row in webhook.inbox()} == {"done"}

    async def test_a_text_after_the_quiet_time_is_a_turn_of_its_own(self, webhook: Webhook) -> None:
        await webhook.open_window(SALMA)
        await webhook.deliver(messages(webhook.text("A")))
        await webhook.deliver(messages(webhook.text("B")))
        assert webhook.answered() == ["A", "B"]

    async def test_texts_that_waited_but_were_not_typed_in_a_row_are_two_turns(
        self, webhook: Webhook
    ) -> None:
        """As after an outage: an hour lies between them."""
        await webhook.open_window(SALMA)
        later = webhook.text("B", timestamp=webhook.now + 3600)
        await webhook.deliver(messages(webhook.text("A"), later))
        assert webhook.answered() == ["A", "B"]

    async def test_a_voice_note_between_texts_keeps_them_apart(self, webhook: Webhook) -> None:
        await webhook.open_window(SALMA)
        voice = {**webhook.text("V"), "type": "audio", "audio": {"id": "1", "voice": True}}
        await webhook.deliver(messages(webhook.text("A"), voice, webhook.text("B")))
        assert webhook.answered() == ["A", "V", "B"]


@pytest.fixture
def an_hour_of_quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(ENVIRONMENT, "BURST_WINDOW_MS", "3600000")


@pytest.mark.usefixtures("an_hour_of_quiet")
@pytest.mark.timeout(60, func_only=True)
async def test_an_emergency_does_not_wait_for_the_quiet_time(webhook: Webhook) -> None:
    await webhook.clinic.add_patient(SALMA)
    await webhook.clinic.write(SALMA, "mon père ne respire plus")
    (answer,) = [m for m in await webhook.clinic.messages(SALMA) if m["direction"] == "out"]
    assert "141" in answer["text"]


async def test_two_processes_never_answer_one_patient_twice(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    await webhook.open_window(YOUSSEF)
    recorder = Recorder(webhook)
    recorder.go_on.set()
    first = webhook.run_with(webhook.runtime(on_new_message=recorder))
    second = webhook.runtime(on_new_message=recorder)
    for n in range(8):
        body = messages(webhook.text(f"S{n}"), webhook.text(f"Y{n}", from_=YOUSSEF))
        await webhook.post(body)
        await asyncio.gather(first.dispatcher.wake_waiting(), second.dispatcher.wake_waiting())
        await asyncio.gather(first.sender.wake_due(), second.sender.wake_due())
    await _until_answered(webhook, first, second)
    assert sorted(recorder.seen) == sorted(f"{p}{n}" for p in "SY" for n in range(8))
    assert [key for key in recorder.seen if key[0] == "S"] == [f"S{n}" for n in range(8)]
    assert [key for key in recorder.seen if key[0] == "Y"] == [f"Y{n}" for n in range(8)]
    await webhook.assert_every_row_arrived_once()
    await second.stop()


async def test_a_process_that_lost_its_lease_drops_its_turn(webhook: Webhook) -> None:
    """It stood still for longer than a lease lasts, and another one took over."""
    await webhook.open_window(SALMA)
    slow, quick = Recorder(webhook), Recorder(webhook)
    quick.go_on.set()
    later = ForwardedClock()
    later.forward(minutes=1)
    frozen = webhook.run_with(webhook.runtime(on_new_message=slow))
    other = webhook.runtime(timer=later, on_new_message=quick)
    await webhook.post(messages(webhook.text("A")))
    while not slow.seen:
        await asyncio.sleep(0.01)
    await other.dispatcher.wake_waiting()
    await other.join()
    rows = [row.key for row in webhook.outbox()]
    slow.go_on.set()
    await frozen.join()
    assert (slow.seen, quick.seen) == (["A"], ["A"])
    assert [row.key for row in webhook.outbox()] == rows
    await webhook.assert_every_row_arrived_once()
    await other.stop()


async def test_a_patient_whose_lease_a_dead_process_holds_is_served_when_it_ends(
    webhook: Webhook,
) -> None:
    await webhook.open_window(SALMA)
    clock = ForwardedClock()
    runtime = webhook.run_with(webhook.runtime(timer=clock))
    contact_id = webhook.inbox()[0].contact_id
    with webhook.clinic.services.database.write() as tx:
        assert Leases(tx).acquire(f"turn:{contact_id}", "a dead process", clock.now())
    await webhook.deliver(messages(webhook.text("A")))
    assert webhook.answered() == []
    clock.forward(seconds=16)
    await runtime.dispatcher.wake_waiting()
    await webhook.clinic.settle()
    assert webhook.answered() == ["A"]


HOLDS_A_TURN = """
import sys, time
from pathlib import Path
from clinic.adapters.lifelines import Lifelines
Lifelines(None, Path(sys.argv[1])).hold("another process")
print("alive", flush=True)
time.sleep(600)
"""


async def test_a_patient_of_a_killed_process_is_served_at_once_and_of_a_living_one_never_twice(
    webhook: Webhook, tmp_path: Path
) -> None:
    await webhook.open_window(SALMA)
    lifelines = Lifelines(webhook.clinic.services.database, tmp_path / "run")
    runtime = webhook.run_with(webhook.runtime())
    contact_id = webhook.inbox()[0].contact_id
    command = [sys.executable, "-c", HOLDS_A_TURN, str(tmp_path / "run")]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    try:
        assert process.stdout
        process.stdout.readline()
        with webhook.clinic.services.database.write() as tx:
            now = SystemClock().now()
            assert Leases(tx).acquire(f"turn:{contact_id}", "another process", now)
        await webhook.deliver(messages(webhook.text("A")))

        async def look() -> None:
            await bury(lifelines)
            await runtime.dispatcher.wake_waiting()
            await webhook.clinic.settle()

        await look()
        assert webhook.answered() == [], "it is alive: it answers by itself"
    finally:
        process.kill()
        process.wait()
    for _ in range(3):
        await look()
    assert webhook.answered() == ["A"]
    await webhook.assert_every_row_arrived_once()


async def test_what_a_dead_process_left_waiting_is_answered_at_the_start(webhook: Webhook) -> None:
    await webhook.open_window(SALMA)
    webhook.clinic.services.intake.receive(json.dumps(messages(webhook.text("A"))).encode())
    assert webhook.states()["wamid.A"] == "waiting"
    runtime = webhook.run_with(webhook.runtime())
    await runtime.start()
    await _until_answered(webhook, runtime)
    assert webhook.answered() == ["A"]
    await webhook.assert_every_row_arrived_once()
    await runtime.stop()
    webhook.process.channel.runtime = None


async def _until_answered(webhook: Webhook, *runtimes: object) -> None:
    """Waits until nothing waits and nothing is queued; two runtimes look for work in turn."""
    for _ in range(300):
        waiting = any(row.status == "waiting" for row in webhook.inbox())
        if not waiting and all(row.status in _SENT for row in webhook.outbox()):
            return
        await asyncio.sleep(0.02)
        for runtime in runtimes:
            await runtime.dispatcher.wake_waiting()  # type: ignore[attr-defined]
            await runtime.sender.wake_due()  # type: ignore[attr-defined]
    raise AssertionError("Something is still waiting.")


_SENT = ("accepted", "sent", "delivered", "read")
