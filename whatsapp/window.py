"""The customer service window: when free text may be sent."""

from __future__ import annotations

from datetime import datetime, timedelta

SERVICE_WINDOW = timedelta(hours=24)
"""How long after the patient's last message or call anything may be sent (Meta, "Messages")."""


def is_open(last_inbound: datetime | None, now: datetime) -> bool:
    """Tells whether anything but an approved template may be sent now.

    Args:
        last_inbound: When the patient last wrote or called, aware; None for never.
        now: The present instant, aware.

    Raises:
        ValueError: One of the two has no UTC offset.
    """
    if now.tzinfo is None or (last_inbound is not None and last_inbound.tzinfo is None):
        raise ValueError("The service window needs aware datetimes.")
    return last_inbound is not None and now < last_inbound + SERVICE_WINDOW
