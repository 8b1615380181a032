"""Who works on a patient just now."""

from __future__ import annotations

from datetime import timedelta

from clinic.adapters.database import Database
from clinic.adapters.leases import LEASE_DURATION, Leases
from tests.small_clinic import NOW

INSTANT = timedelta(microseconds=1)


def acquire(database: Database, owner: str, after: timedelta = timedelta(0)) -> bool:
    with database.write() as tx:
        return Leases(tx).acquire("turn:1", owner, NOW + after)


def test_only_one_owner_gets_a_lease(database: Database) -> None:
    assert [acquire(database, "a"), acquire(database, "b")] == [True, False]


def test_the_owner_renews_it(database: Database) -> None:
    acquire(database, "a")
    assert acquire(database, "a", LEASE_DURATION - INSTANT)
    assert not acquire(database, "b", LEASE_DURATION)


def test_it_ends_by_itself_and_then_belongs_to_the_next(database: Database) -> None:
    acquire(database, "a")
    assert not acquire(database, "b", LEASE_DURATION - INSTANT)
    assert acquire(database, "b", LEASE_DURATION)
    assert not acquire(database, "a", LEASE_DURATION)


def test_a_released_lease_is_free(database: Database) -> None:
    acquire(database, "a")
    with database.write() as tx:
        Leases(tx).release("turn:1", "a")
    assert acquire(database, "b")


def test_nobody_releases_the_lease_of_another(database: Database) -> None:
    acquire(database, "a")
    with database.write() as tx:
        Leases(tx).release("turn:1", "b")
    assert not acquire(database, "b")


def test_leases_of_different_names_do_not_meet(database: Database) -> None:
    acquire(database, "a")
    with database.write() as tx:
        assert Leases(tx).acquire("turn:2", "b", NOW)
