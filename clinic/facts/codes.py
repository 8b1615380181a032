"""The closed lists that the clinic file may use; `conversation.md` fixes the values."""

from __future__ import annotations

from enum import Enum, IntEnum


class Language(str, Enum):
    """The languages that the assistant answers in (BCP 47 tags)."""

    FRENCH = "fr"
    DARIJA = "ary"
    DARIJA_LATIN = "ary-Latn"
    ENGLISH = "en"


class Specialty(str, Enum):
    """What a practitioner practises and a service belongs to."""

    GENERAL_PRACTICE = "general_practice"
    DENTISTRY = "dentistry"
    PEDIATRICS = "pediatrics"
    GYNECOLOGY = "gynecology"
    CARDIOLOGY = "cardiology"
    DERMATOLOGY = "dermatology"
    OPHTHALMOLOGY = "ophthalmology"
    ENT = "ent"
    ORTHOPEDICS = "orthopedics"
    GASTROENTEROLOGY = "gastroenterology"
    ENDOCRINOLOGY = "endocrinology"
    NEUROLOGY = "neurology"
    PSYCHIATRY = "psychiatry"
    UROLOGY = "urology"
    PULMONOLOGY = "pulmonology"
    NEPHROLOGY = "nephrology"
    RHEUMATOLOGY = "rheumatology"
    ONCOLOGY = "oncology"
    ALLERGOLOGY = "allergology"
    SURGERY = "surgery"
    PSYCHOLOGY = "psychology"
    NUTRITION = "nutrition"
    MIDWIFERY = "midwifery"
    PHYSIOTHERAPY = "physiotherapy"
    RADIOLOGY = "radiology"
    LABORATORY = "laboratory"


class Insurance(str, Enum):
    """Who pays or pays back."""

    CNSS = "cnss"
    CNOPS = "cnops"
    AMO = "amo"
    MUTUELLE = "mutuelle"
    RAMED = "ramed"
    PRIVATE = "private"


class RequestKind(str, Enum):
    """What patients ask the office for."""

    RESULTS = "results"
    PRESCRIPTION_RENEWAL = "prescription_renewal"
    DOCUMENT = "document"
    INSURANCE_CARD = "insurance_card"
    PRESCRIPTION_COPY = "prescription_copy"
    EARLIER_RESULTS = "earlier_results"
    OTHER_FILE = "other_file"


class Gender(str, Enum):
    """FHIR administrative gender, as far as Arabic and French grammar need it."""

    FEMALE = "female"
    MALE = "male"


class Weekday(IntEnum):
    """The days of the week, numbered as `date.weekday()` does."""

    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6

    @property
    def key(self) -> str:
        """The name in the clinic file: `monday` ... `sunday`."""
        return self.name.lower()
