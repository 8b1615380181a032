"""A patient's own data behind an expiring, single-use link with a second factor.

Law 09-08, article 7 (right of access); privacy notes 7 and 15.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_urlsafe
from typing import Any

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database, Transaction
from clinic.adapters.exports import ExportLink, Exports
from clinic.adapters.patients import Patients
from clinic.adapters.personal_data import PersonalData
from clinic.clock import Clock
from clinic.patients.birth_dates import read_date
from clinic.patients.model import Patient, Relation
from clinic.patients.services import same_name
from clinic.privacy.audit import PATIENT, Audit, AuditAction
from clinic.privacy.errors import ExportGoneError, WrongFactorError

LINK_LIFE = timedelta(hours=24)
_MAX_FAILURES = 5
_TOKEN_BYTES = 24
_PHONE_DIGITS = 4


@dataclass(frozen=True)
class DataExport:
    """Everything that is stored about a contact, by table.

    Attributes:
        rows: decrypted rows by the name of their table, as JSON can hold them.
    """

    language: str
    made_at: datetime
    rows: dict[str, list[dict[str, Any]]]


class DataExports:
    """Makes links and opens them."""

    def __init__(self, database: Database, clock: Clock, audit: Audit, base_url: str) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._base_url = base_url

    def offer(self, contact_id: str, language: str) -> str:
        """Returns a new link to a contact's data; it opens once, within 24 hours."""
        token, now = token_urlsafe(_TOKEN_BYTES), self._clock.now()
        with self._database.write() as tx:
            Exports(tx).add(token, contact_id, language, now, now + LINK_LIFE)
            self._audit.record_in(tx, PATIENT, AuditAction.EXPORT_OFFERED, contact_id)
        return f"{self._base_url}/my-data/{token}"

    def factor_of(self, token: str) -> tuple[str, str]:
        """Returns which factor a link asks for (`birth_date`, `name`, `phone`), and its language.

        Raises:
            ExportGoneError: the link cannot be opened any more.
        """
        with self._database.read() as tx:
            link = self._live(tx, token)
            return _factor(Patients(tx).of_contact(link.contact_id)), link.language

    def open(self, token: str, answer: str) -> DataExport:
        """Returns the data, once.

        Args:
            answer: the date of birth, or the name of somebody of this number when no date is
                known, or the number's last four digits when no patient is.

        Raises:
            ExportGoneError: the link cannot be opened any more.
            WrongFactorError: the answer is not the right one.
        """
        with self._database.write() as tx:
            link = self._live(tx, token)
            is_right = self._is_right(tx, link, answer)
            if is_right:
                Exports(tx).note_use(token, self._clock.now())
                rows = PersonalData(tx, link.contact_id).rows()
            else:
                Exports(tx).note_failure(token)
            done = AuditAction.EXPORT_OPENED if is_right else AuditAction.EXPORT_REFUSED
            self._audit.record_in(tx, PATIENT, done, link.contact_id)
        if not is_right:
            # Raised after the commit: the failure counts.
            raise WrongFactorError
        return DataExport(link.language, self._clock.now(), rows)

    def _live(self, tx: Transaction, token: str) -> ExportLink:
        link = Exports(tx).get(token)
        if (
            link is None
            or link.used_at is not None
            or link.failures >= _MAX_FAILURES
            or link.expires_at <= self._clock.now()
        ):
            raise ExportGoneError
        return link

    def _is_right(self, tx: Transaction, link: ExportLink, answer: str) -> bool:
        known = Patients(tx).of_contact(link.contact_id)
        match _factor(known):
            case "birth_date":
                return read_date(answer) in {patient.birth_date for patient in _asked(known)}
            case "name":
                return any(same_name(patient.name, answer) for patient in _asked(known))
        contact = Contacts(tx).get(link.contact_id)
        number = (contact.phone or "") if contact else ""
        digits = re.sub(r"\D", "", answer)
        return len(digits) == _PHONE_DIGITS and number.endswith(digits)


def _factor(known: list[Patient]) -> str:
    if not known:
        return "phone"
    return "birth_date" if any(patient.birth_date for patient in _asked(known)) else "name"


def _asked(known: list[Patient]) -> list[Patient]:
    """Returns whose factor counts: the writer's own; anybody's without such a record."""
    own = [patient for patient in known if patient.relation is Relation.SELF]
    return own or known
