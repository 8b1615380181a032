"""A database of its own for each test, and a clock that stands still."""

from __future__ import annotations

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.messaging.model import Contact
from clinic.privacy.audit import Audit
from tests.small_clinic import FixedClock

NUMBER = "212600000001"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def audit(database: Database, clock: FixedClock) -> Audit:
    return Audit(database, clock)


@pytest.fixture
def contact(database: Database, clock: FixedClock) -> Contact:
    """Somebody who wrote from +212 600 000 001."""
    with database.write() as tx:
        return Contacts(tx).find_or_create(
            phone=NUMBER, user_id=None, profile_name="Salma", now=clock.now()
        )
