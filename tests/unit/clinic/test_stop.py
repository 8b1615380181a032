"""Words that stop the clinic's messages; requests that merely contain such a word don't."""

from __future__ import annotations

import pytest

from clinic.consent.stop import is_stop

FRENCH = [
    "STOP", "stop", "Stop.", "ARRÊT", "arrêt", "arret", "Arrêtez", "arrête", "stop les messages",
    "STOP svp", "Stop SMS", "stop pub", "Arrêtez les messages !", "désabonner", "Me désabonner",
    "désinscription",
]  # fmt: skip
ENGLISH = ["Unsubscribe", "stop messaging me", "Stop texting me!!", "STOP please"]
DARIJA = [
    "توقف", "حبس", "حبسو", "وقف", "ستوب", "حبسو الميساجات", "وقفو الرسائل", "إلغاء الاشتراك",
    "أوقفوا الرسائل", "حبس عفاك", "توقّف", "تـوقـف",
]  # fmt: skip
DARIJA_LATIN = [
    "7bess", "7BESS", "7bes", "hbess", "7bso", "7bess les messages", "7bsou les messages",
    "wa9fo les messages", "7bess 3afak",
]  # fmt: skip


@pytest.mark.parametrize("text", [*FRENCH, *ENGLISH, *DARIJA, *DARIJA_LATIN])
def test_a_word_to_stop_is_understood(text: str) -> None:
    assert is_stop(text)


@pytest.mark.parametrize("dressed", ["  STOP\n", "🛑 STOP", "« stop »", "STOP!!!", "*STOP*"])
def test_signs_around_it_do_not_matter(dressed: str) -> None:
    assert is_stop(dressed)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "?",
        "je veux un arrêt de travail",
        "mon bus s'arrête devant la clinique ?",
        "est-ce que je dois arrêter mon traitement ?",
        "le médicament, stop ou je continue ?",
        "where is the bus stop",
        "can I stop taking the pills",
        "واش نوقف الدوا",
        "الوجع ما بغاش يحبس",
        "wach n7bess dwa",
        "l7ri9 ma bghach y7bess",
        "stop, je veux changer mon rendez-vous de jeudi",
        "annuler mon rendez-vous",
    ],
)
def test_a_request_with_such_a_word_is_not_stop(text: str) -> None:
    assert not is_stop(text)
