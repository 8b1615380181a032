"""All tables: importing this package fills `metadata`."""

from clinic.adapters.tables import (
    documents,
    messaging,
    office,
    patients,
    privacy,
    requests,
    scheduling,
    staff,
    waiting_list,
)
from clinic.adapters.tables.base import metadata

__all__ = [
    "documents",
    "messaging",
    "metadata",
    "office",
    "patients",
    "privacy",
    "requests",
    "scheduling",
    "staff",
    "waiting_list",
]
