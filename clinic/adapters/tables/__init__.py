"""All tables: importing this package fills `metadata`."""

from clinic.adapters.tables import messaging, patients, scheduling, waiting_list
from clinic.adapters.tables.base import metadata

__all__ = ["messaging", "metadata", "patients", "scheduling", "waiting_list"]
