"""What the clinic's own facts answer to a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from clinic.answers.model import FactAnswer, FactQuestion, SaidTime
from clinic.answers.services import FactAnswers
from clinic.facts.codes import Language
from clinic.facts.loader import load_clinic
from clinic.facts.model import Clinic
from clinic.messaging.texts import Texts, load_texts
from clinic.scheduling.model import Appointment
from clinic.scheduling.queue import Place
from tests.small_clinic import FixedClock, booked_appointment

ROOT = Path(__file__).resolve().parents[3]
ZONE = ZoneInfo("Africa/Casablanca")
MONDAY_MORNING = datetime(2026, 11, 23, 10, 0, tzinfo=ZONE)


@pytest.fixture(scope="module")
def texts() -> Texts:
    return load_texts(ROOT / "data" / "responses")


@pytest.fixture(scope="module")
def clinic() -> Clinic:
    return load_clinic(ROOT / "clinic.yml")


class Asker:
    """Asks questions of the demo clinic."""

    def __init__(self, clinic: Clinic, texts: Texts) -> None:
        self.clinic = clinic
        self.texts = texts
        self.now = MONDAY_MORNING

    def ask(self, intent: str, language: str = "fr", **details: object) -> FactAnswer:
        answers = FactAnswers(self.clinic, self.texts, FixedClock(self.now))
        return answers.to(FactQuestion(intent, **details), language)  # type: ignore[arg-type]


@pytest.fixture
def asker(clinic: Clinic, texts: Texts) -> Asker:
    return Asker(clinic, texts)


def day(year: int, month: int, number: int, *, days: int = 1, grain: str = "day") -> SaidTime:
    start = datetime(year, month, number, tzinfo=ZONE)
    return SaidTime(start, start + timedelta(days=days), grain)


def hour(year: int, month: int, number: int, hours: int) -> SaidTime:
    start = datetime(year, month, number, hours, tzinfo=ZONE)
    return SaidTime(start, start + timedelta(hours=1), "hour")


def appointment(
    service_id: str, site_id: str, practitioner_id: str, start: datetime
) -> Appointment:
    return booked_appointment(
        service_id=service_id, site_id=site_id, practitioner_id=practitioner_id, start=start
    )


def test_general_hours_begin_with_whether_it_is_open_now(asker: Asker) -> None:
    answer = asker.ask("ask_opening_hours")

    assert answer.response == "utter_opening_hours"
    assert answer.values["status"] == "Nous sommes ouverts en ce moment, jusqu'à 19:00."
    assert "Lundi – Vendredi : 08:30-19:00" in answer.values["hours"]


def test_when_it_is_closed_the_next_opening_is_told(asker: Asker) -> None:
    asker.now = datetime(2026, 11, 28, 20, 0, tzinfo=ZONE)

    status = asker.ask("ask_opening_hours").values["status"]

    assert "lundi 30 novembre à 08:30" in status


def test_a_holiday_is_closed_and_named(asker: Asker) -> None:
    answer = asker.ask("ask_opening_hours", time=day(2027, 1, 11))

    assert answer.values["hours"].splitlines() == [
        "• Maârif : fermé (Manifeste de l'Indépendance)",
        "• Aïn Sebaâ : fermé (Manifeste de l'Indépendance)",
    ]


def test_the_hours_of_a_day_in_ramadan_are_those_of_ramadan(asker: Asker) -> None:
    answer = asker.ask("ask_opening_hours", time=day(2027, 2, 15), site_id="maarif")

    assert answer.values["hours"] == "• Maârif : 09:00-16:00"


def test_an_hour_is_answered_for_that_hour(asker: Asker) -> None:
    late = asker.ask("ask_opening_hours", time=hour(2026, 11, 24, 20))
    early = asker.ask("ask_opening_hours", time=hour(2026, 11, 24, 9))

    assert (late.response, early.response) == ("utter_closed_at", "utter_open_at")


def test_a_specialty_in_a_question_on_hours_asks_who_works(asker: Asker) -> None:
    answer = asker.ask("ask_opening_hours", specialty="dermatology", time=day(2026, 11, 24))

    assert answer.response == "utter_team_on_day"
    assert "Dr Imane Lahlou" in answer.values["practitioners"]


def test_several_sites_are_listed_with_a_button_each(asker: Asker) -> None:
    answer = asker.ask("ask_location")

    assert answer.location is None
    assert [choice.payload for choice in answer.choices] == [
        '/ask_location{"site": "maarif"}', '/ask_location{"site": "ain-sebaa"}',
    ]  # fmt: skip


def test_the_site_of_the_next_appointment_comes_first_with_its_map(asker: Asker) -> None:
    own = appointment("gp-consultation", "ain-sebaa", "dr-berrada", MONDAY_MORNING)

    answer = asker.ask("ask_location", upcoming=(own,))

    assert answer.response == "utter_location_of_appointment"
    assert answer.location is not None
    assert answer.location.latitude == asker.clinic.site("ain-sebaa").latitude


def test_a_doctor_who_works_at_one_site_only_gives_that_site(asker: Asker) -> None:
    answer = asker.ask("ask_location", practitioner_id="dr-lahlou")

    assert answer.values["site"] == "Maârif"


def test_a_price_names_the_deposit_and_leads_to_a_booking(asker: Asker) -> None:
    answer = asker.ask("ask_price", specialty="cardiology")

    assert "400 DH (dont 100 DH d'acompte)" in answer.values["prices"]
    assert [choice.payload for choice in answer.choices] == [
        '/book_appointment{"specialty": "cardiology"}'
    ]


def test_inside_a_form_no_other_button_is_offered(asker: Asker) -> None:
    assert asker.ask("ask_price", specialty="cardiology", in_form=True).choices == ()


def test_a_service_is_more_exact_than_its_specialty(asker: Asker) -> None:
    answer = asker.ask("ask_price", specialty="dentistry", service_id="dental-scaling")

    assert answer.values["prices"] == "• Détartrage : 400 DH"


@pytest.mark.parametrize("intent", ["ask_price", "ask_services", "ask_documents_to_bring"])
def test_what_the_clinic_does_not_have_is_said(asker: Asker, intent: str) -> None:
    assert asker.ask(intent, specialty="oncology").response == "utter_service_not_offered"


def test_papers_are_those_of_the_booked_visit_when_nothing_is_said(asker: Asker) -> None:
    own = appointment("pediatric-visit", "maarif", "dr-tazi", MONDAY_MORNING)

    answer = asker.ask("ask_documents_to_bring", upcoming=(own,))

    assert answer.values["service"] == "Consultation de pédiatrie"


def test_papers_for_nothing_in_particular_are_asked_back(asker: Asker) -> None:
    answer = asker.ask("ask_documents_to_bring")

    assert answer.response == "utter_documents_for_what"
    assert len(answer.choices) == len(asker.clinic.specialties)


def test_an_exam_without_instructions_goes_to_a_person(asker: Asker) -> None:
    answer = asker.ask("ask_preparation", specialty="laboratory")

    assert answer.needs_person


def test_an_insurer_has_a_yes_with_its_own_way_or_a_no(asker: Asker) -> None:
    own_way = asker.ask("ask_insurance", insurance="mutuelle")
    refused = asker.ask("ask_insurance", insurance="ramed")

    assert own_way.response == "utter_insurance_yes"
    assert "nous remplissons la feuille" in own_way.values["note"]
    assert refused.response == "utter_insurance_no"


def test_a_doctor_on_leave_is_on_leave_and_the_next_day_is_told(asker: Asker) -> None:
    answer = asker.ask("ask_services", practitioner_id="dr-el-amrani", time=day(2026, 12, 29))

    assert answer.response == "utter_practitioner_on_leave"
    assert "lundi 4 janvier" in answer.values["next"]


def test_leave_of_some_hours_keeps_the_rest_of_the_day(asker: Asker) -> None:
    answer = asker.ask("ask_services", practitioner_id="dr-chraibi", time=day(2026, 12, 10))

    assert answer.values["hours"] == "Maârif 09:00-12:30"


def test_a_doctor_is_there_that_day_but_not_at_that_hour(asker: Asker) -> None:
    answer = asker.ask("ask_services", practitioner_id="dr-tazi", time=hour(2026, 11, 30, 13))

    assert answer.response == "utter_practitioner_other_hours"


def test_nobody_works_on_a_sunday_and_the_next_one_is_told(asker: Asker) -> None:
    answer = asker.ask("ask_services", specialty="dermatology", time=day(2026, 11, 29))

    assert answer.response == "utter_nobody_on_day"
    assert "Dr Imane Lahlou" in answer.values["next"]


def test_walking_in_depends_on_the_specialty(asker: Asker) -> None:
    assert asker.ask("ask_walk_in", specialty="dentistry").response == "utter_walk_in_no"
    allowed = asker.ask("ask_walk_in", specialty="pediatrics")
    assert (allowed.response, allowed.values["places"].count("•")) == ("utter_walk_in_yes", 1)


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(None, "utter_queue_delay_unknown"), (0, "utter_queue_on_time"), (25, "utter_queue_delay")],
)
def test_the_queue_is_honest_about_the_delay(
    asker: Asker, texts: Texts, minutes: int | None, said: str
) -> None:
    own = appointment("gp-consultation", "maarif", "dr-alami", MONDAY_MORNING + timedelta(hours=1))

    answer = asker.ask("ask_queue", upcoming=(own,), place=Place(own, 2, minutes))

    assert answer.values["before"] == "2 personnes sont inscrites avant vous"
    assert "est là en ce moment" in answer.values["presence"]
    assert answer.values["delay"] == texts.text(said, "fr", minutes=f"{minutes} minutes")


@pytest.mark.parametrize("language", [language.value for language in Language])
@pytest.mark.parametrize(
    "intent",
    ["ask_opening_hours", "ask_location", "ask_contact", "ask_price", "ask_documents_to_bring",
     "ask_insurance", "ask_services", "ask_preparation", "ask_walk_in", "ask_queue"],
)  # fmt: skip
@pytest.mark.parametrize(
    "details",
    [{}, {"practitioner_id": "dr-tazi"}, {"specialty": "cardiology", "time": day(2026, 11, 26)},
     {"site_id": "maarif", "time": day(2026, 11, 23, days=7, grain="week")},
     {"practitioner_id": "dr-tazi", "time": day(2026, 11, 29)}, {"about_holidays": True},
     {"about_ramadan": True}, {"insurance": "amo", "service_id": "dental-scaling"}],
    ids=str,
)  # fmt: skip
def test_every_answer_fills_its_response_in_every_language(
    asker: Asker, intent: str, language: str, details: dict[str, object]
) -> None:
    answer = asker.ask(intent, language, **details)

    values = {**answer.values, "handoff": "…"} if answer.needs_person else answer.values
    said = asker.texts.text(answer.response, language, **values)
    assert "{" not in said
    assert all(value.strip() in said for value in values.values())
    assert all(len(choice.title) <= 24 for choice in answer.choices)


def test_another_question_has_no_answer_here(asker: Asker) -> None:
    with pytest.raises(ValueError, match="no answer to greet"):
        asker.ask("greet")


def test_a_date_that_is_an_estimate_is_told_as_one(asker: Asker) -> None:
    clinic = asker.clinic
    holiday = replace(clinic.public_holidays[0], day=date(2026, 11, 30), estimate=True)
    asker.clinic = replace(clinic, public_holidays=(holiday,))

    hours = asker.ask("ask_opening_hours", time=day(2026, 11, 30)).values["hours"]

    assert "date à confirmer" in hours
