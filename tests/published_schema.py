"""Meta's published schema of what is sent, where it lies beside the repository."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

SCHEMA = Path(__file__).parents[2] / "shared/whatsapp/messages_request.schema.json"


def violations_of(body: dict[str, Any]) -> list[str]:
    """Returns where a request body departs from the schema; nothing without the file."""
    validator = _validator()
    if validator is None:
        return []
    errors = [*validator.iter_errors(body)]
    return [f"{list(e.absolute_path)}: {e.message}" for e in errors] + _rules_beyond(body)


def require_schema() -> None:
    """Skips the running test when the file is not here: it is no part of the repository."""
    if not SCHEMA.exists():
        pytest.skip("Meta's schema is not here: only the simulator checked what was sent")


@lru_cache(maxsize=1)
def _validator() -> Any:
    if not SCHEMA.exists():
        return None
    return jsonschema.Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def _rules_beyond(body: dict[str, Any]) -> list[str]:
    """The rules that a JSON schema cannot say: unique titles and ids, rows over all sections."""
    components = (body.get("template") or {}).get("components") or ()
    values = [p.get("text", "") for c in components for p in c.get("parameters") or ()]
    action = (body.get("interactive") or {}).get("action") or {}
    titles = [button["reply"]["title"] for button in action.get("buttons") or ()]
    sections = action.get("sections") or ()
    rows = [row["id"] for section in sections for row in section.get("rows") or ()]
    broken = {
        "two buttons with one title": len(set(titles)) < len(titles),
        "two rows with one id": len(set(rows)) < len(rows),
        "more than 10 rows": len(rows) > 10,
        "a section without a title": len(sections) > 1
        and not all(s.get("title") for s in sections),
        "a template's value with a line break": any("\n" in value for value in values),
    }
    return [rule for rule, is_broken in broken.items() if is_broken]
