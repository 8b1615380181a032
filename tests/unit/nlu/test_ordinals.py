"""Choices among offered items, as patients type them, and words that only look like one."""

import pytest

from nlu.lexicon.find import Lexicon, find_entities

CHOICES = {
    -1: [
        "plutôt le dernier",
        "le dernier de la liste",
        "la derniere",
        "le dernier créneau svp",
        "lakher",
        "lekher",
        "lakhir",
        "akhir wahd",
        "lekhra",
        "lli lta7t, lekher",
        "الاخير",
        "لخر",
        "اللخر",
        "آخر واحد",
        "لوقت اللخر",
        "خود ليا الأخير",
        "i'll take the last",
        "last one pls",
        "i want the last slot",
    ],
    1: [
        "je prends le premier",
        "le choix 1",
        "1",
        "le 1er crénau",
        "n° 1",
        "la première svp, merci",
        "le tout premier",
        "parmi les trois le premier",
        "ok je veux le 1er alors",
        "premier",
        "celui du haut, le premier",
        "lwl",
        "lawal",
        "luwel",
        "numero 1",
        "bghit lwla",
        "3jbni lwel",
        "lwel mezyan",
        "khtart lowel",
        "lwa7ed lwel",
        "lowla hiya li bghit",
        "nmchi m3a lwel",
        "raqm wa7ed",
        "dak louwel mzn",
        "lekhtiyar 1",
        "li lfo9, lwel",
        "n khod lwel",
        "الأول",
        "الخيار الاول",
        "اللول",
        "الاولى",
        "رقم واحد",
        "الأول مزيان",
        "اللولة",
        "الموعد الأول",
        "أول واحد",
        "first option",
        "let's go with the first",
        "the 1st slot",
        "first",
        "i prefer the first one",
        "go for number 1",
        "pick the first",
    ],
    2: [
        "la 2ème option svp",
        "option 2",
        "num 2 svp",
        "la deuxième proposition",
        "le second me va",
        "2 svp",
        "va pour le deuxième",
        "le 2 stp",
        "réponse 2",
        "le deuxieme c'est bon",
        "deuxième",
        "je valide la 2eme",
        "tani",
        "tania",
        "ra9m 2",
        "nmra 2",
        "option 2 3afak",
        "khod liya tani",
        "dak tani",
        "tani mnasbni",
        "la 2 3afak",
        "lkhiyar tani",
        "nakhod tania",
        "tani li 3titini",
        "tanya 3afak",
        "الثاني عافاك",
        "رقم 2",
        "بغيت التاني",
        "التانية",
        "الاختيار 2",
        "نختار الثاني",
        "الوقت التاني",
        "هداك الثاني",
        "النمرة 2",
        "تاني واحد",
        "the second one please",
        "2nd one",
        "option two",
        "#2",
        "choice 2",
        "second please",
        "number two",
        "give me the 2nd appointment",
        "nr 2",
        "slot 2",
    ],
    3: [
        "le numéro 3",
        "le 3e horaire",
        "je choisis la troisième",
        "n°3",
        "choix 3",
        "moi ça sera la 3",
        "troisieme choix",
        "talet",
        "raqm 3",
        "ndir talt",
        "talta",
        "dir liya talet 3afak",
        "التالت",
        "نمرة 3",
        "ناخد الثالثة",
        "دير ليا التالت",
        "التالتة عافاك",
        "الثالث من فضلك",
        "number 3",
        "the third works",
        "third one",
        "the 3rd",
        "option number 3 please",
    ],
    4: [
        "la quatrième heure",
        "le 4eme rdv propose",
        "rabe3",
        "الرابع",
        "the fourth one",
    ],
    5: [
        "le cinquième",
        "lkhames",
        "الخامس",
        "fifth",
    ],
}
NO_CHOICE = [
    "lwalo",
    "tani mra",
    "tawla",
    "الساعة التانية",
    "my first visit",
    "one second please",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def ordinals(text: str, lexicon: Lexicon) -> list[object]:
    return [each.value for each in find_entities(text, lexicon) if each.entity == "ordinal"]


@pytest.mark.parametrize(
    ("text", "value"), [(text, value) for value, texts in CHOICES.items() for text in texts]
)
def test_a_choice_is_found(text: str, value: int, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize("text", NO_CHOICE)
def test_what_counts_something_else_is_no_choice(text: str, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == []
