"""How a process tells the others that it is there, and learns that one of them is dead."""

from __future__ import annotations

import asyncio

from clinic.adapters.database import Database
from clinic.adapters.leases import Leases
from clinic.adapters.lifelines import Lifelines
from clinic.clock import SystemClock

ASSISTANT = "assistant:"
"""What the names of the leases begin with that say that an assistant is there."""

RENEW_SECONDS = 5.0
BURY_SECONDS = 0.5
"""How often it is looked for dead processes: what one held is delayed so long at most."""


class Presence:
    """The presence of an assistant: a lease that it keeps renewing."""

    def __init__(self, database: Database, owner: str) -> None:
        self._database = database
        self._owner = owner

    async def renew(self) -> None:
        await asyncio.to_thread(self._renew)

    def _renew(self) -> None:
        now = SystemClock().now()
        with self._database.write() as tx:
            Leases(tx).remove_expired(ASSISTANT, now)
            Leases(tx).acquire(ASSISTANT + self._owner, self._owner, now)


async def bury(lifelines: Lifelines) -> None:
    """Lets others take up what a process held that was killed."""
    await asyncio.to_thread(lifelines.bury)
