"""Twilio's error codes as Meta's, which `whatsapp.errors` sorts by what to do about them.

Sources: Twilio, "Error and warning dictionary" and "WhatsApp error code mapping".
"""

from __future__ import annotations

from typing import Any

from whatsapp.errors import ApiError, ApiErrorInfo, error_from_info
from whatsapp.fields import text_of

_CODES = {
    # The account, its key or its sender.
    10001: 131031,
    20003: 190,
    20005: 131031,
    63001: 131005,
    63002: 131031,
    63007: 131031,
    63020: 131042,
    63022: 131031,
    # Too fast, or down for the moment.
    20429: 4,
    63010: 131016,
    63012: 131016,
    63018: 130429,
    63023: 131000,
    63038: 80007,
    # The customer service window.
    63016: 131047,
    # This recipient.
    21211: 131026,
    21610: 131050,
    21614: 131026,
    63003: 131026,
    63014: 131026,
    63015: 131026,
    63024: 131026,
    63031: 131021,
    63032: 131026,
    63033: 131026,
    63049: 131049,
    # This message; 63013, a breach of policy, is one of it and not of the account.
    21617: 131009,
    63005: 131009,
    63006: 131009,
    63013: 131009,
    63019: 131009,
    63021: 131009,
    63030: 131009,
    # The template.
    21655: 132001,
    21656: 132012,
    63027: 132001,
    63028: 132000,
    63029: 132001,
    63040: 132001,
    63041: 132015,
    63042: 132016,
}


def meta_code(code: int) -> int:
    """Returns Meta's number for one of Twilio's; Twilio's own where Meta has none."""
    return _CODES.get(code, code)


def error_of_answer(status: int, answer: Any) -> ApiError:
    """Returns the error for an answer that isn't 2xx.

    Args:
        status: HTTP status.
        answer: The parsed answer; None when it is no JSON.
    """
    code = answer.get("code") if isinstance(answer, dict) else None
    known = meta_code(code) if isinstance(code, int) else None
    info = ApiErrorInfo(known, message=text_of(answer, "message") or "")
    return error_from_info(info, status=status, raw=answer)
