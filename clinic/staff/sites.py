"""Whose affairs a member sees and settles: the one place that decides about sites.

A role is held at one site or at all of them. What belongs to no site is for everybody with the
role; an administrator's sites are all.
"""

from __future__ import annotations

from clinic.staff.model import Role, StaffMember

CARE_ROLES = (Role.RECEPTION, Role.NURSE, Role.DOCTOR, Role.MANAGER, Role.ADMIN)
"""Who handles patients; where their role holds decides which they see."""


def sites_of(member: StaffMember, *roles: Role) -> frozenset[str] | None:
    """Returns the sites where one of the roles, or of all for patients, is held; None for all."""
    return None if member.is_admin else member.sites(*(roles or CARE_ROLES))


def is_theirs(member: StaffMember, site: str | None, *roles: Role) -> bool:
    """Tells whether what belongs to a site, or to none, is for a member with one of the roles."""
    return member.is_admin or member.has(*(roles or CARE_ROLES), site=site)
