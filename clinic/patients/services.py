"""Patients of a contact: found, registered once, never asked for twice."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.adapters.patients import Patients
from clinic.clock import Clock
from clinic.patients.errors import NotANameError
from clinic.patients.model import Patient, Relation

_MAX_NAME_LENGTH = 80
_ARABIC_VOWEL_SIGNS = "\u064b-\u0652\u0670"
_NOT_IN_NAMES = re.compile(rf"[^\w\s'’.\-{_ARABIC_VOWEL_SIGNS}]|[\d_]")


class PatientRegister:
    """The patients that the clinic knows, by the contact who writes for them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    def of_contact(self, contact_id: str) -> list[Patient]:
        """Returns the patients of a contact, the first registered first."""
        with self._database.read() as tx:
            return Patients(tx).of_contact(contact_id)

    def get(self, patient_id: str) -> Patient | None:
        with self._database.read() as tx:
            return Patients(tx).get(patient_id)

    def lacks_number(self, contact_id: str) -> bool:
        """Tells whether the clinic could not call: WhatsApp gives a user id only."""
        with self._database.read() as tx:
            contact = Contacts(tx).get(contact_id)
        return contact is not None and contact.phone is None

    def register(self, contact_id: str, relation: Relation, name: str) -> Patient:
        """Returns the contact's patient of that relation and name, made if there is none.

        Raises:
            NotANameError: the text cannot be somebody's name.
        """
        name = clean_name(name)
        with self._database.write() as tx:
            patients = Patients(tx)
            for known in patients.of_contact(contact_id):
                is_same = relation is Relation.SELF or same_name(known.name, name)
                if known.relation is relation and is_same:
                    return known
            return patients.add(contact_id, relation, name, self._clock.now())

    def note_birth_date(self, patient_id: str, born: date) -> None:
        """Writes when a patient was born."""
        with self._database.write() as tx:
            Patients(tx).change(patient_id, "birth_date", born.isoformat())


def namesakes(patient: Patient, known: Sequence[Patient]) -> list[Patient]:
    """Returns the others among those known who bear the same name."""
    return [p for p in known if p.id != patient.id and same_name(p.name, patient.name)]


def clean_name(text: str) -> str:
    """Returns a person's name in tidy form.

    Raises:
        NotANameError: empty, too long, more than six words, or with digits or signs in it.
    """
    # Phones add invisible marks of writing direction to pasted Arabic text.
    visible = "".join(sign for sign in text if unicodedata.category(sign) != "Cf")
    name = " ".join(unicodedata.normalize("NFC", visible).split()).strip(" .,-")
    words = name.split()
    if not words or len(words) > 6 or len(name) < 2 or len(name) > _MAX_NAME_LENGTH:
        raise NotANameError
    if _NOT_IN_NAMES.search(name):
        raise NotANameError
    return name.title() if name.isascii() and name in (name.lower(), name.upper()) else name


def same_name(first: str, second: str) -> bool:
    """Tells whether two spellings differ in case and accents only."""
    return fold_name(first) == fold_name(second)


def fold_name(name: str) -> str:
    """Returns a name without case and accents, to compare it."""
    decomposed = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(sign for sign in decomposed if not unicodedata.combining(sign))
    return " ".join(plain.split())
