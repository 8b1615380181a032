"""Every text of the interface is there in three languages and says the same things."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from actions.request_kinds import ANY_DOCUMENT, DOCUMENT_TYPES
from clinic.facts.problems import NAMES
from console.texts import interface_texts, translator

_PLACEHOLDER = re.compile(r"\{(\w+)\}")
_USED = re.compile(r"""\bt\(\s*["']([a-z_]+\.[a-z_0-9]+)["'](?!\s*~)""")
TEMPLATES = Path(__file__).resolve().parents[3] / "console"


@pytest.mark.parametrize("name", sorted(interface_texts()))
def test_a_text_has_three_languages_with_the_same_placeholders(name: str) -> None:
    variations = interface_texts()[name]
    assert set(variations) == {"fr", "ar", "en"}
    assert len({frozenset(_PLACEHOLDER.findall(text)) for text in variations.values()}) == 1
    assert re.search("[\u0600-\u06ff]", variations["ar"]), "not in Arabic"


def test_texts_that_templates_and_routes_name_exist() -> None:
    files = [*TEMPLATES.glob("**/*.j2"), *TEMPLATES.glob("**/*.py")]
    used = {name for path in files for name in _USED.findall(path.read_text(encoding="utf-8"))}
    used.discard("inbox.empty")  # the example of the package's docstring
    assert used - set(interface_texts()) == set()


def test_a_translator_fills_placeholders() -> None:
    assert translator("fr")("dates.minutes", n=4) == "4 min"


def test_every_fault_of_the_clinic_file_is_said_in_the_words_of_the_interface() -> None:
    texts = {name.removeprefix("fault.") for name in interface_texts() if name.startswith("fault.")}
    assert texts == NAMES


@pytest.mark.parametrize("kind", [*DOCUMENT_TYPES, ANY_DOCUMENT])
def test_every_document_that_patients_can_ask_for_has_a_name(kind: str) -> None:
    assert f"requests.document_{kind}" in interface_texts()
