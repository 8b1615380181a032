"""Answers go before bulk; nobody is written to faster than allowed."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from clinic.messaging.breaker import CircuitBreaker, OpenReason
from clinic.messaging.pace import NumberRate, Places, RecipientRates, Urgency
from tests.small_clinic import NOW
from whatsapp.errors import ApiErrorInfo, TransportError, error_from_info


async def test_an_answer_overtakes_bulk_that_waits() -> None:
    places, order = Places(2), []

    async def work(name: str, urgency: Urgency) -> None:
        async with places.take(urgency):
            order.append(name)
            await asyncio.sleep(0.01)

    await asyncio.gather(
        *(work(f"bulk{n}", Urgency.BULK) for n in range(6)), work("answer", Urgency.REPLY)
    )
    assert order[:2] == ["bulk0", "answer"], "one place is never given to bulk"
    assert sorted(order) == sorted([*(f"bulk{n}" for n in range(6)), "answer"])


async def test_a_cancelled_waiter_gives_its_place_back() -> None:
    places = Places(1)
    async with places.take(Urgency.REPLY):
        waiting = asyncio.create_task(_hold(places))
        await asyncio.sleep(0)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
    await asyncio.wait_for(_hold(places), 1)


async def _hold(places: Places) -> None:
    async with places.take(Urgency.REPLY):
        await asyncio.sleep(0)


def test_the_number_sends_so_many_a_second_and_keeps_some_for_answers() -> None:
    now = 0.0
    rate = NumberRate(10, lambda: now)
    assert rate.seconds_to_wait(Urgency.BULK) == 0
    rate._tokens = 2.0
    assert rate.seconds_to_wait(Urgency.REPLY) == 0
    assert round(rate.seconds_to_wait(Urgency.BULK), 3) == 0.15
    now = 0.15
    assert round(rate.seconds_to_wait(Urgency.BULK), 6) == 0


def test_a_refusal_for_the_rate_pauses_everybody_each_time_longer() -> None:
    now = 0.0
    rate = NumberRate(10, lambda: now)
    rate.too_fast()
    assert rate.seconds_to_wait(Urgency.REPLY) == 0.5
    now = 1.0
    rate.too_fast()
    assert rate.seconds_to_wait(Urgency.REPLY) == 1.0
    rate.accepted()
    now = 5.0
    rate.too_fast()
    assert rate.seconds_to_wait(Urgency.REPLY) == 0.5


def test_a_recipient_gets_45_at_once_and_then_one_every_6_seconds() -> None:
    rates = RecipientRates()
    assert [rates.take("salma", NOW) for _ in range(45)] == [timedelta(0)] * 45
    assert rates.take("salma", NOW) == timedelta(seconds=6)
    assert rates.take("youssef", NOW) == timedelta(0)
    assert rates.take("salma", NOW + timedelta(seconds=6)) == timedelta(0)
    assert rates.take("salma", NOW + timedelta(seconds=6)) > timedelta(seconds=5)


def test_the_breaker_tells_a_bad_token_from_an_outage() -> None:
    breaker = CircuitBreaker()
    breaker.failed(error_from_info(ApiErrorInfo(190)), NOW)
    assert breaker.reason is OpenReason.ACCOUNT
    assert not breaker.allows(NOW + timedelta(seconds=59))
    assert breaker.allows(NOW + timedelta(seconds=61))
    assert not breaker.allows(NOW + timedelta(seconds=61)), "one probe at a time"
    breaker.succeeded()
    assert breaker.allows(NOW)
    for _ in range(4):
        breaker.failed(TransportError(), NOW)
    assert breaker.reason is None
    breaker.failed(TransportError(), NOW)
    assert breaker.reason is OpenReason.OUTAGE


def test_a_refusal_of_one_message_shows_that_the_api_is_there() -> None:
    breaker = CircuitBreaker()
    for _ in range(4):
        breaker.failed(TransportError(), NOW)
    breaker.failed(error_from_info(ApiErrorInfo(131026)), NOW)
    breaker.failed(TransportError(), NOW)
    assert breaker.reason is None
