"""Secure links: made in the transaction that needs them, opened once with a second factor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from secrets import token_urlsafe
from typing import TypeVar

from clinic.adapters.database import Database, Transaction
from clinic.adapters.secure_links import SecureLinkRows
from clinic.clock import Clock
from clinic.facts.source import ClinicSource
from clinic.privacy.audit import PATIENT, Audit, AuditAction
from clinic.secure_links.errors import LinkGoneError, WrongFactorError
from clinic.secure_links.factors import factor_of, is_right
from clinic.secure_links.model import Factor, LinkKind, LinkOffer, SecureLink

LINK_LIFE = timedelta(hours=24)
DOCUMENT_LINK_LIFE = timedelta(hours=72)
"""A template may be read a day or two after it was sent."""
_MAX_FAILURES = 5
_TOKEN_BYTES = 24

_LIVES = {LinkKind.DATA_EXPORT: LINK_LIFE, LinkKind.DOCUMENT: DOCUMENT_LINK_LIFE}
_PATHS = {LinkKind.DATA_EXPORT: "my-data", LinkKind.DOCUMENT: "d"}

_Opened = TypeVar("_Opened")


class SecureLinks:
    """Makes links and opens them. Privacy notes 7 and 15."""

    def __init__(
        self, database: Database, clock: Clock, audit: Audit, clinic: ClinicSource
    ) -> None:
        self._database = database
        self._clock = clock
        self._audit = audit
        self._clinic = clinic

    def offer(
        self,
        tx: Transaction,
        kind: LinkKind,
        subject_id: str,
        *,
        contact_id: str,
        language: str,
        patient_id: str | None = None,
        by: str = PATIENT,
    ) -> LinkOffer:
        """Adds a link, in the transaction of what it opens."""
        token, now = token_urlsafe(_TOKEN_BYTES), self._clock.now()
        link = SecureLink(
            kind=kind,
            subject_id=subject_id,
            contact_id=contact_id,
            patient_id=patient_id,
            language=language,
            expires_at=now + _LIVES[kind],
            failures=0,
            used_at=None,
        )
        SecureLinkRows(tx).add(token, link, now)
        self._audit.record_in(tx, by, _ACTIONS[kind].offered, contact_id, of=subject_id)
        url = f"{self._clinic.current.base_url}/{_PATHS[kind]}/{token}"
        return LinkOffer(token, url, link.expires_at)

    def factor_of(self, token: str, kind: LinkKind) -> tuple[Factor, str]:
        """Returns which factor a link asks for, and its language.

        Raises:
            LinkGoneError: the link cannot be opened any more.
        """
        with self._database.read() as tx:
            link = self._live(tx, token, kind)
            return factor_of(tx, link), link.language

    def open(
        self,
        token: str,
        answer: str,
        kind: LinkKind,
        read: Callable[[Transaction, SecureLink], _Opened],
    ) -> tuple[SecureLink, _Opened]:
        """Returns what a link opens, once.

        Args:
            read: reads it, in the transaction that uses the link up.

        Raises:
            LinkGoneError: the link cannot be opened any more.
            WrongFactorError: the answer is not the right one.
        """
        with self._database.write() as tx:
            link = self._live(tx, token, kind)
            right = is_right(tx, link, answer)
            actions = _ACTIONS[kind]
            opened: _Opened | None = None
            if right:
                SecureLinkRows(tx).note_use(token, self._clock.now())
                opened = read(tx, link)
            else:
                SecureLinkRows(tx).note_failure(token)
            done = actions.opened if right else actions.refused
            self._audit.record_in(tx, PATIENT, done, link.contact_id, of=link.subject_id)
        if not right or opened is None:
            # Raised after the commit: the failure counts.
            raise WrongFactorError
        return link, opened

    def _live(self, tx: Transaction, token: str, kind: LinkKind) -> SecureLink:
        link = SecureLinkRows(tx).get(token)
        if (
            link is None
            or link.kind is not kind
            or link.used_at is not None
            or link.failures >= _MAX_FAILURES
            or link.expires_at <= self._clock.now()
        ):
            raise LinkGoneError
        return link


class _Actions:
    """The names in the audit trail of what happens with a kind of link."""

    def __init__(self, offered: AuditAction, opened: AuditAction, refused: AuditAction) -> None:
        self.offered = offered
        self.opened = opened
        self.refused = refused


_ACTIONS = {
    LinkKind.DATA_EXPORT: _Actions(
        AuditAction.EXPORT_OFFERED, AuditAction.EXPORT_OPENED, AuditAction.EXPORT_REFUSED
    ),
    LinkKind.DOCUMENT: _Actions(
        AuditAction.DOCUMENT_OFFERED, AuditAction.DOCUMENT_OPENED, AuditAction.DOCUMENT_REFUSED
    ),
}
