"""Conversations that wait for a person."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.inbox import Inbox
from clinic.adapters.tables.patients import handoff as table
from clinic.handoff.model import Handoff, HandoffStatus, Priority
from clinic.handoff.services import HandoffDesk
from tests.small_clinic import FixedClock


@pytest.fixture
def desk(database: Database, clock: FixedClock) -> HandoffDesk:
    return HandoffDesk(database, clock)


def current(database: Database, contact_id: str) -> Handoff | None:
    with database.read() as tx:
        return Handoffs(tx).open_of(contact_id)


def rows(database: Database) -> int:
    with database.read() as tx:
        return int(tx.connection.execute(select(func.count()).select_from(table)).scalar_one())


def test_a_second_reason_opens_no_second_hand_off(
    database: Database, desk: HandoffDesk, contact_id: str
) -> None:
    first = desk.open(contact_id, Priority.ASAP, "complain")
    second = desk.open(contact_id, Priority.ASAP, "file")

    assert second == first
    assert rows(database) == 1


def test_priorities_go_from_stat_to_routine() -> None:
    assert sorted(Priority, key=lambda priority: priority.rank) == [
        Priority.STAT, Priority.URGENT, Priority.ASAP, Priority.ROUTINE,
    ]  # fmt: skip


def test_the_priority_only_rises(database: Database, desk: HandoffDesk, contact_id: str) -> None:
    said = []
    for priority, reason in [
        (Priority.ROUTINE, "file"),
        (Priority.STAT, "emergency"),
        (Priority.URGENT, "ask_medical_question"),
    ]:
        opened = desk.open(contact_id, priority, reason)
        said.append((opened.priority, opened.reason))

    assert said == [
        (Priority.ROUTINE, "file"),
        (Priority.STAT, "emergency"),
        (Priority.STAT, "emergency"),
    ]


def test_a_conversation_is_claimed_once(
    database: Database, desk: HandoffDesk, contact_id: str
) -> None:
    opened = desk.open(contact_id, Priority.ROUTINE, "file")

    assert [desk.claim(opened.id, "nurse"), desk.claim(opened.id, "reception")] == [True, False]
    claimed = current(database, contact_id)
    assert claimed is not None
    assert (claimed.status, claimed.claimed_by) == (HandoffStatus.CLAIMED, "nurse")


def test_the_assistant_is_silent_from_claim_to_resolution_only(
    desk: HandoffDesk, contact_id: str
) -> None:
    silent = [desk.is_in_human_hands(contact_id)]
    opened = desk.open(contact_id, Priority.ROUTINE, "file")
    silent.append(desk.is_in_human_hands(contact_id))
    desk.claim(opened.id, "nurse")
    silent.append(desk.is_in_human_hands(contact_id))
    desk.resolve(opened.id)
    silent.append(desk.is_in_human_hands(contact_id))

    assert silent == [False, False, True, False]


def test_an_emergency_during_a_claim_is_shown_and_stays_with_its_person(
    database: Database, desk: HandoffDesk, contact_id: str
) -> None:
    opened = desk.open(contact_id, Priority.ROUTINE, "file")
    desk.claim(opened.id, "nurse")

    raised = desk.open(contact_id, Priority.STAT, "emergency")

    assert (raised.priority, raised.status, raised.claimed_by) == (
        Priority.STAT, HandoffStatus.CLAIMED, "nurse",
    )  # fmt: skip


def test_after_the_resolution_a_new_one_can_be_opened(
    database: Database, desk: HandoffDesk, contact_id: str
) -> None:
    first = desk.open(contact_id, Priority.STAT, "emergency")
    desk.resolve(first.id)

    second = desk.open(contact_id, Priority.ROUTINE, "file")
    assert second.id != first.id
    assert second.priority is Priority.ROUTINE
    assert not desk.claim(first.id, "nurse")


@pytest.mark.parametrize(
    ("wrote_since", "outcome"),
    [
        pytest.param(True, "handed_back", id="the patient wrote: the errand goes on"),
        pytest.param(False, "resolved", id="nothing can be said any more: the errand ends"),
    ],
)
def test_after_a_day_of_silence_on_the_clinics_phone_the_assistant_is_told(
    wrote_since: bool, outcome: str,
    database: Database, clock: FixedClock, desk: HandoffDesk, contact_id: str,
) -> None:  # fmt: skip
    with database.write() as tx:
        Contacts(tx).mark_inbound(contact_id, clock.now())
    desk.claim(desk.open(contact_id, Priority.ROUTINE, "phone").id, "phone")
    clock.time += timedelta(hours=25)
    if wrote_since:
        with database.write() as tx:
            Contacts(tx).mark_inbound(contact_id, clock.now())

    day_ago = clock.now() - timedelta(hours=24)
    assert [desk.resolve_quiet("phone", day_ago) for _ in range(2)] == [1, 0]

    assert not desk.is_in_human_hands(contact_id)
    with database.read() as tx:
        turns = [item.message.payload for item in Inbox(tx).waiting(contact_id)]
    assert turns == [f'/handed_back{{"outcome": "{outcome}"}}']


def test_what_is_not_silent_for_a_day_stays_with_the_clinics_phone(
    database: Database, clock: FixedClock, desk: HandoffDesk, contact_id: str
) -> None:
    desk.claim(desk.open(contact_id, Priority.ROUTINE, "phone").id, "phone")
    assert desk.resolve_quiet("phone", clock.now() - timedelta(hours=24)) == 0
    assert desk.is_in_human_hands(contact_id)
