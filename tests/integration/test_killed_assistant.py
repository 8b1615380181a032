"""The assistant is killed at random moments of many conversations: nothing is lost or repeated.

Real processes on free ports. Patients write, some without waiting for an answer, while the
assistant is killed (`kill -9`) and started again. In the end every message has been answered
once and in order. Only a message whose acceptance by the API was lost with the process may
arrive twice, and only once more.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from clinic.adapters.database import open_engine
from clinic.adapters.tables.messaging import inbox, outbox
from scripts.processes import ROOT, LocalClinic, phones, write
from tests.postgresql import new_postgresql_database
from tests.published_schema import violations_of

MESSAGES_EACH = 3
PHRASES = (
    "bonjour",
    "salam",
    "hello",
    "quels sont vos horaires ?",
    "quelle est votre adresse ?",
    "combien coûte une consultation ?",
    "fin jitou?",
    "ch7al taman dyal consultation",
    "what are your opening hours?",
    "شحال كتسوا الفيزيتا؟",
    "merci",
)
_AT_ONCE = 40
"""Patients who write at the same time."""
_COMES_TO_REST_WITHIN = 150.0


@dataclass
class Conversations:
    """What was written and what came back."""

    written: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    arrived: list[dict[str, Any]] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(map(len, self.written.values()))


class Players:
    """Many patients who each write a few messages."""

    def __init__(self, client: httpx.AsyncClient, dice: random.Random) -> None:
        self.said = Conversations()
        self._client = client
        self._dice = dice
        self._answers: Counter[str] = Counter()

    async def play(self, patients: int) -> None:
        at_once = asyncio.Semaphore(_AT_ONCE)
        watching = asyncio.create_task(self._watch())
        await asyncio.gather(*(self._talk(f"2126{n:08d}", at_once) for n in range(patients)))
        watching.cancel()

    async def _talk(self, number: str, at_once: asyncio.Semaphore) -> None:
        async with at_once:
            await self._client.post("/api/patients", json={"wa_id": number, "name": "Zineb"})
            for _ in range(MESSAGES_EACH):
                sent = await write(self._client, number, self._dice.choice(PHRASES))
                self.said.written[number].append(sent["wamid"])
                if self._dice.random() < 0.6:
                    await self._until_answered(number)

    async def _until_answered(self, number: str) -> None:
        wanted = len(self.said.written[number])
        while self._answers[number] < wanted:
            await asyncio.sleep(0.05)

    async def _watch(self) -> None:
        """Reads what arrives; a message that comes twice counts once here."""
        seen: set[str] = set()
        while True:
            for message in await self.read():
                reference = message["body"]["biz_opaque_callback_data"]
                if reference not in seen:
                    seen.add(reference)
                    self._answers[message["patient_id"]] += 1
            await asyncio.sleep(0.1)

    async def read(self) -> list[dict[str, Any]]:
        """Returns the clinic's messages that arrived since the last call."""
        after = self.said.arrived[-1]["seq"] if self.said.arrived else 0
        answer = await self._client.get("/api/messages", params={"after": after})
        new = [m for m in answer.json() if m["direction"] == "out"]
        self.said.arrived += new
        return new


async def kill_at(clinic: LocalClinic, players: Players, moments: list[int], jitter: Any) -> None:
    """Kills assistant or gateway each time so many messages have arrived, a moment later."""
    for moment in moments:
        while len(players.said.arrived) < moment:
            await asyncio.sleep(0.01)
        await asyncio.sleep(jitter.uniform(0, 0.3))
        if jitter.random() < 0.7:
            clinic.kill("assistant")
            clinic.start_assistant()
        else:
            clinic.kill("gateway")
            clinic.start_gateway()
        await asyncio.to_thread(clinic.wait_ready)


async def play(clinic: LocalClinic, *, patients: int, kills: int, seed: int) -> Conversations:
    dice, killer = random.Random(seed), random.Random(seed + 1)
    least = patients * MESSAGES_EACH  # each message has one answer at least
    moments = sorted(killer.randrange(least // 50, least * 9 // 10) for _ in range(kills))
    async with phones(clinic) as client:
        players = Players(client, dice)
        playing = asyncio.create_task(players.play(patients))
        killing = asyncio.create_task(kill_at(clinic, players, moments, killer))
        await asyncio.gather(playing, killing)
        await come_to_rest(clinic, client)
        await players.read()
    return players.said


async def come_to_rest(clinic: LocalClinic, client: httpx.AsyncClient) -> None:
    """Waits until nothing is on its way; what is still open then, the checks will name."""
    engine = open_engine(clinic.database_url)
    open_rows = (
        select(inbox.c.id).where(inbox.c.status == "waiting"),
        select(outbox.c.id).where(outbox.c.status.in_(("queued", "sending"))),
    )
    deadline = asyncio.get_running_loop().time() + _COMES_TO_REST_WITHIN
    while asyncio.get_running_loop().time() < deadline:
        await asyncio.sleep(0.5)
        stats = (await client.get("/api/messages/stats")).json()
        with engine.connect() as connection:
            is_open = any(connection.execute(query.limit(1)).first() for query in open_rows)
        if not is_open and not stats["webhooks_pending"]:
            break
    engine.dispose()


def check(clinic: LocalClinic, said: Conversations) -> None:
    """Asserts that every message was answered once, in order, and nothing is left over."""
    engine = open_engine(clinic.database_url)
    with engine.connect() as connection:
        taken = connection.execute(select(inbox).where(inbox.c.kind == "message")).all()
        rows = connection.execute(select(outbox).order_by(outbox.c.id)).all()
    engine.dispose()
    written = [wamid for wamids in said.written.values() for wamid in wamids]

    assert {row.key: row.status for row in taken} == dict.fromkeys(written, "done")
    assert {row.status for row in rows} <= {"accepted", "sent", "delivered", "read"}

    answered = [row.key.split(":")[1] for row in rows if row.key.startswith("turn:")]
    missing = set(written) - set(answered)
    assert not missing, f"{len(missing)} of {len(written)} messages have no answer"
    assert len(rows) == len(answered) == len({row.key for row in rows})
    first_answers = set(dict.fromkeys(answered))
    for number, wamids in said.written.items():
        order = [key for key in dict.fromkeys(answered) if key in wamids]
        assert order == wamids, f"{number} was answered in another order"
    assert first_answers == set(written)

    attempts = {row.reference: row.attempts for row in rows}
    arrivals = Counter(m["body"]["biz_opaque_callback_data"] for m in said.arrived)
    assert set(arrivals) == set(attempts)
    repeated = {reference: times for reference, times in arrivals.items() if times > 1}
    assert all(times == 2 and attempts[reference] > 1 for reference, times in repeated.items())
    position = {row.reference: n for n, row in enumerate(rows)}
    for number in said.written:
        mine = [m["body"]["biz_opaque_callback_data"] for m in said.arrived
                if m["patient_id"] == number]  # fmt: skip
        once = [position[reference] for reference in dict.fromkeys(mine)]
        assert once == sorted(once), f"{number} read answers in another order"

    assert [v for m in said.arrived for v in violations_of(m["body"])] == []


def check_logs(clinic: LocalClinic, said: Conversations) -> None:
    """Asserts that the logs hold no number, name, word or answer of anybody."""
    log = "".join(clinic.log(name) for name in ("gateway", "assistant", "worker"))
    words = [*said.written, "Zineb", *(phrase for phrase in PHRASES if len(phrase) > 8)]
    words += {m["text"][:40] for m in said.arrived if m["text"]}
    assert [word for word in words if word in log] == []


def _require_model() -> None:
    if not (ROOT / "models" / "assistant.tar.gz").exists():
        pytest.skip("there is no trained model; `make train` makes one")


async def _survive(clinic: LocalClinic, *, patients: int, kills: int, seed: int) -> None:
    with clinic:
        said = await play(clinic, patients=patients, kills=kills, seed=seed)
    assert said.total == patients * MESSAGES_EACH
    check(clinic, said)
    check_logs(clinic, said)


@pytest.mark.model
@pytest.mark.timeout(900)
async def test_200_conversations_survive_kills_of_the_assistant(tmp_path: Path) -> None:
    _require_model()
    clinic = LocalClinic(tmp_path, settings={"BURST_WINDOW_MS": "0"})
    await _survive(clinic, patients=200, kills=5, seed=20261122)


@pytest.mark.model
@pytest.mark.postgresql
@pytest.mark.timeout(900)
async def test_conversations_survive_kills_on_postgresql(
    tmp_path: Path, postgresql_url: str
) -> None:
    _require_model()
    url = new_postgresql_database(postgresql_url)
    clinic = LocalClinic(tmp_path, database_url=url, settings={"BURST_WINDOW_MS": "0"})
    await _survive(clinic, patients=40, kills=2, seed=7)
