"""What could not be read or answered: looked at, tried again, given up."""

from __future__ import annotations

import json
from typing import Any

from clinic.adapters.database import Database
from clinic.adapters.inbox import Inbox
from clinic.clock import Clock
from clinic.messaging.intake import Intake, UnstorableError
from clinic.messaging.model import ParkedItem
from whatsapp.updates import Update, UpdateKind
from whatsapp.webhooks import read_updates


class NotParkedError(Exception):
    """No parked item has that number."""


class StillUnreadableError(Exception):
    """The item can't be read by this version either; it stays parked.

    Attributes:
        reason: what is wrong with it.
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ParkedItems:
    """The parked part of the inbox."""

    def __init__(self, database: Database, clock: Clock, intake: Intake) -> None:
        self._database = database
        self._clock = clock
        self._intake = intake

    def list(self, limit: int = 100) -> list[ParkedItem]:
        """Returns the newest parked items."""
        with self._database.read() as tx:
            return Inbox(tx).parked(limit)

    def replay(self, item_id: int) -> None:
        """Takes an item in once more: a turn that failed is answered, an update read again.

        Raises:
            NotParkedError: there is no such item.
            StillUnreadableError: it can't be read by this version either.
        """
        with self._database.write() as tx:
            item = Inbox(tx).parked_item(item_id)
            if item is None:
                raise NotParkedError(item_id)
            if item.contact_id is not None:
                # The assistant looks for waiting messages every other second.
                Inbox(tx).wait_again(item_id)
                return
        updates = _read_again(item.update)
        for update in updates:
            if update.kind is UpdateKind.MALFORMED:
                raise StillUnreadableError(update.reason or "")
        try:
            self._intake.take_again(updates, item_id)
        except UnstorableError as error:
            raise StillUnreadableError(str(error)) from error

    def drop(self, item_id: int) -> None:
        """Gives an item up and erases its content.

        Raises:
            NotParkedError: there is no such item.
        """
        with self._database.write() as tx:
            if not Inbox(tx).drop(item_id, self._clock.now()):
                raise NotParkedError(item_id)


def _read_again(update: Update) -> list[Update]:
    """Reads an item as if it came alone in a webhook of its own."""
    raw: Any = update.raw["item"] if set(update.raw) == {"item"} else update.raw
    value: dict[str, Any] = {update.list_name or "messages": [raw]}
    if update.phone_number_id:
        value["metadata"] = {"phone_number_id": update.phone_number_id}
    if who := update.identity:
        profile = {"name": who.profile_name, "username": who.username}
        value["contacts"] = [{"wa_id": who.wa_id, "user_id": who.user_id, "profile": profile}]
    body = {"entry": [{"changes": [{"field": update.field or "messages", "value": value}]}]}
    return read_updates(json.dumps(body).encode())
