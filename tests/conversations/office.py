"""What the office does in a situation: earlier appointments, staff, payments, time that passes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import insert, select

from clinic.adapters.contacts import Contacts
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.requests import deposit, feedback, service_request
from clinic.adapters.tables.requests import service_request_file as request_file
from clinic.adapters.tables.scheduling import appointment
from clinic.consent.model import Decision, Purpose, Reply
from clinic.patients.model import Relation
from tests.assistant import ClinicUnderTest

_ACTIONS = ("pay", "staff", "later", "worker")
_LINK = re.compile(r"http://simulator\.test(/pay/\S+)")


class OfficePlayer:
    """Plays everything that is not a message of the patient."""

    def __init__(self, clinic: ClinicUnderTest, number: str) -> None:
        self._clinic = clinic
        self._services = clinic.services
        self._number = number

    def prepare(self, script: dict[str, Any]) -> None:
        for relative in script.get("relatives") or ():
            relation = Relation(relative["relation"])
            self._services.patients.register(self._contact_id(), relation, relative["name"])
        for purpose in script.get("consents") or ():
            reply = Reply(notice="notice", language="fr", text="Oui", message_id=f"m-{purpose}")
            self._services.consent.record(
                self._contact_id(), Purpose(purpose), Decision.GIVEN, reply
            )
        for row in script.get("agenda") or ():
            self._add_appointment(row)

    def action_of(self, turn: dict[str, Any]) -> str | None:
        name = next((name for name in _ACTIONS if name in turn), None)
        return f"{name}: {turn[name]}" if name else None

    async def act(self, turn: dict[str, Any]) -> list[dict[str, Any]]:
        """Does what the turn says and returns what the patient gets from it."""
        before = await self._clinic.messages(self._number)
        seen = max((message["seq"] for message in before), default=0)
        if "later" in turn:
            self._services.clock.advance(timedelta(minutes=turn["later"]))  # type: ignore[attr-defined]
        elif "pay" in turn:
            await self._pay(before, turn["pay"])
        elif "staff" in turn:
            self._answer_request(turn["staff"])
        elif turn["worker"] == "deposits":
            self._services.deposits.expire()
        else:
            self._services.feedback.ask_due()
        await self._clinic.send_due()
        return [
            message
            for message in await self._clinic.messages(self._number)
            if message["seq"] > seen and message["direction"] == "out"
        ]

    def differences(self, expect: dict[str, Any]) -> Iterator[tuple[bool, str]]:
        """Yields, for each table that the situation expects something of, whether it is so."""
        with self._services.database.read() as tx:
            for name, columns in (
                ("requests", (service_request.c.kind, service_request.c.status)),
                ("deposits", (deposit.c.amount_mad, deposit.c.status)),
                ("ratings", (feedback.c.rating, feedback.c.status)),
            ):
                if name in expect:
                    rows = tx.connection.execute(select(*columns)).all()
                    found = sorted(f"{row[0]} {row[1]}" for row in rows)
                    yield found == sorted(expect[name]), f"{name} are {found}"
            if "files" in expect:
                count = len(tx.connection.execute(select(request_file.c.id)).all())
                yield count == expect["files"], f"{count} files were kept"
            if "comments" in expect:
                rows = tx.connection.execute(select(feedback.c.comment)).all()
                count = sum(row.comment is not None for row in rows)
                yield count == expect["comments"], f"{count} comments were kept"

    async def _pay(self, messages: list[dict[str, Any]], outcome: str) -> None:
        links = [found for m in messages for found in _LINK.findall(m["text"] or "")]
        assert links, "No message has a link to pay."
        page: httpx.Response = await self._clinic.control("GET", links[-1])
        assert page.status_code == 200, page.text
        done = await self._clinic.control("POST", f"{links[-1]}/{outcome}")
        assert done.status_code == 200, done.text

    def _answer_request(self, answer: dict[str, str]) -> None:
        request = self._services.requests.active()[0]
        if "complete" in answer:
            self._services.requests.complete(request.id, answer["complete"], by="test")
        else:
            self._services.requests.reject(request.id, answer["reject"], by="test")

    def _add_appointment(self, row: dict[str, Any]) -> None:
        now = self._services.clock.now()
        start = row["start"]
        start = start if isinstance(start, datetime) else datetime.fromisoformat(start)
        patients = self._services.patients.of_contact(self._contact_id())
        own = patients[0].id if row.get("whose", "own") == "own" else new_id()
        with self._services.database.write() as tx:
            tx.connection.execute(
                insert(appointment).values(
                    id=new_id(),
                    practitioner_id=row["practitioner"],
                    patient_id=own,
                    site_id=row["site"],
                    service_id=row["service"],
                    start_at=start,
                    end_at=start + timedelta(minutes=row.get("minutes", 20)),
                    status=row.get("status", "booked"),
                    version=1,
                    calendar_token=new_id(),
                    created_at=now,
                    updated_at=now,
                )
            )

    def _contact_id(self) -> str:
        with self._services.database.write() as tx:
            return (
                Contacts(tx)
                .find_or_create(
                    phone=self._number,
                    user_id=None,
                    profile_name=None,
                    now=self._services.clock.now(),
                )
                .id
            )
