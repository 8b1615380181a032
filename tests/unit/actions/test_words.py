"""Words that mean something to one question only."""

from __future__ import annotations

import pytest

from actions.booking_doctor import refused_doctor
from actions.medical import find_after_care
from actions.said import Said
from actions.words import has_phrase, says, unknown_doctor
from clinic.bootstrap import Services


def said(text: str, intent: str = "ask_medical_question", **entity: str) -> Said:
    entities = tuple(
        {
            "entity": name,
            "value": value,
            "start": text.index("benjelloun"),
            "end": text.index("benjelloun") + 10,
        }
        for name, value in entity.items()
    )
    return Said(text, intent, 1.0, entities, "wamid.1", is_tap=False)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("docteur house", "house"),
        ("rdv avec Dr Greene svp", "Greene"),
        ("الدكتور هاوس", "هاوس"),
        ("je veux un docteur pour demain", None),
        ("bghit doctor daba", None),
        ("un docteur svp", None),
    ],
)
def test_a_name_stands_after_a_title(text: str, name: str | None) -> None:
    assert unknown_doctor(text) == name


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("n'importe quand", True),
        ("أي وقت مزيان", True),
        ("li kan", True),
        ("pas cette heure", False),
    ],
)
def test_any_time_is_said_word_by_word(text: str, found: bool) -> None:
    assert says(text, "any_time") is found


def test_an_article_written_together_with_a_word_does_not_hide_it() -> None:
    assert has_phrase("والجبس ديالي", ["جبس"])


@pytest.mark.parametrize(
    ("text", "procedure"),
    [
        ("après mon extraction je peux fumer ?", "tooth-extraction"),
        ("comment laver mes points de suture", "stitches"),
        ("je vais faire une extraction, ça dure longtemps ?", None),
        ("après mon extraction je prends quel antibiotique ?", None),
        ("après mon extraction et mon vaccin je fais quoi ?", None),
        ("j'ai la gorge qui gratte", None),
        ("مور التلقيح شنو ندير لولدي", "vaccination"),
        ("can i shower with my cast", "plaster"),
    ],
)
def test_an_approved_text_is_given_only_when_there_is_no_doubt(
    wired: Services, text: str, procedure: str | None
) -> None:
    found = find_after_care(wired.clinic, said(text))

    assert (found.id if found else None) == procedure


@pytest.mark.parametrize(
    ("text", "refused"),
    [
        ("la machi had tbib", "dr-alami"),
        ("un autre docteur svp", "dr-alami"),
        ("oui avec ce docteur c'est parfait", None),
        ("non plus tard", None),
    ],
)
def test_this_doctor_is_refused_only_with_a_refusal(text: str, refused: str | None) -> None:
    assert refused_doctor(said(text, "inform"), "dr-alami") == refused


def test_a_doctor_named_after_a_refusal_is_refused() -> None:
    message = said("pas avec benjelloun", "deny", practitioner="dr-benjelloun")

    assert refused_doctor(message, None) == "dr-benjelloun"
