"""All tables: importing this package fills `metadata`."""

from clinic.adapters.tables import (
    agenda,
    clinic_file,
    documents,
    messaging,
    office,
    patients,
    privacy,
    reporting,
    requests,
    review,
    scheduling,
    staff,
    waiting_list,
)
from clinic.adapters.tables.base import metadata

__all__ = [
    "agenda",
    "clinic_file",
    "documents",
    "messaging",
    "metadata",
    "office",
    "patients",
    "privacy",
    "reporting",
    "requests",
    "review",
    "scheduling",
    "staff",
    "waiting_list",
]
