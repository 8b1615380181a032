"""A long run under load and faults: is every message answered once and in order?

    python -m scripts.soak [--minutes 30] [--rate 20] [--kill-every 60] [--output FILE]

Real processes on the loopback interface, as for `scripts.bench`. The simulator delivers 5 % of the
webhooks twice, reorders them, and refuses sends (429, 500, 131056) or leaves them without an
answer. With `--kill-every` all assistants are killed and started again every so many seconds.

A patient writes again when the last message is answered; every tenth does not wait, and writes a
second question some seconds after the first. Every message is a question whose answer is one
message, so that the answers of a patient, in order, must match the questions.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from scripts.processes import LocalClinic, phones, write
from tests.postgresql import new_postgresql_database, postgresql_server

FAULTS = {
    "duplicate": 0.05,
    "reorder": 0.05,
    "delay_ms": [0, 30],
    "fail": [
        {"code": 130429, "http_status": 429, "rate": 0.01},
        {"code": 131000, "http_status": 500, "rate": 0.01},
        {"code": 131056, "http_status": 400, "rate": 0.005},
    ],
    "timeout_rate": 0.005,
    "seed": 7,
}
_QUESTIONS = (
    "quels sont vos horaires ?",
    "where are you located?",
    "what are your opening hours?",
    "où êtes-vous situés ?",
)
_PAIR_EVERY = 10
_PAIR_SECONDS = 3
"""More than what a webhook is overtaken by: the order of writing can be known."""
_SETTLE_SECONDS = 900
_PATIENTS = 2000
_NUMBERS = 212_600_000_000
_FIRST = "212699999999"
"""Its message fills caches; nobody else of the run."""


@dataclass
class Patient:
    """One patient: what was asked, and what came back, each in order."""

    number: str
    asked: list[float] = field(default_factory=list)
    due: int = 0
    """How many questions they will have asked when they wait for answers."""
    answers: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Outcome:
    """What came of the run."""

    written: int = 0
    answered: int = 0
    pairs: int = 0
    unanswered: int = 0
    doubled: int = 0
    out_of_order: int = 0
    kills: int = 0
    answer_ms: dict[str, float] = field(default_factory=dict)
    acknowledge_ms: dict[str, float] = field(default_factory=dict)
    per_second: float = 0.0
    notes: list[str] = field(default_factory=list)

    @property
    def is_fine(self) -> bool:
        return not (self.unanswered or self.doubled or self.out_of_order)


class Soak:
    """Lets patients write at a rate and keeps account of the answers."""

    def __init__(self, clinic: LocalClinic, rate: float) -> None:
        self._clinic = clinic
        self._rate = rate
        self._patients = {str(n): Patient(str(n)) for n in range(_NUMBERS, _NUMBERS + _PATIENTS)}
        self._free: asyncio.Queue[Patient] = asyncio.Queue()
        self._seq = 0
        self._seconds: list[float] = []

    async def run(self, seconds: float, kill_every: float | None) -> Outcome:
        outcome = Outcome()
        async with phones(self._clinic) as client:
            for patient in self._patients.values():
                await client.post("/api/patients", json={"wa_id": patient.number, "name": "Soak"})
                self._free.put_nowait(patient)
            await self._warm_up(client)
            answer = await client.put("/api/faults", json=FAULTS)
            answer.raise_for_status()
            watching = asyncio.create_task(self._watch(client))
            killing = asyncio.create_task(self._kill(kill_every, outcome))
            started = time.monotonic()
            writes: set[asyncio.Task[None]] = set()
            rounds = 0
            while time.monotonic() < started + seconds:
                patient = await self._free.get()
                questions = 2 if rounds % _PAIR_EVERY == 0 else 1
                rounds += 1
                patient.due += questions
                writes.add(asyncio.create_task(self._write(client, patient)))
                outcome.written += questions
                outcome.pairs += questions - 1
                ahead = started + outcome.written / self._rate - time.monotonic()
                await asyncio.sleep(max(0.0, ahead))
            outcome.per_second = outcome.written / (time.monotonic() - started)
            killing.cancel()
            await asyncio.gather(*writes)
            await self._settle(outcome)
            watching.cancel()
            stats = (await client.get("/api/messages/stats")).json()
            outcome.acknowledge_ms = {
                name: stats["acknowledge_ms"][name] for name in ("median", "p95")
            }
        self._judge(outcome)
        return outcome

    async def _warm_up(self, client: httpx.AsyncClient) -> None:
        await client.post("/api/patients", json={"wa_id": _FIRST, "name": "Soak"})
        await write(client, _FIRST, _QUESTIONS[0])
        await asyncio.sleep(5)
        messages = (await client.get("/api/messages")).json()
        self._seq = max((m["seq"] for m in messages), default=0)

    async def _write(self, client: httpx.AsyncClient, patient: Patient) -> None:
        while True:
            question = _QUESTIONS[len(patient.asked) % len(_QUESTIONS)]
            patient.asked.append(time.monotonic())
            await write(client, patient.number, question)
            if len(patient.asked) == patient.due:
                return
            await asyncio.sleep(_PAIR_SECONDS)

    async def _watch(self, client: httpx.AsyncClient) -> None:
        while True:
            try:
                answer = await client.get("/api/messages", params={"after": self._seq})
                found = answer.json()
            except (httpx.HTTPError, ValueError):
                found = []
            for message in found:
                self._seq = max(self._seq, message["seq"])
                patient = self._patients.get(message["patient_id"])
                if message["direction"] == "out" and patient:
                    self._note(patient, message)
            await asyncio.sleep(0.1)

    def _note(self, patient: Patient, message: dict[str, Any]) -> None:
        patient.answers.append(message)
        number = len(patient.answers)
        if number <= len(patient.asked):
            self._seconds.append(time.monotonic() - patient.asked[number - 1])
        if number == patient.due:
            self._free.put_nowait(patient)

    async def _kill(self, every: float | None, outcome: Outcome) -> None:
        while every:
            await asyncio.sleep(every)
            for number in range(self._clinic.assistants):
                await asyncio.to_thread(self._clinic.kill_assistant, number)
                await asyncio.to_thread(self._clinic.start_assistant, number)
                outcome.kills += 1

    async def _settle(self, outcome: Outcome) -> None:
        until = time.monotonic() + _SETTLE_SECONDS
        while time.monotonic() < until:
            if all(len(p.answers) >= len(p.asked) for p in self._patients.values()):
                break
            await asyncio.sleep(0.5)
        await asyncio.sleep(3)  # a doubled answer would come now

    def _judge(self, outcome: Outcome) -> None:
        meant: dict[str, Counter[str]] = defaultdict(Counter)
        notes: list[str] = []
        for patient in self._patients.values():
            answers = [a for a in patient.answers if a["text"]]
            outcome.answered += min(len(answers), len(patient.asked))
            outcome.unanswered += max(0, len(patient.asked) - len(answers))
            references = Counter(a["body"].get("biz_opaque_callback_data") for a in answers)
            outcome.doubled += sum(n - 1 for n in references.values())
            outcome.doubled += max(0, len(references) - len(patient.asked))
            if len(answers) != len(patient.asked) or len(references) != len(answers):
                counts = f"{len(patient.asked)} asked, {len(answers)} answers"
                notes.append(f"{patient.number}: {counts}, {len(references)} references")
            for n, answer in enumerate(answers):
                meant[_QUESTIONS[n % len(_QUESTIONS)]][answer["text"]] += 1
        # The usual answer to a question is the most frequent one.
        usual = {question: texts.most_common(1)[0][0] for question, texts in meant.items()}
        for question, texts in meant.items():
            others = {usual[q] for q in usual if q != question} - {usual[question]}
            outcome.out_of_order += sum(n for text, n in texts.items() if text in others)
        ordered = sorted(self._seconds)
        if ordered:
            outcome.answer_ms = {
                "median": round(1000 * ordered[len(ordered) // 2]),
                "p95": round(1000 * ordered[int(len(ordered) * 0.95)]),
                "p99": round(1000 * ordered[int(len(ordered) * 0.99)]),
                "longest": round(1000 * ordered[-1]),
            }
        outcome.notes = notes[:20]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--rate", type=float, default=20, help="messages per second")
    parser.add_argument("--kill-every", type=float, help="seconds between two kills")
    parser.add_argument("--assistants", type=int, default=2)
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--output", type=Path, help="where the outcome goes as JSON")
    arguments = parser.parse_args()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        url = None
        if arguments.database == "postgresql":
            url = new_postgresql_database(stack.enter_context(postgresql_server()))
        clinic = LocalClinic(
            folder,
            database_url=url,
            assistants=arguments.assistants,
            settings={"BURST_WINDOW_MS": "0"},
        )
        stack.enter_context(clinic)
        soak = Soak(clinic, arguments.rate)
        outcome = asyncio.run(soak.run(60 * arguments.minutes, arguments.kill_every))
        log = "".join(path.read_text(errors="replace") for path in folder.glob("*.log"))
    text = json.dumps({**vars(outcome), "errors_in_logs": log.count("Traceback")}, indent=2)
    if arguments.output:
        arguments.output.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write(text + "\n")
    sys.exit(0 if outcome.is_fine else 1)


if __name__ == "__main__":
    main()
