"""What the clinic's office does besides appointments: walk-ins, requests, deposits, opinions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from types import MappingProxyType

from clinic.facts.codes import Insurance, RequestKind, Specialty
from clinic.facts.local_text import LocalText


@dataclass(frozen=True)
class WalkIn:
    """Who is seen without an appointment at a site, and how."""

    site_id: str
    specialties: tuple[Specialty, ...]
    note: LocalText


class WhenUnpaid(str, Enum):
    """What becomes of an appointment whose deposit was not paid in time."""

    KEEP = "keep"
    RELEASE = "release"


@dataclass(frozen=True)
class DepositRules:
    """How long a deposit may be paid, what follows without it, and when it is paid back."""

    expires_minutes: int = 120
    when_unpaid: WhenUnpaid = WhenUnpaid.KEEP
    refund: LocalText | None = None


@dataclass(frozen=True)
class FeedbackRules:
    """When a patient is asked for an opinion: so long after a visit, and not later than that."""

    after_minutes: int = 60
    within_hours: int = 48


@dataclass(frozen=True)
class Office:
    """The rules of the office; what the clinic file leaves out has these defaults.

    Attributes:
        working_days: within how many working days each kind of request is answered.
        insurance_how: how to be covered, for an insurer with its own way.
    """

    walk_ins: tuple[WalkIn, ...] = ()
    working_days: Mapping[RequestKind, int] = field(default_factory=lambda: MappingProxyType({}))
    insurance_how: Mapping[Insurance, LocalText] = field(
        default_factory=lambda: MappingProxyType({})
    )
    deposits: DepositRules = DepositRules()
    feedback: FeedbackRules = FeedbackRules()
