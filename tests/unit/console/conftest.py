"""Somebody who waits for a person, and who answers at the reception."""

from __future__ import annotations

import pytest

from clinic.handoff.model import Priority
from clinic.patients.model import Relation
from clinic.staff.model import Role
from tests.console import PATIENT_NAME, PATIENT_NUMBER, ConsoleUnderTest, Person, receive


@pytest.fixture
def contact_id(console: ConsoleUnderTest) -> str:
    """Somebody who waits for a person."""
    found = receive(console.services, PATIENT_NUMBER, "J'ai <b>très</b> mal")
    console.services.patients.register(found, Relation.SELF, PATIENT_NAME)
    console.services.handoff.open(found, Priority.URGENT, "ask_medical_question")
    return found


@pytest.fixture
def nadia(console: ConsoleUnderTest) -> Person:
    return console.log_in("nadia", Role.RECEPTION)
