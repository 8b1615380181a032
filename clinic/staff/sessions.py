"""Sessions of the console: random tokens, of which only a hash is stored.

They end after two hours without a request of the person, after twelve hours in any case, and
at once when an account is closed or its password changes (OWASP, Session Management).
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from clinic.adapters.database import Database
from clinic.adapters.staff import Staff
from clinic.adapters.staff_sessions import SessionRow, Sessions, Throttles
from clinic.clock import Clock
from clinic.staff.model import StaffMember, StaffSession

IDLE = timedelta(hours=2)
ABSOLUTE = timedelta(hours=12)
CODE_WITHIN = timedelta(minutes=5)
"""For the second factor, once the password was right."""
_NOTED_EVERY = timedelta(minutes=1)
_FAILURES_KEPT = timedelta(days=2)


class StaffSessions:
    """Opens, finds and ends sessions. It goes by the computer's own clock, never a demo's."""

    def __init__(self, database: Database, timer: Clock) -> None:
        self._database = database
        self._timer = timer

    def open(self, member: StaffMember, *, needs_code: bool = False, instead_of: str = "") -> str:
        """Opens a session; returns its token, which is told nowhere else.

        Args:
            instead_of: the token that the browser had before; it is of no use any more.
        """
        token = secrets.token_urlsafe(32)
        now = self._timer.now()
        with self._database.write() as tx:
            if instead_of:
                Sessions(tx).end(hash_token(instead_of))
            Sessions(tx).add(
                SessionRow(
                    token_hash=hash_token(token),
                    staff_id=member.id,
                    needs_code=needs_code,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + (CODE_WITHIN if needs_code else ABSOLUTE),
                )
            )
        return token

    def find(self, token: str, *, is_activity: bool = True) -> StaffSession | None:
        """Returns the session of a token, None when it has ended.

        Args:
            is_activity: whether somebody did something; a page that refreshes itself did not.
        """
        now = self._timer.now()
        token_hash = hash_token(token)
        with self._database.read() as tx:
            row = Sessions(tx).get(token_hash)
            member = Staff(tx).get(row.staff_id) if row else None
        if row is None or member is None or not member.is_active:
            return None
        if now >= row.expires_at or now >= row.seen_at + IDLE:
            return None
        if is_activity and now - row.seen_at > _NOTED_EVERY:
            with self._database.write() as tx:
                Sessions(tx).touch(token_hash, now)
        return StaffSession(
            token_hash, member, row.needs_code, row.created_at, row.seen_at, row.expires_at
        )

    def end(self, token: str) -> None:
        with self._database.write() as tx:
            Sessions(tx).end(hash_token(token))

    def end_others(self, session: StaffSession) -> None:
        """Ends the member's sessions in other browsers."""
        with self._database.write() as tx:
            Sessions(tx).end_all(session.member.id, but=session.token_hash)

    def sweep(self) -> int:
        """Removes what has expired; returns how many sessions."""
        now = self._timer.now()
        with self._database.write() as tx:
            Throttles(tx).sweep(now - _FAILURES_KEPT)
            return Sessions(tx).sweep(now)


def hash_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
