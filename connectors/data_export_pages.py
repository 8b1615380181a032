"""The page behind a link to one's own data: asks the second factor, shows the data once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import Any

from sanic import Blueprint, HTTPResponse, Request

from clinic.bootstrap import Services
from clinic.privacy.export import DataExport
from connectors.secure_pages import SecurePages

_TEXTS = ("title", "explain", "show", "wrong", "gone", "once", "download")
_SECTIONS = ("patient", "appointment", "consent", "inbox", "outbox")
"""Tables that have a section of their own; all others stand in the JSON file."""


def data_export_pages(get_services: Callable[[], Services]) -> Blueprint:
    """Makes the routes `GET` and `POST /my-data/<token>`."""
    blueprint = Blueprint("data_export")
    pages = SecurePages(
        get_services, responses="utter_data_page", template="data_export.html.j2", texts=_TEXTS
    )

    @blueprint.get("/my-data/<token:str>")
    async def ask(_request: Request, token: str) -> HTTPResponse:
        return await pages.ask(token, get_services().exports.factor_of)

    @blueprint.post("/my-data/<token:str>")
    async def show(request: Request, token: str) -> HTTPResponse:
        def page(export: DataExport) -> HTTPResponse:
            return pages.page(
                export.language,
                sections=_sections(get_services(), export),
                json=base64.b64encode(_as_json(export)).decode("ascii"),
            )

        exports = get_services().exports
        return await pages.show(request, token, exports.factor_of, exports.open, page)

    return blueprint


def _as_json(export: DataExport) -> bytes:
    content = {"made_at": export.made_at.isoformat(), "data": export.rows}
    return json.dumps(content, ensure_ascii=False, indent=2).encode("utf-8")


def _sections(wired: Services, export: DataExport) -> list[tuple[str, list[str]]]:
    return [
        (
            wired.texts.text(f"utter_data_page_{table}", export.language),
            [_line(table, row) for row in export.rows.get(table, ())],
        )
        for table in _SECTIONS
    ]


def _line(table: str, row: dict[str, Any]) -> str:
    """Returns a row in one line; what a table is about comes first."""
    values: tuple[str, ...]
    match table:
        case "patient":
            values = ("name", "relation", "birth_date", "national_id", "insurance")
        case "appointment":
            values = ("start_at", "status", "practitioner_id", "site_id", "service_id")
        case "consent":
            values = ("decided_at", "purpose", "decision", "reply")
        case "inbox":
            return f"{_minute(row['received_at'])} – {_words(row['payload'].get('raw'))}"
        case _:
            return f"{_minute(row['created_at'])} – {_words(row['body'])}"
    return " – ".join(_minute(row[name]) for name in values if row.get(name))


def _minute(value: Any) -> str:
    text = str(value)
    return text[:16].replace("T", " ") if text[4:5] == "-" and "T" in text else text


def _words(message: Any) -> str:
    """Returns the first text of a message in Meta's format, else its type."""
    if not isinstance(message, dict):
        return ""
    for part in (message.get("text"), message.get("interactive"), message.get("button")):
        if isinstance(part, dict):
            body = part.get("body")
            return body if isinstance(body, str) else str(part.get("text") or _title(part))
    return str(message.get("type") or "")


def _title(interactive: dict[str, Any]) -> str:
    body = interactive.get("body")
    if isinstance(body, dict):
        return str(body.get("text") or "")
    for reply in ("button_reply", "list_reply"):
        if isinstance(interactive.get(reply), dict):
            return str(interactive[reply].get("title") or "")
    return ""
