"""Whose affairs a member sees and settles: the one place that decides about sites.

A role is held at one site or at all of them. What belongs to no site is for everybody with the
role; an administrator's sites are all. A conversation belongs to the site of its newest hand-off,
the open one or else the last, and to who has it or had it last.
"""

from __future__ import annotations

from clinic.facts.model import Clinic, Closure
from clinic.staff.model import Role, StaffMember

CARE_ROLES = (Role.RECEPTION, Role.NURSE, Role.DOCTOR, Role.MANAGER, Role.ADMIN)
"""Who handles patients; where their role holds decides which they see."""
CLOSING_ROLES = (Role.RECEPTION, Role.DOCTOR, Role.MANAGER)
"""Who enters leave and closures, and takes them back."""


def sites_of(member: StaffMember, *roles: Role) -> frozenset[str] | None:
    """Returns the sites where one of the roles, or of all for patients, is held; None for all."""
    return None if member.is_admin else member.sites(*(roles or CARE_ROLES))


def is_theirs(member: StaffMember, site: str | None, *roles: Role) -> bool:
    """Tells whether what belongs to a site, or to none, is for a member with one of the roles."""
    return member.is_admin or member.has(*(roles or CARE_ROLES), site=site)


def may_see_conversation(member: StaffMember, site: str | None, holder: str | None) -> bool:
    """Tells whether a conversation is for a member.

    Args:
        site: to which it belongs; None for all.
        holder: who has it, or had it last: it does not vanish from under their hands.
    """
    return member.id == holder or is_theirs(member, site)


def may_close(member: StaffMember, closure: Closure, clinic: Clinic) -> bool:
    """Tells whether a member may enter a closure, and take it back.

    A site is closed by who has such a role there, the whole clinic by who has it at all sites.
    A leave is entered at one of the sites where the practitioner receives: it holds at all.
    """
    theirs = sites_of(member, *CLOSING_ROLES)
    if theirs is None:
        return True
    if closure.practitioner_id is not None:
        return bool(theirs & clinic.practitioner(closure.practitioner_id).all_site_ids)
    concerned = {closure.site_id} if closure.site_id else {site.id for site in clinic.sites}
    return concerned <= theirs
