"""Repository of the clinic file's versions: rows are only ever added."""

from __future__ import annotations

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Row
from sqlalchemy.exc import IntegrityError

from clinic.adapters.database import Transaction
from clinic.adapters.tables.clinic_file import clinic_version as table
from clinic.clinic_file.errors import ChangedMeanwhileError
from clinic.clinic_file.model import BASE, ClinicVersion


class ClinicVersions:
    """The versions, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher

    def newest_number(self) -> int:
        """Returns the number in force: an index lookup, asked before every turn."""
        return int(self._connection.execute(select(func.max(table.c.number))).scalar() or BASE)

    def get(self, number: int) -> ClinicVersion | None:
        row = self._connection.execute(select(table).where(table.c.number == number)).first()
        return self._read(row) if row else None

    def all(self) -> list[ClinicVersion]:
        """Returns every version, the newest first."""
        rows = self._connection.execute(select(table).order_by(table.c.number.desc()))
        return [self._read(row) for row in rows]

    def add(self, version: ClinicVersion) -> None:
        """Adds a version.

        Raises:
            ChangedMeanwhileError: there is one of that number already.
        """
        try:
            self._connection.execute(
                insert(table).values(
                    number=version.number,
                    text=self._cipher.encrypt(version.text),
                    made_by=version.made_by,
                    made_at=version.made_at,
                    note=version.note[:200],
                )
            )
        except IntegrityError as error:
            raise ChangedMeanwhileError from error

    def _read(self, row: Row) -> ClinicVersion:
        return ClinicVersion(
            number=row.number,
            text=self._cipher.decrypt(bytes(row.text)),
            made_by=row.made_by,
            made_at=row.made_at,
            note=row.note,
        )
