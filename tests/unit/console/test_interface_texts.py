"""Every text of the interface is there in three languages and says the same things."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from actions.request_kinds import ANY_DOCUMENT, DOCUMENT_TYPES
from clinic.clock import UTC
from clinic.facts.problems import NAMES
from console.formats import Formats
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


def test_percentages_have_one_sign_beside_western_digits() -> None:
    assert [name for name, texts in interface_texts().items() if "٪" in texts["ar"]] == []
    now, zone = datetime(2026, 11, 23, tzinfo=UTC), ZoneInfo("Africa/Casablanca")
    said = {code: Formats(code, zone, now, translator(code)) for code in ("fr", "ar", "en")}
    assert {code: fmt.percent(0.5) for code, fmt in said.items()} == {
        "fr": "50\u00a0%", "ar": "50%", "en": "50%",
    }  # fmt: skip


def test_every_intent_of_the_dialogue_has_a_name() -> None:
    domain = yaml.safe_load((TEMPLATES.parent / "domain.yml").read_text(encoding="utf-8"))
    intents = {it if isinstance(it, str) else next(iter(it)) for it in domain["intents"]}
    assert {it for it in intents if f"intents.{it}" not in interface_texts()} == set()


def test_every_fault_of_the_clinic_file_is_said_in_the_words_of_the_interface() -> None:
    texts = {name.removeprefix("fault.") for name in interface_texts() if name.startswith("fault.")}
    assert texts == NAMES


@pytest.mark.parametrize("kind", [*DOCUMENT_TYPES, ANY_DOCUMENT])
def test_every_document_that_patients_can_ask_for_has_a_name(kind: str) -> None:
    assert f"requests.document_{kind}" in interface_texts()
