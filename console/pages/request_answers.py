"""One request of a patient, and what staff answer to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, HTTPException, UploadFile
from starlette.responses import Response

from clinic.documents.errors import DocumentRefusedError, DocumentsError, EmptyDocumentError
from clinic.documents.model import DocumentKind, Medicine
from clinic.facts.codes import Insurance, RequestKind
from clinic.facts.errors import UnknownIdError
from clinic.messaging.media_rules import OUTGOING_LIMIT
from clinic.requests.answers import Answered, BillItem
from clinic.requests.board import RequestFile
from clinic.requests.errors import (
    ChatNotPossibleError,
    RequestClosedError,
    RequestNotFoundError,
    RequestsError,
    RequestWithoutPatientError,
)
from clinic.secure_links.errors import NoBirthDateError, SecureLinkError
from clinic.staff.model import Role
from console.page import Page
from console.pages.requests import OneRequestPage

router = APIRouter(prefix="/requests")

_ERRORS: dict[type[Exception], str] = {
    RequestClosedError: "requests.changed_meanwhile",
    RequestWithoutPatientError: "requests.no_patient",
    NoBirthDateError: "requests.birth_date_needed",
    EmptyDocumentError: "requests.nothing_in_it",
    DocumentRefusedError: "requests.file_refused",
    UnknownIdError: "requests.unknown_service",
    ChatNotPossibleError: "requests.chat_not_possible",
}
_IN_CHAT = "chat"
"""The way of a document that is sent in the conversation; every other is the secure link."""
_EMPTY_MEDICINE = Medicine("", "", "")
_BILLS = {kind.value: kind for kind in (DocumentKind.INVOICE, DocumentKind.QUOTE)}
_UPLOADS = {
    kind.value: kind
    for kind in DocumentKind
    if kind not in (DocumentKind.PRESCRIPTION, DocumentKind.RESULTS)
}


@router.get("/{request_id}")
def show(page: OneRequestPage, request_id: str) -> Response:
    return _page(page, _open(page, request_id))


@router.post("/{request_id}/prescription")
def validate_prescription(
    page: OneRequestPage,
    request_id: str,
    medicine: Annotated[list[str] | None, Form()] = None,
    dosage: Annotated[list[str] | None, Form()] = None,
    duration: Annotated[list[str] | None, Form()] = None,
    remark: Annotated[str, Form()] = "",
    birth_date: Annotated[str, Form()] = "",
) -> Response:
    """A doctor validates: only an account that belongs to a practitioner can sign."""
    signer = page.member.practitioner
    if not _may_sign(page, page.services.request_board.site_of(request_id)) or not signer:
        raise HTTPException(403)
    rows = zip(medicine or [], dosage or [], duration or [], strict=False)
    medicines = tuple(
        Medicine(name.strip(), how.strip(), long.strip())
        for name, how, long in rows
        if name.strip()
    )
    values = {"medicines": medicines, "remark": remark, "birth_date": birth_date}
    if any(not line.dosage for line in medicines):
        return _page(page, _open(page, request_id), error="requests.dosage_needed", **values)

    def answer() -> Answered:
        return page.services.request_answers.validate_prescription(
            request_id,
            signer,
            medicines,
            by=page.member.id,
            remark=remark.strip(),
            birth_date=_date(birth_date),
        )

    return _answer(page, request_id, answer, values)


@router.post("/{request_id}/bill")
def send_bill(
    page: OneRequestPage,
    request_id: str,
    kind: Annotated[str, Form()] = "",
    service: Annotated[list[str] | None, Form()] = None,
    quantity: Annotated[list[str] | None, Form()] = None,
    paid: Annotated[str, Form()] = "",
    way: Annotated[str, Form()] = "",
) -> Response:
    rows = zip(service or [], quantity or [], strict=False)
    chosen = [(name, int(count)) for name, count in rows if name and count.isdecimal()]
    values = {"kind": kind, "items": chosen, "paid": paid, "way": way}

    def answer() -> Answered:
        return page.services.request_answers.send_bill(
            request_id,
            _BILLS.get(kind, DocumentKind.INVOICE),
            tuple(BillItem(name, count) for name, count in chosen),
            by=page.member.id,
            paid_mad=int(paid) if paid.isdecimal() else 0,
            in_chat=way == _IN_CHAT,
        )

    return _answer(page, request_id, answer, values)


@router.post("/{request_id}/upload")
def send_upload(
    page: OneRequestPage,
    request_id: str,
    file: Annotated[UploadFile | None, File()] = None,
    kind: Annotated[str, Form()] = "",
    birth_date: Annotated[str, Form()] = "",
) -> Response:
    """Takes a file sent by a script with the token in a header; an error comes back as a line."""
    request = _open(page, request_id).request
    is_results = request.kind is RequestKind.RESULTS
    content = file.file.read(OUTGOING_LIMIT + 1) if file else b""
    try:
        answered = page.services.request_answers.send_upload(
            request_id,
            DocumentKind.RESULTS if is_results else _UPLOADS.get(kind, DocumentKind.OTHER),
            content,
            by=page.member.id,
            birth_date=_date(birth_date),
        )
    except (RequestsError, DocumentsError, SecureLinkError) as error:
        return page.render("requests/error.html.j2", status=422, error=_ERRORS[type(error)])
    return _done(page, answered.is_told)


@router.post("/{request_id}/card")
def verify_card(
    page: OneRequestPage, request_id: str, insurance: Annotated[str, Form()] = ""
) -> Response:
    known = {code.value: code for code in Insurance}
    if insurance not in known:
        return _page(page, _open(page, request_id), error="requests.choose_insurance")

    def answer() -> Answered:
        return page.services.request_answers.verify_card(
            request_id, known[insurance], by=page.member.id
        )

    return _answer(page, request_id, answer, {})


@router.post("/{request_id}/complete")
def complete(page: OneRequestPage, request_id: str, note: Annotated[str, Form()] = "") -> Response:
    def answer() -> Answered:
        is_told = page.services.requests.complete(request_id, note.strip(), by=page.member.id)
        return Answered(None, is_told)

    return _answer(page, request_id, answer, {"note": note})


@router.post("/{request_id}/reject")
def reject(page: OneRequestPage, request_id: str, note: Annotated[str, Form()] = "") -> Response:
    if not note.strip():
        return _page(page, _open(page, request_id), error="requests.reason_needed")

    def answer() -> Answered:
        is_told = page.services.requests.reject(request_id, note.strip(), by=page.member.id)
        return Answered(None, is_told)

    return _answer(page, request_id, answer, {"note": note})


@router.post("/{request_id}/documents/{document_id}/again")
def send_again(page: OneRequestPage, request_id: str, document_id: str) -> Response:
    if document_id not in [it.id for it in page.services.documents.of_request(request_id)]:
        raise HTTPException(404)
    try:
        is_told = page.services.request_answers.send_again(document_id, by=page.member.id)
    except (DocumentsError, RequestsError):
        raise HTTPException(404) from None
    notice = "requests.link_sent" if is_told else "requests.call_them"
    return page.redirect(f"/requests/{request_id}", notice=notice)


def _answer(
    page: Page, request_id: str, answer: Callable[[], Answered], values: dict[str, Any]
) -> Response:
    """Does what was asked for; shows the page again with what stands in the way."""
    try:
        return _done(page, answer().is_told)
    except RequestNotFoundError:
        raise HTTPException(404) from None
    except (RequestsError, DocumentsError, SecureLinkError, UnknownIdError) as error:
        return _page(page, _open(page, request_id), error=_ERRORS[type(error)], **values)


def _done(page: Page, is_told: bool) -> Response:
    return page.redirect("/requests", notice="requests.told" if is_told else "requests.call_them")


def _open(page: Page, request_id: str) -> RequestFile:
    try:
        return page.services.request_board.open(request_id, by=page.member.id)
    except RequestNotFoundError:
        raise HTTPException(404) from None


def _page(page: Page, file: RequestFile, error: str = "", **values: Any) -> Response:
    wanted = file.request.details.get("document_type", "")
    practitioner, is_doctor = page.member.practitioner, _may_sign(page, file.site)
    shown = {
        "medicines": (),
        "remark": "",
        "birth_date": "",
        "kind": wanted,
        "items": [("", 1)],
        "paid": "",
        "note": "",
        "way": "",
        **values,
    }
    medicines = list(shown["medicines"]) or [
        Medicine(file.request.details.get("detail", ""), "", "")
    ]
    shown["medicines"] = [*medicines, _EMPTY_MEDICINE]
    shown["items"] = [*shown["items"], ("", 1)]
    return page.render(
        "requests/request.html.j2",
        status=422 if error else 200,
        file=file,
        error=error,
        values=shown,
        signer=_signer(page) if practitioner and is_doctor else None,
        is_doctor=is_doctor,
        links={
            document.id: page.services.documents.link_of(document.id) for document in file.documents
        },
        can_upload=page.services.staff_files.can_upload,
        may_be_in_chat=page.services.request_answers.may_be_in_chat(file.contact.id),
        insurances=list(Insurance),
        uploads=list(_UPLOADS),
        bills=list(_BILLS),
    )


def _may_sign(page: Page, site: str | None) -> bool:
    return page.member.has(Role.DOCTOR, site=site)


def _signer(page: Page) -> str | None:
    try:
        found = page.services.clinic.practitioner(page.member.practitioner or "")
    except UnknownIdError:
        return None
    return found.name("ary" if page.language == "ar" else "fr").full


def _date(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None
