"""Changing one value of the clinic file and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic.clinic_file.text import ClinicText
from clinic.facts.loader import parse_clinic

TEXT = (Path(__file__).resolve().parents[3] / "clinic.yml").read_text(encoding="utf-8")


def changed_lines(after: str) -> list[str]:
    before = set(TEXT.splitlines())
    return [line.strip() for line in after.splitlines() if line not in before]


def test_a_price_is_the_only_line_that_changes() -> None:
    after = ClinicText(TEXT).replace("services[1].price_mad", "455").text

    assert changed_lines(after) == ["price_mad: 455"]
    assert len(after.splitlines()) == len(TEXT.splitlines())
    assert parse_clinic(after).services[1].price_mad == 455


@pytest.mark.parametrize(
    "words",
    [
        "Sans rendez-vous : oui",
        "# pas une note",
        '"cité"',
        "a: b",
        "- x",
        "yes",
        "بلا موعد، نعم",
        "x\ny",
    ],
)
def test_any_words_are_read_back_as_they_were_written(words: str) -> None:
    after = ClinicText(TEXT).replace("insurance_note.fr", words)

    assert after.get("insurance_note.fr") == words


def test_hours_are_a_list_on_one_line() -> None:
    path = "sites[0].opening_hours.weekly.saturday"
    after = ClinicText(TEXT).replace(path, ["08:00-18:00", "19:00-20:00"])

    assert changed_lines(after.text) == ['saturday: ["08:00-18:00", "19:00-20:00"]']
    assert ClinicText(TEXT).replace(path, []).items(path) == []
    assert len(parse_clinic(after.text).sites[0].hours.on(5)) == 2


def test_leave_is_added_changed_and_removed() -> None:
    text = ClinicText(TEXT)
    path = "practitioners[0].leave"
    assert text.count(path) == 0
    added = text.replace(path, [{"first": "2026-12-01", "last": "2026-12-04"}])
    two = added.replace(
        path,
        [
            {"first": "2026-12-01", "last": "2026-12-04"},
            {"first": "2026-12-10", "last": "2026-12-10", "from": "14:00", "to": "17:00"},
        ],
    )

    assert len(parse_clinic(added.text).practitioners[0].leave) == 1
    assert len(parse_clinic(two.text).practitioners[0].leave) == 2
    assert parse_clinic(two.text).practitioners[1] == parse_clinic(TEXT).practitioners[1]
    assert two.remove(path).text == TEXT


def test_a_note_below_a_replaced_list_stays() -> None:
    text = ClinicText(TEXT)
    number = next(
        i
        for i in range(20)
        if "Congrès" in TEXT and text.get(f"practitioners[{i}].id") == "dr-chraibi"
    )
    after = text.replace(
        f"practitioners[{number}].leave", [{"first": "2027-01-04", "last": "2027-01-05"}]
    )

    assert after.get(f"practitioners[{number}].leave[0].first") == "2027-01-04"
    assert after.get(f"practitioners[{number + 1}].id") == text.get(
        f"practitioners[{number + 1}].id"
    )


def test_a_key_that_is_missing_is_added_to_its_entry() -> None:
    after = ClinicText(TEXT).replace("services[0].deposit_mad", "50")

    assert parse_clinic(after.text).services[0].deposit_mad == 50
    assert ClinicText(after.text).remove("services[0].deposit_mad").text == TEXT


def test_what_holds_no_key_cannot_take_one() -> None:
    with pytest.raises(KeyError):
        ClinicText(TEXT).replace("nothing.at.all", "x")
