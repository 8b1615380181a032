"""Throws broken webhooks at the channel: never a 5xx, never a lost neighbour, bounded memory.

    python -m scripts.fuzz_webhooks [--bodies 10000] [--seed 1] [--payloads FOLDER]

The whole way from the signed request to the inbox, the dispatcher and the outbox runs in this
process, with a database of its own; only Rasa and the network are left out. Each body is a
recorded one in which types are swapped, fields are missing, values are nested, huge or no text,
bytes are no UTF-8; beside it stands one sound message, which must be stored every time.
"""

from __future__ import annotations

import argparse
import asyncio
import copy
import itertools
import json
import random
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sanic import Sanic
from sqlalchemy import func, select

from clinic.adapters.encryption import generate_key
from clinic.adapters.tables import metadata
from clinic.adapters.tables.messaging import inbox
from clinic.bootstrap import Services, build_services
from clinic.settings import ROOT, read_settings
from connectors.whatsapp_channel import WhatsAppInput
from whatsapp.signature import sign

SECRET = "fuzz-secret"
NUMBER_ID = "106540352242922"
_PATH = "/webhooks/whatsapp/webhook"
_ODD_VALUES: tuple[Any, ...] = (
    None, True, 0, -1, 10**30, 1.5e300, "", " ", "x" * 5000, "\x00", "\ud800", "١٢٣", "😀" * 200,
    [], {}, [[]], [None], {"": {}}, {"id": []}, ["a", 1, None], "2026-11-23", "null", "-Infinity",
)  # fmt: skip


@dataclass
class Findings:
    """What came of it."""

    bodies: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    slowest_seconds: float = 0.0
    grown_mb: float = 0.0
    inbox: dict[str, int] = field(default_factory=dict)

    @property
    def is_fine(self) -> bool:
        grown_too_much = self.grown_mb > _MAX_GROWN_MB
        return not self.lost and set(self.statuses) <= {200, 400} and not grown_too_much


def recorded(folder: Path) -> list[Any]:
    """Returns the recorded bodies of a folder."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("**/*.json"))]


def mutated(body: Any, dice: random.Random) -> Any:
    """Returns a copy of a body with some of its places broken."""
    broken = copy.deepcopy(body)
    for _ in range(dice.randint(1, 6)):
        places = list(itertools.islice(_places(broken), _MAX_PLACES))
        if not places:
            break
        holder, key = dice.choice(places)
        match dice.randrange(7):
            case 0:
                del holder[key]
            case 1 | 2:
                holder[key] = copy.deepcopy(dice.choice(_ODD_VALUES))
            case 3:
                holder[key] = _DEEP if dice.random() < 0.5 else _nested(holder[key], 60)
            case 4 if isinstance(holder[key], list):
                holder[key] = [copy.deepcopy(i) for i in holder[key] * dice.choice((2, 50))]
            case 5 if isinstance(holder, dict):
                holder[dice.choice(_NAMES)] = holder.pop(key)
            case _:
                holder[key] = (
                    str(holder[key]) if not isinstance(holder[key], str) else [holder[key]]
                )
    return broken


_NAMES = (
    "id",
    "from",
    "type",
    "messages",
    "statuses",
    "contacts",
    "errors",
    "value",
    "text",
    "calls",
    "message_echoes",
    "interactive",
    "button",
    "image",
    "edit",
    "revoke",
    "system",
)
_DEEP = "@deep@"
_MAX_GROWN_MB = 250
_MAX_PLACES = 20_000


def raw_bytes(body: Any, neighbour: dict[str, Any], dice: random.Random) -> tuple[bytes, bool]:
    """Returns a request's bytes, and whether the neighbour stands in them whole."""
    entries = body.get("entry") if isinstance(body, dict) else None
    if not isinstance(entries, list):
        body, entries = {"entry": []}, []
    value = {"metadata": {"phone_number_id": NUMBER_ID}, "messages": [neighbour]}
    sound = {"id": "1", "changes": [{"field": "messages", "value": value}]}
    whole = [*entries, sound] if dice.random() < 0.5 else [sound, *entries]
    text = json.dumps({**body, "entry": whole})
    # Deeper than what Python can write, and than what its parser can read.
    raw = text.replace(f'"{_DEEP}"', "[" * 20_000 + "]" * 20_000, 1).encode()
    kind = dice.random()
    if kind < 0.04:
        return raw[: dice.randrange(len(raw))], False
    if kind < 0.08:
        at = dice.randrange(len(raw))
        return raw[:at] + bytes(dice.randrange(256) for _ in range(8)) + raw[at:], False
    if kind < 0.10:
        return b"\xef\xbb\xbf" + raw, True
    return raw, True


async def fuzz(bodies: int, seed: int, sources: list[Any], wired: Services) -> Findings:
    """Posts so many broken bodies, then looks for what was lost."""
    dice, findings = random.Random(seed), Findings()
    app = Sanic(f"fuzz{seed}{time.time_ns()}")
    channel = WhatsAppInput(lambda: wired, httpx.MockTransport(_accepts))
    app.blueprint(channel.blueprint(_say_nothing), url_prefix="/webhooks/whatsapp")
    await app._startup()
    before = _memory_mb()
    expected: set[str] = set()
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://fuzz.test") as client:
        for n in range(bodies):
            wamid = f"wamid.sound.{seed}.{n}"
            neighbour = {"from": f"2126{n % 500:08d}", "id": wamid, "type": "reaction",
                         "timestamp": str(int(time.time())),
                         "reaction": {"message_id": "x", "emoji": "+"}}  # fmt: skip
            raw, has_neighbour = raw_bytes(mutated(dice.choice(sources), dice), neighbour, dice)
            started = time.perf_counter()
            headers = {"X-Hub-Signature-256": sign(raw, SECRET)}
            answer = await client.post(_PATH, content=raw, headers=headers)
            findings.slowest_seconds = max(findings.slowest_seconds, time.perf_counter() - started)
            findings.statuses[answer.status_code] += 1
            if has_neighbour:
                expected.add(wamid)
            if n % 200 == 0 and channel.runtime:
                await channel.runtime.join()
        if channel.runtime:
            await channel.runtime.join()
            await channel.runtime.stop()
    findings.bodies = bodies
    findings.grown_mb = _memory_mb() - before
    with wired.database.read() as tx:
        keys = {row.key for row in tx.connection.execute(select(inbox.c.key))}
        counts = tx.connection.execute(
            select(inbox.c.status, func.count().label("rows")).group_by(inbox.c.status)
        )
        findings.inbox = {row.status: row.rows for row in counts}
    findings.lost = sorted(expected - keys)
    return findings


def make_services(folder: Path) -> Services:
    """Wires the services to an empty database below a folder."""
    environment = {
        "WHATSAPP_APP_SECRET": SECRET,
        "WHATSAPP_VERIFY_TOKEN": "v",
        "WHATSAPP_ACCESS_TOKEN": "a",
        "WHATSAPP_PHONE_NUMBER_ID": NUMBER_ID,
        "WHATSAPP_API_URL": "http://api.test",
        "DATABASE_URL": f"sqlite:///{folder / 'fuzz.db'}",
        "MEDIA_FOLDER": str(folder / "media"),
        "BURST_WINDOW_MS": "0",
        "ENCRYPTION_KEYS": generate_key(),
    }
    wired = build_services(read_settings(environment))
    metadata.create_all(wired.database.engine)
    return wired


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--bodies", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--payloads", type=Path, default=ROOT / "tests" / "payloads")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        wired = make_services(Path(folder))
        sources = recorded(arguments.payloads)
        findings = asyncio.run(fuzz(arguments.bodies, arguments.seed, sources, wired))
        wired.database.close()
    sys.stdout.write(
        f"{findings.bodies} bodies: answers {dict(findings.statuses)}, inbox {findings.inbox}, "
        f"{len(findings.lost)} sound messages lost, slowest {findings.slowest_seconds:.2f} s, "
        f"memory grown by {findings.grown_mb:.0f} MB\n"
    )
    sys.exit(0 if findings.is_fine else 1)


async def _say_nothing(_message: Any) -> None:
    return None


def _accepts(_request: httpx.Request) -> httpx.Response:
    answer = {"messages": [{"id": f"wamid.out.{time.time_ns()}"}], "success": True}
    return httpx.Response(200, json=answer)


def _places(value: Any) -> Any:
    waiting = [value]
    while waiting:
        holder = waiting.pop()
        items = holder.items() if isinstance(holder, dict) else enumerate(holder)
        for key, inner in list(items):
            yield holder, key
            if isinstance(inner, dict | list):
                waiting.append(inner)


def _nested(value: Any, depth: int) -> Any:
    for n in range(depth):
        value = [value] if n % 2 else {"deeper": value}
    return value


def _memory_mb() -> float:
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    main()
