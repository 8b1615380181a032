"""Each rule of the linter, by one file that breaks it and nothing else."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from whatsapp.template_files import ButtonType, TemplateButton, TemplateFile
from whatsapp.template_linter import lint


def in_all(text: str, **others: str) -> dict[str, str]:
    return {"fr": text, "ar": text, "en": text, **others}


BODY = "Bonjour {{patient}}, à demain à {{when}} comme prévu."
SOUND = TemplateFile(
    name="sound",
    category="UTILITY",
    variables={"patient": in_all("Salma"), "when": in_all("10:30")},
    body=in_all(BODY),
    header=in_all("Clinique"),
    footer=in_all("STOP"),
    buttons=(
        TemplateButton(ButtonType.QUICK_REPLY, in_all("Oui")),
        TemplateButton(ButtonType.URL, in_all("Ouvrir"), "{base_url}/d/{{1}}", "3f2a"),
    ),
)
REPLY, LINK = SOUND.buttons


def broken(**changes: Any) -> TemplateFile:
    return replace(SOUND, **changes)


def body(text: str) -> TemplateFile:
    return broken(body=in_all(BODY, fr=text))


def link(url: str = LINK.url, example: str = LINK.example) -> TemplateFile:
    return broken(buttons=(replace(LINK, url=url, example=example),))


def replies(*titles: str) -> TemplateFile:
    return broken(
        buttons=tuple(replace(REPLY, text=in_all(title[:3], fr=title)) for title in titles)
    )


def test_a_sound_file_has_no_problems() -> None:
    assert lint(SOUND) == []
    assert lint(broken(header={}, footer={}, buttons=(), variables={}, body=in_all("Merci."))) == []


@pytest.mark.parametrize(
    ("file", "problem"),
    [
        (broken(name="Sound"), "the name has lowercase letters, digits and underscores only."),
        (broken(name="s" * 513), "the name has lowercase letters, digits and underscores only."),
        (
            broken(category="PROMOTION"),
            "the category is one of UTILITY, MARKETING, AUTHENTICATION.",
        ),
        (broken(footer={"fr": "STOP", "ar": " ", "en": "STOP"}), "footer lacks ar."),
        (broken(header={"fr": "Clinique", "ar": "x"}), "header lacks en."),
        (
            broken(variables={**SOUND.variables, "when": {"fr": "10:30", "en": "10:30"}}),
            "variable when lacks ar.",
        ),
        (
            broken(buttons=(replace(REPLY, text={"fr": "Oui", "en": "Yes"}),)),
            "button 1 lacks ar.",
        ),
        (broken(body=in_all(BODY, es=BODY)), "body has the unknown language es."),
        (
            body("x" * 1024 + BODY),
            f"fr: the body has {1024 + len(BODY)} characters, 1024 are allowed.",
        ),
        *(
            (
                body(BODY.replace(" à demain", odd)),
                "fr: the body has tabs, four spaces or three line feeds in a row.",
            )
            for odd in ("\tà demain", "    à demain", "\n\n\nà demain")
        ),
        (
            broken(header=in_all("Clinique", en="x" * 61)),
            "en: the header has 61 characters, 60 are allowed.",
        ),
        (
            broken(footer=in_all("STOP", ar="x" * 61)),
            "ar: the footer has 61 characters, 60 are allowed.",
        ),
        (
            broken(header=in_all("x", fr="{{patient}}")),
            "fr: the header has a variable; only the body may.",
        ),
        (
            broken(footer=in_all("x", ar="{{patient}}")),
            "ar: the footer has a variable; only the body may.",
        ),
        (broken(footer=in_all("STOP", fr="STOP\nici")), "fr: the footer has a line feed."),
        *(
            (body(BODY + odd), "fr: braces that are no variable.")
            for odd in (" {{", " {{ 1 }}", " }}", " {{a-b}}")
        ),
        (
            body("Bonjour {{patient}}, à demain comme toujours."),
            "fr: the body uses the variables patient; the file lists patient, when, "
            "and the order counts.",
        ),
        (
            body("À demain à {{when}}, bien à vous {{patient}} comme prévu."),
            "fr: the body uses the variables when, patient; the file lists patient, when, "
            "and the order counts.",
        ),
        *(
            (body(text), "fr: the body starts or ends with a variable, which Meta refuses.")
            for text in (
                "{{patient}}, nous vous attendons demain à {{when}} comme prévu.",
                "Bonjour {{patient}}, nous vous attendons demain à {{when}}",
                "Bonjour {{patient}}, nous vous attendons demain à {{when}}.",
                "Bonjour {{patient}}, nous vous attendons demain à {{when}} !",
            )
        ),
        (
            body("Bonjour {{patient}} {{when}} nous vous attendons comme prévu."),
            "fr: two variables stand side by side without a word or a sign between them.",
        ),
        (
            body("Oui {{patient}} à {{when}} merci."),
            "fr: too many variables for so few words.",
        ),
        (replies(*map(str, range(11))), "11 buttons, 10 are allowed."),
        (broken(buttons=(LINK, REPLY)), "quick replies stand before other buttons."),
        (
            broken(buttons=(LINK, replace(LINK, text=in_all("Voir")))),
            "more than one URL button.",
        ),
        (replies("x" * 26), f"fr: «{'x' * 26}» is longer than 25 characters."),
        (replies("Oui {{1}}"), "fr: a button's text has no variable and no line feed."),
        (replies("Oui\nmerci"), "fr: a button's text has no variable and no line feed."),
        *(
            (
                link(url),
                "the URL starts with https:// or {base_url}/ and has at most 2000 characters.",
            )
            for url in ("http://x.ma/{{1}}", "x.ma/{{1}}", f"https://x.ma/{'x' * 2000}/{{{{1}}}}")
        ),
        (link("{base_url}/{{1}}/d"), "the variable of a URL stands at its end, as {{1}}."),
        (link("{base_url}/{{token}}"), "the variable of a URL stands at its end, as {{1}}."),
        (link(example=""), "the variable of the URL needs an example."),
    ],
)
def test_the_linter_finds(file: TemplateFile, problem: str) -> None:
    assert lint(file) == [f"{file.name}: {problem}"]


def test_two_buttons_that_say_the_same_are_found() -> None:
    buttons = (REPLY, replace(REPLY, text=in_all("OUI", fr="Non", ar="لا")))
    assert lint(broken(buttons=buttons)) == ["sound: en: two buttons say the same."]


@pytest.mark.parametrize(
    ("language", "words", "found"),
    [
        ("fr", "Apportez vos analyses.", "analyses"),
        ("fr", "Votre résultat est prêt.", "résultat"),
        ("fr", "Votre re\u0301sultat est prêt.", "résultat"),
        ("fr", "Votre ORDONNANCE est prête.", "ORDONNANCE"),
        ("fr", "Venez au laboratoire.", "laboratoire"),
        ("fr", "Apportez votre CIN.", "CIN"),
        ("en", "Your test is ready.", "test"),
        ("en", "See our dentist.", "dentist"),
        ("en", "Your X-ray is here.", "X-ray"),
        ("ar", "نتائجكم جاهزة.", "نتائجكم"),
        ("ar", "والتحاليل جاهزة.", "والتحاليل"),
        ("ar", "موعد الفحص غدا.", "الفحص"),
    ],
)
def test_a_health_word_is_found_wherever_it_stands(language: str, words: str, found: str) -> None:
    problem = f"sound: {language}: «{found}» is a health word; say it without."
    assert lint(broken(body=in_all(BODY, **{language: f"{BODY} {words}"}))) == [problem]
    short = words[:25]
    places = (
        broken(header=in_all("Clinique", **{language: words})),
        broken(footer=in_all("STOP", **{language: words})),
        broken(variables={**SOUND.variables, "when": in_all("10:30", **{language: words})}),
        broken(buttons=(replace(REPLY, text=in_all("Oui", **{language: short})),)),
    )
    assert [lint(file) for file in places] == [[problem]] * 4


@pytest.mark.parametrize(
    "words", ["Le conseil vous attend.", "La contestation.", "The radiator is warm.", "مرحبا بكم."]
)
def test_a_word_that_only_contains_one_is_none(words: str) -> None:
    assert lint(body(f"{BODY} {words}")) == []
