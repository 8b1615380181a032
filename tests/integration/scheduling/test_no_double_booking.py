"""Nobody is booked twice, however many write at once; and the test would see it."""

from __future__ import annotations

from datetime import timedelta

from race import CLIENTS, drop_constraints, overlaps, race
from sqlalchemy import text

from clinic.adapters.database import Database
from clinic.scheduling.services import Scheduling
from tests.small_clinic import NOW, FixedClock, small_clinic


def ids(database: Database, status: str) -> list[str]:
    with database.read() as tx:
        rows = tx.connection.execute(
            text("SELECT id FROM appointment WHERE status = :status ORDER BY id"),
            {"status": status},
        )
        return list(rows.scalars())


def found_overlaps(database: Database) -> dict[str, int]:
    with database.read() as tx:
        columns = ("practitioner_id", "patient_id")
        return {column: overlaps(tx.connection, column) for column in columns}


def deadlocks(database: Database) -> int:
    """Returns how often PostgreSQL had to end a transaction so that others could go on."""
    if database.engine.dialect.name != "postgresql":
        return 0
    counted = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
    with database.read() as tx:
        return int(tx.connection.execute(text(counted)).scalar() or 0)


def test_64_clients_on_one_afternoon_get_no_overlap_and_no_empty_promise(
    database_url: str, database: Database
) -> None:
    outcomes = race(database_url, blind=False)

    assert len(outcomes) == CLIENTS
    assert sum(outcome.refused for outcome in outcomes) > 0, "the clients never met"
    assert found_overlaps(database) == {"practitioner_id": 0, "patient_id": 0}
    told = sorted(booked for outcome in outcomes for booked in outcome.booked)
    assert told
    assert ids(database, "booked") == told
    abandoned = sorted(hold for outcome in outcomes for hold in outcome.abandoned)
    # A patient of two clients gives the first hold up by choosing a time that overlaps it.
    held = ids(database, "proposed")
    assert set(held) <= set(abandoned)

    later = Scheduling(database, small_clinic(), FixedClock(NOW + timedelta(minutes=5)))
    assert later.release_expired_holds() == len(held)
    assert ids(database, "proposed") == []
    assert ids(database, "booked") == told
    with database.read() as tx:
        kept = set(
            tx.connection.execute(text("SELECT appointment_id FROM appointment_atom")).scalars()
        )
    assert kept == (set(told) if database.engine.dialect.name == "sqlite" else set())


def test_clients_that_write_without_looking_are_stopped_by_the_database(
    database_url: str, database: Database
) -> None:
    outcomes = race(database_url, blind=True)

    assert found_overlaps(database) == {"practitioner_id": 0, "patient_id": 0}
    told = sorted(booked for outcome in outcomes for booked in outcome.booked)
    assert ids(database, "booked") == told
    assert ids(database, "proposed") == []
    assert sum(outcome.refused for outcome in outcomes) == CLIENTS - len(told)
    assert deadlocks(database) == 0


def test_without_the_constraints_the_same_clients_do_overlap(
    database_url: str, database: Database
) -> None:
    with database.write() as tx:
        drop_constraints(tx.connection)

    race(database_url, blind=True)

    found = found_overlaps(database)
    assert found["practitioner_id"] > 0
    assert found["patient_id"] > 0
