"""Measures the whole assistant on this machine and writes `docs/benchmarks.md`.

    python -m scripts.bench [--train] [--database sqlite|postgresql] [--output FILE]

Real processes on the loopback interface, started and stopped here; nothing of `make run` is
touched. Without `--database` both are measured, PostgreSQL where its server is installed.
"""

from __future__ import annotations

import argparse
import asyncio
import http.client
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from scripts.bench_patches import PatchTimes, measure_patches
from scripts.bench_report import machine, report
from scripts.processes import ROOT, LocalClinic, phones, write
from tests.postgresql import (
    find_server_programs,
    new_postgresql_database,
    postgresql_server,
)
from whatsapp.signature import sign

MESSAGES_EACH = 6
ALONE = 12
ALONE_QUIET_TIME = 4
PATIENTS = 60
PATIENTS_QUIET_TIME = 20
AT_ONCE = 20
ACKNOWLEDGEMENTS = 150
_ANSWER_SECONDS = 60.0

PHRASES = (
    "bonjour",
    "quels sont vos horaires ?",
    "combien coûte une consultation de cardiologie ?",
    "wach 3ndkom dermatologue?",
    "fin jitou?",
    "شحال كتسوا الفيزيتا؟",
    "what are your opening hours?",
    "je voudrais un rendez-vous demain matin",
)


@dataclass(frozen=True)
class Spread:
    """Times in milliseconds."""

    count: int
    median: float
    p95: float

    @classmethod
    def of(cls, seconds: list[float]) -> Spread:
        ordered = sorted(1000 * value for value in seconds)
        return cls(len(ordered), ordered[len(ordered) // 2], ordered[int(len(ordered) * 0.95)])

    @classmethod
    def from_simulator(cls, stats: dict[str, Any]) -> Spread:
        return cls(stats["count"], stats["median"], stats["p95"])


@dataclass
class Figures:
    """What was measured with one database."""

    database: str
    start_seconds: float = 0.0
    acknowledge: dict[str, Spread] = field(default_factory=dict)
    answer: dict[str, Spread] = field(default_factory=dict)
    messages_per_second: float = 0.0
    memory_mb: dict[str, float] = field(default_factory=dict)


class Bench:
    """Measures one clinic."""

    def __init__(self, clinic: LocalClinic, figures: Figures) -> None:
        self._clinic = clinic
        self._figures = figures
        self._arrived: dict[str, int] = {}
        self._seq = 0
        self._numbers = iter(range(212_600_000_000, 212_700_000_000))

    async def without_quiet_time(self) -> None:
        """Everything with `BURST_WINDOW_MS=0`: what the program itself needs."""
        async with phones(self._clinic) as client:
            await self._talk(client, 2, at_once=1)  # the first messages fill caches
            await self._settle(client)
            await self._acknowledge_alone()
            await self._settle(client)
            stats = await self._measured(client, ALONE, at_once=1)
            self._figures.answer["alone"] = Spread.from_simulator(stats["answer_ms"])
            stats = await self._measured(client, PATIENTS, at_once=AT_ONCE)
            self._figures.answer["20 patients"] = Spread.from_simulator(stats["answer_ms"])
            self._figures.acknowledge["20 patients"] = Spread.from_simulator(
                stats["acknowledge_ms"]
            )
            self._figures.messages_per_second = PATIENTS * MESSAGES_EACH / stats["seconds"]
            await self._settle(client)
        for name in ("gateway", "assistant", "worker"):
            self._figures.memory_mb[name] = self._clinic.memory_mb(name)

    async def with_quiet_time(self) -> None:
        """With the default `BURST_WINDOW_MS`, as patients feel it."""
        async with phones(self._clinic) as client:
            await self._talk(client, 1, at_once=1)
            await self._settle(client)
            stats = await self._measured(client, ALONE_QUIET_TIME, at_once=1)
            self._figures.answer["alone, quiet time"] = Spread.from_simulator(stats["answer_ms"])
            stats = await self._measured(client, PATIENTS_QUIET_TIME, at_once=AT_ONCE)
            self._figures.answer["20 patients, quiet time"] = Spread.from_simulator(
                stats["answer_ms"]
            )

    async def _measured(
        self, client: httpx.AsyncClient, patients: int, *, at_once: int
    ) -> dict[str, Any]:
        """Lets patients talk and returns what the simulator measured of it."""
        (await client.post("/api/reset")).raise_for_status()
        started = time.perf_counter()
        await self._talk(client, patients, at_once=at_once)
        seconds = time.perf_counter() - started
        stats: dict[str, Any] = (await client.get("/api/messages/stats")).json()
        await self._settle(client)
        return {**stats, "seconds": seconds}

    async def _talk(self, client: httpx.AsyncClient, patients: int, *, at_once: int) -> None:
        slots = asyncio.Semaphore(at_once)
        watching = asyncio.create_task(self._watch(client))
        numbers = [str(next(self._numbers)) for _ in range(patients)]
        await asyncio.gather(*(self._patient(client, n, slots) for n in numbers))
        watching.cancel()

    async def _patient(
        self, client: httpx.AsyncClient, number: str, slots: asyncio.Semaphore
    ) -> None:
        """Writes, waits for the answer, writes again."""
        async with slots:
            await client.post("/api/patients", json={"wa_id": number, "name": "Bench"})
            for n in range(MESSAGES_EACH):
                before = self._arrived.get(number, 0)
                await write(client, number, PHRASES[(int(number) + n) % len(PHRASES)])
                until = time.monotonic() + _ANSWER_SECONDS
                while self._arrived.get(number, 0) == before:
                    if time.monotonic() > until:
                        raise TimeoutError("A message had no answer within a minute.")
                    await asyncio.sleep(0.005)

    async def _watch(self, client: httpx.AsyncClient) -> None:
        while True:
            answer = await client.get("/api/messages", params={"after": self._seq})
            for message in answer.json():
                self._seq = max(self._seq, message["seq"])
                if message["direction"] == "out":
                    number = message["patient_id"]
                    self._arrived[number] = self._arrived.get(number, 0) + 1
            await asyncio.sleep(0.03)

    async def _settle(self, client: httpx.AsyncClient) -> None:
        """Waits until the last statuses are through."""
        await asyncio.sleep(1.0)
        while (await client.get("/api/messages/stats")).json()["webhooks_pending"]:
            await asyncio.sleep(0.1)

    async def _acknowledge_alone(self) -> None:
        """Signed messages over one connection, each after the last one's answer is through."""
        seconds = []
        for body in _bodies(ACKNOWLEDGEMENTS):
            seconds.append(await asyncio.to_thread(self._post, body))
            await asyncio.sleep(0.1)
        self._figures.acknowledge["alone"] = Spread.of(seconds)

    def _post(self, body: bytes) -> float:
        parts = urlsplit(self._clinic.webhook_url)
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": sign(body, self._clinic.app_secret),
        }
        connection = http.client.HTTPConnection(parts.hostname or "", parts.port)
        connection.connect()
        try:
            started = time.perf_counter()
            connection.request("POST", parts.path, body, headers)
            response = connection.getresponse()
            response.read()
            elapsed = time.perf_counter() - started
        finally:
            connection.close()
        if response.status != 200:
            raise RuntimeError(f"The webhook answered {response.status}.")
        return elapsed


def _bodies(count: int) -> Iterator[bytes]:
    """Messages of people whom the simulator does not know: acknowledged like any other."""
    for n in range(count):
        message = {
            "from": f"21267{n:07d}",
            "id": f"wamid.bench.{time.time_ns()}",
            "timestamp": str(int(time.time())),
            "type": "text",
            "text": {"body": PHRASES[n % len(PHRASES)]},
        }
        metadata = {"display_phone_number": "1", "phone_number_id": "106540352242922"}
        value = {"messaging_product": "whatsapp", "metadata": metadata, "messages": [message]}
        change = {"field": "messages", "value": value}
        body = {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [change]}]}
        yield json.dumps(body).encode()


def measure(database: str, url: str | None) -> Figures:
    """Measures with one database, the assistant started twice: without and with quiet time."""
    figures = Figures(database)
    with tempfile.TemporaryDirectory() as folder:
        clinic = LocalClinic(Path(folder), database_url=url, settings={"BURST_WINDOW_MS": "0"})
        with clinic:
            bench = Bench(clinic, figures)
            asyncio.run(bench.without_quiet_time())
            clinic.kill("assistant")
            del clinic.environment["BURST_WINDOW_MS"]
            clinic.start_assistant()
            figures.start_seconds = clinic.wait_ready()
            asyncio.run(bench.with_quiet_time())
    return figures


def time_training() -> float:
    """Returns the seconds that a forced training takes."""
    started = time.monotonic()
    subprocess.run([sys.executable, "-m", "scripts.train", "--force"], cwd=ROOT, check=True)
    return time.monotonic() - started


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--train", action="store_true", help="time a forced training too")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], help="only this one")
    parser.add_argument("--output", type=Path, default=ROOT / "docs" / "benchmarks.md")
    arguments = parser.parse_args()
    before = machine()
    training = time_training() if arguments.train else None
    measured = []
    if arguments.database != "postgresql":
        _step("SQLite")
        measured.append(measure("SQLite", None))
        _step(str(measured[-1]))
    if arguments.database != "sqlite" and find_server_programs():
        _step("PostgreSQL")
        with ExitStack() as stack:
            url = new_postgresql_database(stack.enter_context(postgresql_server()))
            measured.append(measure("PostgreSQL", url))
            _step(str(measured[-1]))
    _step("Rasa patches")
    patches: PatchTimes = measure_patches()
    command = "make bench" if len(sys.argv) == 1 else " ".join(["scripts.bench", *sys.argv[1:]])
    text = report(command, before, measured, patches, training)
    arguments.output.write_text(text, encoding="utf-8")
    _step(f"Written to {arguments.output}")
    sys.stdout.write(text)


def _step(text: str) -> None:
    sys.stdout.write(f"==> {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
