"""What the clinic file answers to a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from clinic.facts.answers import FactAnswers
from clinic.facts.codes import Insurance, Language, Specialty
from clinic.facts.model import Clinic
from clinic.messaging.texts import Texts, load_texts
from tests.small_clinic import ALAMI, LONG, practitioner, service, small_clinic, text

TODAY = date(2027, 1, 18)
RAMADAN = date(2027, 2, 15)
CLEANING = "cleaning"


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(Path(__file__).resolve().parents[3] / "data" / "responses")


def clinic_with_dentist() -> Clinic:
    clinic = small_clinic()
    dentist = replace(practitioner("dr-tazi"), specialties=(Specialty.DENTISTRY,))
    cleaning = replace(
        service(CLEANING, 45),
        specialty=Specialty.DENTISTRY,
        price_mad=350,
        what_to_bring=text("radios"),
    )
    return replace(
        clinic,
        practitioners=(*clinic.practitioners, dentist),
        services=(*clinic.services, cleaning),
        insurance=(Insurance.CNSS, Insurance.AMO),
        insurance_note=text("Carte à jour."),
    )


def answers(texts: Texts, *, language: str = "fr", today: date = TODAY) -> FactAnswers:
    return FactAnswers(clinic_with_dentist(), texts, language, today)


def test_hours_name_the_days_in_runs(texts: Texts) -> None:
    name, values = answers(texts).to("ask_opening_hours")

    week = texts.text("utter_weekdays", "fr").split("|")
    closed = texts.text("utter_closed", "fr")
    line = {
        days: texts.text("utter_hours_line", "fr", days=days, hours=hours)
        for days, hours in [
            (f"{week[0]} – {week[4]}", "08:30-19:00"),
            (f"{week[5]} – {week[6]}", closed),
        ]
    }
    assert name == "utter_opening_hours"
    site = [*line.values()]
    assert values["hours"].splitlines() == ["*centre*", *site, "*nord*", *site]


def test_in_ramadan_the_hours_of_ramadan_are_told(texts: Texts) -> None:
    _, values = answers(texts, today=RAMADAN).to("ask_opening_hours")

    assert "09:00-15:00" in values["hours"]
    assert "08:30-19:00" not in values["hours"]


def test_a_price_is_that_of_the_specialty(texts: Texts) -> None:
    name, values = answers(texts).to("ask_price", specialty="dentistry")

    line = texts.text("utter_price_line", "fr", service=CLEANING, price=350)
    assert (name, values) == ("utter_price", {"prices": line})


def test_a_doctors_name_stands_for_the_doctors_specialty(texts: Texts) -> None:
    by_name = answers(texts).to("ask_price", practitioner_id="dr-tazi")

    assert by_name == answers(texts).to("ask_price", specialty="dentistry")


def test_without_a_specialty_all_prices_are_told(texts: Texts) -> None:
    _, values = answers(texts).to("ask_price")

    assert len(values["prices"].splitlines()) == 4
    assert LONG in values["prices"]


def test_a_specialty_that_is_not_offered_gives_what_there_is(texts: Texts) -> None:
    assert answers(texts).to("ask_price", specialty="oncology") == answers(texts).to("ask_price")


def test_papers_are_those_of_the_specialty(texts: Texts) -> None:
    assert answers(texts).to("ask_documents_to_bring", specialty="dentistry") == (
        "utter_documents_to_bring", {"documents": "radios"},
    )  # fmt: skip


def test_places_have_an_address_and_a_map(texts: Texts) -> None:
    _, values = answers(texts).to("ask_location")

    assert "1, rue des Tests" in values["places"]
    assert values["places"].count("https://www.openstreetmap.org/?mlat=33.5&mlon=-7.6") == 2


def test_contact_gives_phone_and_mail(texts: Texts) -> None:
    assert answers(texts).to("ask_contact") == (
        "utter_contact", {"phone": "+212522000100", "email": "test@clinic.example"},
    )  # fmt: skip


def test_insurance_names_who_pays_and_the_note(texts: Texts) -> None:
    assert answers(texts).to("ask_insurance") == (
        "utter_insurance", {"insurance": "CNSS, AMO", "note": "Carte à jour."},
    )  # fmt: skip


def test_services_name_the_doctors_of_the_specialty(texts: Texts) -> None:
    _, values = answers(texts).to("ask_services", specialty="dentistry")

    specialty = texts.text("utter_specialty_dentistry", "fr")
    assert values["practitioners"] == f"• Dr Test dr-tazi – {specialty}"
    _, everybody = answers(texts).to("ask_services")
    assert ALAMI in everybody["practitioners"]


@pytest.mark.parametrize("language", [language.value for language in Language])
@pytest.mark.parametrize(
    "intent",
    ["ask_opening_hours", "ask_location", "ask_contact", "ask_price", "ask_documents_to_bring",
     "ask_insurance", "ask_services"],
)  # fmt: skip
def test_every_answer_fills_its_response_in_every_language(
    texts: Texts, intent: str, language: str
) -> None:
    name, values = answers(texts, language=language).to(intent)

    said = texts.text(name, language, **values)
    assert "{" not in said
    assert all(value in said for value in values.values() if value)


def test_another_question_has_no_answer_here(texts: Texts) -> None:
    with pytest.raises(ValueError, match="no answer to greet"):
        answers(texts).to("greet")
