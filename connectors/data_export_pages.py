"""The page behind a link to one's own data: asks the second factor, shows the data once."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader
from sanic import Blueprint, HTTPResponse, Request, response

from clinic.bootstrap import Services
from clinic.privacy.errors import ExportGoneError, WrongFactorError
from clinic.privacy.export import DataExport

_TEXTS = ("title", "explain", "show", "wrong", "gone", "once", "download")
_SECTIONS = ("patient", "appointment", "consent", "inbox", "outbox")
"""Tables that have a section of their own; all others stand in the JSON file."""

_HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'",
}


def data_export_pages(get_services: Callable[[], Services]) -> Blueprint:
    """Makes the routes `GET` and `POST /my-data/<token>`."""
    pages = Blueprint("data_export")
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).with_name("pages")), autoescape=True
    )

    def page(language: str, status: int = 200, **values: Any) -> HTTPResponse:
        wired = get_services()
        texts = {name: wired.texts.text(f"utter_data_page_{name}", language) for name in _TEXTS}
        html = environment.get_template("data_export.html.j2").render(
            language=language,
            texts=texts,
            clinic=wired.clinic.name.to(language),
            **{"sections": None, **values},
        )
        return response.html(html, status=status, headers=_HEADERS)

    def gone() -> HTTPResponse:
        return page(get_services().clinic.default_language, status=410, gone=True)

    def factor(language: str, name: str) -> str:
        return get_services().texts.text(f"utter_data_page_factor_{name}", language)

    @pages.get("/my-data/<token:str>")
    async def ask(_request: Request, token: str) -> HTTPResponse:
        try:
            name, language = await asyncio.to_thread(get_services().exports.factor_of, token)
        except ExportGoneError:
            return gone()
        return page(language, factor=factor(language, name))

    @pages.post("/my-data/<token:str>")
    async def show(request: Request, token: str) -> HTTPResponse:
        answer = (request.form or {}).get("answer") or ""
        try:
            name, language = await asyncio.to_thread(get_services().exports.factor_of, token)
            export = await asyncio.to_thread(get_services().exports.open, token, answer)
        except ExportGoneError:
            return gone()
        except WrongFactorError:
            return page(language, status=403, factor=factor(language, name), wrong=True)
        return page(
            export.language,
            sections=_sections(get_services(), export),
            json=base64.b64encode(_as_json(export)).decode("ascii"),
        )

    return pages


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
