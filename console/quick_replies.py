"""Quick replies: `quick_replies.yml`, in the languages of patients."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).with_name("quick_replies.yml")


@dataclass(frozen=True)
class QuickReply:
    """A text that staff send often; `title` is what they see of it."""

    title: str
    text: str


def quick_replies(interface: str, patient: str) -> list[QuickReply]:
    """Returns the quick replies in a patient's language, titled in that of the interface."""
    return [QuickReply(entry["title"][interface], str(entry[patient])) for entry in _entries()]


@lru_cache(maxsize=1)
def _entries() -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return entries
