"""Sites, services and topics that a question names, found by the words of the clinic file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path

import yaml

from clinic.facts.codes import Language
from clinic.facts.model import Clinic, Service
from nlu.normaliser import normalise

_WORDS = Path(__file__).with_name("fact_words.yml")

# Arabic and Darija write short words in front of others without a space.
_PREFIX = r"(?:(?:ف|ب|ل|و|د|من|ديال)?(?:ال|ل)?|(?:f|l|d|b|w|fl|dl)?)"


def find_site(text: str, clinic: Clinic) -> str | None:
    """Returns the one site that a text names, None for none or several."""
    found = [
        site.id
        for site in clinic.sites
        if _names(text, (*(site.name.to(tag.value) for tag in Language), *site.keywords))
    ]
    return found[0] if len(found) == 1 else None


def find_service(text: str, clinic: Clinic) -> str | None:
    """Returns the service that a text names by its full name or a keyword, None without."""
    fitting = [service for service in clinic.services if _names(text, _words_of(service))]
    return fitting[0].id if fitting else None


def is_about(topic: str, text: str) -> bool:
    """Tells whether a text has a word of a topic of `fact_words.yml`."""
    return _names(text, _topics()[topic])


def _words_of(service: Service) -> tuple[str, ...]:
    return (*(service.name.to(tag.value) for tag in Language), *service.keywords)


def _names(text: str, words: Iterable[str]) -> bool:
    said = " ".join(normalise(text).split())
    return any(_pattern(word).search(said) for word in words)


@lru_cache(maxsize=2048)
def _pattern(words: str) -> re.Pattern[str]:
    words = " ".join(normalise(words).split())
    return re.compile(rf"(?<!\w){_PREFIX}{re.escape(words)}(?!\w)")


@lru_cache(maxsize=1)
def _topics() -> dict[str, list[str]]:
    topics: dict[str, list[str]] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return topics
