"""The agenda's tables, and what makes overlaps impossible in the database itself.

Whoever writes to `appointment`, no two rows that keep their time may overlap for one
practitioner or for one patient:

- PostgreSQL has exclusion constraints over the range of time.
- SQLite has triggers that keep one `appointment_atom` row per five minutes; their primary
  key and unique constraint refuse the second row. On PostgreSQL that table stays empty.

The SQL stands in constants, for migrations; `metadata.create_all` runs it as well. A later
migration that makes the SQLite table anew (alembic's batch mode) must run the triggers again.
"""

from __future__ import annotations

from sqlalchemy import (
    DDL,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    UniqueConstraint,
    event,
)

from clinic.adapters.database import UtcDateTime
from clinic.adapters.tables.base import Id, metadata

ATOM_SECONDS = 300

PRACTITIONER_OVERLAP = "ex_appointment_practitioner_overlap"
PATIENT_OVERLAP = "ex_appointment_patient_overlap"

appointment = Table(
    "appointment",
    metadata,
    Column("id", Id, primary_key=True),
    Column("practitioner_id", String(24), nullable=False),
    Column("patient_id", String(64), nullable=False),
    Column("site_id", String(24), nullable=False),
    Column("service_id", String(24), nullable=False),
    Column("start_at", UtcDateTime, nullable=False),
    Column("end_at", UtcDateTime, nullable=False),
    Column("status", String(16), nullable=False),
    Column("hold_expires_at", UtcDateTime),
    Column("version", Integer, nullable=False),
    Column("calendar_token", String(64), nullable=False, unique=True),
    Column("hold_key", String(255), index=True),
    Column("idempotency_key", String(255), unique=True),
    Column("cancellation_key", String(255)),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column(
        "participation",
        String(16),
        nullable=False,
        server_default="needs-action",
        comment="FHIR ParticipationStatus of the patient",
    ),
    CheckConstraint("start_at < end_at", name="ends_after_start"),
    CheckConstraint(
        "status IN ('proposed', 'pending', 'booked', 'arrived', 'fulfilled', 'cancelled',"
        " 'noshow')",
        name="status",
    ),
    CheckConstraint("status <> 'proposed' OR hold_expires_at IS NOT NULL", name="hold_expires"),
    Index("ix_appointment_practitioner_start", "practitioner_id", "start_at"),
    Index("ix_appointment_patient_start", "patient_id", "start_at"),
)

appointment_atom = Table(
    "appointment_atom",
    metadata,
    Column("practitioner_id", String(24), primary_key=True),
    Column("atom", Integer, primary_key=True, autoincrement=False),
    Column("patient_id", String(64), nullable=False),
    Column("appointment_id", Id, ForeignKey("appointment.id", ondelete="CASCADE"), nullable=False),
    UniqueConstraint("patient_id", "atom"),
    Index("ix_appointment_atom_appointment_id", "appointment_id"),
)

_KEEPS_TIME = "('proposed', 'pending', 'booked', 'arrived')"


def _exclusion(name: str, column: str) -> str:
    return (
        f"ALTER TABLE appointment ADD CONSTRAINT {name} EXCLUDE USING gist"
        f" ({column} WITH =, tstzrange(start_at, end_at) WITH &&)"
        f" WHERE (status IN {_KEEPS_TIME})"
    )


def _fill_atoms(trigger: str, when: str) -> str:
    # Rounded outwards to whole atoms: times off the grid may be refused, never doubled.
    first = f"CAST(strftime('%s', NEW.start_at) AS INTEGER) / {ATOM_SECONDS}"
    end = f"(CAST(strftime('%s', NEW.end_at) AS INTEGER) + {ATOM_SECONDS - 1}) / {ATOM_SECONDS}"
    return (
        f"CREATE TRIGGER {trigger} AFTER {when} ON appointment"
        f" WHEN NEW.status IN {_KEEPS_TIME} BEGIN"
        " INSERT INTO appointment_atom (practitioner_id, atom, patient_id, appointment_id)"
        " SELECT NEW.practitioner_id, n, NEW.patient_id, NEW.id FROM ("
        f"WITH RECURSIVE atoms(n) AS (SELECT {first} UNION ALL"
        f" SELECT n + 1 FROM atoms WHERE n + 1 < {end}) SELECT n FROM atoms"
        "); END"
    )


_TIMING_COLUMNS = "status, start_at, end_at, practitioner_id, patient_id"

POSTGRESQL_CONSTRAINTS = (
    "CREATE EXTENSION IF NOT EXISTS btree_gist",
    _exclusion(PRACTITIONER_OVERLAP, "practitioner_id"),
    _exclusion(PATIENT_OVERLAP, "patient_id"),
)
"""To be run once `appointment` exists on PostgreSQL. The extension is a trusted one: the
owner of the database may create it."""

SQLITE_TRIGGERS = (
    # Clearing runs before an update and filling after it: SQLite promises no order among
    # triggers of the same event.
    "CREATE TRIGGER appointment_atoms_clear BEFORE UPDATE OF "
    f"{_TIMING_COLUMNS} ON appointment BEGIN"
    " DELETE FROM appointment_atom WHERE appointment_id = OLD.id; END",
    _fill_atoms("appointment_atoms_insert", "INSERT"),
    _fill_atoms("appointment_atoms_update", f"UPDATE OF {_TIMING_COLUMNS}"),
    "CREATE TRIGGER appointment_atoms_delete BEFORE DELETE ON appointment BEGIN"
    " DELETE FROM appointment_atom WHERE appointment_id = OLD.id; END",
)
"""To be run once both tables exist on SQLite."""

for _statement in POSTGRESQL_CONSTRAINTS:
    event.listen(
        appointment,
        "after_create",
        DDL(_statement.replace("%", "%%")).execute_if(dialect="postgresql"),
    )
for _statement in SQLITE_TRIGGERS:
    event.listen(
        appointment_atom,
        "after_create",
        DDL(_statement.replace("%", "%%")).execute_if(dialect="sqlite"),
    )
