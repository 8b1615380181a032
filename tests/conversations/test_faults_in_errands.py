"""A service that fails inside any errand: an apology in the patient's language, a person, and
nothing half done."""

from __future__ import annotations

from dataclasses import dataclass
from operator import attrgetter
from typing import Any

import pytest
from sqlalchemy import select

from clinic.adapters.tables.requests import service_request
from clinic.adapters.tables.scheduling import appointment
from clinic.adapters.tables.waiting_list import waiting_list_entry
from tests.assistant import ClinicUnderTest
from tests.conversations.agenda import NUMBER, AgendaUnderTest
from tests.conversations.test_faults import fail, priority_of

THURSDAY = {"at": "2026-11-26T15:00", "doctor": "dr-benjelloun"}
TODAY = {"at": "2026-11-23T10:00", "doctor": "dr-alami"}


@dataclass(frozen=True)
class Errand:
    """How an errand is done up to its last step, and what fails then.

    Attributes:
        words: the message that opens it, by language.
        taps: positions that are tapped after it; the last one fails.
        service: the service of `Services`, and its method.
        booked: what the agenda holds before and after.
    """

    words: dict[str, str]
    service: str
    taps: tuple[int, ...] = ()
    booked: tuple[dict[str, str], ...] = ()


ERRANDS = {
    "booking": Errand(
        {
            "fr": "rdv dentiste demain après-midi",
            "ary": "بغيت موعد مع طبيب السنان غدا فالعشية",
            "ary-Latn": "bghit rdv m3a tbib snan ghedda f l3chiya",
            "en": "dentist appointment tomorrow afternoon",
        },
        "scheduling.book",
        taps=(1, 1),
    ),
    "move": Errand(
        {
            "fr": "je voudrais déplacer mon rdv de jeudi",
            "ary": "بغيت نبدل الموعد ديالي ديال الخميس",
            "ary-Latn": "bghit nbeddel lmo3id dyali dyal lkhmis",
            "en": "i want to move my thursday appointment",
        },
        "desk.move",
        taps=(1, 1),
        booked=(THURSDAY,),
    ),
    "cancellation": Errand(
        {
            "fr": "annulez mon rdv de jeudi svp",
            "ary": "بغيت نلغي الموعد ديالي",
            "ary-Latn": "bghit nlghi lmo3id dyali",
            "en": "please cancel my appointment",
        },
        "desk.cancel",
        taps=(1,),
        booked=(THURSDAY,),
    ),
    "presence": Errand(
        {
            "fr": "je confirme mon rdv",
            "ary": "غادي نجي إن شاء الله",
            "ary-Latn": "ghadi nji nchallah",
            "en": "i confirm my appointment",
        },
        "desk.accept",
        booked=(THURSDAY,),
    ),
    "list": Errand(
        {
            "fr": "quand est mon rendez-vous ?",
            "ary": "فوقاش الموعد ديالي؟",
            "ary-Latn": "fo9ach rdv dyali?",
            "en": "when is my appointment?",
        },
        "desk.upcoming_of",
        booked=(THURSDAY,),
    ),
    "lateness": Errand(
        {
            "fr": "je serai en retard de 10 minutes",
            "ary": "غادي نتعطل 10 دقايق",
            "ary-Latn": "ghadi nt3ettel 10 d9aye9",
            "en": "i'll be 10 minutes late",
        },
        "desk.report_late",
        booked=(TODAY,),
    ),
    "waiting list": Errand(
        {
            "fr": "prévenez-moi si une place se libère plus tôt",
            "ary": "إلا خوات شي بلاصة قبل علموني",
            "ary-Latn": "ila khwat chi blassa 9bel 3lmouni",
            "en": "let me know if an earlier slot opens up",
        },
        "waiting_list.join",
        booked=(THURSDAY,),
    ),
    "results": Errand(
        {
            "fr": "est-ce que mes résultats d'analyses sont prêts ?",
            "ary": "واش وجدو التحاليل ديالي؟",
            "ary-Latn": "wach wejdou ta7alil dyali?",
            "en": "are my test results ready?",
        },
        "requests.open",
    ),
    "opinion": Errand(
        {
            "fr": "je donne 5/5 pour ma visite",
            "ary": "كنعطي 5/5 للزيارة ديالي",
            "ary-Latn": "kan3ti 5/5 l ziyara dyali",
            "en": "i give my visit 5/5",
        },
        "feedback.rate",
    ),
}


@pytest.mark.model
@pytest.mark.parametrize("language", ["fr", "ary", "ary-Latn", "en"])
@pytest.mark.parametrize("name", list(ERRANDS))
async def test_an_errand_that_fails_is_apologised_for_and_leaves_nothing_half_done(
    clinic_under_test: ClinicUnderTest, monkeypatch: pytest.MonkeyPatch, name: str, language: str
) -> None:
    clinic, errand = clinic_under_test, ERRANDS[name]
    await clinic.add_patient(NUMBER)
    script = {"known_as": "Karim Tazi", "appointments": errand.booked}
    AgendaUnderTest(clinic.services).prepare(script, language)
    service, method = errand.service.split(".")
    broken = attrgetter(service)(clinic.services)

    if errand.taps:
        await clinic.write(NUMBER, errand.words[language])
        for position in errand.taps[:-1]:
            await clinic.tap_nth(NUMBER, position)
    with monkeypatch.context() as patch:
        patch.setattr(broken, method, fail)
        if errand.taps:
            answers = await clinic.tap_nth(NUMBER, errand.taps[-1])
        else:
            answers = await clinic.write(NUMBER, errand.words[language])

    phone = clinic.services.clinic.phone
    apology = clinic.services.texts.text("utter_apology", language, phone=phone)
    said = "\n".join(answer["text"] for answer in answers)
    assert said.count(apology) == 1, said
    assert priority_of(clinic, _contact_id(clinic)) == "asap"
    assert _booked(clinic) == len(errand.booked)
    assert _rows(clinic, service_request) == _rows(clinic, waiting_list_entry) == 0


def _contact_id(clinic: ClinicUnderTest) -> str:
    return AgendaUnderTest(clinic.services).contact_id


def _booked(clinic: ClinicUnderTest) -> int:
    with clinic.services.database.read() as tx:
        statuses = tx.connection.execute(select(appointment.c.status)).scalars()
        return list(statuses).count("booked")


def _rows(clinic: ClinicUnderTest, table: Any) -> int:
    with clinic.services.database.read() as tx:
        return len(tx.connection.execute(select(table)).all())
