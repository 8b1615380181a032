"""Requests to the office: prescriptions, documents, results, cards; deposits; calls to make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, HTTPException, Request
from starlette.responses import Response

from clinic.calls.errors import CallsError
from clinic.calls.model import CallOutcome
from clinic.deposits.errors import DepositsError
from clinic.documents.errors import DocumentNotFoundError
from clinic.facts.codes import RequestKind
from clinic.requests.errors import RequestNotFoundError
from clinic.staff.model import Role
from clinic.staff.sites import is_theirs, sites_of
from console.access import Area
from console.page import Page, page_of

router = APIRouter(prefix="/requests")
RequestsPage = Annotated[Page, Depends(page_of(Area.REQUESTS))]


def _page_of_request(request: Request) -> Page:
    """The dependency of whatever is about one request: that of another site is not found."""
    page = page_of(Area.REQUESTS)(request)
    try:
        site = page.services.request_board.site_of(request.path_params["request_id"])
    except RequestNotFoundError:
        raise HTTPException(404) from None
    if not is_theirs(page.member, site):
        raise HTTPException(404)
    return page


OneRequestPage = Annotated[Page, Depends(_page_of_request)]

GROUPS: dict[str, tuple[RequestKind, ...]] = {
    "prescriptions": (RequestKind.PRESCRIPTION_RENEWAL,),
    "documents": (RequestKind.DOCUMENT,),
    "results": (RequestKind.RESULTS,),
    "insurance": (RequestKind.INSURANCE_CARD,),
    "files": (RequestKind.PRESCRIPTION_COPY, RequestKind.EARLIER_RESULTS, RequestKind.OTHER_FILE),
}
T = TypeVar("T")
_OUTCOMES = {outcome.value: outcome for outcome in CallOutcome}
_SHOWN_INLINE = ("image/jpeg", "image/png", "image/webp")
_MONEY = (Role.RECEPTION, Role.MANAGER, Role.ADMIN)


@router.get("")
def waiting(page: RequestsPage, group: str = "") -> Response:
    board, sites = page.services.request_board, sites_of(page.member)
    counts = board.counts(sites=sites)
    rows = board.waiting(GROUPS.get(group, ()), sites=sites)
    if not page.is_background:
        board.note_read(rows, by=page.member.id)
    return page.render(
        "requests/list.html.j2",
        tab="waiting",
        rows=rows,
        group=group if group in GROUPS else "",
        groups={name: sum(counts[kind] for kind in kinds) for name, kinds in GROUPS.items()},
        total=sum(counts.values()),
    )


@router.get("/answered")
def answered(page: RequestsPage) -> Response:
    rows = page.services.request_board.answered(sites=sites_of(page.member))
    page.services.request_board.note_read(rows, by=page.member.id)
    return page.render("requests/answered.html.j2", tab="answered", rows=rows)


@router.get("/deposits")
def deposits(page: RequestsPage) -> Response:
    return page.render(
        "requests/deposits.html.j2",
        tab="deposits",
        rows=page.services.deposits.recent(by=page.member.id, sites=sites_of(page.member)),
        may_refund=lambda site=None: _may_refund(page, site),
    )


@router.post("/deposits/{reference}/refund")
def refund(page: RequestsPage, reference: str) -> Response:
    deposits = page.services.deposits
    if not _may_refund(page):
        raise HTTPException(403)
    try:
        if not _may_refund(page, deposits.site_of(reference)):
            raise HTTPException(403)
        deposits.refund(reference, by=page.member.id)
    except DepositsError:
        return page.redirect("/requests/deposits", notice="requests.changed_meanwhile")
    return page.redirect("/requests/deposits", notice="requests.refunded")


@router.get("/calls")
def calls(page: RequestsPage, done: str = "", undo: str = "", note: str = "") -> Response:
    """Shows the list. `done`, `undo` and `note`: what was just noted, of which message, its id."""
    return page.render(
        "requests/calls.html.j2",
        tab="calls",
        rows=page.services.calls.open(by=page.member.id, sites=sites_of(page.member)),
        outcomes=CallOutcome,
        done=done if done in _OUTCOMES else "",
        # It becomes part of an address that a button posts to.
        undo=undo if undo.isdecimal() else "",
        note=note,
    )


@router.post("/calls/{message}")
def note_call(
    page: RequestsPage,
    message: str,
    outcome: Annotated[str, Form()] = "",
    words: Annotated[str, Form()] = "",
) -> Response:
    if outcome not in _OUTCOMES:
        raise HTTPException(422)
    noted = _OUTCOMES[outcome]
    note = _on_call(
        page, message, lambda it: page.services.calls.note(it, noted, words, by=page.member.id)
    )
    return page.redirect(f"/requests/calls?done={outcome}&undo={message}&note={note}")


@router.post("/calls/{message}/undo")
def undo_call(page: RequestsPage, message: str, note: Annotated[str, Form()] = "") -> Response:
    _on_call(page, message, lambda it: page.services.calls.take_back(it, note, by=page.member.id))
    return page.redirect("/requests/calls", notice="requests.call_undone")


@router.get("/{request_id}/files/{position}")
def read_file(page: OneRequestPage, request_id: str, position: str) -> Response:
    """Gives a file that the patient sent: pictures to look at, others to save."""
    if not position.isdecimal():
        raise HTTPException(404)
    try:
        file, content = page.services.request_board.read_file(
            request_id, int(position), by=page.member.id
        )
    except RequestNotFoundError:
        raise HTTPException(404) from None
    is_picture = file.mime_type in _SHOWN_INLINE
    return file_response(
        content,
        file.mime_type if is_picture and file.mime_type else "application/octet-stream",
        file.filename or f"fichier-{position}",
        inline=is_picture,
    )


@router.get("/{request_id}/documents/{document_id}")
def read_document(page: OneRequestPage, request_id: str, document_id: str) -> Response:
    try:
        document, content = page.services.documents.read(document_id, by=page.member.id)
    except DocumentNotFoundError:
        raise HTTPException(404) from None
    if document.request_id != request_id:
        raise HTTPException(404)
    return file_response(content, document.mime_type, document.filename)


def _on_call(page: Page, message: str, act: Callable[[int], T]) -> T:
    """Does something about a call of the member's own sites."""
    if not message.isdecimal():
        raise HTTPException(422)
    try:
        if not is_theirs(page.member, page.services.calls.site_of(int(message))):
            raise HTTPException(404)
        return act(int(message))
    except CallsError:
        raise HTTPException(404) from None


def _may_refund(page: Page, site: str | None = None) -> bool:
    return is_theirs(page.member, site, *_MONEY)


def file_response(content: bytes, mime_type: str, name: str, *, inline: bool = False) -> Response:
    """Returns a file; what is not shown as a picture is saved, never run by the browser."""
    kind = "inline" if inline else "attachment"
    disposition = f"{kind}; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, media_type=mime_type, headers={"Content-Disposition": disposition})
