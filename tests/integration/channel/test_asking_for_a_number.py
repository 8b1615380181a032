"""A user without a number books; the clinic asks for the number and keeps it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from clinic.adapters.contacts import Contacts
from clinic.messaging.model import Contact
from tests.assistant import ClinicUnderTest
from tests.integration.channel.webhooks import YOUSSEF

pytestmark = pytest.mark.model

WORDS = {
    "fr": ("bonjour, je voudrais un rdv chez le dentiste demain après-midi", "Salma Benali"),
    "ary": ("بغيت موعد عند طبيب السنان غدا فالعشية", "سلمى بنعلي"),
    "ary-Latn": ("bghit mo3id m3a tbib snan ghedda f l3chiya", "Salma Benali"),
    "en": ("hello i need an appointment with the dentist tomorrow afternoon", "Salma Benali"),
}


async def book(clinic: ClinicUnderTest, who: str, language: str) -> list[dict[str, str]]:
    """Books as a first-time patient does; returns what the last tap is answered with."""
    wish, name = WORDS[language]
    await clinic.write(who, wish)
    for _ in range(2):
        await clinic.tap_nth(who, 1)
    await clinic.write(who, name)
    await clinic.tap_nth(who, 1)
    return await clinic.tap_nth(who, 1)


def contact_of(clinic: ClinicUnderTest, user_id: str) -> Contact:
    with clinic.services.database.read() as tx:
        found = Contacts(tx).find(phone=None, user_id=user_id)
    assert found
    return found


@pytest.mark.parametrize("language", WORDS)
async def test_the_number_is_asked_for_after_the_booking_and_kept(
    clinic_under_test: ClinicUnderTest, language: str
) -> None:
    clinic = clinic_under_test
    new = {"wa_id": YOUSSEF, "no_number": True}
    who = (await clinic.control("POST", "/api/patients", json=new)).json()["id"]

    answers = await book(clinic, who, language)

    texts = clinic.services.texts
    asked = [a for a in answers if a["body"].get("interactive", {}).get("type") not in
             (None, "button", "list")]  # fmt: skip
    assert [a["body"]["interactive"] for a in asked] == [
        {
            "type": "request_contact_info",
            "body": {"text": texts.text("utter_ask_number", language)},
            "action": {"name": "request_contact_info"},
        }
    ]
    assert asked != answers[-1:], "the question about reminders stays the last one"
    assert contact_of(clinic, who).phone is None

    button = {"type": "tap", "message_id": asked[0]["wamid"], "choice_id": "request_contact_info"}
    (thanks,) = await clinic.do(who, button)

    assert thanks["text"] == texts.text("utter_number_received", language)
    assert contact_of(clinic, who).phone == YOUSSEF
    patient = clinic.services.patients.of_contact(contact_of(clinic, who).id)[0]
    assert clinic.services.directory.number_of(patient) == f"+{YOUSSEF}"


async def test_where_the_provider_has_no_such_button_nobody_is_asked(
    clinic_under_test: ClinicUnderTest,
) -> None:
    services = clinic_under_test.services
    assert services.can_ask_for_number
    whatsapp = replace(services.settings.whatsapp, provider="twilio")
    elsewhere = replace(services, settings=replace(services.settings, whatsapp=whatsapp))
    assert not elsewhere.can_ask_for_number


async def test_a_patient_with_a_number_is_not_asked(clinic_under_test: ClinicUnderTest) -> None:
    clinic = clinic_under_test
    await clinic.add_patient(YOUSSEF)
    answers = await book(clinic, YOUSSEF, "fr")
    assert answers
    kinds = {a["body"].get("interactive", {}).get("type") for a in answers}
    assert "request_contact_info" not in kinds
