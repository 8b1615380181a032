"""The emergency gate reads what panicking people type, and is not led astray by common words."""

from __future__ import annotations

import pytest

from nlu.danger.forms import number_range
from nlu.danger.text import romanise, skeleton, variants
from nlu.emergency import assess_emergency


def category(text: str) -> str | None:
    sign = assess_emergency(text)
    return sign.category.value if sign else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("khti blaat chi javel", "poisoning"),
        ("lwliyed blaa lbatri", "poisoning"),
        ("bent jarna chrbat ma lgata3", "poisoning"),
        ("la9reb lsaatha f ydiha", "envenomation"),
        ("gersato 3agrab", "envenomation"),
        ("krsato lhnech", "envenomation"),
        ("tkhnkat b chi la9ma", "breathing"),
        ("aatkouni", "keyword"),
    ],
)
def test_darija_without_digits_is_found(text: str, expected: str) -> None:
    assert category(text) == expected


def test_word_known_in_one_script_is_found_in_the_other() -> None:
    assert skeleton(romanise("كيتخبط")) == "kitXbt"
    assert category("jeddi kayhtader") == "unconscious"
    assert category("خويا كيتخبط فالأرض") == "seizure"


def test_variants_keep_the_place_of_an_initial_ain() -> None:
    assert {"atkoni", "atgoni", "3tkoni"} <= variants("3atqoni")


def test_number_range_has_both_ways_to_write_a_number() -> None:
    assert number_range("0.3..0.31") == ["0.3", "0.30", "0.31"]
    assert number_range("350..352") == ["350", "350.00", "351", "351.00", "352", "352.00"]


@pytest.mark.parametrize(
    "text",
    [
        "had drri dem kayjri mn rjlo w ma bgha yw9ef",
        "walakin bl7a9 baba makayfi9ch",
        "mama ma katjawebch w hiya f dar",
        "عيطت ليكم، الواليد ما كيفيقش",
        "my husband does not wake up, i called you twice",
        "mon fils convulse depuis son vaccin",
        "i need help cause my daughter is unconscious, no longer breathing",
        "bghit radio dghya, khouya tah mn ste7",
        "rdi3 skhoun w 3ndo 9 yam",
        "rdv urgent, soude caustique dans l'oeil",
        "book me now, crushing pain in my chest",
    ],
)
def test_everyday_word_beside_the_danger_does_not_excuse_it(text: str) -> None:
    assert category(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "j'en peux plus je veux mourir",
        "il arrive plus a respirer",
        "ma tante peut plus respirer",
    ],
)
def test_french_no_more_denies_the_verb_it_stands_with(text: str) -> None:
    assert category(text) in {"suicide", "breathing"}


def test_hypothesis_with_a_time_just_past_is_danger() -> None:
    assert category("si ma fille a bu de la javel il y a 5 minutes je fais quoi") == "poisoning"
    assert category("si ma fille boit de la javel un jour je fais quoi") is None


@pytest.mark.parametrize(
    "text",
    [
        "wlad 3ammi bghaw rdv",
        "mrati weldat had chhar, bghit chahada",
        "ma soeur a accouché lundi, comment avoir le certificat ?",
        "kayna ksida f trig, nwsel m3etel",
        "il y a un accident grave sur l'autoroute, le docteur peut attendre ?",
        "كاينة حادثة سير فالطريق، غادي نتعطل",
        "chta ghr9at tri9 kamla ghadi nt3etel",
    ],
)
def test_births_that_are_done_and_accidents_on_the_way_are_none(text: str) -> None:
    assert category(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "wach n3tiha sirop wla naatiha doliprane",
        "bghit nchanji tbib",
        "had lbot ma fhem walou",
        "ana f derb ghallef, chmen tri9 nchd",
        "ma mère est dans l'angoisse, le résultat est prêt ?",
        "lqahwa tah 3la lordonnance",
        "الانتخابات إمتى",
        "هاد الدوا اللي كنشرب سالات العلبة",
        "vous répondez plus, mon mari attend ses analyses",
        "ما كيجاوب حد فالتيليفون على ختي",
        "ma voiture a pris un choc, je ne viens pas",
        "bghit tbib yji l dar, lwalida makatnoudch mn lfrach",
        "mon fils a avalé ses médicaments comme prévu",
    ],
)
def test_word_that_only_looks_like_danger_is_none(text: str) -> None:
    assert category(text) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("jarna dreb mratou w hrab", "violence"),
        ("chi wa7ed hjem 3lina", "violence"),
        ("chi taxi sdem khouya", "trauma"),
        ("jani tqel f yeddi w rejli matin", "stroke"),
        ("f9ed lklam mn sbah", "stroke"),
        ("petites taches qui ne disparaissent pas et fièvre", "meningitis"),
        ("il ne peut plus baisser la tête et il a de la fièvre", "meningitis"),
        ("3inin weldi mchaw lfo9", "seizure"),
        ("hbet mni lma", "pregnancy"),
        ("sokkar dyal jeddi 0,41", "diabetic"),
        ("bébé de 6 jours, 38,37 de fièvre", "newborn"),
    ],
)
def test_signs_are_put_together_from_their_parts(text: str, expected: str) -> None:
    assert category(text) == expected
