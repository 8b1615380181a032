"""The emergency gate: what is danger, what is not, and that nothing can make it raise."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nlu.emergency import EmergencyCategory, EmergencySign, assess_emergency
from nlu.emergency_report import score_folder, table

MESSAGES = Path(__file__).parents[2] / "nlu" / "emergency"


def category(text: str) -> str | None:
    sign = assess_emergency(text)
    return sign.category.value if sign else None


@settings(deadline=None)
@given(st.text(max_size=400))
@example("\0")
@example("ما")
@example("n'" * 50)
@example("pas pas pas saigne plus plus")
@example("🆘🩸" * 30)
@example("ـــــ")
def test_any_text_gives_a_sign_within_it_or_none(text: str) -> None:
    sign = assess_emergency(text)
    if sign is not None:
        assert text[sign.start : sign.end] == sign.text
        assert sign.span == (sign.start, sign.end)


FRAGMENTS = """pas ne saigne douleur poitrine ma mère ila dem makaynch ضيق الصدر لا ، . 40"""


@settings(deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS.split(" "))))
def test_any_mixture_of_danger_and_denial_is_read_without_error(words: list[str]) -> None:
    assess_emergency(" ".join(words))


def test_sign_names_category_and_characters_of_the_danger() -> None:
    text = "Salam, weldi chreb javel"
    start = text.index("chreb")
    expected = EmergencySign(EmergencyCategory.POISONING, start, len(text), "chreb javel")
    assert assess_emergency(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mon père s'est évanoui", "unconscious"),
        ("weldi b9a kaytchenej", "seizure"),
        ("bghit nmout", "suicide"),
        ("je veux en finir", "suicide"),
        ("ma3endi ma ndir b hayati", "suicide"),
        ("chreb l'javel", "poisoning"),
        ("9rsato l39reb", "envenomation"),
        ("لدغاتو العقرب", "envenomation"),
        ("au secours", "keyword"),
        ("3te9ouni", "keyword"),
        ("3ta9ouni", "keyword"),
        ("عتقوني", "keyword"),
        ("help me please emergency", "keyword"),
        ("urgent", "keyword"),
        ("aaaaide", "keyword"),
        ("🆘", "keyword"),
    ],
)
def test_danger_in_any_language_is_found(text: str, expected: str) -> None:
    assert category(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "makayn la dem la walo",
        "pas de douleur à la poitrine",
        "no chest pain",
        "ماكاينش الدم",
        "ma kaynch lwje3 f sder",
        "ni fièvre ni saignement",
    ],
)
def test_denied_danger_is_none(text: str) -> None:
    assert category(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "je ne sais pas quoi faire il saigne",
        "j'ai pas de voiture ma femme accouche maintenant",
        "elle n'est pas bien, douleur à la poitrine",
        "il ne mange pas, il saigne beaucoup",
        "je sais pas si c'est grave mais il respire plus",
        "ma mère saigne beaucoup",
    ],
)
def test_denial_of_something_else_leaves_the_danger(text: str) -> None:
    assert category(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "elle ne respire plus",
        "il respire plus",
        "weldi ma kaytneffesch",
        "makaytneffesch",
        "ma b9ach kaytneffes",
        "ماكيتنفسش",
        "لا يتنفس",
        "he isn't breathing",
        "he isn’t breathing",
    ],
)
def test_denied_breath_is_the_danger(text: str) -> None:
    assert category(text) in {"breathing", "newborn"}


@pytest.mark.parametrize(
    "text",
    [
        "l'an dernier j'ai eu un malaise",
        "hier j'ai eu un malaise mais ça va",
        "l3am li fat jatni crise cardiaque",
        "fainted this morning but i'm fine now",
        "البارح سخفت ودابا لاباس",
    ],
)
def test_danger_of_the_past_or_over_is_none(text: str) -> None:
    assert category(text) is None


def test_danger_of_yesterday_that_lasts_is_danger() -> None:
    assert category("il est tombé sur la tête hier et il vomit depuis") == "trauma"


def test_swallowed_poison_is_danger_however_well_the_child_seems() -> None:
    assert category("mon fils a bu de la javel mais ça va") == "poisoning"


@pytest.mark.parametrize(
    "text",
    [
        "en cas de saignement je fais quoi ?",
        "ila nzefat dersa chno ndir",
        "si jamais j'ai une douleur à la poitrine je fais quoi",
        "c'est quoi les signes d'un AVC ?",
        "combien coûte l'ambulance ?",
        "c'est combien les urgences ?",
        "service des urgences où",
        "شنو هي علامات الجلطة",
    ],
)
def test_imagined_danger_and_questions_about_it_are_none(text: str) -> None:
    assert category(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "je meurs de faim",
        "tu me tues",
        "ça me saigne le coeur",
        "mort de rire",
        "9tltini b dde7k",
        "كنموت بالجوع",
        "your prices almost gave me a heart attack lol",
        "j'ai vu un film où un homme fait une crise cardiaque",
        "j'ai rêvé que je tombais du toit",
    ],
)
def test_figures_of_speech_films_and_dreams_are_none(text: str) -> None:
    assert category(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "rdv urgent",
        "devis urgent",
        "rdv pour mal de dos",
        "mal de dents depuis 2 jours",
        "prise de sang à jeun ?",
        "besoin urgent du certificat",
        "aidez-moi à prendre un rendez-vous",
        "help",
    ],
)
def test_administration_and_mild_symptoms_are_none(text: str) -> None:
    assert category(text) is None


@pytest.mark.parametrize("text", ["", "   ", "ok", "👍", "12", "Fatima Zahra"])
def test_message_without_words_of_danger_is_none(text: str) -> None:
    assert assess_emergency(text) is None


def test_danger_inside_a_wish_for_an_appointment_is_danger() -> None:
    assert category("rdv urgent svp douleur à la poitrine") == "chest_pain"


def test_only_the_first_4096_characters_are_read() -> None:
    assert assess_emergency("a " * 2048 + "au secours") is None
    assert category("au secours " + "a " * 3000) == "keyword"


def test_recall_and_false_alarms_on_the_message_files_hold() -> None:
    scores = score_folder(MESSAGES)
    print(table(scores))
    assert {s.language for s in scores} >= {"fr", "ary", "ary-Latn", "en"}
    for score in scores:
        assert score.recall >= 0.98, score.missed
    false_alarms = sum(len(score.false_alarms) for score in scores)
    assert false_alarms <= 0.02 * sum(score.safe for score in scores)


def test_everyday_complaints_ring_seldom_and_everyday_words_of_danger_always() -> None:
    scores = score_folder(MESSAGES.parent / "mild")
    print(table(scores))
    for score in scores:
        assert score.recall >= 0.98, score.missed
    # Hard on purpose: two thirds are complaints with a cause that could be one of danger.
    assert sum(len(s.false_alarms) for s in scores) <= 0.12 * sum(s.safe for s in scores)
