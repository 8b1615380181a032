"""The API's errors, by what to do about them."""

from __future__ import annotations

import json

import pytest

from whatsapp import errors
from whatsapp.errors import ApiErrorInfo, error_from_info, error_from_response

BY_CODE = {
    errors.RetryableError: [4, 80007, 130429, 131000, 131016, 131056, 131057],
    errors.WindowClosedError: [131047],
    errors.RecipientError: [131008, 131009, 131021, 131026, 131049, 131050, 131051, 131062],
    errors.TemplateError: [132000, 132001, 132005, 132007, 132012, 132015, 132016],
    errors.AccountError: [190, 368, 131031, 131042],
    errors.IdentityChangedError: [137000],
    errors.UnknownApiError: [100, 999999, -1],
}
CODES = [(code, found) for found, codes in BY_CODE.items() for code in codes]


def answer(code: object, **more: object) -> dict[str, object]:
    return {"error": {"message": "m", "type": "OAuthException", "code": code, **more}}


@pytest.mark.parametrize(("code", "expected"), CODES)
def test_a_code_decides_over_the_http_status(code: int, expected: type[errors.ApiError]) -> None:
    error = error_from_response(400, answer(code))
    assert type(error) is expected
    assert type(error_from_info(ApiErrorInfo(code))) is expected
    assert (error.status, error.code, error.raw) == (400, code, answer(code))


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (500, errors.RetryableError),
        (503, errors.RetryableError),
        (429, errors.RetryableError),
        (401, errors.AccountError),
        (400, errors.UnknownApiError),
        (302, errors.UnknownApiError),
    ],
)
@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"error": "no"}', b"\xff", b"[" * 5000, {"error": {"code": []}}],
)
def test_without_a_code_the_http_status_decides(
    status: int, expected: type[errors.ApiError], body: object
) -> None:
    assert type(error_from_response(status, body)) is expected


def test_an_unknown_but_transient_error_can_be_tried_again() -> None:
    error = error_from_response(400, answer(999999, is_transient=True))
    assert type(error) is errors.RetryableError


def test_a_code_given_as_text_counts() -> None:
    assert type(error_from_response(400, answer("131047"))) is errors.WindowClosedError


def test_the_raw_answer_and_its_details_are_kept() -> None:
    body = answer(131047, error_data={"details": "Call +212600000001"}, error_user_title="x")
    error = error_from_response(400, json.dumps(body).encode())
    assert error.raw == body
    assert error.info.details == "Call +212600000001"


def test_the_message_says_what_happened_without_personal_data() -> None:
    body = answer(131026, error_data={"details": "+212600000001"})
    assert str(error_from_response(400, body)) == (
        "This message can't be delivered to this recipient; don't try again. "
        "(HTTP 400, code 131026)"
    )
    assert str(error_from_info(ApiErrorInfo(137000))) == (
        "The recipient's identity changed; verify it before sending anything personal. "
        "(code 137000)"
    )


def test_every_error_has_a_code_and_an_answer_even_if_there_was_none() -> None:
    error = errors.TimeoutMaybeSentError("(ReadTimeout)")
    assert (error.code, error.raw) == (None, None)


def test_the_tree_at_the_top_of_the_module_is_the_tree() -> None:
    def drawn(root: type[Exception]) -> list[str]:
        return [root.__name__, *(n for child in root.__subclasses__() for n in drawn(child))]

    for name in drawn(errors.WhatsAppError):
        assert name in (errors.__doc__ or "")
    assert issubclass(errors.TimeoutMaybeSentError, errors.TransportError)
