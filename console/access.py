"""The areas of the console and the roles that may enter them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from clinic.staff.model import Role, StaffMember
from clinic.staff.sites import sites_of

_CARE = frozenset({Role.RECEPTION, Role.NURSE, Role.DOCTOR, Role.MANAGER})


class Area(str, Enum):
    """What the navigation lists; an administrator sees all of it."""

    INBOX = "inbox"
    AGENDA = "agenda"
    REQUESTS = "requests"
    FIGURES = "figures"
    CLINIC_FILE = "clinic_file"
    REVIEW = "review"
    ACCOUNTS = "accounts"


@dataclass(frozen=True)
class AreaEntry:
    """An area in the navigation: where it is, its icon, and who may enter.

    The text of its name is `navigation.<area>` in `texts/navigation.yml`.

    Attributes:
        is_of_all_sites: what is done there concerns the whole clinic, so that a role at one site
            is not enough.
    """

    path: str
    icon: str
    roles: frozenset[Role]
    is_of_all_sites: bool = False


AREAS: dict[Area, AreaEntry] = {
    Area.INBOX: AreaEntry("/inbox", "inbox", _CARE),
    Area.AGENDA: AreaEntry("/agenda", "calendar-days", _CARE),
    Area.REQUESTS: AreaEntry("/requests", "clipboard-list", _CARE),
    Area.FIGURES: AreaEntry("/figures", "chart-column", frozenset({Role.MANAGER})),
    Area.CLINIC_FILE: AreaEntry("/clinic-file", "building-2", frozenset({Role.MANAGER}), True),
    Area.REVIEW: AreaEntry("/review", "spell-check", frozenset({Role.MANAGER}), True),
    Area.ACCOUNTS: AreaEntry("/accounts", "users", frozenset({Role.ADMIN})),
}
"""In the order of the navigation. An area appears once its pages exist."""


def may_enter(member: StaffMember, area: Area) -> bool:
    entry = AREAS[area]
    if entry.is_of_all_sites:
        return sites_of(member, *entry.roles) is None
    return member.is_admin or member.has(*entry.roles)


def lacks_a_site(member: StaffMember, area: Area) -> bool:
    """Tells whether it is only for some sites that somebody has the role of an area."""
    return not may_enter(member, area) and member.has(*AREAS[area].roles)
