"""What the console says, in French, Arabic and English: `texts/<topic>.yml`.

A file maps a text's name, without the topic, to its three languages; `t("inbox.empty")` in a
template is `empty` of `inbox.yml`. Placeholders are `{name}`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path

import yaml

from clinic.staff.model import INTERFACE_LANGUAGES

_FOLDER = Path(__file__).parent
DEFAULT_LANGUAGE = "fr"

Translate = Callable[..., str]


class UnknownInterfaceTextError(LookupError):
    """No text of that name stands in `console/texts/`."""


@lru_cache(maxsize=1)
def interface_texts() -> Mapping[str, Mapping[str, str]]:
    """Returns every text by its full name."""
    texts: dict[str, Mapping[str, str]] = {}
    for path in sorted(_FOLDER.glob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        for name, variations in content.items():
            texts[f"{path.stem}.{name}"] = variations
    return texts


def translator(language: str) -> Translate:
    """Returns the function `t` of a language."""

    def translate(name: str, /, **values: object) -> str:
        try:
            text = interface_texts()[name][language]
        except KeyError:
            raise UnknownInterfaceTextError(f"{name} ({language})") from None
        for key, value in values.items():
            text = text.replace("{" + key + "}", str(value))
        return text

    return translate


def has_text(name: str) -> bool:
    return name in interface_texts()


def preferred_language(accept_language: str) -> str:
    """Returns the language of the interface for somebody who is not logged in yet."""
    for part in accept_language.split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in INTERFACE_LANGUAGES:
            return tag
    return DEFAULT_LANGUAGE
