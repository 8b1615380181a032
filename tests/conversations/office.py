"""What the office does in a situation: consents, earlier visits, staff, payments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import httpx
from sqlalchemy import insert, select

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.tables.base import new_id
from clinic.adapters.tables.messaging import contact as contact_table
from clinic.adapters.tables.patients import patient as patient_table
from clinic.adapters.tables.requests import deposit, feedback, service_request
from clinic.adapters.tables.requests import service_request_file as request_file
from clinic.adapters.tables.scheduling import appointment
from clinic.consent.model import Decision, Purpose, Reply
from clinic.handoff.model import Priority
from tests.assistant import ClinicUnderTest

_LINK = re.compile(r"http://simulator\.test(/pay/\S+)")


class OfficeUnderTest:
    """Plays everything that is not a message of the patient."""

    def __init__(self, clinic: ClinicUnderTest, number: str) -> None:
        self._clinic = clinic
        self._services = clinic.services
        self._number = number

    def prepare(self, script: dict[str, Any]) -> None:
        """Records the consents and enters the appointments that the situation begins with."""
        for purpose in script.get("consents") or ():
            reply = Reply(notice="notice", language="fr", text="Oui", message_id=f"m-{purpose}")
            self._services.consent.record(
                self._contact_id(), Purpose(purpose), Decision.GIVEN, reply
            )
        for row in script.get("agenda") or ():
            self._add_appointment(row)

    async def staff(self, what: str | dict[str, str]) -> None:
        """Lets staff answer the oldest request, take the conversation over or give it back."""
        desk = self._services.handoff
        if isinstance(what, dict):
            self._answer_request(what)
            await self._clinic.send_due()
            return
        handoff = desk.open(self._contact_id(), Priority.ROUTINE, "test")
        if what == "takes over":
            assert desk.claim(handoff.id, "nurse")
        else:
            desk.resolve(handoff.id)

    def problems(self, expect: dict[str, Any]) -> Iterator[str]:
        """Yields how the end differs from what is expected."""
        with self._services.database.read() as tx:
            for name, columns in (
                ("requests", (service_request.c.kind, service_request.c.status)),
                ("deposits", (deposit.c.amount_mad, deposit.c.status)),
                ("ratings", (feedback.c.rating, feedback.c.status)),
            ):
                if name in expect:
                    rows = tx.connection.execute(select(*columns)).all()
                    found = sorted(f"{row[0]} {row[1]}" for row in rows)
                    if found != sorted(expect[name]):
                        yield f"{name} are {found}"
            if "files" in expect:
                count = len(tx.connection.execute(select(request_file.c.id)).all())
                if count != expect["files"]:
                    yield f"{count} files were kept"
            if "comments" in expect:
                rows = tx.connection.execute(select(feedback.c.comment)).all()
                count = sum(row.comment is not None for row in rows)
                if count != expect["comments"]:
                    yield f"{count} comments were kept"
            if "erased" in expect and self._is_erased(tx) is not expect["erased"]:
                yield "erased is not as expected"

    def _is_erased(self, tx: Transaction) -> bool:
        """Tells whether no contact has the patient's number and no patient a name."""
        phone_hash = tx.cipher.lookup_hash(self._number)
        known = select(contact_table.c.id).where(contact_table.c.phone_hash == phone_hash)
        patients = tx.connection.execute(select(patient_table.c.id)).all()
        return tx.connection.execute(known).first() is None and not patients

    async def pay(self, outcome: str) -> None:
        """Pays or declines on the page of the last payment link."""
        messages = await self._clinic.messages(self._number)
        links = [found for m in messages for found in _LINK.findall(m["text"] or "")]
        assert links, "No message has a link to pay."
        page: httpx.Response = await self._clinic.control("GET", links[-1])
        assert page.status_code == 200, page.text
        done = await self._clinic.control("POST", f"{links[-1]}/{outcome}")
        assert done.status_code == 200, done.text
        await self._clinic.send_due()

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
