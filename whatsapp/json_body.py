"""Reads JSON that may be hostile: too deep, with huge numbers, with text that can't be stored."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from whatsapp.errors import MalformedBodyError

MAX_DEPTH = 48
"""Deepest nesting kept. Meta's own bodies go to about 12; Python's parser gives up near 1000."""

MAX_NUMBER_CHARACTERS = 40

_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*"|[\[\]{}]', re.DOTALL)
_ESCAPED_SURROGATE_OR_NUL = re.compile(r"\\u(?:[dD][89a-fA-F]|0000)")
_UNSTORABLE = re.compile("[\ud800-\udfff\x00]")


def read_object(body: bytes) -> dict[str, Any]:
    """Returns the object of a JSON body, with only values that can be stored and walked.

    Bytes that aren't UTF-8, lone surrogates and NUL become U+FFFD, values nested deeper than
    `MAX_DEPTH` become null, and numbers that are huge or not finite become text.

    Raises:
        MalformedBodyError: It is no JSON, or JSON but no object.
    """
    text = _without_depth(body.decode("utf-8-sig", "replace"))
    try:
        value = json.loads(
            text,
            parse_int=_integer,
            parse_float=_float,
            parse_constant=str,
        )
    except ValueError as error:
        raise MalformedBodyError() from error
    if not isinstance(value, dict):
        raise MalformedBodyError()
    if "\x00" in text or _ESCAPED_SURROGATE_OR_NUL.search(text):
        value = _storable(value)
    return value


def _without_depth(text: str) -> str:
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return text
    kept: list[str] = []
    depth = position = 0
    for token in _TOKENS.finditer(text):
        bracket = token.group()
        if bracket in ("[", "{"):
            depth += 1
            if depth == MAX_DEPTH + 1:
                kept.append(text[position : token.start()])
        elif bracket in ("]", "}"):
            if depth == MAX_DEPTH + 1:
                kept.append("null")
                position = token.end()
            depth -= 1
    # Brackets that never close leave what is no JSON, as it was.
    kept.append(text[position:] if depth <= MAX_DEPTH else "")
    return "".join(kept)


def _storable(value: Any) -> Any:
    if isinstance(value, str):
        return _UNSTORABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_storable(item) for item in value]
    if isinstance(value, dict):
        return {_storable(key): _storable(item) for key, item in value.items()}
    return value


def _integer(digits: str) -> int | str:
    # Python refuses integers of more than 4300 digits; nothing of Meta's has more than 20.
    return int(digits) if len(digits) <= MAX_NUMBER_CHARACTERS else digits


def _float(digits: str) -> float | str:
    number = float(digits)
    return number if math.isfinite(number) else digits
