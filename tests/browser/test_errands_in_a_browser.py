"""A returning patient's errands on the simulator's page, in each language.

A price in the middle of a booking, an emergency in the same form, a move, a cancellation, STOP.
"""

from __future__ import annotations

import re
from typing import Any

import pytest

from scripts.processes import LocalClinic
from tests.browser.phones import Phone, open_phone
from tests.conversations.tongues import known_tongues

pytestmark = [pytest.mark.browser, pytest.mark.model]

PHONES = {
    "fr": "212661000021",
    "ary": "212661000022",
    "ary-Latn": "212661000023",
    "en": "212661000024",
}
NAMES = {"ary": "مريم العلوي"}
WORDS = {
    "fr": {
        "book": "je veux voir le dentiste mercredi matin",
        "book_again": "un rdv avec le cardiologue jeudi svp",
        "price": "et ça coûte combien chez le cardiologue ?",
        "emergency": "mon mari vient de s'évanouir il ne répond plus",
        "move": "je dois décaler le rdv du dentiste",
        "cancel": "annulez le rdv du cardiologue",
        "stop": "STOP",
    },
    "ary": {
        "book": "بغيت نشوف طبيب السنان نهار الأربعاء فالصباح",
        "book_again": "عافاك موعد عند طبيب القلب نهار الخميس",
        "price": "وبشحال الكشف عند طبيب القلب؟",
        "emergency": "راجلي طاح وما بقاش كيجاوب",
        "move": "خاصني نبدل الموعد ديال طبيب السنان",
        "cancel": "لغي ليا الموعد ديال القلب",
        "stop": "حبس",
    },
    "ary-Latn": {
        "book": "bghit nchouf tbib dial snan nhar larb3 f sba7",
        "book_again": "3afak mo3id 3nd tbib l9elb nhar lkhmis",
        "price": "o bch7al l consultation 3nd tbib l9elb?",
        "emergency": "rajli tah w mabqach kayjawb",
        "move": "khassni nbeddel lmo3id dyal tbib snan",
        "cancel": "lghi liya lmo3id dyal l9elb",
        "stop": "7bes",
    },
    "en": {
        "book": "I'd like to see the dentist on wednesday morning",
        "book_again": "an appointment with the cardiologist on thursday please",
        "price": "and how much is it at the cardiologist's?",
        "emergency": "my husband just collapsed and he is not responding",
        "move": "I have to move the dentist appointment",
        "cancel": "cancel the appointment with the cardiologist",
        "stop": "STOP",
    },
}
BOOKED = "✅"
PRICE = r"\d+ ?(MAD|DH|dh|dirham|درهم)|MAD ?\d+"


@pytest.mark.parametrize("language", list(WORDS))
async def test_a_patient_does_every_errand(
    language: str, running_clinic: LocalClinic, browser: Any
) -> None:
    words, tongues = WORDS[language], known_tongues()
    phone = await open_phone(browser, running_clinic, PHONES[language], "Meriem")
    said = [await _book_first(phone, words["book"], NAMES.get(language, "Meriem Alaoui"))]

    said.append(await phone.write(words["book_again"]))
    price = await phone.write(words["price"])
    assert re.search(PRICE, price), price
    await phone.tap(1)  # the slot that was offered is still there to take
    emergency = await phone.write(words["emergency"])
    assert "141" in emergency
    assert "15" in emergency
    answer = await phone.tap(1)  # and so is the question
    assert BOOKED in answer, answer

    said += [price, emergency, answer, await phone.write(words["move"])]
    said.append(await phone.tap(2))
    answer = await phone.tap(1)
    assert ".ics" in answer, answer

    said += [answer, await phone.write(words["cancel"])]
    said += [await phone.tap(1), await phone.write(words["stop"])]

    for text in said:
        assert tongues.problem(text, language) is None
    assert phone.errors == []
    await phone.close()


async def _book_first(phone: Phone, request: str, name: str) -> str:
    """Books as somebody whom the clinic does not know yet."""
    await phone.write(request)
    await phone.tap(1)  # consent
    await phone.tap(1)  # for me
    await phone.write(name)
    await phone.tap(1)  # the first time
    answer = await phone.tap(1)
    assert BOOKED in answer, answer
    return answer
