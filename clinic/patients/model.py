"""Who is seen at the clinic. One contact may write for several patients."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import Enum


class Relation(str, Enum):
    """Who the patient is for the one who writes."""

    SELF = "self"
    CHILD = "child"
    MOTHER = "mother"
    FATHER = "father"
    SPOUSE = "spouse"
    SIBLING = "sibling"
    OTHER = "other"


@dataclass(frozen=True)
class Patient:
    """A person with appointments, reached through a contact.

    Attributes:
        national_id: the CIN.
        insurance: code of who pays, as in `clinic.facts.codes.Insurance`.
    """

    id: str
    contact_id: str
    relation: Relation
    name: str
    birth_date: date | None = None
    national_id: str | None = None
    insurance: str | None = None
