"""A link to one's own data: once, in time, with the right second factor."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from clinic.adapters.database import Database
from clinic.adapters.patients import Patients
from clinic.messaging.model import Contact
from clinic.patients.birth_dates import read_date
from clinic.patients.model import Relation
from clinic.privacy.audit import Audit
from clinic.privacy.export import DataExports
from clinic.secure_links.errors import LinkGoneError, WrongFactorError
from clinic.secure_links.services import SecureLinks
from tests.small_clinic import FixedClock, small_clinic


@pytest.fixture
def exports(database: Database, clock: FixedClock, audit: Audit) -> DataExports:
    return DataExports(database, clock, SecureLinks(database, clock, audit, small_clinic()))


@pytest.fixture
def token(exports: DataExports, contact: Contact, database: Database, clock: FixedClock) -> str:
    with database.write() as tx:
        Patients(tx).add(contact.id, Relation.SELF, "Salma Benali", clock.now())
    return exports.offer(contact.id, "fr").rsplit("/", 1)[-1]


def test_the_name_opens_it_and_shows_the_patient(exports: DataExports, token: str) -> None:
    export = exports.open(token, "salma  BENALI")

    assert [row["name"] for row in export.rows["patient"]] == ["Salma Benali"]


def test_it_opens_once(exports: DataExports, token: str) -> None:
    exports.open(token, "Salma Benali")

    with pytest.raises(LinkGoneError):
        exports.open(token, "Salma Benali")


def test_a_wrong_name_shows_nothing_and_leaves_another_try(
    exports: DataExports, token: str
) -> None:
    with pytest.raises(WrongFactorError):
        exports.open(token, "Karim Tazi")

    assert exports.open(token, "Salma Benali").rows["patient"]


def test_five_wrong_names_end_it(exports: DataExports, token: str) -> None:
    for _ in range(5):
        with pytest.raises(WrongFactorError):
            exports.open(token, "Karim Tazi")

    with pytest.raises(LinkGoneError):
        exports.open(token, "Salma Benali")


def test_after_a_day_it_is_gone(exports: DataExports, token: str, clock: FixedClock) -> None:
    clock.time = clock.now() + timedelta(hours=24)

    with pytest.raises(LinkGoneError):
        exports.open(token, "Salma Benali")


def test_a_date_of_birth_goes_before_the_name(
    exports: DataExports, token: str, contact: Contact, database: Database
) -> None:
    with database.write() as tx:
        own = Patients(tx).of_contact(contact.id)[0]
        Patients(tx).change(own.id, "birth_date", "1990-03-05")

    assert exports.factor_of(token)[0] == "birth_date"
    with pytest.raises(WrongFactorError):
        exports.open(token, "Salma Benali")
    assert exports.open(token, "5/3/1990").rows["patient"]


def test_without_a_patient_the_number_is_asked(exports: DataExports, contact: Contact) -> None:
    token = exports.offer(contact.id, "fr").rsplit("/", 1)[-1]

    assert exports.factor_of(token)[0] == "phone"
    assert exports.open(token, "0001").rows["contact"][0]["phone"] == contact.phone


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("05/03/1990", date(1990, 3, 5)),
        ("1990-03-05", date(1990, 3, 5)),
        ("31.2.1990", None),
        ("mars 1990", None),
    ],
)
def test_dates_are_read_day_first(written: str, read: date | None) -> None:
    assert read_date(written) == read
