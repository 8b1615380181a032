"""Which request a message is about."""

from __future__ import annotations

from actions.mentions import is_about
from actions.said import Said
from clinic.facts.codes import RequestKind

STARTS = ("request_results", "request_prescription_renewal", "request_document", "send_document")
"""The intents that open a request."""

DOCUMENT_TYPES = ("invoice", "quote", "certificate", "receipt", "report")
"""Documents that the office writes."""

ANY_DOCUMENT = "other"

_BY_INTENT = {
    "request_results": RequestKind.RESULTS,
    "request_prescription_renewal": RequestKind.PRESCRIPTION_RENEWAL,
    "request_document": RequestKind.DOCUMENT,
}
_REQUESTED = {
    "prescription": RequestKind.PRESCRIPTION_RENEWAL,
    "results": RequestKind.RESULTS,
}
_SENT = {
    "prescription": RequestKind.PRESCRIPTION_COPY,
    "results": RequestKind.EARLIER_RESULTS,
}


def kind_of(said: Said) -> RequestKind | None:
    """Returns the kind of request that a message or a tap names, None when it does not say."""
    if named := said.value("request_kind"):
        return RequestKind(named)
    document_type = said.value("document_type")
    if said.intent in ("send_document", "send_file", "inform"):
        return sent_kind(said.text, document_type, said.value("insurance"))
    if said.intent == "request_document" and document_type in _REQUESTED:
        return _REQUESTED[document_type]
    return _BY_INTENT.get(said.intent)


def sent_kind(
    text: str, document_type: str | None = None, insurance: str | None = None
) -> RequestKind | None:
    """Returns what a file is by the words that come with it, None when they do not say."""
    if document_type in _SENT:
        return _SENT[document_type]
    if insurance or is_about("insurance_card", text):
        return RequestKind.INSURANCE_CARD
    if is_about("prescription", text):
        return RequestKind.PRESCRIPTION_COPY
    return RequestKind.EARLIER_RESULTS if is_about("results", text) else None


def document_type_of(said: Said) -> str | None:
    """Returns which document is wanted, None when the message does not say."""
    wanted = said.value("document_type")
    return wanted if wanted in (*DOCUMENT_TYPES, ANY_DOCUMENT) else None


def asks_for_status(text: str) -> bool:
    """Tells whether a text asks where a request stands: "où en est ma demande ?"."""
    return is_about("request", text) and is_about("status", text)
