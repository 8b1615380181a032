"""All tables: importing this package fills `metadata`."""

from clinic.adapters.tables import (
    agenda,
    messaging,
    patients,
    privacy,
    requests,
    scheduling,
    staff,
    waiting_list,
)
from clinic.adapters.tables.base import metadata

__all__ = [
    "agenda",
    "messaging",
    "metadata",
    "patients",
    "privacy",
    "requests",
    "scheduling",
    "staff",
    "waiting_list",
]
