"""Reads the lexicon files beside this module."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from nlu.lexicon.forms import pattern_form

FOLDER = Path(__file__).parent


@cache
def read_lexicon(name: str) -> Mapping[Any, Any]:
    """Returns the content of `<name>.yml`."""
    loaded = yaml.load(
        (FOLDER / f"{name}.yml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader
    )
    return dict(loaded)


def forms_in(words: Mapping[str, list[str]]) -> frozenset[str]:
    """Returns the forms of single words given by language."""
    return frozenset(
        pattern_form(str(word), language) for language, listed in words.items() for word in listed
    )
