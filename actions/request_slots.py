"""The slots of a request to the office."""

from __future__ import annotations

from typing import Any

KIND = "request_kind"
RELATION = "request_relation"
PATIENT = "request_patient"
DOCUMENT_TYPE = "request_document_type"
DETAIL = "request_detail"
FILE = "request_file"
FILES = "request_files"
KEY = "request_key"
WORDS = "request_words"

REQUEST_SLOTS = (KIND, RELATION, PATIENT, DOCUMENT_TYPE, DETAIL, FILE, FILES, KEY, WORDS)

NOTHING = "-"
"""The value of a slot that is not asked for this kind of request."""

START_AFRESH: dict[str, Any] = dict.fromkeys(REQUEST_SLOTS)
"""The slots of a request, emptied when it ends."""
