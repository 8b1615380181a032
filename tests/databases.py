"""Databases for tests that hold on SQLite and on PostgreSQL alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from clinic.adapters.database import Database, open_engine
from clinic.adapters.encryption import Cipher, generate_key
from clinic.adapters.tables import metadata
from tests.postgresql import new_postgresql_database


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of a database of its own with all tables: once of each kind."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path / 'clinic.db'}"
    else:
        url = new_postgresql_database(request.getfixturevalue("postgresql_url"))
    engine = open_engine(url)
    metadata.create_all(engine)
    engine.dispose()
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """An empty database, once of each kind."""
    database = Database(open_engine(database_url), Cipher([generate_key()]))
    yield database
    database.close()
