"""Accounts, logins and sessions, on both databases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pyotp
import pytest

from clinic.adapters.database import Database
from clinic.privacy.audit import Audit
from clinic.staff.accounts import COMMAND_LINE, StaffAccounts
from clinic.staff.errors import (
    LastAdministratorError,
    LoginInvalidError,
    LoginTakenError,
    WeakPasswordError,
)
from clinic.staff.login import StaffLogin
from clinic.staff.model import LoginOutcome, NewMember, Role, SiteRole, StaffMember
from clinic.staff.sessions import ABSOLUTE, IDLE, StaffSessions
from tests.small_clinic import FixedClock

PASSWORD = "correct horse battery"


@dataclass
class House:
    """The staff's services."""

    database: Database
    clock: FixedClock
    accounts: StaffAccounts
    login: StaffLogin
    sessions: StaffSessions
    audit: Audit

    def hire(self, login: str, *roles: Role, site: str | None = None) -> StaffMember:
        held = frozenset(SiteRole(role, site) for role in roles)
        return self.accounts.create(NewMember(login, login.title(), PASSWORD, held), COMMAND_LINE)

    def try_password(self, login: str, password: str, address: str = "192.0.2.1") -> LoginOutcome:
        return self.login.try_password(login, password, address)[0]


@pytest.fixture
def house(database: Database) -> House:
    clock = FixedClock()
    audit = Audit(database, clock)
    return House(
        database,
        clock,
        StaffAccounts(database, clock, audit),
        StaffLogin(database, clock, audit),
        StaffSessions(database, clock),
        audit,
    )


def test_the_right_password_opens_whatever_the_case_of_the_login(house: House) -> None:
    house.hire("Nadia", Role.RECEPTION)
    assert house.try_password("nadia ", PASSWORD) is LoginOutcome.WELCOME
    assert house.try_password("nadia", "wrong") is LoginOutcome.REFUSED
    assert house.try_password("nobody", PASSWORD) is LoginOutcome.REFUSED


def test_names_logins_and_passwords_are_not_readable_in_the_database(house: House) -> None:
    house.hire("nadia.cherkaoui", Role.RECEPTION)
    with house.database.read() as tx:
        rows = tx.connection.exec_driver_sql("SELECT * FROM staff_member").all()
    stored = b"".join(v if isinstance(v, bytes) else str(v).encode() for v in rows[0])
    for word in (b"nadia", b"Nadia", PASSWORD.encode()):
        assert word not in stored
    assert b"$argon2id$" in stored


def test_five_wrong_passwords_block_an_account_and_only_for_a_while(house: House) -> None:
    house.hire("nadia", Role.RECEPTION)
    for number in range(5):
        assert house.try_password("nadia", "wrong", f"192.0.2.{number}") is LoginOutcome.REFUSED
    assert house.try_password("nadia", PASSWORD) is LoginOutcome.BLOCKED
    house.clock.time += timedelta(seconds=61)
    assert house.try_password("nadia", PASSWORD) is LoginOutcome.WELCOME


def test_each_further_failure_blocks_twice_as_long(house: House) -> None:
    house.hire("nadia", Role.RECEPTION)
    for _ in range(5):
        house.try_password("nadia", "wrong")
    house.clock.time += timedelta(seconds=61)
    house.try_password("nadia", "wrong")
    house.clock.time += timedelta(seconds=61)
    assert house.try_password("nadia", PASSWORD) is LoginOutcome.BLOCKED
    house.clock.time += timedelta(seconds=61)
    assert house.try_password("nadia", PASSWORD) is LoginOutcome.WELCOME


def test_an_address_that_tries_many_names_is_blocked(house: House) -> None:
    house.hire("nadia", Role.RECEPTION)
    for number in range(20):
        house.try_password(f"guess{number}", "wrong")
    assert house.try_password("nadia", PASSWORD) is LoginOutcome.BLOCKED
    assert house.try_password("nadia", PASSWORD, "198.51.100.7") is LoginOutcome.WELCOME


def test_a_code_is_needed_and_good_once(house: House) -> None:
    nadia = house.hire("nadia", Role.RECEPTION)
    secret = house.login.new_secret()
    code = pyotp.TOTP(secret).at(house.clock.now())
    assert not house.login.enrol(nadia, secret, "000000")
    assert house.login.enrol(nadia, secret, code)
    outcome, member = house.login.try_password("nadia", PASSWORD, "192.0.2.1")
    assert outcome is LoginOutcome.CODE_NEEDED
    assert member is not None
    # The code of the enrolment was used already.
    assert house.login.try_code(member, code, "192.0.2.1") is LoginOutcome.REFUSED
    house.clock.time += timedelta(seconds=30)
    code = pyotp.TOTP(secret).at(house.clock.now())
    assert house.login.try_code(member, f"{code[:3]} {code[3:]}", "a") is LoginOutcome.WELCOME
    assert house.login.try_code(member, code, "a") is LoginOutcome.REFUSED


def test_a_session_ends_when_idle_and_after_a_day_of_work(house: House) -> None:
    nadia = house.hire("nadia", Role.RECEPTION)
    token = house.sessions.open(nadia)
    house.clock.time += IDLE - timedelta(seconds=1)
    # A page that refreshes itself is no activity.
    assert house.sessions.find(token, is_activity=False) is not None
    assert house.sessions.find(token) is not None
    house.clock.time += IDLE - timedelta(seconds=1)
    assert house.sessions.find(token) is not None
    house.clock.time += IDLE
    assert house.sessions.find(token) is None
    token = house.sessions.open(nadia)
    until = house.clock.time + ABSOLUTE
    while house.clock.time + IDLE / 2 < until:
        house.clock.time += IDLE / 2
        assert house.sessions.find(token) is not None
    house.clock.time = until
    assert house.sessions.find(token) is None
    house.clock.time += timedelta(seconds=1)
    assert house.sessions.sweep() == 2


def test_closing_an_account_or_changing_its_password_ends_its_sessions(house: House) -> None:
    house.hire("root", Role.ADMIN)
    nadia = house.hire("nadia", Role.RECEPTION)
    first, second = house.sessions.open(nadia), house.sessions.open(nadia)
    house.accounts.set_password(nadia.id, "another long password", nadia.id, temporary=False)
    assert house.sessions.find(first) is None
    third = house.sessions.open(nadia)
    house.accounts.set_active(nadia.id, False, "root")
    assert [house.sessions.find(token) for token in (second, third)] == [None, None]
    assert house.try_password("nadia", "another long password") is LoginOutcome.REFUSED


def test_one_administrator_always_stays(house: House) -> None:
    root = house.hire("root", Role.ADMIN)
    with pytest.raises(LastAdministratorError):
        house.accounts.set_active(root.id, False, root.id)
    with pytest.raises(LastAdministratorError):
        house.accounts.change(
            root.id,
            name="Root",
            roles=frozenset({SiteRole(Role.MANAGER)}),
            practitioner=None,
            by=root.id,
        )
    assert house.accounts.get(root.id) == root


def test_accounts_that_cannot_be_made(house: House) -> None:
    house.hire("nadia", Role.RECEPTION)
    with pytest.raises(LoginTakenError):
        house.hire("NADIA", Role.RECEPTION)
    with pytest.raises(LoginInvalidError):
        house.hire("na dia", Role.RECEPTION)
    for password in ("short", "x" * 201, "my name is omar too"):
        with pytest.raises(WeakPasswordError):
            house.accounts.create(NewMember("omar", "Omar", password, frozenset()), COMMAND_LINE)


def test_roles_are_held_per_site(house: House) -> None:
    nadia = house.hire("nadia", Role.RECEPTION, site="maarif")
    assert nadia.has(Role.RECEPTION)
    assert nadia.has(Role.RECEPTION, site="maarif")
    assert not nadia.has(Role.RECEPTION, site="rabat")
    assert not nadia.has(Role.DOCTOR)
    assert nadia.sites(Role.RECEPTION) == {"maarif"}
    assert house.hire("omar", Role.RECEPTION).sites(Role.RECEPTION) is None


def test_logins_and_changes_are_in_the_audit_trail(house: House) -> None:
    nadia = house.hire("nadia", Role.ADMIN)
    house.try_password("nadia", "wrong")
    house.try_password("nadia", PASSWORD)
    house.accounts.set_password(nadia.id, "another long password", nadia.id, temporary=False)
    assert [entry.action for entry in house.audit.about(nadia.id)] == [
        "staff_created",
        "staff_login_failed",
        "staff_login",
        "staff_password_changed",
    ]
    assert house.audit.verify() == []
