"""Days and hours in the patient's words, in clinic time."""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

_WORDS = Path(__file__).with_name("date_words.yml")


def say_when(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """Returns weekday, date and hour: "jeudi 26 novembre à 15:00"."""
    return _say(instant.astimezone(zone), language, "when")


def say_date(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """Returns weekday and date: "jeudi 26 novembre"."""
    return _say(instant.astimezone(zone), language, "date")


def say_short(instant: datetime, zone: ZoneInfo, language: str) -> str:
    """Returns day and hour in at most 20 characters, for a button: "jeu. 26/11 15:00"."""
    return _say(instant.astimezone(zone), language, "short")


def say_minutes(count: int, language: str) -> str:
    """Returns a span: "20 minutes", "10 دقايق", "20 دقيقة" (Arabic counts differently to ten)."""
    forms = _words()[language]["minutes"]
    form = {1: "one", 2: "two"}.get(count, "few" if 3 <= count <= 10 else "many")
    text: str = forms[form].format(count=count)
    return text


def month_names() -> list[list[str]]:
    """Returns the twelve months' names, once per language."""
    return [words["months"] for words in _words().values()]


def _say(local: datetime, language: str, form: str) -> str:
    words = _words()[language]
    text: str = words[form].format(
        weekday=words["weekdays"][local.weekday()],
        short_weekday=words["short_weekdays"][local.weekday()],
        day="1er" if language == "fr" and local.day == 1 and form != "short" else local.day,
        month=words["months"][local.month - 1],
        month_number=local.month,
        hour=f"{local:%H:%M}",
    )
    return text


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, Any]]:
    words: dict[str, dict[str, Any]] = yaml.safe_load(_WORDS.read_text(encoding="utf-8"))
    return words
