"""Each kind of problem in training data and texts is found, and named by its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import check_data
from scripts.check_data import (
    LANGUAGES,
    check_examples,
    check_glosses,
    check_responses,
    normalise,
)

Write = Callable[[str, str], None]

MESSAGES = {"fr": "bonjour", "ary": "سلام", "ary-Latn": "salam", "en": "hello"}


@pytest.fixture
def write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a file of a small project in which nothing is wrong so far."""
    monkeypatch.setattr(check_data, "ROOT", tmp_path)

    def write(path: str, content: str) -> None:
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content, encoding="utf-8")

    write("domain.yml", "intents: [greet, choose_slot]\n")
    for language, message in MESSAGES.items():
        write(f"data/nlu/{language}/social.yml", examples("greet", language, message))
    write("data/responses/social.yml", responses({}))
    write("nlu/glosses.yml", "hello: salam سلام\n")
    return write


def examples(intent: str, language: str, *messages: str) -> str:
    lines = "".join(f"    - {message}\n" for message in messages)
    return f"nlu:\n- intent: {intent}\n  metadata: {{language: {language}}}\n  examples: |\n{lines}"


def responses(changed: dict[str, str], name: str = "utter_greet") -> str:
    """A response in all languages; `changed` replaces the end of some variations."""
    text = f"responses:\n  {name}:\n"
    for language in LANGUAGES:
        text += (
            f"  - condition: [{{type: slot, name: language, value: {language}}}]\n"
            + changed.get(language, "    text: 'Hello {name}'\n")
        )
    return text


def problems() -> list[str]:
    return [*check_examples(), *check_glosses(), *check_responses()]


def test_where_nothing_is_wrong_nothing_is_said(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    check_data.main()

    assert capsys.readouterr().out == "Training data and texts: no problems found.\n"


def test_an_intent_without_a_language(write: Write) -> None:
    write("data/nlu/en/social.yml", "")

    assert problems() == ["data/nlu/en: intent greet has no message."]


def test_an_intent_that_the_domain_does_not_know(write: Write) -> None:
    write("data/nlu/fr/more.yml", examples("grete", "fr", "coucou"))

    assert problems() == ["data/nlu/fr/more.yml: intent grete does not stand in domain.yml."]


def test_messages_for_an_intent_of_buttons(write: Write) -> None:
    write("data/nlu/fr/more.yml", examples("choose_slot", "fr", "coucou"))

    assert problems() == ["data/nlu/fr/more.yml: intent choose_slot does not stand in domain.yml."]


def test_one_message_under_two_intents(write: Write) -> None:
    write("domain.yml", "intents: [greet, thank]\n")
    for language in LANGUAGES:
        write(f"data/nlu/{language}/thank.yml", examples("thank", language, f"thanks {language}"))
    write("data/nlu/fr/thank.yml", examples("thank", "fr", "Bonjour !!"))

    assert problems() == [
        "data/nlu/fr/thank.yml: “Bonjour !!” is thank here and greet in data/nlu/fr/social.yml."
    ]


def test_a_test_message_that_is_trained_on(write: Write) -> None:
    write("tests/nlu/en/social.yml", examples("greet", "en", "Hello!", "good evening"))

    assert problems() == [
        "tests/nlu/en/social.yml: “Hello!” stands in training too (data/nlu/en/social.yml)."
    ]


@pytest.mark.parametrize("folder", ["data", "tests"])
def test_an_unknown_value_of_an_entity(write: Write, folder: str) -> None:
    message = "rdv [dentiste](specialty:dentist)"
    write(f"{folder}/nlu/fr/more.yml", examples("greet", "fr", message))

    assert problems() == [f"{folder}/nlu/fr/more.yml: unknown specialty value in “{message}”."]


def test_known_values_and_open_entities_are_fine(write: Write) -> None:
    message = "[dentiste](specialty:dentistry) [demain](time) [le 2](ordinal:2)"
    write("data/nlu/fr/more.yml", examples("greet", "fr", message))

    assert problems() == []


def test_an_annotation_in_the_form_that_is_slow_to_train(write: Write) -> None:
    message = '[demain]{"entity": "time"}'
    write("data/nlu/fr/more.yml", examples("greet", "fr", message))

    assert problems() == [f"data/nlu/fr/more.yml: write [text](entity:value) in “{message}”."]


def test_synonyms_beside_the_messages_are_fine(write: Write) -> None:
    write("data/nlu/fr/more.yml", "nlu:\n- synonym: dentistry\n  examples: |\n    - dentiste\n")

    assert problems() == []


def test_a_synonym_of_an_unknown_value(write: Write) -> None:
    write("data/nlu/fr/more.yml", "nlu:\n- synonym: dentist\n  examples: |\n    - dentiste\n")

    assert problems() == ["data/nlu/fr/more.yml: unknown synonym value dentist."]


def test_a_response_defined_twice(write: Write) -> None:
    write("data/responses/z.yml", responses({}))

    assert problems() == [
        "data/responses/z.yml: utter_greet is defined in data/responses/social.yml too."
    ]


def test_a_response_that_lacks_a_language(write: Write) -> None:
    text = responses({}).replace("value: ary}", "value: fr}")
    write("data/responses/social.yml", text)

    assert problems() == [
        "data/responses/social.yml: utter_greet has 2 texts in fr.",
        "data/responses/social.yml: utter_greet has 0 texts in ary.",
    ]


def test_variables_that_differ(write: Write) -> None:
    write("data/responses/social.yml", responses({"en": "    text: 'Hello {nom}'\n"}))

    assert problems() == [
        "data/responses/social.yml: utter_greet does not use the same variables in every language."
    ]


def with_button(title: str, payload: str) -> str:
    return (
        "    text: 'Hello {name}'\n    buttons:\n"
        f"    - {{title: '{title}', payload: '{payload}'}}\n"
    )


def test_buttons_that_do_different_things(write: Write) -> None:
    button = dict.fromkeys(LANGUAGES, with_button("OK", "/affirm"))
    write("data/responses/social.yml", responses({**button, "fr": with_button("OK", "/deny")}))

    assert problems() == [
        "data/responses/social.yml: the buttons of utter_greet do not do the same in every "
        "language."
    ]


def test_a_button_that_is_too_long(write: Write) -> None:
    button = dict.fromkeys(LANGUAGES, with_button("x" * 20, "/affirm"))
    long = with_button("x" * 21, "/affirm")
    write("data/responses/social.yml", responses({**button, "fr": long}))

    assert problems() == [
        f"data/responses/social.yml: utter_greet: the button “{'x' * 21}” is over 20 characters."
    ]


def test_problems_are_printed_and_counted(write: Write, capsys: pytest.CaptureFixture[str]) -> None:
    write("data/nlu/en/social.yml", "")

    with pytest.raises(SystemExit, match="1 problems in training data and texts"):
        check_data.main()
    assert capsys.readouterr().err == "data/nlu/en: intent greet has no message.\n"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Été !", "ete"),
        ("salaaaam", "salaaaaaam"),
        ("أهلا", "اهلا"),
        ("سـلام", "سلام"),
        ("le [2](ordinal:2)", "LE 2"),
    ],
)
def test_messages_are_compared_by_their_letters(one: str, other: str) -> None:
    assert normalise(one) == normalise(other)


def test_messages_of_signs_only_differ() -> None:
    assert normalise("👍") != normalise("👎")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("peace: bslama سَلام", "“سَلام” means “peace” here and “hello” further up."),
        ("hello: ahlan", "“hello” stands here a second time: put the words together."),
    ],
)
def test_a_word_of_darija_has_one_meaning(write: Write, line: str, said: str) -> None:
    write("nlu/glosses.yml", f"hello: salam سلام\n{line}\n")
    assert problems() == [f"nlu/glosses.yml:2: {said}"]
