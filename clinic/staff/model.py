"""Members of staff, their roles and their sessions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

INTERFACE_LANGUAGES = ("fr", "ar", "en")


class Role(str, Enum):
    """What somebody does at the clinic."""

    RECEPTION = "reception"
    NURSE = "nurse"
    DOCTOR = "doctor"
    MANAGER = "manager"
    ADMIN = "admin"


@dataclass(frozen=True)
class SiteRole:
    """A role at one site of the clinic file, or at all of them (`site` is None)."""

    role: Role
    site: str | None = None


@dataclass(frozen=True)
class StaffMember:
    """Somebody who works with the console.

    Attributes:
        language: of the interface, one of `INTERFACE_LANGUAGES`.
        practitioner: id in the clinic file of the practitioner whose account it is.
        is_away: gets no conversations meanwhile.
    """

    id: str
    login: str
    name: str
    language: str
    roles: frozenset[SiteRole]
    practitioner: str | None
    is_active: bool
    is_away: bool
    has_second_factor: bool
    must_change_password: bool

    @property
    def is_admin(self) -> bool:
        return self.has(Role.ADMIN)

    def has(self, *roles: Role, site: str | None = None) -> bool:
        """True with one of the roles, at a site when one is named.

        What belongs to no site is for everybody with the role.
        """
        return any(
            held.role in roles and (site is None or held.site in (None, site))
            for held in self.roles
        )

    def sites(self, *roles: Role) -> frozenset[str] | None:
        """Returns the sites where one of the roles is held; None for all of them."""
        held = {entry.site for entry in self.roles if entry.role in roles}
        return None if None in held else frozenset(site for site in held if site)


@dataclass(frozen=True)
class NewMember:
    """What an account is made with."""

    login: str
    name: str
    password: str
    roles: frozenset[SiteRole]
    language: str = "fr"
    practitioner: str | None = None
    must_change_password: bool = False


@dataclass(frozen=True)
class StaffSession:
    """A login that lasts until it is idle for too long, or too old."""

    token_hash: str
    member: StaffMember
    needs_code: bool
    created_at: datetime
    seen_at: datetime
    expires_at: datetime


class LoginOutcome(str, Enum):
    """How a login ended."""

    WELCOME = "welcome"
    CODE_NEEDED = "code_needed"
    REFUSED = "refused"
    BLOCKED = "blocked"
