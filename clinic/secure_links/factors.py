"""The second factor of a link: what only the patient knows (privacy note 15)."""

from __future__ import annotations

import re

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Transaction
from clinic.adapters.patients import Patients
from clinic.patients.birth_dates import read_date
from clinic.patients.model import Patient, Relation
from clinic.patients.services import same_name
from clinic.secure_links.model import Factor, SecureLink

_PHONE_DIGITS = 4


def factor_of(tx: Transaction, link: SecureLink) -> Factor:
    """Returns what a link asks for: the date of birth where it is known."""
    asked = _asked(tx, link)
    if not asked:
        return Factor.PHONE
    return Factor.BIRTH_DATE if any(patient.birth_date for patient in asked) else Factor.NAME


def is_right(tx: Transaction, link: SecureLink, answer: str) -> bool:
    """Tells whether an answer is the second factor of a link.

    Args:
        answer: the date of birth, or the name of the patient when no date is known, or the last
            four digits of the number when no patient is.
    """
    asked = _asked(tx, link)
    match factor_of(tx, link):
        case Factor.BIRTH_DATE:
            return read_date(answer) in {p.birth_date for p in asked if p.birth_date}
        case Factor.NAME:
            return any(same_name(patient.name, answer) for patient in asked)
        case Factor.PHONE:
            contact = Contacts(tx).get(link.contact_id)
            number = (contact.phone or "") if contact else ""
            digits = re.sub(r"\D", "", answer)
            return len(digits) == _PHONE_DIGITS and number.endswith(digits)


def _asked(tx: Transaction, link: SecureLink) -> list[Patient]:
    """Returns whose factor counts: the link's patient; else the writer's own; else anybody's."""
    known = Patients(tx).of_contact(link.contact_id)
    if link.patient_id is not None:
        return [patient for patient in known if patient.id == link.patient_id]
    own = [patient for patient in known if patient.relation is Relation.SELF]
    return own or known
