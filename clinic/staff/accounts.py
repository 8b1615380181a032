"""Accounts of the staff: who may use the console, and as what."""

from __future__ import annotations

import re
from collections.abc import Callable

from clinic.adapters.database import Database, Transaction
from clinic.adapters.staff import Staff
from clinic.adapters.staff_sessions import Sessions
from clinic.clock import Clock
from clinic.privacy.audit import Audit, AuditAction
from clinic.staff.errors import (
    LastAdministratorError,
    LoginInvalidError,
    LoginTakenError,
    UnknownMemberError,
)
from clinic.staff.model import INTERFACE_LANGUAGES, NewMember, Role, SiteRole, StaffMember
from clinic.staff.passwords import hash_password, password_matches

COMMAND_LINE = "command line"
"""Who acts when an account is made or changed on the server itself."""

_LOGIN = re.compile(r"[\w.@-]{2,64}")


class StaffAccounts:
    """Makes and changes accounts; each change is in the audit trail."""

    def __init__(self, database: Database, clock: Clock, audit: Audit) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit

    def create(self, new: NewMember, by: str) -> StaffMember:
        """Makes an account.

        Args:
            by: the id of the administrator, or `COMMAND_LINE`.

        Raises:
            LoginInvalidError: the login name has other characters than allowed.
            LoginTakenError: somebody has that login name.
            WeakPasswordError: see `hash_password`.
        """
        if not _LOGIN.fullmatch(new.login):
            raise LoginInvalidError
        hashed = hash_password(new.password, new.login)
        with self._database.write() as tx:
            member_id = Staff(tx).add(new, hashed, self._clock.now())
            if member_id is None:
                raise LoginTakenError
            self._note(tx, by, AuditAction.STAFF_CREATED, member_id)
            return self._get(tx, member_id)

    def get(self, member_id: str) -> StaffMember | None:
        with self._database.read() as tx:
            return Staff(tx).get(member_id)

    def by_login(self, login: str) -> StaffMember | None:
        with self._database.read() as tx:
            return Staff(tx).by_login(login)

    def all(self) -> list[StaffMember]:
        """Returns every account, by name."""
        with self._database.read() as tx:
            return Staff(tx).all()

    def has_any(self) -> bool:
        with self._database.read() as tx:
            return Staff(tx).count() > 0

    def change(
        self,
        member_id: str,
        *,
        name: str,
        roles: frozenset[SiteRole],
        practitioner: str | None,
        by: str,
    ) -> None:
        """Changes name, roles and whose account it is.

        Raises:
            UnknownMemberError: no such member.
            LastAdministratorError: nobody would be left to make accounts.
        """

        def apply(tx: Transaction) -> None:
            Staff(tx).set_name(member_id, name, self._clock.now())
            Staff(tx).set_roles(member_id, roles)
            Staff(tx).change(member_id, self._clock.now(), practitioner=practitioner)
            self._keep_an_administrator(tx)

        self._change(member_id, by, apply)

    def set_active(self, member_id: str, is_active: bool, by: str) -> None:
        """Lets somebody in again, or keeps them out from now on.

        Raises:
            UnknownMemberError: no such member.
            LastAdministratorError: nobody would be left to make accounts.
        """

        def apply(tx: Transaction) -> None:
            Staff(tx).change(member_id, self._clock.now(), is_active=is_active)
            self._keep_an_administrator(tx)
            if not is_active:
                Sessions(tx).end_all(member_id)

        self._change(member_id, by, apply)

    def set_password(
        self, member_id: str, password: str, by: str, *, temporary: bool, keep_session: str = ""
    ) -> None:
        """Sets a new password and ends every session but the one named.

        Args:
            temporary: the member has to choose another at the next login.

        Raises:
            UnknownMemberError: no such member.
            WeakPasswordError: see `hash_password`.
        """
        member = self.get(member_id)
        if member is None:
            raise UnknownMemberError
        hashed = hash_password(password, member.login)

        def apply(tx: Transaction) -> None:
            Staff(tx).change(
                member_id,
                self._clock.now(),
                password_hash=hashed,
                must_change_password=temporary,
            )
            Sessions(tx).end_all(member_id, but=keep_session)

        self._change(member_id, by, apply, AuditAction.STAFF_PASSWORD_CHANGED)

    def has_password(self, member_id: str, password: str) -> bool:
        """Asks for the password again, before something that needs it."""
        with self._database.read() as tx:
            stored = Staff(tx).password_hash(member_id)
        return password_matches(password, stored)

    def set_language(self, member_id: str, language: str) -> None:
        """Sets the language of the interface; one that it does not have is ignored."""
        if language not in INTERFACE_LANGUAGES:
            return
        with self._database.write() as tx:
            Staff(tx).change(member_id, self._clock.now(), language=language)

    def set_away(self, member_id: str, is_away: bool) -> None:
        """Notes that somebody takes no conversations for the moment, or does again."""
        with self._database.write() as tx:
            Staff(tx).change(member_id, self._clock.now(), is_away=is_away)

    def remove_second_factor(self, member_id: str, by: str) -> None:
        """Takes away a second factor, of a lost phone.

        Raises:
            UnknownMemberError: no such member.
        """

        def apply(tx: Transaction) -> None:
            Staff(tx).set_totp(member_id, None, None, self._clock.now())

        self._change(member_id, by, apply, AuditAction.STAFF_SECOND_FACTOR_CHANGED)

    def _change(
        self,
        member_id: str,
        by: str,
        apply: Callable[[Transaction], None],
        action: AuditAction = AuditAction.STAFF_CHANGED,
    ) -> None:
        with self._database.write() as tx:
            self._get(tx, member_id)
            apply(tx)
            self._note(tx, by, action, member_id)

    def _get(self, tx: Transaction, member_id: str) -> StaffMember:
        member = Staff(tx).get(member_id)
        if member is None:
            raise UnknownMemberError
        return member

    def _keep_an_administrator(self, tx: Transaction) -> None:
        if not any(member.is_active and member.has(Role.ADMIN) for member in Staff(tx).all()):
            raise LastAdministratorError

    def _note(self, tx: Transaction, by: str, action: AuditAction, member_id: str) -> None:
        self._audit.record_in(tx, by, action, member_id)
