"""Answers to numbered offers with what people say beside them, and offers they only ask about."""

import pytest

from nlu.lexicon.find import Lexicon, find_entities

BESIDE = {
    "on part sur la troisième chef": 3,
    "je garde le 1 khouya": 1,
    "wakha le 2 bro": 2,
    "2, la famille vient aussi": 2,
    "le 4 si ça vous arrange": 4,
    "le 2 pour ma mère": 2,
    "je reste sur la 2": 2,
    "the 2nd i suppose": 2,
    "go with number 2 my friend": 2,
    "the fourth 🙏 thank you": 4,
    "2 works for us": 2,
    "talta a bniti": 3,
    "khod liya tani a 3chiri": 2,
    "wakha a khti rabe3": 4,
    "ghir 2": 2,
    "safi tani w barak llah fik": 2,
    "sejelni f nemra 4": 4,
    "khlini m3a lwel": 1,
    "talet m3a dr Tazi f la liste": 3,
    "rabe3 howa li mkhwi liya": 4,
    "خليني فالتاني": 2,
    "سجلني فرقم 2": 2,
    "عطيني الأول اخويا": 1,
    "التالت فيهم": 3,
    "هادا هو الأول": 1,
    "بقا ليا غير التالت": 3,
}
GOES_ON = {
    "2 and what should i bring": 2,
    "1 but my husband comes along": 1,
    "3 avec dr Tazi": 3,
    "3 et merci d'avance": 3,
    "annulez le 2 et appelez ma femme": 2,
    "2 walakin bghit nji m3a mama": 2,
    "nakhod talet w nji bekri": 3,
    "2 ولكن بغيت نجي مع الوالدة": 2,
    "le 2 pas le 4": 2,
    "9lt 2 machi 3": 2,
    "rather 3 than 2": 3,
    "le 3 plutôt que le 2": 3,
}
ONE_OF_SEVERAL = {
    "le premier est mort pour moi, le second svp": 2,
    "la 1 c'est la prière du vendredi, je prends la 4": 4,
    "the second clashes with school, the first please": 1,
    "the first falls badly, rather the third": 3,
    "lwel fih slat jem3a, donc tani": 2,
    "talet 👍 lwel kankoun na3sa": 3,
    "الأول عامر عليا، دير التاني": 2,
    "الأول مشغولة فيه، عطيني التالت": 3,
    "le premier non, le quatrième": 4,
    "the third rather than the second": 3,
    "i prefer the third to the first": 3,
    "kanfdel tani 3la lwel": 2,
    "أفضل الثالث على الأول": 3,
    "anything but the last, so the 2nd": 2,
    "oui la 3, la 3": 3,
}
ASKED = [
    "c'est quand la 3 ?",
    "c'est à quelle heure déjà, le deuxième ?",
    "c'est où la 2 ?",
    "la 1 est moins chère que la 3 ?",
    "le deuxième c'est loin ?",
    "vous pouvez répéter le 2 ?",
    "les deux sont loin ou juste le premier ?",
    "what time was the third?",
    "is the second one cheaper?",
    "does the first take CNSS?",
    "how much is number 3?",
    "i don't understand option 2",
    "bch7al tani?",
    "imta lwel?",
    "wach tani ghali 3la lwel?",
    "lwel m3a mn?",
    "3awd liya nemra 2",
    "بشحال الأول؟",
    "التالت واش مرا ولا راجل؟",
    "عاود ليا نمرة 2",
]
ASKED_FOR = {
    "je peux avoir la 2 ?": 2,
    "la 2 est encore libre ?": 2,
    "la 2 ?": 2,
    "can i have the third?": 3,
    "is the first still free?": 1,
    "what about the third?": 3,
    "the second, is there parking?": 2,
    "la 2 et c'est combien ?": 2,
    "the third but is it far?": 3,
    "wach n9der nakhod tani?": 2,
    "lwel m3ah parking?": 1,
    "واش نقدر ناخد التاني؟": 2,
    "التاني، كاين الباركينغ؟": 2,
}
NO_CHOICE = [
    "à la première heure",
    "dès le premier rdv il m'a dit ça",
    "le 3 mai",
    "2 et demie",
    "3 o'clock",
    "2 and a half",
    "2 w rob3",
    "2 ونص",
    "wakha m3a 5",
    "any of the 4 is wrong",
    "n7jez l jouj",
    "the two",
    "seconde svp j'arrive",
    "first come first served?",
    "do i go first",
    "see you later",
    "mn nhar lwel w ana mrid",
    "من النهار الأول وانا مريض",
    "بغيت نكون أول واحد فالصباح",
    "kankhrej f lkhamsa",
    "شارع الحسن الثاني",
    "صافي الاثنين",
    "ولادتي الثانية",
    "كنقرا فالثانية باك",
    "le premier non",
    "lwel la",
    "ma bghitch tani walakin chokran",
    "لا أريد الأول",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon()


def ordinals(text: str, lexicon: Lexicon) -> list[object]:
    return [each.value for each in find_entities(text, lexicon) if each.entity == "ordinal"]


@pytest.mark.parametrize(("text", "value"), BESIDE.items())
def test_an_address_a_hedge_or_thanks_beside_a_choice(
    text: str, value: int, lexicon: Lexicon
) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize(("text", "value"), GOES_ON.items())
def test_a_choice_after_which_the_sentence_goes_on(text: str, value: int, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize(("text", "value"), ONE_OF_SEVERAL.items())
def test_of_several_named_the_one_that_is_taken(text: str, value: int, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize("text", ["2 et 4 svp", "both 2 and 4", "2 w 4 b jouj", "2 و 4 بجوج"])
def test_two_numbers_are_two_choices(text: str, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [2, 4]


@pytest.mark.parametrize("text", ASKED)
def test_an_option_that_is_asked_about_is_no_choice(text: str, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == []


@pytest.mark.parametrize(("text", "value"), ASKED_FOR.items())
def test_an_option_that_is_asked_for_is_a_choice(text: str, value: int, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == [value]


@pytest.mark.parametrize("text", NO_CHOICE)
def test_times_amounts_and_names_are_no_choice(text: str, lexicon: Lexicon) -> None:
    assert ordinals(text, lexicon) == []
