"""The patient's card: who they are, what they allowed, what is to come, what staff noted."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from clinic.adapters.patients import Patients
from clinic.consent.model import Decision, Purpose
from clinic.facts.codes import RequestKind
from clinic.patients.model import Patient, Relation
from clinic.requests.model import NewRequest
from clinic.staff.model import Role
from tests.browser.console_staff import Desk
from tests.browser.practice import Practice

pytestmark = pytest.mark.browser


def salma(practice: Practice) -> Patient:
    """A mother with a daughter, two appointments, a request and consents of each sort."""
    mother = practice.patient("Salma Benali", "212661000011", language="ary-Latn")
    services = practice.services
    daughter = services.patients.register(mother.contact_id, Relation.CHILD, "Lina Benali")
    services.patients.note_birth_date(mother.id, date(1990, 3, 5))
    with services.database.write() as tx:
        Patients(tx).change(mother.id, "national_id", "BE123456")
        Patients(tx).change(mother.id, "insurance", "amo")
    practice.book(mother, "dr-alami", "2026-11-24 10:00")
    practice.book(daughter, "dr-alami", "2026-11-25 11:00")
    services.requests.open(
        NewRequest(mother.contact_id, RequestKind.PRESCRIPTION_RENEWAL, "m1", mother.id)
    )
    practice.decide(mother.contact_id, Purpose.REMINDERS)
    practice.decide(mother.contact_id, Purpose.REMINDERS, Decision.WITHDRAWN)
    practice.decide(mother.contact_id, Purpose.FEEDBACK, Decision.REFUSED)
    return mother


def somebody_else(practice: Practice) -> Patient:
    other = practice.patient("Abdelilah Sefrioui", "212661000012")
    practice.services.patients.note_birth_date(other.id, date(1971, 1, 2))
    practice.book(other, "dr-berrada", "2026-11-26 09:00")
    member = practice.employ("omar", Role.RECEPTION)
    practice.services.staff_desk.add_note(other.contact_id, member, "Allergique au latex")
    practice.services.requests.open(
        NewRequest(other.contact_id, RequestKind.RESULTS, "m2", other.id)
    )
    return other


async def opened(practice: Practice, browser: Any, patient: Patient, width: int = 1366) -> Desk:
    practice.employ("nadia", Role.RECEPTION)
    desk = await practice.sit_down(browser, "nadia", width)
    await desk.goto(f"/inbox/{patient.contact_id}")
    return desk


async def test_the_card_shows_all_of_one_patient_and_nothing_of_another(
    practice: Practice, browser: Any
) -> None:
    mother = salma(practice)
    somebody_else(practice)
    desk = await opened(practice, browser, mother)

    card = desk.page.locator("#card")
    said = await card.inner_text()
    for words in (
        "Salma Benali",
        "né(e) le 05/03/1990",
        "CIN BE123456",
        "AMO",
        "+212 6 61 00 00 11",
        "darija (lettres latines)",
        "Lina Benali",
        "enfant",
        "mar. 24 nov. 10:00",
        "mer. 25 nov. 11:00",
        "Dr Alami",
        "Renouvellement d'ordonnance",
        "en cours",
        "Aucune note",
    ):
        assert words.casefold() in said.casefold(), words
    consents = card.locator(".facts").last
    shown = (await consents.inner_text()).split()
    assert [word for word in shown if word in ("oui", "retiré", "refusé")] == [
        "oui",
        "retiré",
        "refusé",
    ]
    page = await card.inner_html() + await desk.page.locator(".conversation").inner_html()
    for words in ("Sefrioui", "02/01/1971", "latex", "212661000012", "26 nov."):
        assert words not in page, words
    await desk.looks_right("card")


async def test_a_note_comes_onto_the_card_with_who_wrote_it_and_when(
    practice: Practice, browser: Any
) -> None:
    mother = salma(practice)
    desk = await opened(practice, browser, mother)
    await desk.page.get_by_role("tab", name="Note interne").click()
    await desk.page.fill("#note", "Préfère être appelée après 17 h.")
    await desk.page.get_by_test_id("note-add").click()

    note = desk.page.locator("#card .card-note")
    await note.filter(has_text="Préfère être appelée").wait_for()
    assert "Nadia" in await note.inner_text()
    await desk.bubble("note", "Préfère être appelée").wait_for()
    await desk.page.reload()
    await note.filter(has_text="Préfère être appelée").wait_for()
    assert desk.errors == []


async def test_what_others_change_appears_on_the_card_without_a_reload(
    practice: Practice, browser: Any
) -> None:
    patient = practice.patient("Ghita Lamrani", "212661000013")
    desk = await opened(practice, browser, patient)
    card = desk.page.locator("#card")
    await card.get_by_text("Aucun rendez-vous à venir").wait_for()

    practice.book(patient, "dr-alami", "2026-11-27 10:00")

    await card.locator(".appointment", has_text="ven. 27 nov.").wait_for()
    assert desk.errors == []


async def test_of_somebody_unknown_the_card_says_so(practice: Practice, browser: Any) -> None:
    patient = practice.patient("Hamza Ouali", "212661000014")
    with practice.services.database.write() as tx:
        tx.connection.exec_driver_sql("DELETE FROM patient WHERE id = ?", (patient.id,))
    desk = await opened(practice, browser, patient, width=360)
    await desk.page.locator(".card-toggle").click()
    card = desk.page.locator("#card")
    await card.get_by_text("Personne n'est encore enregistré").wait_for()
    await card.get_by_text("Aucune demande récente").wait_for()
    assert await desk.page.get_by_test_id("book").count() == 0
    await desk.looks_right("card-of-somebody-unknown")
