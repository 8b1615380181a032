"""A database of its own for each test, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, open_engine
from clinic.adapters.encryption import Cipher, generate_key
from clinic.adapters.tables import metadata
from clinic.messaging.model import Contact
from clinic.privacy.audit import Audit
from tests.small_clinic import FixedClock

NUMBER = "212600000001"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'clinic.db'}"
    else:
        from tests.postgresql import new_postgresql_database

        url = new_postgresql_database(request.getfixturevalue("postgresql_url"))
    database = Database(open_engine(url), Cipher([generate_key()]))
    metadata.create_all(database.engine)
    yield database
    database.close()


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
