"""Reads situations and plays them: see README.md in this folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.tables.scheduling import appointment
from clinic.consent.model import Decision, Purpose, Reply
from clinic.messaging.texts import UnknownTextError
from clinic.patients.model import Relation
from tests.assistant import MONDAY_MORNING, ClinicUnderTest
from tests.conversations.office import OfficePlayer

FOLDER = Path(__file__).parent
NUMBER = "212661000001"


@dataclass(frozen=True)
class Situation:
    """One file in one language."""

    name: str
    language: str | None
    now: datetime
    script: dict[str, Any]
    values: dict[str, str]


def read_situations() -> Iterator[Situation]:
    """Yields every situation, once per language that it has."""
    for path in sorted(FOLDER.glob("*/*.yml")):
        script = yaml.safe_load(path.read_text(encoding="utf-8"))
        now = script.get("now", MONDAY_MORNING)
        now = now if isinstance(now, datetime) else datetime.fromisoformat(now)
        for language, values in (script.get("languages") or {None: {}}).items():
            name = f"{path.parent.name}/{path.stem}" + (f"[{language}]" if language else "")
            yield Situation(name, language, now, script, values)


class Player:
    """Plays one situation and compares."""

    def __init__(self, situation: Situation, clinic: ClinicUnderTest) -> None:
        self._situation = situation
        self._clinic = clinic
        self._log: list[str] = []

    async def play(self) -> None:
        script = self._situation.script
        await self._clinic.add_patient(NUMBER)
        if known_as := script.get("known_as"):
            self._register(known_as)
        self._office = OfficePlayer(self._clinic, NUMBER)
        self._office.prepare(script)
        for turn in script["turns"]:
            answers = await self._act(turn)
            self._log += [f"<<< {a['text']} {_titles(a)}" for a in answers]
            self._compare(turn.get("answer") or {}, answers)
        self._compare_end(script.get("expect") or {})

    async def _act(self, turn: dict[str, Any]) -> list[dict[str, Any]]:
        if "write" in turn:
            text = self._fill(turn["write"])
            self._log.append(f">>> {text}")
            return await self._clinic.write(NUMBER, text)
        if "send" in turn:
            self._log.append(f">>> {turn['send']}")
            return await self._clinic.do(NUMBER, turn["send"])
        if action := self._office.action_of(turn):
            self._log.append(f">>> ({action})")
            return await self._office.act(turn)
        wanted = turn["tap"]
        self._log.append(f">>> [{wanted}]")
        if isinstance(wanted, int):
            return await self._clinic.tap_nth(NUMBER, wanted)
        return await self._clinic.tap(NUMBER, self._fill(wanted))

    def _compare(self, answer: dict[str, Any], answers: list[dict[str, Any]]) -> None:
        said = "\n".join(a["text"] or "" for a in answers)
        if "texts" in answer:
            self._check(len(answers) == answer["texts"], f"{len(answers)} messages came back")
        for part in answer.get("says", ()):
            part = self._fill(part)
            self._check(part.casefold() in said.casefold(), f"{part!r} is not said")
        for part in answer.get("says_not", ()):
            part = self._fill(part)
            self._check(part.casefold() not in said.casefold(), f"{part!r} is said")
        if "choices" in answer:
            count = sum(len(a["choices"] or ()) for a in answers)
            self._check(count == answer["choices"], f"{count} choices came back")
        language = answer.get("language", self._situation.language)
        names = answer.get("uses", ())
        for name in [names] if isinstance(names, str) else names:
            for part in self._fixed_parts(name, language or "fr"):
                self._check(part in said, f"{name} in {language}: {part!r} is not said")

    def _fixed_parts(self, name: str, language: str) -> list[str]:
        try:
            text = self._clinic.services.texts.text(name, language)
        except UnknownTextError as error:
            raise AssertionError(str(error)) from error
        parts = (part.strip() for part in re.split(r"\{\w+\}", text))
        return [part for part in parts if len(part) > 3]

    def _compare_end(self, expect: dict[str, Any]) -> None:
        services = self._clinic.services
        with services.database.read() as tx:
            contact = Contacts(tx).find_or_create(
                phone=NUMBER, user_id=None, profile_name=None, now=services.clock.now()
            )
            for status, key in (("booked", "booked"), ("proposed", "held")):
                if key in expect:
                    count = tx.connection.scalar(
                        select(func.count())
                        .select_from(appointment)
                        .where(appointment.c.status == status)
                    )
                    self._check(count == expect[key], f"{count} appointments are {key}")
            if "handoff" in expect:
                handoff = Handoffs(tx).open_of(contact.id)
                found = handoff.priority.value if handoff else "none"
                self._check(found == expect["handoff"], f"the hand-off is {found}")
        for found, what in self._office.differences(expect):
            self._check(found, what)
        for purpose, decision in (expect.get("consents") or {}).items():
            latest = services.consent.latest(contact.id, Purpose(purpose))
            found = latest.value if latest else "never asked"
            self._check(found == decision, f"consent for {purpose} is {found}")

    def _register(self, name: str) -> None:
        """Makes the patient somebody who has been here before."""
        services = self._clinic.services
        with services.database.write() as tx:
            contact = Contacts(tx).find_or_create(
                phone=NUMBER, user_id=None, profile_name=None, now=services.clock.now()
            )
        services.patients.register(contact.id, Relation.SELF, name)
        reply = Reply(notice="notice", language="fr", text="J'accepte", message_id="earlier")
        services.consent.record(contact.id, Purpose.CARE, Decision.GIVEN, reply)
        services.consent.record(contact.id, Purpose.REMINDERS, Decision.GIVEN, reply)

    def _fill(self, text: str) -> str:
        for name, value in self._situation.values.items():
            text = text.replace("{" + name + "}", value)
        return text

    def _check(self, holds: bool, what: str) -> None:
        assert holds, what + "\n" + "\n".join(self._log)


def _titles(message: dict[str, Any]) -> list[str]:
    return [choice["title"] for choice in message["choices"] or ()]
