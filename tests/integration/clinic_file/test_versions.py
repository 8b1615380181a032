"""Versions of the clinic file on both databases: in force at once, never overwritten."""

from __future__ import annotations

from pathlib import Path

import pytest

from clinic.adapters.database import Database
from clinic.clinic_file.errors import (
    ChangedMeanwhileError,
    NothingChangedError,
    UnknownVersionError,
)
from clinic.clinic_file.model import Draft
from clinic.clinic_file.services import ClinicFile
from clinic.clinic_file.text import ClinicText
from clinic.privacy.audit import Audit
from tests.small_clinic import FixedClock

BASE = Path(__file__).resolve().parents[3] / "clinic.yml"


def process(database: Database) -> ClinicFile:
    """The clinic file as another process has it."""
    clock = FixedClock()
    return ClinicFile(BASE, database, clock, Audit(database, clock))


def draft(file: ClinicFile, price: str) -> Draft:
    text, number = file.text()
    return file.check(ClinicText(text).replace("services[0].price_mad", price).text, number)


def test_a_saved_price_is_in_force_in_every_process_after_a_refresh(database: Database) -> None:
    console, assistant = process(database), process(database)
    before = assistant.current

    console.save(draft(console, "260"), "prices", by="hind")

    assert console.current.services[0].price_mad == 260
    assert assistant.current is before
    assert assistant.refresh()
    assert assistant.current.services[0].price_mad == 260
    assert not assistant.refresh()


def test_a_fault_is_told_with_its_place_and_cannot_be_saved(database: Database) -> None:
    file = process(database)

    wrong = draft(file, "gratuit")

    (fault,) = wrong.faults
    assert fault.path == "services[0].price_mad"
    assert fault.message == "'gratuit' is not a whole number from 0 to 1000000"
    with pytest.raises(ValueError, match="faults"):
        file.save(wrong, "prices", by="hind")
    assert file.versions() == []


def test_two_people_do_not_overwrite_each_other(database: Database) -> None:
    first, second = process(database), process(database)
    mine, theirs = draft(first, "260"), draft(second, "270")
    first.save(mine, "prices", by="hind")

    with pytest.raises(ChangedMeanwhileError):
        second.save(theirs, "prices", by="omar")
    assert [version.made_by for version in first.versions()] == ["hind"]


def test_saving_nothing_new_makes_no_version(database: Database) -> None:
    file = process(database)
    text, number = file.text()

    with pytest.raises(NothingChangedError):
        file.save(file.check(text, number), "prices", by="hind")


def test_an_earlier_version_or_the_file_itself_can_be_restored(database: Database) -> None:
    file = process(database)
    base = file.current.services[0].price_mad
    file.save(draft(file, "260"), "prices", by="hind")
    file.save(draft(file, "280"), "prices", by="hind")

    file.restore(1, based_on=2, by="omar")
    assert file.current.services[0].price_mad == 260
    file.restore(0, based_on=3, by="omar")
    assert file.current.services[0].price_mad == base
    assert [v.note for v in file.versions()] == ["restored 0", "restored 1", "prices", "prices"]
    with pytest.raises(UnknownVersionError):
        file.restore(9, based_on=4, by="omar")


def test_the_difference_shows_the_changed_line(database: Database) -> None:
    file = process(database)
    file.save(draft(file, "260"), "prices", by="hind")

    changed = [
        line for line in file.difference(1) if line[0] in "+-" and line[:3] not in ("+++", "---")
    ]
    assert [line.split() for line in changed] == [
        ["-", "price_mad:", "250"],
        ["+", "price_mad:", "260"],
    ]


def test_a_version_that_this_program_cannot_read_leaves_the_facts_as_they_are(
    database: Database,
) -> None:
    console, assistant = process(database), process(database)
    text, _ = console.text()
    console.save(Draft(text + "\nnew_key: 1\n", 0, ()), "from the future", by="hind")

    assert assistant.refresh()
    assert assistant.current.services
    assert not assistant.refresh()


def test_every_change_is_in_the_audit_trail(database: Database) -> None:
    file = process(database)
    file.save(draft(file, "260"), "prices", by="hind")

    (entry,) = Audit(database, FixedClock()).about("clinic_file")
    assert (entry.actor, entry.action, entry.details) == (
        "hind", "clinic_file_changed", {"version": 1, "note": "prices"},
    )  # fmt: skip
