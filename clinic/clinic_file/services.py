"""The clinic's facts that hold now, and the versions of the file that they come from.

`CLINIC_FILE` is the base. What staff save in the console is a version in the database; the
newest is in force in every process. Before each turn, job and page a process asks for the newest
number and reads that version only when it has another one.
"""

from __future__ import annotations

import difflib
import logging
import threading
from pathlib import Path

from clinic.adapters.clinic_versions import ClinicVersions
from clinic.adapters.database import Database
from clinic.clinic_file.errors import (
    ChangedMeanwhileError,
    NothingChangedError,
    UnknownVersionError,
)
from clinic.clinic_file.model import BASE, ClinicVersion, Draft
from clinic.clock import Clock
from clinic.facts.errors import ClinicFileError
from clinic.facts.loader import load_clinic, parse_clinic
from clinic.facts.model import Clinic
from clinic.privacy.audit import Audit, AuditAction

logger = logging.getLogger(__name__)


class ClinicFile:
    """The clinic file: `current` for who needs a fact, versions for who edits it."""

    def __init__(self, base: Path, database: Database, clock: Clock, audit: Audit) -> None:
        """Reads the base file.

        Raises:
            ClinicFileError: it is missing or has faults.
        """
        self._base = base
        self._database = database
        self._clock = clock
        self._audit = audit
        self._lock = threading.Lock()
        self._clinic = load_clinic(base)
        self._number = BASE

    @property
    def current(self) -> Clinic:
        """The facts that hold now, as far as `refresh` has told."""
        return self._clinic

    @property
    def number(self) -> int:
        """The number of the version that `current` comes from."""
        return self._number

    def refresh(self) -> bool:
        """Takes up the newest version; returns whether the facts are other ones now."""
        with self._database.read() as tx:
            newest = ClinicVersions(tx).newest_number()
            if newest == self._number:
                return False
            version = ClinicVersions(tx).get(newest)
        if version is None:
            return False
        with self._lock:
            if version.number <= self._number:
                return False
            try:
                self._clinic = parse_clinic(version.text, name=f"version {version.number}")
            except ClinicFileError:
                # Saved by a newer program, or before the rules became stricter: the facts of
                # before are better than none.
                logger.exception("Version %d of the clinic file is not used.", version.number)
            self._number = version.number
        return True

    def text(self) -> tuple[str, int]:
        """Returns the text in force and its number."""
        with self._database.read() as tx:
            versions = ClinicVersions(tx)
            newest = versions.get(versions.newest_number())
        return (newest.text, newest.number) if newest else (self._base_text(), BASE)

    def check(self, text: str, based_on: int) -> Draft:
        """Returns a draft with the faults that the loader finds in it."""
        try:
            parse_clinic(text)
        except ClinicFileError as error:
            return Draft(text, based_on, error.problems)
        return Draft(text, based_on, ())

    def read(self, draft: Draft) -> Clinic:
        """Returns the facts of a draft without faults, which are not in force yet.

        Raises:
            ClinicFileError: it has faults.
        """
        return parse_clinic(draft.text)

    def save(self, draft: Draft, note: str, *, by: str) -> ClinicVersion:
        """Puts a draft into force.

        Raises:
            ChangedMeanwhileError: it is based on a version that is not in force any more.
            NothingChangedError: it says what is in force already.
            ValueError: it has faults.
        """
        if draft.faults:
            raise ValueError("A draft with faults cannot be put into force.")
        with self._database.write() as tx:
            versions = ClinicVersions(tx)
            number = versions.newest_number()
            newest = versions.get(number)
            if draft.based_on != number:
                raise ChangedMeanwhileError
            if draft.text == (newest.text if newest else self._base_text()):
                raise NothingChangedError
            made = ClinicVersion(number + 1, draft.text, by, self._clock.now(), note)
            versions.add(made)
            self._audit.record_in(
                tx,
                by,
                AuditAction.CLINIC_FILE_CHANGED,
                "clinic_file",
                version=made.number,
                note=note,
            )
        self.refresh()
        return made

    def versions(self) -> list[ClinicVersion]:
        """Returns what was saved, the newest first; the base file is not among them."""
        with self._database.read() as tx:
            return ClinicVersions(tx).all()

    def restore(self, number: int, *, based_on: int, by: str) -> ClinicVersion:
        """Puts an earlier version, or the base file (0), into force as a new version.

        Raises:
            UnknownVersionError: there is no such version.
            ChangedMeanwhileError: another version was saved since `based_on`.
            NothingChangedError: it says what is in force already.
            ClinicFileError: today's rules refuse it.
        """
        text = self._text_of(number)
        parse_clinic(text, name=f"version {number}")
        return self.save(Draft(text, based_on, ()), f"restored {number}", by=by)

    def difference(self, number: int) -> list[str]:
        """Returns the lines of a unified difference from the version before.

        Raises:
            UnknownVersionError: there is no such version.
        """
        before, after = self._text_of(number - 1), self._text_of(number)
        return list(
            difflib.unified_diff(
                before.splitlines(),
                after.splitlines(),
                str(number - 1),
                str(number),
                lineterm="",
                n=2,
            )
        )

    def _text_of(self, number: int) -> str:
        if number == BASE:
            return self._base_text()
        with self._database.read() as tx:
            version = ClinicVersions(tx).get(number)
        if version is None:
            raise UnknownVersionError(str(number))
        return version.text

    def _base_text(self) -> str:
        return self._base.read_text(encoding="utf-8")
