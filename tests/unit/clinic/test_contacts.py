"""Whose message it is when number and user id point at different contacts."""

from __future__ import annotations

from clinic.adapters.contacts import Contacts
from clinic.adapters.database import Database
from clinic.messaging.model import Contact
from tests.small_clinic import FixedClock


def _writes(
    database: Database, clock: FixedClock, *, phone: str | None, user_id: str | None
) -> Contact:
    with database.write() as tx:
        return Contacts(tx).find_or_create(
            phone=phone, user_id=user_id, profile_name=None, now=clock.now()
        )


def test_a_number_that_went_to_a_known_person_does_not_open_its_former_owners_file(
    database: Database, clock: FixedClock
) -> None:
    former = _writes(database, clock, phone="212600000001", user_id=None)
    known = _writes(database, clock, phone="212600000002", user_id="MA.2")
    now_writing = _writes(database, clock, phone="212600000001", user_id="MA.2")
    assert now_writing.id == known.id
    assert now_writing.phone == "212600000001"
    assert now_writing.recheck_since is not None
    with database.read() as tx:
        left = Contacts(tx).get(former.id)
    assert left is not None
    assert left.phone is None


def test_the_former_owner_has_a_user_id(database: Database, clock: FixedClock) -> None:
    _writes(database, clock, phone="212600000001", user_id="MA.1")
    known = _writes(database, clock, phone=None, user_id="MA.2")
    assert _writes(database, clock, phone="212600000001", user_id="MA.2").id == known.id


def test_the_first_number_of_a_user_is_added(database: Database, clock: FixedClock) -> None:
    known = _writes(database, clock, phone=None, user_id="MA.2")
    same = _writes(database, clock, phone="212600000002", user_id="MA.2")
    assert (same.id, same.phone, same.recheck_since) == (known.id, "212600000002", None)


def test_a_number_with_another_user_is_checked_again(database: Database, clock: FixedClock) -> None:
    known = _writes(database, clock, phone="212600000001", user_id="MA.1")
    other = _writes(database, clock, phone="212600000001", user_id="MA.9")
    assert other.id == known.id
    assert other.recheck_since is not None
