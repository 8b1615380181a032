"""A patient's own data behind an expiring, single-use link with a second factor.

Law 09-08, article 7 (right of access); privacy notes 7 and 15.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from clinic.adapters.database import Database
from clinic.adapters.personal_data import PersonalData
from clinic.clock import Clock
from clinic.secure_links.model import Factor, LinkKind
from clinic.secure_links.services import SecureLinks


@dataclass(frozen=True)
class DataExport:
    """Everything that is stored about a contact, by table.

    Attributes:
        rows: decrypted rows by the name of their table, as JSON can hold them.
    """

    language: str
    made_at: datetime
    rows: dict[str, list[dict[str, Any]]]


class DataExports:
    """Makes links to a contact's data and opens them."""

    def __init__(self, database: Database, clock: Clock, links: SecureLinks) -> None:
        self._database = database
        self._clock = clock
        self._links = links

    def offer(self, contact_id: str, language: str) -> str:
        """Returns a new link to a contact's data; it opens once, within 24 hours."""
        with self._database.write() as tx:
            offer = self._links.offer(
                tx, LinkKind.DATA_EXPORT, contact_id, contact_id=contact_id, language=language
            )
        return offer.url

    def factor_of(self, token: str) -> tuple[Factor, str]:
        """Returns which factor a link asks for, and its language; see `SecureLinks`."""
        return self._links.factor_of(token, LinkKind.DATA_EXPORT)

    def open(self, token: str, answer: str) -> DataExport:
        """Returns the data, once; see `SecureLinks.open` for what can go wrong."""
        link, rows = self._links.open(
            token,
            answer,
            LinkKind.DATA_EXPORT,
            lambda tx, link: PersonalData(tx, link.contact_id).rows(),
        )
        return DataExport(link.language, self._clock.now(), rows)
