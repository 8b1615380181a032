"""Reads situations and plays them: see README.md in this folder."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from clinic.messaging.texts import UnknownTextError
from tests.assistant import MONDAY_MORNING, ClinicUnderTest
from tests.conversations.agenda import NUMBER, AgendaUnderTest
from tests.conversations.desk import DeskUnderTest
from tests.conversations.office import OfficeUnderTest
from tests.conversations.tongues import known_tongues

FOLDER = Path(__file__).parent


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
        stem = f"{path.parent.name}/{path.stem}"
        for language, values in (script.get("languages") or {None: {}}).items():
            if script.get("in_every_form"):
                yield from _in_every_form(Situation(stem, language, now, script, values))
                continue
            name = stem + (f"[{language}]" if language else "")
            yield Situation(name, language, now, script, values)


def _in_every_form(situation: Situation) -> Iterator[Situation]:
    """Yields a situation once per form, opened as `forms.yml` says."""
    forms = yaml.safe_load((FOLDER / "forms.yml").read_text(encoding="utf-8"))
    wanted = situation.script["in_every_form"]
    for form, opening in forms.items():
        if wanted is not True and form not in wanted:
            continue
        script = {
            "known_as": "Karim Tazi",
            "appointments": opening.get("appointments", []),
            **situation.script,
        }
        values = {
            "open": opening["languages"][situation.language],
            "question": opening["question"],
            **situation.values,
        }
        name = f"{situation.name}[{form}-{situation.language}]"
        yield replace(situation, name=name, script=script, values=values)


class Player:
    """Plays one situation and compares."""

    def __init__(self, situation: Situation, clinic: ClinicUnderTest) -> None:
        self._situation = situation
        self._clinic = clinic
        self._agenda = AgendaUnderTest(clinic.services)
        self._office = OfficeUnderTest(clinic, NUMBER)
        self._tongues = known_tongues()
        # A situation without languages is in French, until an answer is expected in another.
        self._tongue = situation.language or "fr"
        self._desk = DeskUnderTest(clinic, NUMBER)
        self._log: list[str] = []

    async def play(self) -> None:
        script = self._situation.script
        await self._clinic.add_patient(NUMBER)
        self._agenda.prepare(script, self._situation.language)
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
        if "tap" in turn:
            wanted = turn["tap"]
            self._log.append(f">>> [{wanted}]")
            if isinstance(wanted, int):
                return await self._clinic.tap_nth(NUMBER, wanted)
            return await self._clinic.tap(NUMBER, self._fill(wanted))
        self._log.append(f"... {turn}")
        return await self._happen(turn)

    async def _happen(self, turn: dict[str, Any]) -> list[dict[str, Any]]:
        """Does what happens without the patient; returns what reaches them."""
        before = len(await self._clinic.messages(NUMBER))
        if "later" in turn:
            await self._clinic.pass_time(timedelta(minutes=turn["later"]))
        elif "worker" in turn:
            await self._clinic.work()
        elif "somebody_books" in turn:
            self._agenda.book_for_somebody(turn["somebody_books"])
        elif "somebody_cancels" in turn:
            self._agenda.cancel_of_somebody(turn["somebody_cancels"])
        elif "reminder" in turn:
            self._agenda.remind(self._situation.language)
            await self._clinic.send_due()
        elif "closes" in turn:
            self._agenda.close(turn["closes"])
            await self._clinic.send_due()
        elif "reopens" in turn:
            self._agenda.reopen()
            await self._clinic.send_due()
        elif "clinic_moves" in turn:
            self._agenda.move(turn["clinic_moves"])
            await self._clinic.send_due()
        elif "pay" in turn:
            await self._office.pay(turn["pay"])
        elif "staff" in turn:
            await self._office.staff(turn["staff"])
        elif "console" in turn:
            await self._work(turn["console"])
        else:
            raise AssertionError(f"Nobody knows what happens in {turn}.")
        messages = await self._clinic.messages(NUMBER)
        return [message for message in messages[before:] if message["direction"] == "out"]

    async def _work(self, what: str | dict[str, Any]) -> None:
        """Lets a person at the console do something."""
        books = isinstance(what, dict) and "books" in what
        slot = self._agenda.slot(what["books"]) if isinstance(what, dict) and books else None
        await self._desk.do(what, slot)

    def _compare(self, answer: dict[str, Any], answers: list[dict[str, Any]]) -> None:
        self._tongue = answer.get("language", self._tongue)
        for message in answers:
            if (message["text"] or "").startswith("["):
                # A template: its text is Meta's, the simulator shows name and values.
                continue
            shown = "\n".join((message["text"] or "", *_titles(message)))
            if problem := self._tongues.problem(shown, self._tongue):
                self._check(False, problem)
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
            name = self._fill(name)
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
        for problem in (*self._office.problems(expect), *self._agenda.problems(expect)):
            self._check(False, problem)

    def _fill(self, text: str) -> str:
        for name, value in self._situation.values.items():
            text = text.replace("{" + name + "}", value)
        return text

    def _check(self, holds: bool, what: str) -> None:
        assert holds, what + "\n" + "\n".join(self._log)


def _titles(message: dict[str, Any]) -> list[str]:
    return [choice["title"] for choice in message["choices"] or ()]
