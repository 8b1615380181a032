"""The areas of the console and the roles that may enter them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from clinic.staff.model import Role, StaffMember

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
    """

    path: str
    icon: str
    roles: frozenset[Role]


AREAS: dict[Area, AreaEntry] = {
    Area.INBOX: AreaEntry("/inbox", "inbox", _CARE),
    Area.AGENDA: AreaEntry("/agenda", "calendar-days", _CARE),
    Area.REQUESTS: AreaEntry("/requests", "clipboard-list", _CARE),
    Area.FIGURES: AreaEntry("/figures", "chart-column", frozenset({Role.MANAGER})),
    Area.CLINIC_FILE: AreaEntry("/clinic-file", "building-2", frozenset({Role.MANAGER})),
    Area.REVIEW: AreaEntry("/review", "spell-check", frozenset({Role.MANAGER})),
    Area.ACCOUNTS: AreaEntry("/accounts", "users", frozenset({Role.ADMIN})),
}
"""In the order of the navigation. An area appears once its pages exist."""


def may_enter(member: StaffMember, area: Area) -> bool:
    return member.is_admin or member.has(*AREAS[area].roles)
