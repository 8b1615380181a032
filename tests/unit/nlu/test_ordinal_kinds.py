"""Choices among other offers than times, numbers that were meant, and what only looks like one."""

import pytest

from nlu.lexicon.find import FoundEntity, Lexicon, find_entities
from nlu.lexicon.relevance import keep

OFFERED = {
    "Deuxième adresse, celle d'Agdal": 2,
    "Dr Benjelloun, le troisième nom de la liste": 3,
    "c'est combien la première consultation de votre liste ?": 1,
    "annulez le deuxième rendez-vous svp": 2,
    "je parlais du deuxième médecin": 2,
    "celle à 15h, la première dans vos propositions": 1,
    "السمية اللولة فاللائحة": 1,
    "فين جات العيادة الثانية؟": 2,
    "الوثيقة التالتة، شهادة طبية": 3,
    "شكون هو الطبيب الثاني اللي ذكرتي؟": 2,
    "بدلو ليا الموعد الأول للأسبوع الجاي": 1,
    "واش الطبيب التالت كيخدم السبت؟": 3,
    "fin kayna l3iyada lwla?": 1,
    "fin jat l'adresse tanya ?": 2,
    "lwer9a rab3a, la facture": 4,
    "tbib tani, Dr Bennani": 2,
    "chkoun tbib tani li 9lti?": 2,
    "sure, second doctor": 2,
    "the 10:30, i.e. second line in your message": 2,
    "how much is the second consultation in that list?": 2,
    "move the 2nd appointment to Monday": 2,
    "the third of those": 3,
}
MEANT = {
    "Je voulais dire 3, pas 2": 3,
    "j'ai tapé 1 mais c'est le 3 que je voulais": 3,
    "mon choix : le 3": 3,
    "ma réponse : deux": 2,
    "non pas 2 ! 3": 3,
    "donnez-moi le 6": 6,
    "va pour le 2": 2,
    "le 1 à 9h": 1,
    "la 3 à 10h svp": 3,
    "bonjour, 2 svp": 2,
    "la deuz stp": 2,
    "trop tot le premier et le deuxieme je sors du boulot, donc le troisieme": 3,
    "كتبت 4 وأنا قصدت 2": 2,
    "ماشي 1 ماشي 2، راه 3": 3,
    "كنت باغي 2 وغلطت كتبت 1": 2,
    "اللي كيساعدني هو الثالث": 3,
    "smeh liya ghlett f nmra, rah 2 li bghit machi 1": 2,
    "jawabi 2": 2,
    "safi 2": 2,
    "2 et pas 3": 2,
    "ok 2 ça marche": 2,
    "un svp": 1,
    "lwer9a 2": 2,
    "lets do #5": 5,
    "document four, the receipt": 4,
    "my answer is two": 2,
    "oops I said 1 but actually 2": 2,
    "the 1 at 9 oclock": 1,
    "I'm writing it: one": 1,
    "2 will do": 2,
    "no, three": 3,
}
NONE = [
    "celui du milieu",
    "the one in the middle",
    "lli f lwest",
    "اللي فالوسط",
    "ثانية من فضلك",
    "ثانية وحدة",
    "wa rah machina kat jaweb f tanya",
    "واش نزيد التالتة؟",
    "fach mn tab9 tani wla talt?",
    "is the lab on the first floor or the second?",
    "كاين فالطابق الثاني ولا الثالث؟",
    "صيفطتو ليكم فالتصويرة اللولة والتانية",
    "lkhamsa d l3chiya",
    "c'est la première consultation",
    "la première quinzaine de juin",
    "j'étais le 3ème dans la file hier",
    "J'en voudrais une",
    "un docteur svp",
    "âge : 4",
    "1 mois",
    "4.30 pm is lovely",
    "my first name is Sara",
    "last time the doctor gave me antibiotics",
    "he is 4",
    "واخا الاتنين",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def ordinals(text: str, lexicon: Lexicon) -> list[object]:
    return [each.value for each in find_entities(text, lexicon) if each.entity == "ordinal"]


@pytest.mark.parametrize(("text", "value"), OFFERED.items())
def test_whatever_is_offered_is_chosen_or_asked_about(
    text: str, value: int, lexicon: Lexicon
) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize(("text", "value"), MEANT.items())
def test_a_number_that_was_meant_is_a_choice(text: str, value: int, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize("text", NONE)
def test_the_middle_a_moment_or_an_amount_is_no_choice(text: str, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == []


def test_and_before_an_article_is_no_part_of_the_choice(lexicon: Lexicon) -> None:
    text = "متردد بين الأول والتالت"
    found = [each for each in find_entities(text, lexicon) if each.entity == "ordinal"]
    assert [text[each.start : each.end] for each in found] == ["الأول", "التالت"]


@pytest.mark.parametrize(
    ("intent", "kept"),
    [("ask_price", True), ("ask_location", True), ("give_feedback", False), (None, True)],
)
def test_an_offer_is_asked_about_in_some_intents(intent: str | None, kept: bool) -> None:
    assert keep(FoundEntity("ordinal", 2, 0, 6), intent) is kept
