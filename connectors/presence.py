"""How an assistant tells the others that it is there: a lease that it keeps renewing."""

from __future__ import annotations

import asyncio

from clinic.adapters.database import Database
from clinic.adapters.leases import Leases
from clinic.adapters.tables.base import new_id
from clinic.clock import SystemClock

ASSISTANT = "assistant:"
"""What the names of these leases begin with."""

RENEW_SECONDS = 5.0


class Presence:
    """The presence of this process; it runs out by itself when the process is killed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._owner = new_id()
        self._name = ASSISTANT + self._owner

    async def renew(self) -> None:
        await asyncio.to_thread(self._renew)

    def _renew(self) -> None:
        now = SystemClock().now()
        with self._database.write() as tx:
            Leases(tx).remove_expired(ASSISTANT, now)
            Leases(tx).acquire(self._name, self._owner, now)

    def end(self) -> None:
        with self._database.write() as tx:
            Leases(tx).release(self._name, self._owner)
