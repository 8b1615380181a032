"""Choices as reply buttons, as a list, or as one page of a long list.

Limits are those of Meta's "Interactive messages" reference; the ids that this module makes are
`page:<reference>:<n>` for another page and `ref:<reference>:<index>` where a payload can't be an
id: it is too long, given twice, or starts like one of these.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any

from whatsapp.messages import Choice
from whatsapp.text import ELLIPSIS, has_ink, length, one_line, shorten

MAX_BUTTONS = 3
MAX_BUTTON_TITLE = 20
MAX_BUTTON_ID = 256
MAX_ROWS = 10
MAX_ROW_TITLE = 24
MAX_ROW_DESCRIPTION = 72
MAX_ROW_ID = 200
PAGE_SIZE = MAX_ROWS - 1

_RESERVED = re.compile(r"(page|ref):(.*):([0-9]{1,6})", re.ASCII)


def page_of(payload: str) -> tuple[str, int] | None:
    """Returns the reference and page that a "more" or "back" row asks for, else None."""
    return _reserved(payload, "page")


def ref_of(payload: str) -> tuple[str, int] | None:
    """Returns the reference and the choice's index, from 0, that a payload stands for."""
    return _reserved(payload, "ref")


def action(
    choices: Sequence[Choice],
    *,
    reference: str,
    page: int = 0,
    more_label: str = ELLIPSIS,
    back_label: str = "",
) -> dict[str, Any]:
    """Returns the `action` object: with `buttons`, or with `sections` and no label yet."""
    titles = _buttons_titles(choices)
    if titles is not None:
        ids = _ids(choices, reference, MAX_BUTTON_ID)
        replies = [{"id": id_, "title": title} for id_, title in zip(ids, titles, strict=True)]
        return {"buttons": [{"type": "reply", "reply": reply} for reply in replies]}
    rows = _rows(choices, reference)
    if len(rows) > MAX_ROWS:
        rows = _page(rows, reference, page, more_label, back_label)
    _number_duplicates(rows)
    return {"sections": [{"rows": rows}]}


def _buttons_titles(choices: Sequence[Choice]) -> list[str] | None:
    """Returns the titles when everything can be read on buttons; None when it takes a list."""
    if len(choices) > MAX_BUTTONS or any(has_ink(one_line(c.description)) for c in choices):
        return None
    titles = [one_line(choice.title) for choice in choices]
    # Numbered titles are compared before they are cut, so that none loses its end.
    titles = _distinct(titles, limit=max(map(length, titles)) + 4)
    return titles if all(length(title) <= MAX_BUTTON_TITLE for title in titles) else None


def _rows(choices: Sequence[Choice], reference: str) -> list[dict[str, str]]:
    rows = []
    for choice, id_ in zip(choices, _ids(choices, reference, MAX_ROW_ID), strict=True):
        full = one_line(choice.title)
        description = one_line(choice.description)
        row = {"id": id_, "title": shorten(full, MAX_ROW_TITLE)}
        if row["title"] != full:
            description = f"{full} · {description}" if has_ink(description) else full
        if has_ink(description):
            row["description"] = shorten(description, MAX_ROW_DESCRIPTION)
        rows.append(row)
    return rows


def _page(
    rows: Sequence[dict[str, str]], reference: str, page: int, more_label: str, back_label: str
) -> list[dict[str, str]]:
    last = (len(rows) - 1) // PAGE_SIZE
    page = min(max(page, 0), last)
    shown = list(rows[page * PAGE_SIZE : (page + 1) * PAGE_SIZE])
    if page < last:
        label = more_label if has_ink(one_line(more_label)) else ELLIPSIS
        shown.append({"id": f"page:{reference}:{page + 1}", "title": shorten(label, MAX_ROW_TITLE)})
    elif has_ink(one_line(back_label)):
        shown.append({"id": f"page:{reference}:0", "title": shorten(back_label, MAX_ROW_TITLE)})
    return shown


def _ids(choices: Sequence[Choice], reference: str, limit: int) -> list[str]:
    ids: list[str] = []
    for index, choice in enumerate(choices):
        id_ = choice.payload
        if not _can_be_id(id_, limit) or id_ in ids:
            id_ = f"ref:{reference}:{index}"
        ids.append(id_)
    return ids


def _can_be_id(payload: str, limit: int) -> bool:
    # Meta trims ids; and what a phone might change on the way is no id.
    return (
        has_ink(payload)
        and payload == one_line(payload)
        and length(payload) <= limit
        and not payload.startswith(("page:", "ref:"))
    )


def _number_duplicates(rows: Sequence[dict[str, str]]) -> None:
    titles = _distinct([row["title"] for row in rows], MAX_ROW_TITLE)
    for row, title in zip(rows, titles, strict=True):
        row["title"] = title


def _distinct(titles: Sequence[str], limit: int) -> list[str]:
    """Numbers titles that a reader would take for the same: "10:00", "10:00 (2)"."""
    seen: set[str] = set()
    distinct = []
    for title in titles:
        candidate, number = title, 2
        while _look(candidate) in seen:
            suffix = f" ({number})"
            candidate = shorten(title, limit - len(suffix)) + suffix
            number += 1
        seen.add(_look(candidate))
        distinct.append(candidate)
    return distinct


def _look(title: str) -> str:
    return unicodedata.normalize("NFKC", title).casefold()


def _reserved(payload: str, kind: str) -> tuple[str, int] | None:
    found = _RESERVED.fullmatch(payload)
    if found is None or found[1] != kind:
        return None
    return found[2], int(found[3])
