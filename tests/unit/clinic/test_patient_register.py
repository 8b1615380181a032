"""Patients of a contact, and what can be somebody's name."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from clinic.adapters.database import Database
from clinic.adapters.tables.patients import patient as table
from clinic.patients.errors import NotANameError
from clinic.patients.model import Relation
from clinic.patients.services import PatientRegister, clean_name
from tests.small_clinic import FixedClock


@pytest.fixture
def register(database: Database, clock: FixedClock) -> PatientRegister:
    return PatientRegister(database, clock)


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("salma benali", "Salma Benali"),
        ("SALMA BENALI", "Salma Benali"),
        ("  Salma   Benali. ", "Salma Benali"),
        ("Salma\nBenali", "Salma Benali"),
        ("Élodie Lefèvre-Martin", "Élodie Lefèvre-Martin"),
        ("E\u0301lodie", "Élodie"),
        ("Driss O'Connor", "Driss O'Connor"),
        ("N’Diaye", "N’Diaye"),
        ("El-Mehdi Aït Ouarab", "El-Mehdi Aït Ouarab"),
        ("سلمى بنعلي", "سلمى بنعلي"),
        ("محمّد العلوي", "محمّد العلوي"),
        ("\u200fسلمى بنعلي\u200f", "سلمى بنعلي"),
        ("Li", "Li"),
    ],
)
def test_a_name_is_tidied(written: str, name: str) -> None:
    assert clean_name(written) == name


@pytest.mark.parametrize(
    "written",
    [
        "",
        "   ",
        "S",
        "...",
        "\u200f",
        "Salma 2",
        "0612345678",
        "سلمى ٣",
        "Salma_B",
        "c'est combien ?",
        "شحال الثمن؟",
        "Salma 😀",
        "salma@example.com",
        "je voudrais prendre un rendez-vous demain matin",
        "x" * 81,
    ],
)
def test_what_cannot_be_a_name_is_refused(written: str) -> None:
    with pytest.raises(NotANameError):
        clean_name(written)


def test_the_same_person_is_registered_once(register: PatientRegister, contact_id: str) -> None:
    child = register.register(contact_id, Relation.CHILD, "Élodie Amrani")

    assert register.register(contact_id, Relation.CHILD, "elodie amrani") == child
    assert register.of_contact(contact_id) == [child]


def test_two_children_are_two_patients(register: PatientRegister, contact_id: str) -> None:
    first = register.register(contact_id, Relation.CHILD, "Salma")
    second = register.register(contact_id, Relation.CHILD, "Adam")

    assert {p.id for p in register.of_contact(contact_id)} == {first.id, second.id}
    assert first.id != second.id


def test_who_writes_is_one_person_whatever_the_spelling(
    register: PatientRegister, contact_id: str
) -> None:
    own = register.register(contact_id, Relation.SELF, "Salma Benali")

    assert register.register(contact_id, Relation.SELF, "Salma Ben Ali") == own


def test_a_patient_is_found_by_id(register: PatientRegister, contact_id: str) -> None:
    own = register.register(contact_id, Relation.SELF, "Salma Benali")

    assert register.get(own.id) == own
    assert register.get("nobody") is None


def test_the_name_is_encrypted_at_rest(
    database: Database, register: PatientRegister, contact_id: str
) -> None:
    register.register(contact_id, Relation.SELF, "Salma Benali")

    with database.read() as tx:
        stored = tx.connection.execute(select(table.c.name)).scalar_one()
    assert b"Salma" not in bytes(stored)
