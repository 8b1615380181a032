"""Migrations give the schema that the code describes, overlap guards included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from sqlalchemy import insert, inspect, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import IntegrityError

from clinic.adapters.database import open_engine
from clinic.adapters.tables import metadata
from clinic.adapters.tables.messaging import contact
from clinic.adapters.tables.patients import handoff, handoff_step
from clinic.adapters.tables.privacy import SQLITE_AUDIT_GUARDS
from clinic.adapters.tables.scheduling import (
    PATIENT_OVERLAP,
    PRACTITIONER_OVERLAP,
    SQLITE_TRIGGERS,
    appointment,
)
from tests.postgresql import new_postgresql_database
from tests.small_clinic import NOW

ROOT = Path(__file__).resolve().parents[2]

GUARDS = {
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' ORDER BY name",
    "postgresql": (
        "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE contype = 'x' ORDER BY conname"
    ),
}


class NewDatabase:
    """Gives empty databases of one kind."""

    def __init__(self, request: pytest.FixtureRequest, folder: Path) -> None:
        self._request = request
        self._folder = folder
        self._engines: list[Engine] = []

    def __call__(self) -> tuple[str, Engine]:
        if self._request.param == "sqlite":
            url = f"sqlite:///{self._folder / f'{len(self._engines)}.db'}"
        else:
            url = new_postgresql_database(self._request.getfixturevalue("postgresql_url"))
        engine = open_engine(url)
        self._engines.append(engine)
        return url, engine

    def close(self) -> None:
        for engine in self._engines:
            engine.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def new_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewDatabase]:
    new_database = NewDatabase(request, tmp_path)
    yield new_database
    new_database.close()


def migrate(url: str, revision: str = "head") -> None:
    config = Config(str(ROOT / "alembic.ini"))
    config.set_main_option("script_location", str(ROOT / "migrations"))
    config.attributes["url"] = url
    if revision == "base":
        command.downgrade(config, revision)
    else:
        command.upgrade(config, revision)


@pytest.fixture
def migrated(new_database: NewDatabase) -> Engine:
    url, engine = new_database()
    migrate(url)
    return engine


def guards(connection: Connection) -> list[tuple[str, str]]:
    rows = connection.execute(text(GUARDS[connection.dialect.name]))
    return [(row[0], " ".join(row[1].split())) for row in rows]


def shape(engine: Engine) -> dict[str, Any]:
    """Everything about the tables that their description decides."""
    found = inspect(engine)
    return {
        table: {
            "columns": [
                (c["name"], str(c["type"]), c["nullable"]) for c in found.get_columns(table)
            ],
            "primary key": found.get_pk_constraint(table),
            "unique": sorted(u["name"] for u in found.get_unique_constraints(table)),
            "checks": sorted((c["name"], c["sqltext"]) for c in found.get_check_constraints(table)),
            "indexes": sorted(
                (i["name"], tuple(i["column_names"]), bool(i["unique"]))
                for i in found.get_indexes(table)
            ),
            "references": sorted(
                (f["name"], f["referred_table"], f["options"].get("ondelete"))
                for f in found.get_foreign_keys(table)
            ),
        }
        for table in sorted(set(found.get_table_names()) - {"alembic_version"})
    }


def test_alembic_finds_nothing_to_change(migrated: Engine) -> None:
    with migrated.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []


def test_the_tables_are_those_that_the_code_creates(
    new_database: NewDatabase, migrated: Engine
) -> None:
    _, created = new_database()
    metadata.create_all(created)

    assert shape(migrated) == shape(created)
    assert shape(migrated).keys() == metadata.tables.keys()


def test_the_guards_are_those_that_the_code_creates(
    new_database: NewDatabase, migrated: Engine
) -> None:
    _, created = new_database()
    metadata.create_all(created)

    with migrated.connect() as by_migration, created.connect() as by_code:
        found = guards(by_migration)
        assert found == guards(by_code)
    names = [name for name, _ in found]
    if migrated.dialect.name == "postgresql":
        assert names == sorted([PATIENT_OVERLAP, PRACTITIONER_OVERLAP])
    else:
        assert sorted(sql for _, sql in found) == sorted([*SQLITE_TRIGGERS, *SQLITE_AUDIT_GUARDS])


def booked(number: int, *, practitioner: str, patient: str, minutes: int) -> dict[str, Any]:
    """A row of 30 minutes that starts so many minutes after the clinic's opening."""
    start = NOW + timedelta(hours=2, minutes=minutes)
    return {
        "id": f"row-{number}",
        "practitioner_id": practitioner,
        "patient_id": patient,
        "site_id": "centre",
        "service_id": "visit",
        "start_at": start,
        "end_at": start + timedelta(minutes=30),
        "status": "booked",
        "version": 1,
        "calendar_token": f"token-{number}",
        "created_at": NOW,
        "updated_at": NOW,
    }


@pytest.mark.parametrize(
    ("practitioner", "patient"), [("dr-a", "somebody-else"), ("dr-b", "patient-1")]
)
def test_after_the_migration_overlaps_are_refused(
    migrated: Engine, practitioner: str, patient: str
) -> None:
    with migrated.begin() as connection:
        first = booked(1, practitioner="dr-a", patient="patient-1", minutes=0)
        connection.execute(insert(appointment).values(**first))

    overlapping = booked(2, practitioner=practitioner, patient=patient, minutes=15)
    with pytest.raises(IntegrityError), migrated.begin() as connection:
        connection.execute(insert(appointment).values(**overlapping))

    with migrated.begin() as connection:
        after = booked(3, practitioner=practitioner, patient=patient, minutes=30)
        connection.execute(insert(appointment).values(**after))


def test_migrating_twice_changes_nothing(new_database: NewDatabase) -> None:
    url, engine = new_database()
    migrate(url)
    before = shape(engine)

    migrate(url)
    assert shape(engine) == before


def test_claims_and_ends_of_before_are_steps_afterwards(new_database: NewDatabase) -> None:
    url, engine = new_database()
    migrate(url, "0011")
    later = NOW + timedelta(minutes=5)
    usual = {
        "contact_id": "c", "priority": "routine", "reason": "file", "opened_at": NOW,
        "updated_at": later, "claimed_at": NOW, "resolved_at": None, "outcome": None,
    }  # fmt: skip
    ended = {"status": "resolved", "resolved_at": later, "outcome": "handed_back"}
    with engine.begin() as connection:
        connection.execute(insert(contact).values(id="c", kind="patient", created_at=NOW))
        connection.execute(
            insert(handoff),
            [
                {**usual, **ended, "id": "ended", "claimed_by": "nadia", "open_contact_id": None},
                {**usual, "id": "open", "status": "claimed", "claimed_by": "omar",
                 "open_contact_id": "c"},
                {**usual, "id": "waiting", "status": "waiting", "claimed_by": None,
                 "open_contact_id": None},
            ],
        )  # fmt: skip

    migrate(url)

    table = handoff_step.c
    with engine.connect() as connection:
        found = connection.execute(
            select(table.handoff_id, table.kind, table.actor, table.at, table.patient_told)
            .order_by(table.handoff_id, table.id)
        )  # fmt: skip
        assert [tuple(row) for row in found] == [
            ("ended", "claimed", "nadia", NOW, True),
            ("ended", "handed_back", None, later, None),
            ("open", "claimed", "omar", NOW, True),
        ]


def test_the_way_back_leaves_no_table_and_can_be_gone_again(new_database: NewDatabase) -> None:
    url, engine = new_database()
    migrate(url)
    before = shape(engine)

    migrate(url, "base")
    assert shape(engine) == {}

    migrate(url)
    assert shape(engine) == before
