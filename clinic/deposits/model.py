"""Deposits that are paid before an appointment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum


class DepositStatus(str, Enum):
    REQUESTED = "requested"
    PAID = "paid"
    EXPIRED = "expired"
    REFUNDED = "refunded"


@dataclass(frozen=True)
class Deposit:
    """An amount in dirhams for one appointment.

    Attributes:
        reference: on the payment page and the receipt: `A-7K2M`.
        expires_at: until when it can be paid.
    """

    id: str
    reference: str
    appointment_id: str
    contact_id: str
    amount_mad: int
    status: DepositStatus
    expires_at: datetime
    paid_at: datetime | None
