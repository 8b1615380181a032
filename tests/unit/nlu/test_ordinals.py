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
        "lakhira 3afak",
        "l akhira",
        "tali wa7ed",
        "hadak tali",
        "ldernier",
        "la5er",
        "the bottom one",
        "الديرنيي",
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
        "l-wel 3afak",
        "el awal",
        "l2awel",
        "louwla mzyana liya",
        "ewla",
        "sejelni f lwel",
        "1 er",
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
        "attania",
        "tnya",
        "tani horaire",
        "lmo3id tani 3afak",
        "option tanya",
        "slm 3likom bghit tani 3afak",
        "tani 7it 9rib lkhdma",
        "tani a khoya",
        "nemra jouj",
        "2 mzyan",
        "la 2 c'est parfait",
        "l2eme",
        "2ieme svp",
        "le 2 eme svp",
        "no. 2 please",
        "الدوزيام",
        "سجلني فالثاني",
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
    "3awd tani",
    "wach nji tani?",
    "bghit we9t tani",
    "rdv akher 3afak",
    "flwel galo liya la",
    "lwel dyal chher",
    "m3a talta d l3chiya",
    "bnti lwla",
    "chkoun lwel li ghadi ydkhol?",
    "lwja3 f lwast dyal dhri",
    "sbah lkher",
    "le premier du mois",
    "نهار اللول فالشهر",
    "بدلو الموعد تاني",
    "the last time i came",
    "no one answers",
    "tawla",
    "الساعة التانية",
    "my first visit",
    "one second please",
]


REJECTIONS = [
    "pas la première",
    "surtout pas le premier",
    "ni la 1 ni la 2",
    "tout sauf la première",
    "la deuxième est trop tôt pour moi",
    "la 1ere à 9h c trop tot",
    "le premier m'arrange pas",
    "l'option 3 ne me va pas",
    "machi option 2",
    "mabghitch lwel",
    "ma bghitch tanya",
    "tanya bekri bzaf 3liya",
    "lwel ma kaynasbnich",
    "kolchi mn ghir lwel",
    "la lwel la tani",
    "ماشي الأول",
    "ما بغيتش التانية",
    "كولشي إلا الأول",
    "الأول ماكيناسبنيش",
    "not the first",
    "neither the second or the third",
    "the first or the second don't work",
    "I can't make the first",
    "anything but the last",
]
CORRECTED = {
    "not the first, the second": 2,
    "the 2nd... no wait the first": 1,
    "option 1, sorry I meant option 2": 2,
    "the second is better than the first": 2,
    "neither of the first two, give me the fourth": 4,
    "la la machi tanya bghit talta": 3,
    "lwel... la la tani": 2,
    "la lwla wla tanya, talta": 3,
    "lakher man9derch, lwel": 1,
    "لا ماشي التانية ديري ليا التالتة": 3,
    "التاني، سمح ليا التالت": 3,
    "لا الأول لا الثاني، الثالث عافاك": 3,
    "ni la 1 ni la 2, la dernière svp": -1,
    "non la 1ere c trop tot, mettez moi la 3eme": 3,
    "pas le 2, le 3": 3,
    "le deuxième mais pas le premier": 2,
    "je prends la deuxième plutôt que la première": 2,
    "le premier, ah non désolé, le troisième": 3,
}
STILL_CHOSEN = {
    "pourquoi pas la deuxième": 2,
    "pas de problème le deuxième": 2,
    "non le troisième": 3,
    "la dernière je peux pas avant": -1,
    "la la lwel": 1,
    "machi mochkil lwel": 1,
    "lakher man9derch nji 9bel": -1,
    "لا لا الأول": 1,
    "why not the second": 2,
    "the last cant come earlier": -1,
}
OTHERWISE_SAID = {
    "nomra reb3a": 4,
    "numiro 2": 2,
    "limero 4": 4,
    "نومرو 2": 2,
    "la 6eme merci bcp": 6,
    "la derniere jpeux pas avant": -1,
    "le 5eme medecin de votre liste": 5,
    "id prefer the third doctor on ur list": 3,
    "الفترة الأولى تناسبني أكثر": 1,
    "lfatra tanya 7sen liya": 2,
    "la 2eme période me va mieux": 2,
}
NO_OFFER = [
    "wahd ttaniya 3afak",
    "تسناو واحد الثانية عافاكم",
    "une seconde svp",
    "immeuble 6 2eme étage porte n°5",
    "numéro 2 de la rue Atlas ?",
    "house no. 3 near the mosque",
    "ساكن فزنقة رقم 3",
    "tbib tani",
    "wach njib lwer9a dyal tbib lwl",
    "واش خاصني رسالة من الطبيب الأول",
    "c'est le deuxième médecin que je vois",
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


@pytest.mark.parametrize("text", REJECTIONS)
def test_a_rejected_option_is_no_choice(text: str, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == []


@pytest.mark.parametrize(("text", "value"), CORRECTED.items())
def test_what_is_chosen_instead_is_kept(text: str, value: int, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize(("text", "value"), STILL_CHOSEN.items())
def test_another_denial_rejects_no_option(text: str, value: int, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [value]


def test_what_is_possible_if_the_first_is_not_stays(lexicon: Lexicon) -> None:
    assert ordinals("la 1ere si possible, sinon la 2eme", lexicon) == [1, 2]
    assert ordinals("the first if possible, if not the second", lexicon) == [1, 2]


@pytest.mark.parametrize(("text", "value"), OTHERWISE_SAID.items())
def test_counters_nouns_and_reasons(text: str, value: int, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize("text", NO_OFFER)
def test_a_moment_an_address_or_another_doctor_is_no_choice(text: str, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == []
