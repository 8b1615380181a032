"""What can go wrong with WhatsApp, grouped by what to do about it.

    WhatsAppError
    ├── MalformedBodyError          a webhook body that is no JSON object, or no form of Twilio's
    ├── MediaError                  a file that can't be taken in
    │   ├── MediaTooLargeError
    │   ├── MediaCorruptError
    │   ├── MediaUnavailableError
    │   └── UntrustedMediaUrlError
    ├── TransportError              nothing was sent: try again
    │   ├── UploadTimeoutError      a file's upload took too long: try again some times
    │   └── TimeoutMaybeSentError   it may have been sent: look for its status before trying again
    └── ApiError                    the API's own answer
        ├── RetryableError          try again, later and later
        ├── WindowClosedError       use an approved template
        ├── RecipientError          don't try again; tell staff where the patient needs to know
        ├── TemplateError           the template is at fault: alert
        ├── AccountError            stop sending, keep the queue, alert
        ├── IdentityChangedError    verify the person before anything personal is sent
        └── UnknownApiError         a code that this list lacks: don't try again, record

The first line of a class's docstring is its message. The codes are from Meta's "Error codes"
page (Cloud API, 2026). Raw answers can hold phone numbers: they are kept in `raw` and are never
part of the message.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

RETRYABLE_CODES = frozenset({1, 2, 4, 80007, 130429, 131000, 131016, 131056, 131057})
"""The facts of the API's error table, and 1 and 2: "unknown, try again", "temporarily down"."""

WINDOW_CLOSED_CODES = frozenset({131047})
RECIPIENT_CODES = frozenset(
    {131008, 131009, 131021, 131026, 131049, 131050, 131051, 131062},
)
TEMPLATE_CODES = range(132000, 133000)
ACCOUNT_CODES = frozenset({0, 3, 10, 190, 368, 131005, 131031, 131042, *range(200, 300)})
"""Token, block and payment faults, and Meta's authorization errors (0, 3, 10, 131005, 200-299)."""

IDENTITY_CHANGED_CODES = frozenset({137000})

MAX_DETAIL_CHARACTERS = 300


@dataclass(frozen=True)
class ApiErrorInfo:
    """One entry of an `errors` list or one `error` object.

    Attributes:
        code: Meta's number; None when the answer had none.
        title: Meta's short text in English.
        message: Meta's text in English, often the same.
        details: `error_data.details`; it can name the recipient, so it isn't for logs.
    """

    code: int | None
    title: str = ""
    message: str = ""
    details: str = ""

    @classmethod
    def from_item(cls, item: object) -> ApiErrorInfo:
        """Reads an error object; what is absent or of a wrong type is left empty."""
        error: Mapping[str, Any] = item if isinstance(item, dict) else {}
        data = error.get("error_data")
        return cls(
            code=_code(error.get("code")),
            title=_text(error.get("title")),
            message=_text(error.get("message")),
            details=_text(data.get("details")) if isinstance(data, dict) else "",
        )


class WhatsAppError(Exception):
    """Something went wrong with WhatsApp.

    Attributes:
        code: Meta's error number; None when the API gave none.
        raw: The API's whole answer, parsed when it was JSON; None when there was none.
    """

    code: int | None = None
    raw: object = None

    def __init__(self, detail: str = "") -> None:
        lines = (type(self).__doc__ or type(self).__name__).strip().splitlines()
        super().__init__(f"{lines[0]} {detail}".strip())


class MalformedBodyError(WhatsAppError):
    """The webhook body can't be read at all."""


class MediaError(WhatsAppError):
    """The media file can't be taken in."""


class MediaTooLargeError(MediaError):
    """The media file is larger than allowed."""


class MediaCorruptError(MediaError):
    """The media file doesn't match its SHA-256."""


class MediaUnavailableError(MediaError):
    """The media address doesn't serve the file (any more); ask for a new address once."""


class UntrustedMediaUrlError(MediaError):
    """The media address is not Meta's, so the access token isn't sent there."""


class TransportError(WhatsAppError):
    """The API couldn't be reached; nothing was sent."""


class UploadTimeoutError(TransportError):
    """The upload of a file took too long; nothing was sent."""


class TimeoutMaybeSentError(TransportError):
    """No usable answer came back in time; the request may have been carried out."""


class ApiError(WhatsAppError):
    """The API refused the request.

    Attributes:
        status: HTTP status of the answer; None when the error came in a webhook.
        info: What the API says.
    """

    def __init__(self, info: ApiErrorInfo, status: int | None = None, raw: object = None) -> None:
        where = f"HTTP {status}, " if status is not None else ""
        super().__init__(f"({where}code {info.code})")
        self.status = status
        self.info = info
        self.code = info.code
        self.raw = raw


class RetryableError(ApiError):
    """The API is busy or down for the moment; try again later."""


class WindowClosedError(ApiError):
    """The customer service window is closed; only an approved template can be sent."""


class RecipientError(ApiError):
    """This message can't be delivered to this recipient; don't try again."""


class TemplateError(ApiError):
    """The template is missing, paused or filled in wrongly."""


class AccountError(ApiError):
    """The account or its token may not send; stop sending and alert."""


class IdentityChangedError(ApiError):
    """The recipient's identity changed; verify it before sending anything personal."""


class UnknownApiError(ApiError):
    """The API refused the request for a reason that isn't on the list."""


def error_from_info(
    info: ApiErrorInfo, *, status: int | None = None, raw: object = None
) -> ApiError:
    """Returns the error for an error code, for example of a `failed` status."""
    return _class_for(info.code, status)(info, status, raw)


def error_from_response(status: int, body: object) -> ApiError:
    """Returns the error for an answer of the API that isn't 2xx.

    Args:
        status: HTTP status.
        body: The answer: bytes, text or parsed JSON.
    """
    raw = _parsed(body)
    item = raw.get("error") if isinstance(raw, dict) else None
    info = ApiErrorInfo.from_item(item)
    found = _class_for(info.code, status)
    if found is UnknownApiError and isinstance(item, dict) and item.get("is_transient") is True:
        found = RetryableError
    return found(info, status, raw)


def _class_for(code: int | None, status: int | None) -> type[ApiError]:
    known: tuple[tuple[type[ApiError], frozenset[int] | range], ...] = (
        (RetryableError, RETRYABLE_CODES),
        (WindowClosedError, WINDOW_CLOSED_CODES),
        (RecipientError, RECIPIENT_CODES),
        (TemplateError, TEMPLATE_CODES),
        (AccountError, ACCOUNT_CODES),
        (IdentityChangedError, IDENTITY_CHANGED_CODES),
    )
    for error_class, codes in known:
        if code is not None and code in codes:
            return error_class
    # Without a known code the HTTP status decides.
    if status is not None and (status >= 500 or status in (408, 429)):
        return RetryableError
    if status == 401:
        return AccountError
    return UnknownApiError


def _parsed(body: object) -> object:
    if not isinstance(body, bytes | bytearray | str):
        return body
    text = body.decode("utf-8", "replace") if isinstance(body, bytes | bytearray) else body
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def _code(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    # Some proxies and older versions send the number as text.
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) < 10:
        return int(value)
    return None


def _text(value: object) -> str:
    return value[:MAX_DETAIL_CHARACTERS] if isinstance(value, str) else ""
