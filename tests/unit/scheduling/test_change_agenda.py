"""A change that the database refused is tried again, and given up in the agenda's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from clinic.adapters.agenda_changes import change_agenda
from clinic.adapters.database import Database, Transaction, open_engine
from clinic.adapters.encryption import Cipher, generate_key
from clinic.scheduling.errors import AgendaOverloadedError, PatientBusyError, SlotTakenError


class PostgresqlError(Exception):
    """Looks like psycopg2's errors: a code and the constraint's name."""

    def __init__(self, code: str, constraint: str | None = None) -> None:
        super().__init__(code)
        self.pgcode = code
        self.diag = type("Diagnostics", (), {"constraint_name": constraint})


def failing(*errors: DBAPIError) -> tuple[Callable[[Transaction], str], list[int]]:
    """Work that fails with these errors in turn, then succeeds; and its calls."""
    calls: list[int] = []

    def work(_tx: Transaction) -> str:
        calls.append(len(calls))
        if len(calls) <= len(errors):
            raise errors[len(calls) - 1]
        return "done"

    return work, calls


@pytest.fixture
def database() -> Database:
    return Database(open_engine("sqlite:///:memory:"), Cipher([generate_key()]))


LOCKED = OperationalError("", {}, sqlite3.OperationalError("database is locked"))
DEADLOCK = OperationalError("", {}, PostgresqlError("40P01"))
SERIALIZATION = OperationalError("", {}, PostgresqlError("40001"))
DISK_FULL = OperationalError("", {}, sqlite3.OperationalError("disk full"))
PRACTITIONER = IntegrityError(
    "", {}, PostgresqlError("23P01", "ex_appointment_practitioner_overlap")
)
PATIENT_ATOM = IntegrityError(
    "",
    {},
    sqlite3.IntegrityError(
        "UNIQUE constraint failed: appointment_atom.patient_id, appointment_atom.atom"
    ),
)
SAME_REQUEST = IntegrityError("", {}, PostgresqlError("23505", "uq_appointment_idempotency_key"))
OTHER_TABLE = IntegrityError("", {}, PostgresqlError("23505", "uq_outbox_key"))


def test_locks_and_deadlocks_are_tried_again(database: Database) -> None:
    work, calls = failing(LOCKED, DEADLOCK, SERIALIZATION)
    assert change_agenda(database, work) == "done"
    assert len(calls) == 4


def test_locks_that_stay_are_given_up(database: Database) -> None:
    work, calls = failing(*[DEADLOCK] * 9)
    with pytest.raises(AgendaOverloadedError):
        change_agenda(database, work)
    assert len(calls) == 6


@pytest.mark.parametrize("error", [PRACTITIONER, PATIENT_ATOM, SAME_REQUEST])
def test_a_conflict_is_looked_at_again(database: Database, error: IntegrityError) -> None:
    work, _calls = failing(error)
    assert change_agenda(database, work) == "done"


@pytest.mark.parametrize(
    ("error", "expected"), [(PRACTITIONER, SlotTakenError), (PATIENT_ATOM, PatientBusyError)]
)
def test_a_conflict_that_stays_says_who_is_busy(
    database: Database, error: IntegrityError, expected: type[Exception]
) -> None:
    work, calls = failing(error, error)
    with pytest.raises(expected):
        change_agenda(database, work)
    assert len(calls) == 2


@pytest.mark.parametrize("error", [DISK_FULL, OTHER_TABLE])
def test_other_database_errors_are_not_the_agendas(database: Database, error: DBAPIError) -> None:
    work, calls = failing(error)
    with pytest.raises(type(error)):
        change_agenda(database, work)
    assert len(calls) == 1
