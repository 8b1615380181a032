"""What follows each class of errors."""

from __future__ import annotations

import pytest

from clinic.messaging.retries import Fate, outcome
from whatsapp.errors import (
    ApiErrorInfo,
    TimeoutMaybeSentError,
    TransportError,
    UploadTimeoutError,
    error_from_info,
)


@pytest.mark.parametrize(
    ("code", "fate", "is_tried_again"),
    [
        (4, Fate.RETRY, True),
        (80007, Fate.RETRY, True),
        (130429, Fate.RETRY, True),
        (131000, Fate.RETRY, True),
        (131016, Fate.RETRY, True),
        (131056, Fate.RETRY, True),
        (131057, Fate.RETRY, True),
        (131047, Fate.WINDOW_CLOSED, True),
        (131008, Fate.UNDELIVERABLE, False),
        (131009, Fate.UNDELIVERABLE, False),
        (131021, Fate.UNDELIVERABLE, False),
        (131026, Fate.UNDELIVERABLE, False),
        (131049, Fate.UNDELIVERABLE, False),
        (131050, Fate.UNDELIVERABLE, False),
        (131051, Fate.UNDELIVERABLE, False),
        (131062, Fate.UNDELIVERABLE, False),
        (132000, Fate.TEMPLATE_FAULT, False),
        (132001, Fate.TEMPLATE_FAULT, False),
        (132005, Fate.TEMPLATE_FAULT, False),
        (132007, Fate.TEMPLATE_FAULT, False),
        (132012, Fate.TEMPLATE_FAULT, False),
        (132015, Fate.TEMPLATE_FAULT, False),
        (132016, Fate.TEMPLATE_FAULT, False),
        (190, Fate.ACCOUNT_FAULT, True),
        (368, Fate.ACCOUNT_FAULT, True),
        (131031, Fate.ACCOUNT_FAULT, True),
        (131042, Fate.ACCOUNT_FAULT, True),
        (137000, Fate.IDENTITY_CHANGED, False),
        (999999, Fate.GIVEN_UP, False),
    ],
)
def test_a_code_has_its_fate(code: int, fate: Fate, is_tried_again: bool) -> None:
    found = outcome(error_from_info(ApiErrorInfo(code)), 1)
    assert (found.fate, found.delay is not None) == (fate, is_tried_again)


def test_a_closed_window_is_asked_once_more_only() -> None:
    assert outcome(error_from_info(ApiErrorInfo(131047)), 2).delay is None


def test_a_lost_answer_is_no_retry() -> None:
    assert outcome(TimeoutMaybeSentError(), 1).fate is Fate.UNCERTAIN


def test_retries_end_one_day() -> None:
    assert outcome(TransportError(), 299).fate is Fate.RETRY
    assert outcome(TransportError(), 300).fate is Fate.GIVEN_UP
    assert outcome(error_from_info(ApiErrorInfo(131016)), 40).fate is Fate.GIVEN_UP


def test_a_file_that_never_arrives_is_given_up_within_the_hour() -> None:
    assert outcome(UploadTimeoutError(), 9).fate is Fate.RETRY
    assert outcome(UploadTimeoutError(), 10).fate is Fate.GIVEN_UP


def test_waits_grow_and_differ() -> None:
    waits = [outcome(TransportError(), n).delay for n in range(1, 12)]
    seconds = [wait.total_seconds() for wait in waits if wait]
    assert all(
        min(300, 2 ** (n - 1)) / 2 <= s <= min(300, 2 ** (n - 1)) for n, s in enumerate(seconds, 1)
    )
