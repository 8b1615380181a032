"""The transaction of whatever changes the agenda: one at a time, repeated when refused."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from enum import Enum
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from clinic.adapters.database import Database, Transaction
from clinic.adapters.tables.scheduling import PATIENT_OVERLAP, PRACTITIONER_OVERLAP
from clinic.scheduling.errors import AgendaOverloadedError, PatientBusyError, SlotTakenError

_T = TypeVar("_T")

_ATTEMPTS = 6
_FIRST_PAUSE_SECONDS = 0.01
_AGENDA_LOCK = 0x6167656E6461
"""Any number that nothing else of this database locks."""


class Conflict(Enum):
    """Why the database or the agenda refuses a row."""

    PRACTITIONER = "practitioner"
    PATIENT = "patient"
    REQUEST = "request"


def change_agenda(database: Database, work: Callable[[Transaction], _T]) -> _T:
    """Runs `work` in a writing transaction, one at a time, again when another was in the way.

    After an overlap that only the database saw, `work` runs again, to find by itself what
    is in the way. It must therefore have no effect outside of its transaction.

    Raises:
        SlotTakenError: the database refuses the row for the practitioner.
        PatientBusyError: the database refuses the row for the patient.
        AgendaOverloadedError: deadlocks or locks that do not go away.
    """
    refused: DBAPIError | None = None
    conflict: Conflict | None = None
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.5))
        try:
            with database.write() as tx:
                _wait_for_turn(tx)
                return work(tx)
        except IntegrityError as error:
            repeated, conflict, refused = conflict is not None, _conflict_of(error), error
            if conflict is None:
                raise
            if repeated:
                break
        except OperationalError as error:
            if not _is_transient(error):
                raise
            conflict, refused = None, error
    if conflict is Conflict.PRACTITIONER:
        raise SlotTakenError("The database refused an overlap.") from refused
    if conflict is Conflict.PATIENT:
        raise PatientBusyError("The database refused an overlap.") from refused
    raise AgendaOverloadedError("The agenda could not be changed.") from refused


def _wait_for_turn(tx: Transaction) -> None:
    # SQLite has one writer anyway. PostgreSQL lets two transactions insert overlapping rows and
    # then has each wait for the other, until it ends one of them as a deadlock.
    if tx.connection.dialect.name == "postgresql":
        tx.connection.execute(select(func.pg_advisory_xact_lock(_AGENDA_LOCK)))


def _conflict_of(error: IntegrityError) -> Conflict | None:
    # PostgreSQL names the constraint, SQLite the columns.
    diagnosis = getattr(error.orig, "diag", None)
    text = str(getattr(diagnosis, "constraint_name", None) or error.orig)
    if PRACTITIONER_OVERLAP in text or "appointment_atom.practitioner_id" in text:
        return Conflict.PRACTITIONER
    if PATIENT_OVERLAP in text or "appointment_atom.patient_id" in text:
        return Conflict.PATIENT
    if "uq_appointment_idempotency_key" in text or "appointment.idempotency_key" in text:
        return Conflict.REQUEST
    return None


def _is_transient(error: OperationalError) -> bool:
    # 40001 serialization failure, 40P01 deadlock; SQLite says only "database is locked".
    code = getattr(error.orig, "pgcode", None)
    return code in ("40001", "40P01") or "database is locked" in str(error.orig)
