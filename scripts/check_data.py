"""Checks training data and texts, beyond what Rasa checks: `make check` runs it.

    python -m scripts.check_data

It finds an intent or a response that lacks a language, a response defined twice, a training
message under two intents, a test message that stands in training, an unknown entity value, a word
of Darija with two meanings, and buttons or variables that differ between the languages of a text.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from clinic.facts.codes import Insurance, Language, Specialty
from clinic.patients.model import Relation
from clinic.review import training_files
from clinic.review.training_files import Example, normalise
from nlu.normaliser import normalise as normalise_word

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = tuple(language.value for language in Language)

VALUES: dict[str, frozenset[str]] = {
    "specialty": frozenset(specialty.value for specialty in Specialty),
    "insurance": frozenset(insurance.value for insurance in Insurance),
    "relation": frozenset(r.value for r in Relation if r is not Relation.SELF),
    "language": frozenset(LANGUAGES),
    "ordinal": frozenset({"-1", *map(str, range(1, 11))}),
    "document_type": frozenset(
        ["invoice", "quote", "certificate", "receipt", "report", "prescription", "results"]
    ),
}
"""Canonical values of the entities that have a closed list."""

BUTTON_INTENTS = frozenset(
    (
        "handed_back",
        "choose_slot",
        "more_slots",
        "confirm_booking",
        "stop_booking",
        "refuse_consent",
        "ask_nurse",
        "show_choices",
        "withdraw_purpose",
        "confirm_erasure",
        "keep_data",
        "confirm_rectification",
        "stop_rectification",
        "switch_errand",
        "keep_errand",
        # the office
        "send_file",
        "skip_detail",
        "stop_request",
        "ask_request_status",
        "rate_visit",
        "skip_comment",
        # appointments that exist
        "choose_new_slot",
        "more_new_slots",
        "confirm_move",
        "keep_appointment",
        "confirm_cancellation",
        "undo_cancellation",
        "take_new_time",
        "take_waitlist_offer",
        "refuse_waitlist_offer",
        "leave_waitlist",
    )
)
"""Intents that only buttons carry: nobody types them."""

_ANNOTATION = re.compile(r"\[([^\]]+)\]\((\w+)(?::([^)]+))?\)")
_SLOW_ANNOTATION = re.compile(r"\]\{")


def main() -> None:
    problems = [
        *check_examples(),
        *check_danger_messages(),
        *check_glosses(),
        *check_responses(),
    ]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.exit(f"{len(problems)} problems in training data and texts.")
    sys.stdout.write("Training data and texts: no problems found.\n")


def check_examples() -> Iterator[str]:
    """Yields what is wrong with training and test messages."""
    training = list(read_examples(ROOT / "data" / "nlu"))
    intents = {name for name in _domain_intents() if name not in BUTTON_INTENTS}
    present = {(example.intent, example.language) for example in training}
    for intent in sorted(intents):
        for language in LANGUAGES:
            if (intent, language) not in present:
                yield f"data/nlu/{language}: intent {intent} has no message."
    for example in training:
        if example.intent not in intents:
            yield f"{example.place}: intent {example.intent} does not stand in domain.yml."
        yield from _check_values(example)
    yield from _check_synonyms()
    by_text: dict[str, Example] = {}
    for example in training:
        known = by_text.setdefault(normalise(example.text), example)
        if known.intent != example.intent:
            yield (
                f"{example.place}: “{example.text}” is {example.intent} here"
                f" and {known.intent} in {known.place}."
            )
    for language in LANGUAGES:
        for example in read_examples(ROOT / "tests" / "nlu" / language):
            yield from _check_values(example)
            if trained := by_text.get(normalise(example.text)):
                yield (
                    f"{example.place}: “{example.text}” stands in training too ({trained.place})."
                )


def check_danger_messages() -> Iterator[str]:
    """Yields messages of the emergency gate's training that stand in the tests too."""
    folder = ROOT / "tests" / "nlu"
    tested = {
        normalise(example.text)
        for language in LANGUAGES
        for example in read_examples(folder / language)
    }
    for path in sorted([*folder.glob("emergency/*.yml"), *folder.glob("mild/*.yml")]):
        cases = yaml.safe_load(path.read_text(encoding="utf-8"))
        tested |= {normalise(case["text"]) for case in cases["danger"]}
        tested |= {normalise(text) for text in cases["safe"]}
    for path in sorted((ROOT / "nlu" / "danger" / "messages").glob("*.txt")):
        for line in path.read_text(encoding="utf-8").splitlines():
            if normalise(line) in tested:
                yield f"{path.relative_to(ROOT)}: “{line}” stands in the tests too."


def check_glosses() -> Iterator[str]:
    """Yields words of Darija with two meanings, of which only one would count."""
    path = ROOT / "nlu" / "glosses.yml"
    root = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    meanings: dict[str, str] = {}
    seen: set[str] = set()
    for meaning, forms in root.value:
        place = f"{path.relative_to(ROOT)}:{meaning.start_mark.line + 1}"
        if meaning.value in seen:
            yield f"{place}: “{meaning.value}” stands here a second time: put the words together."
        seen.add(meaning.value)
        for form in forms.value.split():
            known = meanings.setdefault(normalise_word(form), meaning.value)
            if known != meaning.value:
                yield f"{place}: “{form}” means “{meaning.value}” here and “{known}” further up."


def check_responses() -> Iterator[str]:
    """Yields what is wrong with the texts that patients read."""
    seen: dict[str, str] = {}
    for path in sorted((ROOT / "data" / "responses").glob("**/*.yml")):
        place = str(path.relative_to(ROOT))
        for name, variations in _load(path).get("responses", {}).items():
            if name in seen:
                yield f"{place}: {name} is defined in {seen[name]} too."
            seen[name] = place
            languages = [_language_of(variation) for variation in variations]
            for language in LANGUAGES:
                if languages.count(language) != 1:
                    yield f"{place}: {name} has {languages.count(language)} texts in {language}."
            variables = {frozenset(_variables(variation)) for variation in variations}
            if len(variables) > 1:
                yield f"{place}: {name} does not use the same variables in every language."
            yield from _check_buttons(place, name, variations)


def read_examples(folder: Path) -> Iterator[Example]:
    """Yields the messages below a folder, annotations included."""
    return training_files.read_examples(folder, ROOT)


def _check_values(example: Example) -> Iterator[str]:
    for _, entity, value in _ANNOTATION.findall(example.text):
        known = VALUES.get(entity)
        if known and value not in known:
            yield f"{example.place}: unknown {entity} value in “{example.text}”."
    if _SLOW_ANNOTATION.search(example.text):
        # Rasa checks each of those against a schema that it checks anew: minutes of training.
        yield f"{example.place}: write [text](entity:value) in “{example.text}”."


def _check_synonyms() -> Iterator[str]:
    """Yields synonyms of what is no value of any entity: nothing would ever look for it."""
    known = frozenset().union(*VALUES.values())
    for path in sorted((ROOT / "data").glob("nlu/**/*.yml")):
        for block in _load(path).get("nlu", ()):
            if "synonym" in block and str(block["synonym"]) not in known:
                yield f"{path.relative_to(ROOT)}: unknown synonym value {block['synonym']}."


def _check_buttons(place: str, name: str, variations: list[dict[str, Any]]) -> Iterator[str]:
    payloads = {
        tuple(button["payload"] for button in variation.get("buttons", ()))
        for variation in variations
    }
    if len(payloads) > 1:
        yield f"{place}: the buttons of {name} do not do the same in every language."
    for variation in variations:
        for button in variation.get("buttons", ()):
            if len(button["title"]) > 20:
                yield f"{place}: {name}: the button “{button['title']}” is over 20 characters."


def _variables(variation: dict[str, Any]) -> set[str]:
    return set(re.findall(r"(?<!\{)\{(\w+)\}", variation["text"]))


def _language_of(variation: dict[str, Any]) -> str | None:
    for condition in variation.get("condition", ()):
        if condition.get("name") == "language":
            return str(condition["value"])
    return None


def _domain_intents() -> list[str]:
    return [
        name if isinstance(name, str) else next(iter(name))
        for name in _load(ROOT / "domain.yml")["intents"]
    ]


def _load(path: Path) -> dict[str, Any]:
    return yaml.safe_load(path.read_text(encoding="utf-8")) or {}


if __name__ == "__main__":
    main()
