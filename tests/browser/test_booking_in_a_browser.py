"""A person books on the simulator's page: new patients in at most 7 turns, known ones in 3."""

from __future__ import annotations

import re
from typing import Any

import pytest

from scripts.processes import LocalClinic
from tests.browser.phones import open_phone

pytestmark = [pytest.mark.browser, pytest.mark.model]

FIRST = {
    "fr": ("Bonjour, je voudrais un rdv chez le dentiste demain après-midi svp", "Nadia Cherkaoui"),
    "ary": ("سلام بغيت موعد مع طبيب السنان غدا فالعشية", "نادية الشرقاوي"),
    "ary-Latn": ("salam bghit mo3id m3a tbib snan ghedda f l3chiya", "Nadia Cherkaoui"),
    "en": ("Hello, I would like to see the dentist tomorrow afternoon", "Nadia Cherkaoui"),
}
AGAIN = {
    "fr": "rdv cardiologue jeudi matin svp",
    "ary": "بغيت رونديفو مع طبيب القلب نهار الخميس فالصباح",
    "ary-Latn": "bghit rdv m3a tbib l9elb nhar lkhmis f sbah",
    "en": "can I see the cardiologist on thursday morning",
}
BOOKED = "✅"
PHONES = {
    "fr": "212661000011",
    "ary": "212661000012",
    "ary-Latn": "212661000013",
    "en": "212661000014",
}


@pytest.mark.parametrize("language", list(FIRST))
async def test_new_patient_books_and_comes_back(
    language: str, running_clinic: LocalClinic, browser: Any
) -> None:
    phone = await open_phone(browser, running_clinic, PHONES[language], "Nadia")
    request, name = FIRST[language]
    await phone.write(request)
    await phone.tap(1)  # consent
    await phone.tap(1)  # for me
    await phone.write(name)
    await phone.tap(1)  # the first time
    answer = await phone.tap(1)  # confirm
    assert BOOKED in answer
    assert name in answer
    assert re.search(r"/calendar/[\w-]+\.ics", answer)
    assert phone.turns <= 7

    phone.turns = 0
    offer = await phone.write(AGAIN[language])
    assert name in offer
    await phone.tap(2)
    answer = await phone.tap(1)
    assert BOOKED in answer
    assert phone.turns <= 3
    assert phone.errors == []
    await phone.close()
