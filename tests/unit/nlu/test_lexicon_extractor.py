"""The lexicon entities: the written cases of each language, offsets, names, the component."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.lexicon.find import FoundEntity, Lexicon, find_entities
from nlu.lexicon.practitioners import Doctor, phonetic, read_doctors
from nlu.lexicon_extractor import LexiconEntityExtractor

ROOT = Path(__file__).parents[3]
CLINIC = ROOT / "clinic.yml"
LANGUAGES = ("fr", "ary", "ary-Latn", "en")
LEXICON = Lexicon(read_doctors(CLINIC))


def written_cases() -> list[object]:
    return [
        pytest.param(case["text"], case["entities"], id=f"{language}-{number}")
        for language in LANGUAGES
        for number, case in enumerate(
            yaml.load(
                (ROOT / f"tests/nlu/entities/{language}.yml").read_text(encoding="utf-8"),
                Loader=yaml.BaseLoader,
            )
        )
    ]


def found_in(text: str) -> list[tuple[str, str | int, str]]:
    return [(e.entity, e.value, text[e.start : e.end]) for e in find_entities(text, LEXICON)]


@pytest.mark.parametrize(("text", "expected"), written_cases())
def test_message_holds_exactly_the_expected_entities(text: str, expected: list[str]) -> None:
    assert [f"{e.entity} {e.value}" for e in find_entities(text, LEXICON)] == expected


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_language_has_sixty_written_cases(language: str) -> None:
    content = (ROOT / f"tests/nlu/entities/{language}.yml").read_text(encoding="utf-8")
    assert len(yaml.load(content, Loader=yaml.BaseLoader)) >= 60


def test_offsets_are_those_of_the_original_text_despite_accents_and_elongation() -> None:
    assert found_in("Slm 😀 un  déntiiiste, ou l'I.R.M. ou l’échographie ?") == [
        ("specialty", "dentistry", "déntiiiste"),
        ("specialty", "radiology", "I.R.M."),
        ("specialty", "radiology", "échographie"),
    ]


def test_decomposed_accents_and_arabic_marks_keep_their_offsets() -> None:
    assert found_in("pe\u0301diatre / طَبِيب السِّنان") == [
        ("specialty", "pediatrics", "pe\u0301diatre"),
        ("specialty", "dentistry", "طَبِيب السِّنان"),
    ]


def test_attached_arabic_preposition_is_outside_the_span_and_the_article_inside() -> None:
    assert found_in("موعد لبنتي فالسكانير") == [
        ("relation", "child", "بنتي"),
        ("specialty", "radiology", "السكانير"),
    ]


def test_longest_match_wins_over_its_parts() -> None:
    assert found_in("chirurgie dentaire") == [("specialty", "dentistry", "chirurgie dentaire")]


def test_child_inside_a_specialty_is_no_patient() -> None:
    assert found_in("tbib d drari") == [("specialty", "pediatrics", "tbib d drari")]


def test_ordinal_is_a_number() -> None:
    assert find_entities("le dernier", LEXICON) == [FoundEntity("ordinal", -1, 0, 10)]


@pytest.mark.parametrize(
    ("text", "tag"),
    [("en darija svp", "ary-Latn"), ("بالدارجة عافاك", "ary"), ("darija بالحروف العربية", "ary")],
)
def test_darija_without_more_is_the_script_of_the_request(text: str, tag: str) -> None:
    assert find_entities(text, LEXICON)[0].value == tag


@pytest.mark.parametrize(
    ("one", "other"),
    [("Ouazzani", "wazani"), ("Chraïbi", "shraybi"), ("Lahlou", "la7lo"), ("Tazi", "Tazy")],
)
def test_spellings_of_one_name_sound_alike(one: str, other: str) -> None:
    assert phonetic(one) == phonetic(other)


@pytest.mark.parametrize(
    "text", ["Dr Salami", "Dr Alaoui", "Dr Tahiri", "Dr Bennouna", "Dr Baraka", "Dr Benkirane"]
)
def test_doctor_whom_the_clinic_does_not_have_gives_no_practitioner(text: str) -> None:
    assert found_in(text) == []


def test_slip_that_counts_after_a_title_does_not_count_alone() -> None:
    assert found_in("dr bnani") == [("practitioner", "dr-bennani", "bnani")]
    assert found_in("bnani") == []


def test_two_doctors_of_one_family_need_the_given_name() -> None:
    lexicon = Lexicon(
        [
            Doctor("one", "Karim", "Bennani", "كريم", "بناني"),
            Doctor("two", "Houda", "Bennani", "هدى", "بناني"),
        ]
    )
    assert find_entities("dr Bennani", lexicon) == []
    assert [e.value for e in find_entities("dr Houda Bennani", lexicon)] == ["two"]


def test_clinic_file_without_doctors_gives_none(tmp_path: Path) -> None:
    path = tmp_path / "clinic.yml"
    path.write_text("practitioners: []\n", encoding="utf-8")
    assert read_doctors(path) == ()


@given(st.text(max_size=200))
def test_any_text_is_survived_and_spans_lie_inside_without_overlap(text: str) -> None:
    end = 0
    for entity in find_entities(text, LEXICON):
        assert end <= entity.start < entity.end <= len(text)
        end = entity.end


def test_component_adds_its_entities_beside_those_already_found() -> None:
    extractor = LexiconEntityExtractor({"clinic_file": str(CLINIC)})
    earlier = {"entity": "time", "start": 20, "end": 26, "value": {}, "extractor": "TimeExtractor"}
    message = Message(data={TEXT: "dentiste pour benti ghedda", ENTITIES: [earlier]})

    extractor.process([message])

    assert message.get(ENTITIES) == [
        earlier,
        {
            "entity": "specialty",
            "value": "dentistry",
            "start": 0,
            "end": 8,
            "extractor": "LexiconEntityExtractor",
        },
        {
            "entity": "relation",
            "value": "child",
            "start": 14,
            "end": 19,
            "extractor": "LexiconEntityExtractor",
        },
    ]


def test_component_leaves_a_message_without_text_alone() -> None:
    message = Message(data={"intent": "greet"})
    LexiconEntityExtractor({"clinic_file": ""}).process([message])
    assert message.get(ENTITIES) is None
