"""64 clients in 8 processes that want the same afternoon, and the check of what they got."""

from __future__ import annotations

import multiprocessing
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from multiprocessing.synchronize import Barrier
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.engine import Connection

from clinic.adapters.database import Database, open_engine
from clinic.adapters.encryption import Cipher, generate_key
from clinic.adapters.scheduling import Appointments
from clinic.scheduling.errors import PatientBusyError, SlotTakenError
from clinic.scheduling.model import AgendaSlot, SlotQuery
from clinic.scheduling.services import Scheduling
from tests.small_clinic import ALAMI, BERRADA, LONG, MIDDLE, SHORT, FixedClock, small_clinic

PROCESSES = 8
CLIENTS_PER_PROCESS = 8
CLIENTS = PROCESSES * CLIENTS_PER_PROCESS
AFTERNOON = (
    datetime(2027, 1, 18, 14, tzinfo=ZoneInfo("Africa/Casablanca")),
    datetime(2027, 1, 18, 18, tzinfo=ZoneInfo("Africa/Casablanca")),
)
_WAIT_SECONDS = 120

# The last clients want the other doctor for patients of the first ones, who are thus asked
# for twice at the same time.
_SHARED = 8


@dataclass
class Outcome:
    """What a client was told."""

    client: int
    booked: list[str] = field(default_factory=list)
    abandoned: list[str] = field(default_factory=list)
    refused: int = 0


class BlindAppointments(Appointments):
    """Sees no conflict before it writes, as if every check ran before every write."""

    def conflict(self, slot: AgendaSlot, patient_id: str, *, besides: str = "") -> None:
        return None


def race(url: str, *, blind: bool) -> list[Outcome]:
    """Runs all clients and returns their outcomes; raises when one failed unexpectedly.

    Args:
        blind: clients look once, wait for each other, and write without looking again.
    """
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(CLIENTS)
    answers = context.Queue()
    processes = [
        context.Process(target=_run_clients, args=(number, url, blind, barrier, answers))
        for number in range(PROCESSES)
    ]
    for process in processes:
        process.start()
    outcomes: list[Outcome] = []
    for _ in processes:
        outcomes += answers.get(timeout=_WAIT_SECONDS)
    for process in processes:
        process.join()
        assert process.exitcode == 0
    return outcomes


def _run_clients(number: int, url: str, blind: bool, barrier: Barrier, answers: Any) -> None:
    database = Database(open_engine(url), Cipher([generate_key()]))
    repository = BlindAppointments if blind else Appointments
    scheduling = Scheduling(database, small_clinic(step_minutes=5), FixedClock(), repository)
    clients = range(number * CLIENTS_PER_PROCESS, (number + 1) * CLIENTS_PER_PROCESS)
    play = _play_blind if blind else _play
    with ThreadPoolExecutor(CLIENTS_PER_PROCESS) as pool:
        runs = [pool.submit(play, scheduling, client, barrier) for client in clients]
        answers.put([run.result() for run in runs])
    database.close()


def _play(scheduling: Scheduling, client: int, barrier: Barrier) -> Outcome:
    """Finds, holds and books until something is booked or nothing is left."""
    chance, outcome, patient = random.Random(client), Outcome(client), _patient_of(client)
    slots = _find(scheduling, client)
    barrier.wait(_WAIT_SECONDS)
    attempt = 0
    while slots and not outcome.booked and not outcome.abandoned:
        attempt += 1
        try:
            hold = scheduling.hold(chance.choice(slots), patient, key=f"hold {client} {attempt}")
            if client % 8 == 7 and client < CLIENTS - _SHARED:
                outcome.abandoned.append(hold.id)
            elif client % 8 == 6 and attempt == 1:
                scheduling.release(hold.id)
            else:
                booked = scheduling.book(hold.id, patient, key=f"book {client} {attempt}")
                outcome.booked.append(booked.id)
        except (SlotTakenError, PatientBusyError):
            outcome.refused += 1
        slots = _find(scheduling, client)
    return outcome


def _play_blind(scheduling: Scheduling, client: int, barrier: Barrier) -> Outcome:
    """Takes one of the first slots found, once everybody has looked."""
    chance, outcome, patient = random.Random(client), Outcome(client), _patient_of(client)
    slots = _find(scheduling, client)
    barrier.wait(_WAIT_SECONDS)
    try:
        hold = scheduling.hold(chance.choice(slots), patient, key=f"hold {client}")
        outcome.booked.append(scheduling.book(hold.id, patient, key=f"book {client}").id)
    except (SlotTakenError, PatientBusyError):
        outcome.refused += 1
    return outcome


def _find(scheduling: Scheduling, client: int) -> Sequence[AgendaSlot]:
    query = SlotQuery(
        service_id=(SHORT, MIDDLE, LONG)[client % 3],
        start=AFTERNOON[0],
        end=AFTERNOON[1],
        practitioner_id=ALAMI if client < CLIENTS - _SHARED else BERRADA,
        patient_id=_patient_of(client),
    )
    return scheduling.find_slots(query, limit=6, spread=False)


def _patient_of(client: int) -> str:
    return f"patient-{client % (CLIENTS - _SHARED)}"


def overlaps(connection: Connection, column: str) -> int:
    """Counts pairs of rows that keep overlapping time for the same `column`."""
    keeps = "('proposed', 'pending', 'booked', 'arrived')"
    return connection.execute(
        text(
            "SELECT count(*) FROM appointment a JOIN appointment b"
            f" ON a.{column} = b.{column} AND a.id < b.id"
            " AND a.start_at < b.end_at AND b.start_at < a.end_at"
            f" WHERE a.status IN {keeps} AND b.status IN {keeps}"
        )
    ).scalar_one()


def drop_constraints(connection: Connection) -> None:
    """Takes away what makes overlaps impossible."""
    if connection.dialect.name == "postgresql":
        for name in ("practitioner", "patient"):
            connection.execute(
                text(f"ALTER TABLE appointment DROP CONSTRAINT ex_appointment_{name}_overlap")
            )
        return
    connection.execute(text("DROP TABLE appointment_atom"))
    connection.execute(
        text("CREATE TABLE appointment_atom (practitioner_id, atom, patient_id, appointment_id)")
    )
