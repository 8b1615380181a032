"""A service that fails inside an action: an apology, a person, and nothing half done."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from clinic.adapters.contacts import Contacts
from clinic.adapters.handoffs import Handoffs
from clinic.adapters.tables.scheduling import appointment
from clinic.consent.model import Decision, Purpose, Reply
from clinic.patients.model import Relation
from tests.assistant import ClinicUnderTest

NUMBER = "212661000001"


class UnavailableError(Exception):
    """What a broken disk or network raises."""


def fail(*_arguments: Any, **_values: Any) -> None:
    raise UnavailableError


@pytest.fixture
async def contact_id(clinic_under_test: ClinicUnderTest) -> str:
    """The id of a patient who has been here before."""
    await clinic_under_test.add_patient(NUMBER)
    services = clinic_under_test.services
    with services.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone=NUMBER, user_id=None, profile_name=None, now=services.clock.now()
        )
    services.patients.register(contact.id, Relation.SELF, "Karim Tazi")
    reply = Reply("notice", "fr", "J'accepte", "earlier")
    services.consent.record(contact.id, Purpose.CARE, Decision.GIVEN, reply)
    return contact.id


def priority_of(clinic: ClinicUnderTest, contact_id: str) -> str | None:
    with clinic.services.database.read() as tx:
        handoff = Handoffs(tx).open_of(contact_id)
    return handoff.priority.value if handoff else None


def statuses(clinic: ClinicUnderTest) -> list[str]:
    with clinic.services.database.read() as tx:
        return list(tx.connection.execute(select(appointment.c.status)).scalars())


@pytest.mark.model
async def test_a_booking_that_fails_is_apologised_for_and_can_be_confirmed_again(
    clinic_under_test: ClinicUnderTest, contact_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_under_test
    await clinic.write(NUMBER, "rdv dentiste demain après-midi")
    await clinic.tap_nth(NUMBER, 1)
    with monkeypatch.context() as patch:
        patch.setattr(clinic.services.scheduling, "book", fail)
        answers = await clinic.tap_nth(NUMBER, 1)

    apology = clinic.services.texts.text("utter_apology", "fr", phone=clinic.services.clinic.phone)
    assert [answer["text"] for answer in answers] == [apology]
    assert priority_of(clinic, contact_id) == "asap"
    assert statuses(clinic) == ["proposed"]

    answers = await clinic.tap(NUMBER, "Confirmer")
    assert "C'est réservé" in answers[0]["text"]
    assert statuses(clinic) == ["booked"]


@pytest.mark.model
async def test_a_question_that_fails_inside_a_form_is_apologised_for_once(
    clinic_under_test: ClinicUnderTest, contact_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_under_test
    await clinic.write(NUMBER, "rdv dentiste demain après-midi")
    with monkeypatch.context() as patch:
        patch.setattr(clinic.services.scheduling, "hold", fail)
        answers = await clinic.tap_nth(NUMBER, 1)

    said = "\n".join(answer["text"] for answer in answers)
    assert said.count("Toutes mes excuses") == 1
    assert priority_of(clinic, contact_id) == "asap"
    assert statuses(clinic) == []

    answers = await clinic.tap(NUMBER, "14:00")
    assert "14:00" in answers[0]["text"]
    assert statuses(clinic) == ["proposed"]


@pytest.mark.model
async def test_an_erasure_that_fails_erases_nothing(
    clinic_under_test: ClinicUnderTest, contact_id: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = clinic_under_test
    await clinic.write(NUMBER, "effacez toutes mes données personnelles")
    with monkeypatch.context() as patch:
        patch.setattr(clinic.services.erasure, "erase", fail)
        answers = await clinic.tap_nth(NUMBER, 1)

    assert "Toutes mes excuses" in answers[0]["text"]
    assert clinic.services.patients.of_contact(contact_id) != []
