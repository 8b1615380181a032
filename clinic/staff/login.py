"""Logging in: password, second factor, and a brake on guessing.

After five failures an account waits a minute, then twice as long each time, up to an hour; an
address after twenty. Both are kept in the database, so that a restart or a second process does
not help whoever guesses.
"""

from __future__ import annotations

from datetime import timedelta

import pyotp

from clinic.adapters.database import Database, Transaction
from clinic.adapters.staff import Staff
from clinic.adapters.staff_sessions import Throttle, Throttles
from clinic.clock import Clock
from clinic.privacy.audit import Audit, AuditAction
from clinic.staff.model import LoginOutcome, StaffMember
from clinic.staff.passwords import password_matches

ACCOUNT_FAILURES = 5
ADDRESS_FAILURES = 20
_FIRST_BLOCK = timedelta(minutes=1)
_LONGEST_BLOCK = timedelta(hours=1)
_FORGOTTEN_AFTER = timedelta(days=1)
_STEP_SECONDS = 30


class StaffLogin:
    """Decides whether somebody may come in."""

    def __init__(self, database: Database, timer: Clock, audit: Audit) -> None:
        self._database = database
        self._timer = timer
        self._audit = audit

    def try_password(
        self, login: str, password: str, address: str
    ) -> tuple[LoginOutcome, StaffMember | None]:
        """Checks a login name and its password; the member only when both are right."""
        keys = {_account(login): ACCOUNT_FAILURES, f"address:{address}": ADDRESS_FAILURES}
        if self._is_blocked(*keys):
            return LoginOutcome.BLOCKED, None
        with self._database.read() as tx:
            member = Staff(tx).by_login(login)
            stored = Staff(tx).password_hash(member.id) if member else None
        is_right = password_matches(password, stored)
        if not is_right or member is None or not member.is_active:
            self._note_failure(keys, member)
            return LoginOutcome.REFUSED, None
        if member.has_second_factor:
            return LoginOutcome.CODE_NEEDED, member
        self._note_success(member)
        return LoginOutcome.WELCOME, member

    def try_code(self, member: StaffMember, code: str, address: str) -> LoginOutcome:
        """Checks the second factor's code; each is good once."""
        keys = {_account(member.login): ACCOUNT_FAILURES, f"address:{address}": ADDRESS_FAILURES}
        if self._is_blocked(*keys):
            return LoginOutcome.BLOCKED
        with self._database.write() as tx:
            secret, _ = Staff(tx).totp(member.id)
            step = self._step_of(code, secret) if secret else None
            is_right = step is not None and Staff(tx).use_totp_step(member.id, step)
        if not is_right:
            self._note_failure(keys, member)
            return LoginOutcome.REFUSED
        self._note_success(member)
        return LoginOutcome.WELCOME

    def new_secret(self) -> str:
        """Returns a secret for a second factor that is being set up."""
        return pyotp.random_base32()

    def enrolment_uri(self, member: StaffMember, secret: str, clinic: str) -> str:
        """Returns what the authenticator's QR code says."""
        return pyotp.TOTP(secret).provisioning_uri(name=member.login, issuer_name=clinic)

    def enrol(self, member: StaffMember, secret: str, code: str) -> bool:
        """Switches the second factor on once a first code proves that the phone has it."""
        step = self._step_of(code, secret)
        if step is None:
            return False
        with self._database.write() as tx:
            Staff(tx).set_totp(member.id, secret, step, self._timer.now())
            self._audit.record_in(tx, member.id, AuditAction.STAFF_SECOND_FACTOR_CHANGED, member.id)
        return True

    def _step_of(self, code: str, secret: str) -> int | None:
        """Returns the half minute a code is for: the present one, or a neighbour of it."""
        digits = "".join(sign for sign in code if sign.isdigit())
        totp = pyotp.TOTP(secret)
        now = int(self._timer.now().timestamp()) // _STEP_SECONDS
        for step in (now, now - 1, now + 1):
            if pyotp.utils.strings_equal(totp.generate_otp(step), digits):
                return step
        return None

    def _is_blocked(self, *keys: str) -> bool:
        now = self._timer.now()
        with self._database.read() as tx:
            throttles = [Throttles(tx).get(key) for key in keys]
        return any(t and t.blocked_until and now < t.blocked_until for t in throttles)

    def _note_failure(self, keys: dict[str, int], member: StaffMember | None) -> None:
        with self._database.write() as tx:
            for key, allowed in keys.items():
                self._count_failure(tx, key, allowed)
            if member:
                self._audit.record_in(tx, member.id, AuditAction.STAFF_LOGIN_FAILED, member.id)

    def _count_failure(self, tx: Transaction, key: str, allowed: int) -> None:
        now = self._timer.now()
        before = Throttles(tx).get(key)
        is_recent = before is not None and now - before.updated_at < _FORGOTTEN_AFTER
        failures = (before.failures if before and is_recent else 0) + 1
        blocked_until = None
        if failures >= allowed:
            doubled = _FIRST_BLOCK * 2 ** min(failures - allowed, 10)
            blocked_until = now + min(doubled, _LONGEST_BLOCK)
        Throttles(tx).set(key, Throttle(failures, blocked_until, now))

    def _note_success(self, member: StaffMember) -> None:
        with self._database.write() as tx:
            Throttles(tx).clear(_account(member.login))
            self._audit.record_in(tx, member.id, AuditAction.STAFF_LOGIN, member.id)


def _account(login: str) -> str:
    return f"account:{login.strip().casefold()}"
