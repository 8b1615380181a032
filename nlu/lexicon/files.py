"""Reads the lexicon files beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from nlu.lexicon.forms import pattern_form

FOLDER = Path(__file__).parent


@lru_cache(maxsize=None)
def read_lexicon(name: str) -> Mapping[Any, Any]:
    """Returns the content of `<name>.yml`."""
    loaded = yaml.load(
        (FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader
    )
    return dict(loaded)


def forms_in(words: Mapping[str, list[str]]) -> frozenset[str]:
    """Returns the forms of single words given by language."""
    return frozenset(
        pattern_form(str(word), language) for language, listed in words.items() for word in listed
    )
