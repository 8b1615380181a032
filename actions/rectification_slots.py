"""The slots of a correction."""

from __future__ import annotations

WHOSE = "rectification_patient"
FIELD = "rectification_field"
VALUE = "rectification_value"
CONFIRMED = "rectification_confirmed"

RECTIFICATION_SLOTS = (WHOSE, FIELD, VALUE, CONFIRMED)
