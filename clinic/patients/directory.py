"""Finding and adding patients at the desk: by name or number, whoever wrote first."""

from __future__ import annotations

import re
from dataclasses import dataclass

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.patients import Patients
from clinic.agenda.errors import NotANumberError
from clinic.clock import Clock
from clinic.patients.model import Patient, Relation
from clinic.patients.search import find_people
from clinic.patients.services import clean_name, same_name
from clinic.privacy.audit import Audit, AuditAction
from whatsapp.messages import international_number


@dataclass(frozen=True)
class Found:
    """A patient, with the last digits of the number that writes for them."""

    patient: Patient
    number_end: str


class PatientDirectory:
    """The patients as staff look them up. `by` is always the id of a member of staff."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    def search(self, text: str, *, by: str, limit: int = 8) -> list[Found]:
        """Returns the patients that a name or number can mean; see `find_people`.

        A number finds everybody who is reached by it. That these people were shown is recorded.
        """
        with self._database.read() as tx:
            patients, contacts = Patients(tx), Contacts(tx)
            found: dict[str, Patient] = {}
            for match in find_people(tx, text):
                theirs = patients.of_contact(match.contact_id)
                wanted = (p for p in theirs if match.patient_id in (None, p.id))
                found |= {patient.id: patient for patient in wanted}
                if len(found) >= limit:
                    break
            shown = []
            for patient in list(found.values())[:limit]:
                owner = contacts.get(patient.contact_id)
                shown.append(Found(patient, (owner.phone or "")[-4:] if owner else ""))
        if shown:
            with self._database.write() as tx:
                for contact_id in dict.fromkeys(it.patient.contact_id for it in shown):
                    self._audit.record_in(tx, by, AuditAction.PATIENTS_SEARCHED, contact_id)
        return shown

    def number_of(self, patient: Patient) -> str:
        """Returns the number to call for a patient, with `+`; empty when there is none."""
        with self._database.read() as tx:
            contact = Contacts(tx).get(patient.contact_id)
        return f"+{contact.phone}" if contact and contact.phone else ""

    def add(
        self, name: str, number: str, *, by: str, relation: Relation = Relation.SELF
    ) -> Patient:
        """Registers a patient who called or came; one of that number and name is found again.

        No consent comes with it: they are written to only once they have agreed themselves.

        Raises:
            NotANameError: the text cannot be somebody's name.
            NotANumberError: the text is no telephone number.
        """
        name, phone = clean_name(name), _digits(number)
        if phone is None:
            raise NotANumberError
        now = self._clock.now()
        with self._database.write() as tx:
            contact = Contacts(tx).find_or_create(
                phone=phone, user_id=None, profile_name=None, now=now
            )
            patients = Patients(tx)
            own = patients.of_contact(contact.id)
            for known in own:
                if same_name(known.name, name):
                    return known
            if relation is Relation.SELF and any(p.relation is Relation.SELF for p in own):
                # Somebody else writes with this number: it is one of theirs.
                relation = Relation.OTHER
            added = patients.add(contact.id, relation, name, now)
            self._audit.record_in(tx, by, AuditAction.PATIENT_ADDED, contact.id, patient=added.id)
            return added


def _digits(number: str) -> str | None:
    """Returns a number's digits with the country code, Morocco's when it is national."""
    digits = re.sub(r"\D", "", number.replace("(0)", ""))
    if re.fullmatch(r"0[5-8]\d{8}", digits):
        return f"212{digits[1:]}"
    try:
        return international_number(number).lstrip("+")
    except ValueError:
        return None
