"""The check that every conversation test makes on the templates it sends."""

from __future__ import annotations

from typing import Any

from tests.template_faults import template_faults_of


def message(name: str, parameters: int, language: str = "fr") -> dict[str, Any]:
    texts = [{"type": "text", "text": "x"}] * parameters
    components = [{"type": "body", "parameters": texts}]
    return {"template": {"name": name, "language": {"code": language}, "components": components}}


def test_a_template_that_fits_its_file_has_no_fault() -> None:
    assert list(template_faults_of(message("deposit_paid", 3))) == []


def test_an_unknown_template_is_named() -> None:
    assert list(template_faults_of(message("freed_slot", 3))) == [
        "the template freed_slot has no file"
    ]


def test_wrong_counts_and_languages_are_named() -> None:
    assert list(template_faults_of(message("waiting_list_offer", 2, "ary"))) == [
        "waiting_list_offer has 5 variables, 2 are filled in",
        "waiting_list_offer has 2 quick replies, 0 are given",
        "waiting_list_offer is not there in ary",
    ]
