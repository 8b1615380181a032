"""What open pages are told: what concerns their reader's areas and sites, and nothing else."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta

import pytest
from sqlalchemy import update

from clinic.adapters.contacts import Contacts
from clinic.adapters.tables.patients import handoff
from clinic.clock import ShiftedClock
from clinic.facts.codes import RequestKind
from clinic.handoff.model import Priority
from clinic.requests.model import NewRequest
from clinic.staff.model import Role
from console.live import LiveFeed, told
from tests.console import ConsoleUnderTest, Person

HERE, THERE = "maarif", "ain-sebaa"
_LONGEST = 10


def emergency(console: ConsoleUnderTest, site: str | None, number: str = "212661000001") -> str:
    """Lets somebody whose conversation belongs to a site need help at once."""
    services, now = console.services, console.services.clock.now()
    with services.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone=number, user_id=None, profile_name=None, now=now
        )
    services.handoff.open(contact.id, Priority.ROUTINE, "file")
    with services.database.write() as tx:
        tx.connection.execute(
            update(handoff).where(handoff.c.contact_id == contact.id).values(site=site)
        )
    services.handoff.open(contact.id, Priority.STAT, "emergency")
    return contact.id


async def heard(
    console: ConsoleUnderTest, person: Person, after: int | None, until: int = 0
) -> list[tuple[str, str | None]]:
    """Returns topics and subjects that somebody is told up to an event."""
    services, feed = console.services, LiveFeed(console.services)
    assert person.member is not None
    token = person.http.cookies.get("session") or ""
    await feed.start()
    stream = told(feed, services, person.member, token, after)
    events = []
    try:
        while True:
            event = await asyncio.wait_for(stream.__anext__(), _LONGEST)
            if event.data is not None:
                data = json.loads(event.data)
                events.append((data["topic"], data["subject"]))
            if event.id == str(until or services.live.newest_id()):
                return events
    finally:
        await stream.aclose()
        await feed.stop()


@pytest.mark.parametrize("site", [HERE, None])
async def test_an_emergency_of_ones_site_or_of_none_is_told(
    site: str | None, console: ConsoleUnderTest
) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION, site=HERE)
    contact_id = emergency(console, site)
    events = await heard(console, nadia, 0)
    assert set(events) == {
        ("inbox", contact_id), ("conversation", contact_id), ("alarm", contact_id),
    }  # fmt: skip


async def test_nothing_of_another_site_is_told_not_even_the_alarm(
    console: ConsoleUnderTest,
) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION, site=HERE)
    contact_id = emergency(console, THERE)
    console.services.requests.open(NewRequest(contact_id, RequestKind.DOCUMENT, "m1"))
    assert await heard(console, nadia, 0) == []
    everywhere = console.log_in("omar", Role.RECEPTION)
    topics = {topic for topic, _ in await heard(console, everywhere, 0)}
    assert topics == {"inbox", "conversation", "alarm", "requests"}


async def test_a_late_conversation_is_told_to_whom_the_clinic_file_names(
    console: ConsoleUnderTest,
) -> None:
    services = console.services
    with services.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone="212661000003", user_id=None, profile_name=None, now=services.clock.now()
        )
    services.handoff.open(contact.id, Priority.ROUTINE, "file")
    assert isinstance(services.clock, ShiftedClock)
    services.clock.advance(timedelta(hours=2, minutes=1))
    before = services.live.newest_id()
    assert services.handoff_watch.look() == 1
    nadia = console.log_in("nadia", Role.RECEPTION)
    hind = console.log_in("hind", Role.MANAGER)
    away = console.log_in("omar", Role.NURSE)
    assert away.member is not None
    services.staff.set_away(away.member.id, True)
    away.member = services.staff.get(away.member.id)

    told_late = [
        person.member.login
        for person in (nadia, hind, away)
        if person.member and ("late", contact.id) in await heard(console, person, before)
    ]
    # As the demo's file says for what is routine: who is on duty; the manager sees it in the list.
    assert told_late == ["nadia"]
    assert ("inbox", contact.id) in await heard(console, hind, before)


async def test_who_has_a_conversation_of_another_site_is_told_what_happens(
    console: ConsoleUnderTest,
) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION, site=HERE)
    contact_id = emergency(console, THERE)
    handoff_id = console.services.handoff.open(contact_id, Priority.STAT, "emergency").id
    assert nadia.member is not None
    console.services.handoff.claim(handoff_id, nadia.member.id)
    assert ("conversation", contact_id) in await heard(console, nadia, 0)


async def test_who_handles_no_conversations_is_told_of_none(console: ConsoleUnderTest) -> None:
    nobody = console.log_in("nobody")
    emergency(console, None)
    console.services.live.tell("agenda")
    assert await heard(console, nobody, 0) == []
    root = console.log_in("root", Role.ADMIN)
    assert ("agenda", None) in await heard(console, root, 0)


async def test_what_happens_while_somebody_listens_is_told_alike(
    console: ConsoleUnderTest,
) -> None:
    nadia = console.log_in("nadia", Role.RECEPTION, site=HERE)
    emergency(console, THERE)
    ours = emergency(console, HERE, "212661000002")
    before = console.services.live.newest_id()

    async def happen() -> None:
        await asyncio.sleep(0.2)
        emergency(console, THERE)
        emergency(console, HERE, "212661000002")
        console.services.live.tell("inbox")

    happening = asyncio.create_task(happen())
    # Each of them: another reason, and the alarm; then the last one, which is about nobody.
    events = await heard(console, nadia, None, until=before + 3)
    await happening
    assert {subject for _, subject in events} == {ours, None}
    assert ("alarm", ours) in events
