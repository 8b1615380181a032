"""One worker per key."""

from __future__ import annotations

import asyncio
import logging

import pytest

from clinic.messaging.queue import KeyedWorkers


class Work:
    """Work that waits until the test lets it go on."""

    def __init__(self) -> None:
        self.started: list[str] = []
        self.at_work: dict[str, int] = {}
        self.most_at_work = 0
        self.gate = asyncio.Event()

    async def __call__(self, key: str) -> None:
        self.started.append(key)
        self.at_work[key] = self.at_work.get(key, 0) + 1
        self.most_at_work = max(self.most_at_work, *self.at_work.values())
        await self.gate.wait()
        self.at_work[key] -= 1


async def start(work: Work, *keys: str) -> KeyedWorkers:
    workers = KeyedWorkers(work)
    for key in keys:
        workers.wake(key)
    await asyncio.sleep(0)
    return workers


async def test_keys_run_side_by_side() -> None:
    work = Work()
    workers = await start(work, "a", "b")

    assert work.started == ["a", "b"]
    work.gate.set()
    await workers.join()


async def test_many_wakes_during_a_run_cause_one_more_run_and_never_two_at_a_time() -> None:
    work = Work()
    workers = await start(work, "a")
    for _ in range(3):
        workers.wake("a")

    work.gate.set()
    await workers.join()
    assert work.started == ["a", "a"]
    assert work.most_at_work == 1


async def test_a_wake_after_the_end_runs_again() -> None:
    work = Work()
    work.gate.set()
    workers = await start(work, "a")
    await workers.join()

    workers.wake("a")
    await workers.join()
    assert work.started == ["a", "a"]


async def test_failed_work_is_logged_and_can_be_woken_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    runs: list[str] = []

    async def fail_once(key: str) -> None:
        runs.append(key)
        if len(runs) == 1:
            raise RuntimeError("the database is away")

    workers = KeyedWorkers(fail_once)
    with caplog.at_level(logging.ERROR):
        workers.wake("a")
        await workers.join()
        workers.wake("a")
        await workers.join()

    assert runs == ["a", "a"]
    assert [record.message for record in caplog.records] == [
        "Background work failed; it is taken up again later."
    ]


async def test_stop_cancels_what_is_running() -> None:
    work = Work()
    workers = await start(work, "a")

    await workers.stop()
    assert work.at_work == {"a": 1}, "it did not get to its end"
    workers.wake("a")
    work.gate.set()
    await workers.join()
    assert work.started == ["a", "a"]
