"""Two contacts that turn out to be one person: nothing of either is lost, nothing opens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from clinic.adapters.consents import Consents
from clinic.adapters.contacts import Contacts
from clinic.adapters.conversations import Conversations
from clinic.adapters.database import Database, Transaction
from clinic.adapters.errand_runs import ErrandRuns
from clinic.adapters.feedback import Feedbacks
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.inbox import Inbox
from clinic.adapters.joining import STAYING, WITH_RULES
from clinic.adapters.outbox import Outbox
from clinic.adapters.patients import Patients
from clinic.adapters.personal_data import TABLES, PersonalData
from clinic.adapters.secure_links import SecureLinkRows
from clinic.adapters.send_queue import SendQueue
from clinic.adapters.staff_notes import StaffNotes
from clinic.consent.model import Decision, Purpose, Reply
from clinic.consent.sending import may_be_sent
from clinic.feedback.model import FeedbackStatus
from clinic.handoff.model import Handoff, HandoffStatus, Priority
from clinic.handoff.services import HandoffDesk
from clinic.messaging.identity import apply_change, contact_of, note_number
from clinic.messaging.model import Contact, InboxStatus, OutboxKind
from clinic.patients.model import Relation
from clinic.reporting.errands import ErrandOutcome
from clinic.secure_links.model import LinkKind, SecureLink
from tests.small_clinic import NOW, FixedClock
from whatsapp.messages import Choice, OutgoingMessage
from whatsapp.updates import Identity, IdentityChange, Update, UpdateKind

SALMA, NEW_NUMBER, USER = "212661000001", "212661000009", "MA.13491208655302741918"
NURSE = "nurse"
MINUTE = timedelta(minutes=1)
LATER = NOW + timedelta(hours=1)


def person(tx: Transaction, phone: str | None = None, user_id: str | None = None) -> Contact:
    return Contacts(tx).find_or_create(phone=phone, user_id=user_id, profile_name=None, now=NOW)


def two(tx: Transaction, *, has_file: bool = True) -> tuple[Contact, Contact]:
    """Salma, known by her number, and the same by her user id, of whom only messages are known."""
    kept = person(tx, phone=SALMA)
    if has_file:
        Patients(tx).add(kept.id, Relation.SELF, "Salma Benali", NOW)
    return kept, person(tx, user_id=USER)


def join(tx: Transaction) -> Contact:
    return contact_of(tx, Identity(wa_id=SALMA, user_id=USER), LATER)


def decide(
    tx: Transaction,
    contact: Contact,
    decision: Decision,
    at: datetime,
    purpose: Purpose = Purpose.REMINDERS,
) -> None:
    Consents(tx).add(
        contact_id=contact.id,
        number=contact.phone,
        purpose=purpose,
        decision=decision,
        reply=Reply("notice", "fr", "STOP", f"{contact.id}:{at}"),
        text_version="1",
        text_hash="0",
        clinic="Test",
        now=at,
    )


def only_open(tx: Transaction, contact: Contact) -> Handoff:
    (handoff,) = Handoffs(tx).all_open()
    assert handoff.contact_id == contact.id
    assert Handoffs(tx).open_of(contact.id) == handoff
    return handoff


def claimed(tx: Transaction, contact: Contact, priority: Priority) -> None:
    handoff = Handoffs(tx).open(contact.id, priority, "request_human", NOW)
    assert Handoffs(tx).claim(handoff.id, NURSE, NOW)


def by_message(tx: Transaction, gone: Contact) -> Contact:
    return join(tx)


def by_card(tx: Transaction, gone: Contact) -> Contact:
    return note_number(tx, gone, SALMA, LATER)


@pytest.mark.parametrize("joined", [by_message, by_card])
def test_who_was_in_a_nurses_hands_stays_there(
    database: Database, joined: Callable[[Transaction, Contact], Contact]
) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        claimed(tx, gone, Priority.URGENT)
        assert joined(tx, gone).id == kept.id
        assert only_open(tx, kept).claimed_by == NURSE
        assert Handoffs(tx).all_of(gone.id) == []
    assert HandoffDesk(database, FixedClock()).is_in_human_hands(kept.id)


def test_a_new_number_that_was_in_a_nurses_hands_stays_there(database: Database) -> None:
    with database.write() as tx:
        kept, gone = person(tx, phone=SALMA), person(tx, phone=NEW_NUMBER)
        claimed(tx, gone, Priority.ROUTINE)
        change = IdentityChange(Identity(wa_id=SALMA), Identity(wa_id=NEW_NUMBER), LATER)
        assert apply_change(tx, change, LATER) == kept.id
        assert only_open(tx, kept).claimed_by == NURSE


def test_of_two_open_hand_offs_one_goes_on_as_pressing_as_both(database: Database) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        Handoffs(tx).open(kept.id, Priority.ROUTINE, "file", NOW)
        Handoffs(tx).open(gone.id, Priority.URGENT, "request_human", NOW + MINUTE)
        join(tx)
        handoff = only_open(tx, kept)
        assert (handoff.priority, handoff.reason) == (Priority.URGENT, "request_human")
        assert handoff.patient_at == NOW + MINUTE
        ended = [h for h in Handoffs(tx).all_of(kept.id) if not h.is_open]
        assert [h.reason for h in ended] == ["request_human"]


@pytest.mark.parametrize("holder", ["kept", "gone"])
def test_of_two_open_hand_offs_the_one_that_somebody_has_goes_on(
    database: Database, holder: str
) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        first, second = (kept, gone) if holder == "kept" else (gone, kept)
        claimed(tx, first, Priority.ROUTINE)
        Handoffs(tx).open(second.id, Priority.STAT, "emergency", NOW)
        join(tx)
        handoff = only_open(tx, kept)
        assert (handoff.status, handoff.claimed_by) == (HandoffStatus.CLAIMED, NURSE)
        assert (handoff.priority, handoff.reason) == (Priority.STAT, "emergency")


def test_a_stop_before_the_join_stops_the_reminders_of_both(database: Database) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        decide(tx, kept, Decision.GIVEN, NOW)
        decide(tx, gone, Decision.WITHDRAWN, NOW + MINUTE)
        Outbox(tx).add(
            kept, OutgoingMessage("Rappel"), key="r", kind=OutboxKind.NOTICE, now=NOW,
            purpose=Purpose.REMINDERS.value,
        )  # fmt: skip
        reminder = SendQueue(tx).next_for(kept.id, NOW)
        assert reminder
        assert may_be_sent(tx, reminder, LATER)
        join(tx)
        assert not may_be_sent(tx, reminder, LATER)
        assert Consents(tx).is_withdrawn_since(kept.id, NOW + MINUTE)


def test_a_refusal_before_the_join_holds_after_it(database: Database) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        decide(tx, kept, Decision.GIVEN, NOW, Purpose.MARKETING)
        decide(tx, gone, Decision.REFUSED, NOW + MINUTE, Purpose.MARKETING)
        join(tx)
        assert Consents(tx).latest(kept.id, Purpose.MARKETING) is Decision.REFUSED


@pytest.mark.parametrize(
    ("has_file", "expected"), [(True, Decision.WITHDRAWN), (False, Decision.GIVEN)]
)
def test_who_is_not_verified_yet_allows_nothing_for_the_other(
    database: Database, has_file: bool, expected: Decision
) -> None:
    with database.write() as tx:
        kept, gone = two(tx, has_file=has_file)
        decide(tx, kept, Decision.WITHDRAWN, NOW)
        decide(tx, gone, Decision.GIVEN, NOW + MINUTE)
        assert (join(tx).recheck_since is not None) is has_file
        assert Consents(tx).latest(kept.id, Purpose.REMINDERS) is expected


def test_who_waits_to_be_verified_already_allows_nothing(database: Database) -> None:
    with database.write() as tx:
        user = person(tx, user_id=USER)
        Patients(tx).add(user.id, Relation.SELF, "Salma Benali", NOW)
        Contacts(tx).ask_for_recheck(user.id, NOW)
        decide(tx, user, Decision.WITHDRAWN, NOW)
        decide(tx, person(tx, phone=SALMA), Decision.GIVEN, NOW + MINUTE)
        assert join(tx).id == user.id
        assert Consents(tx).latest(user.id, Purpose.REMINDERS) is Decision.WITHDRAWN


def test_an_answer_that_was_held_goes_out_with_the_next_message(database: Database) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        held = OutgoingMessage("Votre ordonnance est prête.")
        Outbox(tx).add(gone, held, key="h", kind=OutboxKind.REPLY, now=NOW, is_held=True)
        join(tx)
        assert Outbox(tx).release_held(kept.id, LATER) == 1
        row = SendQueue(tx).next_for(kept.id, LATER)
        assert row
        assert row.key == "h:0"


def test_a_tap_on_a_list_that_was_sent_before_the_join_is_understood(database: Database) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        shown = OutgoingMessage("Quand ?", choices=(Choice("9:00", "/choose_slot"),))
        Outbox(tx).add(gone, shown, key="l", kind=OutboxKind.REPLY, now=NOW)
        row = SendQueue(tx).next_for(gone.id, NOW)
        assert row
        join(tx)
        found = Outbox(tx).message_of(row.reference, kept.id)
        assert found
        assert found.choices == shown.choices


def test_whatever_else_there_is_can_be_exported_and_erased_with_the_rest(
    database: Database,
) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        Handoffs(tx).open(gone.id, Priority.ROUTINE, "file", NOW)
        StaffNotes(tx).add(gone.id, NURSE, "Rappeler demain", NOW)
        Feedbacks(tx).add(gone.id, None, FeedbackStatus.ASKED, NOW)
        Conversations(tx).save(gone.id, [{"event": "user"}], NOW)
        ErrandRuns(tx).add("booking", "date", "fr", ErrandOutcome.OPEN, NOW, None, gone.id)
        before = {name for name, rows in PersonalData(tx, gone.id).rows().items() if rows}
        join(tx)
        left = {name for name, rows in PersonalData(tx, gone.id).rows().items() if rows}
        moved = {name for name, rows in PersonalData(tx, kept.id).rows().items() if rows}
        assert left == {"contact"}
        assert moved == before | {"patient"}


def test_every_table_has_a_rule_of_its_own_or_is_moved_by_its_contact() -> None:
    of_contacts = [e for e in TABLES if e.parent is None and not e.is_of_patient]
    assert {*STAYING, *WITH_RULES} <= {entry.table for entry in of_contacts}
    moved = [entry for entry in of_contacts if entry.table not in (*STAYING, *WITH_RULES)]
    assert {entry.owner for entry in moved} == {"contact_id"}


def test_what_the_assistant_remembers_of_the_one_that_stays_is_not_replaced(
    database: Database,
) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        for contact in (kept, gone):
            Conversations(tx).save(contact.id, [{"event": contact.id}], NOW)
            ErrandRuns(tx).add(
                "booking", contact.id, "fr", ErrandOutcome.OPEN, NOW, None, contact.id
            )
        join(tx)
        assert Conversations(tx).events(kept.id) == [{"event": kept.id}]
        assert Conversations(tx).contact_ids() == [kept.id]
        run = ErrandRuns(tx).open_of(kept.id)
        assert run
        assert run.step == kept.id
        assert ErrandRuns(tx).open_of(gone.id) is None


def test_a_link_to_ones_data_never_opens_that_of_the_other(database: Database) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        for kind in LinkKind:
            link = SecureLink(kind, gone.id, gone.id, None, "fr", LATER + MINUTE, 0, None)
            SecureLinkRows(tx).add(kind.value, link, NOW)
        join(tx)
        owners = {link.kind: link.contact_id for link in SecureLinkRows(tx).of_subject(gone.id)}
        assert owners == {LinkKind.DATA_EXPORT: gone.id, LinkKind.DOCUMENT: kept.id}


def test_a_turn_under_way_is_not_committed_for_the_one_that_went(database: Database) -> None:
    with database.write() as tx:
        kept, gone = two(tx)
        item = Update(UpdateKind.MESSAGE, "wamid.A", "messages", None, NOW, None, {"type": "text"})
        Inbox(tx).add(item, status=InboxStatus.WAITING, contact_id=gone.id, now=NOW)
        ids = [waiting.id for waiting in Inbox(tx).waiting(gone.id)]
        join(tx)
        assert not Inbox(tx).finish(ids, gone.id, LATER)
        assert [waiting.id for waiting in Inbox(tx).waiting(kept.id)] == ids
