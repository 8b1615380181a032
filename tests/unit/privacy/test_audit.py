"""The audit trail: nothing in it can be changed or removed unseen."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from clinic.adapters.database import Database
from clinic.privacy.audit import PATIENT, Audit, AuditAction

_GUARDS_OFF = {
    "sqlite": (
        "DROP TRIGGER audit_entry_no_update",
        "DROP TRIGGER audit_entry_no_delete",
    ),
    "postgresql": ("DROP TRIGGER audit_entry_append_only ON audit_entry",),
}


@pytest.fixture
def trail(audit: Audit) -> Audit:
    for number in range(4):
        audit.record(PATIENT, AuditAction.RECTIFIED, "contact-1", before=f"value {number}")
    return audit


def tamper(database: Database, statement: str) -> None:
    """Changes rows as somebody who owns the database can."""
    with database.engine.begin() as connection:
        for guard in _GUARDS_OFF[connection.dialect.name]:
            connection.execute(text(guard))
        connection.execute(text(statement))


def test_an_untouched_trail_has_no_faults(trail: Audit) -> None:
    assert trail.verify() == []


def test_entries_are_read_back_with_what_was_before(trail: Audit) -> None:
    entries = trail.about("contact-1")

    assert [(entry.number, entry.details) for entry in entries] == [
        (number + 1, {"before": f"value {number}"}) for number in range(4)
    ]


def test_details_are_stored_encrypted(trail: Audit, database: Database) -> None:
    with database.read() as tx:
        rows = tx.connection.execute(text("SELECT details FROM audit_entry")).all()

    assert not any(b"value" in bytes(row.details) for row in rows)


@pytest.mark.parametrize(
    "statement",
    ["UPDATE audit_entry SET actor = 'nobody' WHERE number = 2", "DELETE FROM audit_entry"],
)
def test_the_database_refuses_to_change_entries(
    trail: Audit, database: Database, statement: str
) -> None:
    with pytest.raises(DBAPIError), database.engine.begin() as connection:
        connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_entry SET actor = 'nobody' WHERE number = 2", "Entry 2 is not"),
        ("DELETE FROM audit_entry WHERE number = 3", "Entries 3 to 3 are missing."),
        ("DELETE FROM audit_entry WHERE number = 4", "The trail ends with entry 3"),
    ],
)
def test_verify_finds_a_changed_or_missing_entry(
    trail: Audit, database: Database, statement: str, fault: str
) -> None:
    tamper(database, statement)

    assert any(found.startswith(fault) for found in trail.verify())
