"""The agenda on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.adapters.database import Database, open_engine
from clinic.adapters.encryption import Cipher, generate_key
from clinic.adapters.tables import metadata
from clinic.scheduling.services import Scheduling
from tests.postgresql import new_postgresql_database
from tests.small_clinic import FixedClock, small_clinic


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A database of its own with the tables of the agenda."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'agenda.db'}"
    else:
        url = new_postgresql_database(request.getfixturevalue("postgresql_url"))
    engine = open_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = Database(open_engine(database_url), Cipher([generate_key()]))
    yield database
    database.close()


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def scheduling(database: Database, clock: FixedClock) -> Scheduling:
    return Scheduling(database, small_clinic(), clock)
