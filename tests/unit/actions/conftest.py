"""Actions on a database of their own, with the demo clinic and its texts; no model."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.encryption import generate_key
from clinic.adapters.tables import metadata
from clinic.bootstrap import Services, build_services, use_services
from clinic.consent.model import Decision, Purpose, Reply
from clinic.settings import read_settings

ENVIRONMENT = {
    "WHATSAPP_APP_SECRET": "secret",
    "WHATSAPP_VERIFY_TOKEN": "verify",
    "WHATSAPP_ACCESS_TOKEN": "access",
    "WHATSAPP_PHONE_NUMBER_ID": "1",
    "ENCRYPTION_KEYS": generate_key(),
    "CLINIC_NOW": "2026-11-23T09:00:00Z",
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
def contact_id(wired: Services) -> str:
    with wired.database.write() as tx:
        return (
            Contacts(tx)
            .find_or_create(
                phone="212600000001", user_id=None, profile_name=None, now=wired.clock.now()
            )
            .id
        )


@pytest.fixture
def consenting(wired: Services, contact_id: str) -> str:
    """The id of a contact who allowed their data to be handled."""
    reply = Reply(notice="notice", language="fr", text="J'accepte", message_id="earlier")
    wired.consent.record(contact_id, Purpose.CARE, Decision.GIVEN, reply)
    return contact_id
