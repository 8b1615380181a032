"""Names and numbers of everybody who may be a patient, in the clear.

They are encrypted, so that a search reads them all; each is decrypted once in a process.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from sqlalchemy import select

from clinic.adapters.database import Transaction
from clinic.adapters.encryption import Cipher
from clinic.adapters.tables.messaging import contact
from clinic.adapters.tables.patients import patient
from clinic.messaging.model import ContactKind
from clinic.patients.names import SearchedName, read_name

_KEPT = 200_000


class People:
    """The patients and who writes for them, within one transaction."""

    def __init__(self, tx: Transaction) -> None:
        self._connection = tx.connection
        self._cipher = tx.cipher

    def numbers(self) -> Iterator[tuple[str, str]]:
        """Yields contacts with their numbers: digits with the country code."""
        rows = self._connection.execute(
            select(contact.c.id, contact.c.phone).where(
                contact.c.kind == ContactKind.PATIENT.value, contact.c.phone.is_not(None)
            )
        )
        for row in rows:
            yield row.id, _number(self._cipher, bytes(row.phone))

    def names(self) -> Iterator[tuple[str, str | None, SearchedName]]:
        """Yields contact, patient and name; no patient for a name that WhatsApp gave."""
        rows = self._connection.execute(select(patient.c.contact_id, patient.c.id, patient.c.name))
        for row in rows:
            yield row.contact_id, row.id, _name(self._cipher, bytes(row.name))
        rows = self._connection.execute(
            select(contact.c.id, contact.c.profile_name).where(
                contact.c.kind == ContactKind.PATIENT.value, contact.c.profile_name.is_not(None)
            )
        )
        for row in rows:
            yield row.id, None, _name(self._cipher, bytes(row.profile_name))


@lru_cache(maxsize=_KEPT)
def _number(cipher: Cipher, sealed: bytes) -> str:
    return cipher.decrypt(sealed)


@lru_cache(maxsize=_KEPT)
def _name(cipher: Cipher, sealed: bytes) -> SearchedName:
    return read_name(cipher.decrypt(sealed))
