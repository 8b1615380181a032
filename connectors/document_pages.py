"""The page behind a link to a document: asks the second factor, gives the file once."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from sanic import Blueprint, HTTPResponse, Request, response

from clinic.bootstrap import Services
from clinic.documents.errors import DocumentNotFoundError
from clinic.documents.model import Document
from connectors.secure_pages import HEADERS, SecurePages

_TEXTS = ("title", "explain", "show", "wrong", "gone")


def document_pages(get_services: Callable[[], Services]) -> Blueprint:
    """Makes the routes `GET` and `POST /d/<token>`; message templates have that address."""
    blueprint = Blueprint("documents")
    pages = SecurePages(
        get_services,
        responses="utter_document_page",
        template="secure_page.html.j2",
        texts=_TEXTS,
    )

    @blueprint.get("/d/<token:str>")
    async def ask(_request: Request, token: str) -> HTTPResponse:
        return await pages.ask(token, get_services().documents.factor_of)

    @blueprint.post("/d/<token:str>")
    async def show(request: Request, token: str) -> HTTPResponse:
        desk = get_services().documents
        try:
            return await pages.show(request, token, desk.factor_of, desk.open_link, _file)
        except DocumentNotFoundError:
            return pages.gone()

    return blueprint


def _file(opened: tuple[Document, bytes]) -> HTTPResponse:
    document, content = opened
    name = quote(document.filename)
    return response.raw(
        content,
        content_type=document.mime_type,
        headers={**HEADERS, "Content-Disposition": f"attachment; filename*=UTF-8''{name}"},
    )
