"""A database of its own for each test, and a clock that stands still."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, open_engine
from clinic.adapters.encryption import Cipher, generate_key
from clinic.adapters.tables import metadata
from tests.small_clinic import FixedClock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(
        open_engine(f"sqlite:///{tmp_path / 'clinic.db'}"), Cipher([generate_key()])
    )
    metadata.create_all(database.engine)
    yield database
    database.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def contact_id(database: Database, clock: FixedClock) -> str:
    """The id of somebody who wrote from +212 600 000 001."""
    with database.write() as tx:
        return (
            Contacts(tx)
            .find_or_create(phone="212600000001", user_id=None, profile_name=None, now=clock.now())
            .id
        )
