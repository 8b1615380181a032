"""What Rasa remembers: handed to the turn, encrypted in the database, one session long."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from sqlalchemy import select

from clinic.adapters.encryption import generate_key
from clinic.adapters.tables import metadata
from clinic.adapters.tables.messaging import conversation as table
from clinic.bootstrap import Services, build_services, use_services
from clinic.messaging.model import Contact, ContactKind, InboxItem, Turn
from clinic.settings import read_settings
from connectors.tracker_store import ClinicTrackerStore
from connectors.turn_context import current_turn
from tests.small_clinic import NOW
from whatsapp.updates import Identity, InboundMessage, MessageType

DOMAIN = Domain.from_dict(
    {
        "intents": ["greet"],
        "slots": {"language": {"type": "text", "mappings": [{"type": "custom"}]}},
    }
)
ENVIRONMENT = {
    "WHATSAPP_APP_SECRET": "secret",
    "WHATSAPP_VERIFY_TOKEN": "verify",
    "WHATSAPP_ACCESS_TOKEN": "access",
    "WHATSAPP_PHONE_NUMBER_ID": "1",
    "ENCRYPTION_KEYS": generate_key(),
}


@pytest.fixture
def wired(tmp_path: Path) -> Iterator[Services]:
    url = f"sqlite:///{tmp_path / 'clinic.db'}"
    services = build_services(read_settings({**ENVIRONMENT, "DATABASE_URL": url}))
    metadata.create_all(services.database.engine)
    use_services(services)
    yield services
    use_services(None)
    services.database.close()


@pytest.fixture
def store(wired: Services) -> ClinicTrackerStore:
    return ClinicTrackerStore(DOMAIN)


@pytest.fixture
def turn() -> Iterator[Turn]:
    contact = Contact("contact-1", ContactKind.PATIENT, "212600000001", None, None, None, None)
    message = InboundMessage("wamid.1", Identity("212600000001"), None, MessageType.TEXT, "salam")
    running = Turn(contact, (InboxItem(1, message, NOW),))
    token = current_turn.set(running)
    yield running
    current_turn.reset(token)


def tracker(*events: Event) -> DialogueStateTracker:
    return DialogueStateTracker.from_events("contact-1", list(events), DOMAIN.slots)


def session(text: str, language: str = "fr") -> list[Event]:
    return [
        ActionExecuted("action_session_start"),
        SessionStarted(),
        SlotSet("language", language),
        ActionExecuted("action_listen"),
        UserUttered(text),
    ]


def types(found: DialogueStateTracker | None) -> list[str]:
    assert found is not None
    return [event.type_name for event in found.events]


def stored(wired: Services) -> list[bytes]:
    with wired.database.read() as tx:
        return [bytes(row.events) for row in tx.connection.execute(select(table.c.events))]


async def test_who_never_wrote_is_unknown(store: ClinicTrackerStore) -> None:
    assert await store.retrieve("contact-1") is None
    assert list(await store.keys()) == []


async def test_outside_a_turn_a_conversation_is_written_and_read_again(
    store: ClinicTrackerStore,
) -> None:
    saved = tracker(*session("salam", "ary-Latn"))

    await store.save(saved)

    found = await store.retrieve("contact-1")
    assert found is not None
    assert [event.as_dict() for event in found.events] == [e.as_dict() for e in saved.events]
    assert found.get_slot("language") == "ary-Latn"
    assert list(await store.keys()) == ["contact-1"]


async def test_what_was_said_is_encrypted_at_rest(
    wired: Services, store: ClinicTrackerStore
) -> None:
    await store.save(tracker(*session("je suis Salma Benali")))

    (sealed,) = stored(wired)
    assert b"Salma" not in sealed


async def test_saving_again_replaces(wired: Services, store: ClinicTrackerStore) -> None:
    await store.save(tracker(*session("un")))
    await store.save(tracker(*session("deux")))

    found = await store.retrieve("contact-1")
    assert found is not None
    assert [e.text for e in found.events if isinstance(e, UserUttered)] == ["deux"]
    assert len(stored(wired)) == 1


async def test_in_a_turn_the_turn_gets_the_events_and_the_database_nothing(
    wired: Services, store: ClinicTrackerStore, turn: Turn
) -> None:
    saved = tracker(*session("salam", "ary"))

    await store.save(saved)

    assert turn.events == [event.as_dict() for event in saved.events]
    assert turn.language == "ary"
    assert stored(wired) == []


async def test_in_a_turn_what_it_saved_is_read_back(store: ClinicTrackerStore, turn: Turn) -> None:
    await store.save(tracker(*session("salam")))

    assert types(await store.retrieve("contact-1")) == [
        "action", "session_started", "slot", "action", "user",
    ]  # fmt: skip


async def test_only_the_last_session_is_kept(store: ClinicTrackerStore) -> None:
    await store.save(tracker(*session("hier"), *session("lyoum", "ary-Latn")))

    found = await store.retrieve("contact-1")
    assert found is not None
    assert [e.text for e in found.events if isinstance(e, UserUttered)] == ["lyoum"]
    assert types(found) == ["action", "session_started", "slot", "action", "user"]


async def test_a_conversation_without_a_session_is_kept_whole(store: ClinicTrackerStore) -> None:
    await store.save(tracker(ActionExecuted("action_listen"), UserUttered("salam")))

    assert types(await store.retrieve("contact-1")) == ["action", "user"]
