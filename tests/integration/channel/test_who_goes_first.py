"""Who is answered first when more patients wait than a process answers at a time."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable

import pytest

from connectors.conversation import RasaConversation
from connectors.dispatcher import Dispatcher
from connectors.urgency import urgent_keys
from connectors.whatsapp_channel import TurnOutput
from tests.integration.channel.webhooks import Recorder, Webhook, messages
from whatsapp.webhooks import read_updates

pytestmark = pytest.mark.model

DANGER = "ma mère est tombée, elle ne respire plus"


def number(name: str) -> str:
    return f"2126630000{ord(name):02d}"


async def write(webhook: Webhook, name: str, words: str) -> None:
    """Stores a message, named as its patient, as the gateway does; answers nothing."""
    body = json.dumps(messages(webhook.text(name, words, from_=number(name)))).encode()
    updates = read_updates(body)
    webhook.clinic.services.intake.take(updates, urgent_keys(updates))


def busy_dispatcher(webhook: Webhook, recorder: Recorder) -> Dispatcher:
    """One of several processes; it takes up one patient at a time."""
    conversation = RasaConversation(recorder, TurnOutput)
    return Dispatcher(webhook.clinic.services, conversation, lambda _contact_id: None, share=1)


async def until(is_so: Callable[[], bool]) -> None:
    for _ in range(500):
        if is_so():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("It did not come to that.")


async def test_danger_goes_first_and_does_not_wait_for_a_place(webhook: Webhook) -> None:
    for name in "ABCD":
        await webhook.clinic.add_patient(number(name))
    await write(webhook, "A", "quels sont vos horaires ?")
    await write(webhook, "B", "quels sont vos horaires ?")
    await write(webhook, "C", DANGER)
    recorder = Recorder(webhook)
    dispatcher = busy_dispatcher(webhook, recorder)

    await dispatcher.wake_waiting()
    await until(lambda: webhook.answered() == ["C"])
    # Its place is free when the lease is given back, a moment after the answer.
    await dispatcher.join()
    await dispatcher.wake_waiting()
    await until(lambda: recorder.seen == ["A"])
    await dispatcher.wake_waiting()
    await write(webhook, "D", DANGER)
    await dispatcher.wake_waiting()
    await until(lambda: webhook.answered() == ["C", "D"])
    assert recorder.seen == ["A"]

    recorder.go_on.set()
    await until(lambda: "A" in webhook.answered())
    await dispatcher.join()
    await dispatcher.wake_waiting()
    await until(lambda: webhook.answered() == ["C", "D", "A", "B"])
    await dispatcher.stop()


async def test_what_one_process_took_up_is_left_alone_by_the_other(webhook: Webhook) -> None:
    for name in "AB":
        await webhook.clinic.add_patient(number(name))
        await write(webhook, name, "quels sont vos horaires ?")
    first, second = Recorder(webhook), Recorder(webhook)
    one, other = busy_dispatcher(webhook, first), busy_dispatcher(webhook, second)

    await one.wake_waiting()
    await until(lambda: first.seen == ["A"])
    await other.wake_waiting()
    await until(lambda: second.seen == ["B"])

    first.go_on.set()
    second.go_on.set()
    await asyncio.gather(one.join(), other.join())
    assert sorted(webhook.answered()) == ["A", "B"]
    await asyncio.gather(one.stop(), other.stop())
