"""The page behind "a copy of my data": question, answer, data, and never again."""

from __future__ import annotations

import base64
import json
import re

import pytest

from clinic.adapters.contacts import Contacts
from clinic.patients.model import Relation
from tests.assistant import ClinicUnderTest

NUMBER = "212661000001"


@pytest.fixture
async def path(clinic_under_test: ClinicUnderTest) -> str:
    """The path of a link that a patient asked for."""
    clinic = clinic_under_test
    await clinic.add_patient(NUMBER)
    with clinic.services.database.write() as tx:
        contact = Contacts(tx).find_or_create(
            phone=NUMBER, user_id=None, profile_name=None, now=clinic.services.clock.now()
        )
    clinic.services.patients.register(contact.id, Relation.SELF, "Salma Benali")
    answers = await clinic.write(NUMBER, "je voudrais une copie des données que vous avez sur moi")
    found = re.search(r"/my-data/\S+", answers[0]["text"])
    assert found
    return found.group()


@pytest.mark.model
async def test_the_page_asks_shows_and_closes(
    clinic_under_test: ClinicUnderTest, path: str
) -> None:
    web = clinic_under_test.webhook

    asked = await web.get(path)
    wrong = await web.post(path, data={"answer": "Karim Tazi"})
    shown = await web.post(path, data={"answer": "salma benali"})
    again = await web.post(path, data={"answer": "salma benali"})

    assert [asked.status_code, wrong.status_code, shown.status_code, again.status_code] == [
        200,
        403,
        200,
        410,
    ]
    assert "Salma" not in asked.text + wrong.text + again.text
    assert "une copie des données" in shown.text
    encoded = re.search(r'base64,([^"]+)"', shown.text)
    assert encoded
    data = json.loads(base64.b64decode(encoded.group(1)))["data"]
    assert [row["name"] for row in data["patient"]] == ["Salma Benali"]
    assert shown.headers["cache-control"] == "no-store"


@pytest.mark.model
async def test_a_made_up_link_shows_nothing(clinic_under_test: ClinicUnderTest) -> None:
    answer = await clinic_under_test.webhook.get("/my-data/made-up")

    assert answer.status_code == 410
