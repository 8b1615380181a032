"""The lexicon entities: the written cases of each language, offsets, names, the component."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from rasa.shared.nlu.constants import ENTITIES, INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu.lexicon.find import FoundEntity, Lexicon, find_entities
from nlu.lexicon.practitioners import Doctor, phonetic, read_doctors
from nlu.lexicon.relevance import keep
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


@pytest.mark.parametrize(
    "text",
    [
        "mon mari nous emmène vendredi",
        "jarti galt liya bli katjiw",
        "خويا هو اللي غيخلص التسبيق",
        "3ndna l3rs dyal khouya",
        "my sister's wedding is that day",
        "my husband and I will be there",
        "ma cousine a payé 400",
        "lmra li f l'accueil",
        "katdirou tlqi7 l drari",
        "jé pa compri",
        "الله يرحم الوالدين",
    ],
)
def test_who_only_helps_speaks_or_is_addressed_is_no_patient(text: str) -> None:
    assert [each for each in found_in(text) if each[0] == "relation"] == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("mama galt liya 3ndha rdv", "mother"),
        ("l'assurance de mon fils paie", "child"),
        ("bqaw bzaf 9oddam weldi?", "child"),
        ("جوج دراري", "child"),
        ("my mom thinks she has to come", "mother"),
    ],
)
def test_who_speaks_of_own_needs_or_owns_what_acts_is_the_patient(text: str, value: str) -> None:
    assert [each[:2] for each in found_in(text) if each[0] == "relation"] == [("relation", value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [("tani", 2), ("tani li m3a 3", 2), ("dak tani", 2), ("khtart tlata", 3), ("اللخر فيهم", -1)],
)
def test_second_is_told_from_again(text: str, value: int) -> None:
    assert [each[1] for each in found_in(text)] == [value]


@pytest.mark.parametrize("text", ["bghit dwa taani 3afak", "بدلو ليا الموعد تاني عافاك", "lol"])
def test_again_is_no_choice(text: str) -> None:
    assert [each for each in found_in(text) if each[0] == "ordinal"] == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Meryem machi Maryam", "Meryem"),
        ("c'est Benjelloun pas Benjeloun", "Benjelloun"),
        ("Amelia with one L", "Amelia"),
        ("nom de famille Zniber", "Zniber"),
        ("smitou driss el hamdaoui", "driss el hamdaoui"),
        ("كنزة المريني هي السمية ديالي", "كنزة المريني"),
        ("Kwame Mensah and my number is the same", "Kwame Mensah"),
        ("she is called Hiba", "Hiba"),
    ],
)
def test_name_is_found_by_what_stands_around_it(text: str, name: str) -> None:
    assert [each[2] for each in found_in(text) if each[0] == "person_name"] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "smiyti katbda b H",
        "ya pas un rdv a mon nom jeudi",
        "smiti maktouba ghalat",
        "لا داكشي ماشي ديالي",
    ],
)
def test_everyday_word_is_no_name(text: str) -> None:
    assert [each for each in found_in(text) if each[0] == "person_name"] == []


@pytest.mark.parametrize(
    "text",
    [
        "my skin is dry",
        "lips chapped from playing the trumpet",
        "le coussin est trop dur",
        "la connexion est lente, c'est lent",
        "cross the street",
    ],
)
def test_word_that_sounds_like_one_of_the_lexicon_is_another(text: str) -> None:
    assert found_in(text) == []


def test_doctor_asked_for_by_full_name_is_no_patient() -> None:
    assert [each[0] for each in found_in("is Nadia Berrada in today?")] == ["practitioner"]


def test_part_of_the_body_names_a_department_only_alone_or_after_an_appointment() -> None:
    assert found_in("snan") == [("specialty", "dentistry", "snan")]
    assert [each[:2] for each in found_in("rdv snan ghedda")] == [("specialty", "dentistry")]
    assert found_in("wach lmutuelle katghetti snan")[1:] == []


def test_paper_is_a_prescription_where_medicine_is_spoken_of() -> None:
    assert [each[1] for each in found_in("lpharmacie mabghatch ta3tini bla werqa")] == [
        "prescription"
    ]
    assert found_in("ha lwer9a") == []


def test_wrong_card_number_is_left_out() -> None:
    assert [each[1] for each in found_in("BH204517 et non BH204571")] == ["BH204517"]


@pytest.mark.parametrize(
    ("entity", "value", "intent", "kept"),
    [
        ("ordinal", 2, "inform", True),
        ("ordinal", 2, "request_document", False),
        ("ordinal", 2, None, True),
        ("relation", "spouse", "ask_privacy", False),
        ("relation", "child", "ask_privacy", True),
        ("relation", "spouse", "book_appointment", True),
        ("document_type", "invoice", "out_of_scope", False),
        ("specialty", "dentistry", "out_of_scope", False),
        ("person_name", "Salma", "ask_location", False),
        ("person_name", "Salma", "inform", True),
        ("language", "fr", "ask_price", False),
    ],
)
def test_intent_decides_what_means_something(
    entity: str, value: str | int, intent: str | None, kept: bool
) -> None:
    assert keep(FoundEntity(entity, value, 0, 1), intent) is kept


def test_component_leaves_out_what_means_nothing_in_the_intent() -> None:
    extractor = LexiconEntityExtractor({"clinic_file": str(CLINIC)})
    message = Message(data={TEXT: "facture lydec", INTENT: {"name": "out_of_scope"}})
    assert extractor.process([message])[0].get(ENTITIES) == []


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
