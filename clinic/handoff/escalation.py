"""To whom a conversation that waits for too long is brought, as the clinic file says."""

from __future__ import annotations

from clinic.facts.handoff import Alerted, HandoffRules
from clinic.staff.model import Role, StaffMember
from clinic.staff.sites import may_see_conversation

_ROLES = {
    Alerted.DUTY: (Role.RECEPTION, Role.NURSE, Role.DOCTOR),
    Alerted.MANAGER: (Role.MANAGER,),
}


def is_alerted(
    member: StaffMember, rules: HandoffRules, priority: str, site: str | None, holder: str | None
) -> bool:
    """Tells whether a member learns that a conversation of a site waits for too long.

    Args:
        holder: who has it; they learn of it whatever their role.
    """
    if member.id == holder:
        return True
    groups = rules.escalate_to.get(priority, ())
    roles = tuple(role for group in groups for role in _ROLES[group])
    return (
        not member.is_away
        and member.has(*roles, site=site)
        and may_see_conversation(member, site, holder)
    )
