"""A deposit in the patient's words."""

from __future__ import annotations

from actions.appointment_texts import describe_slot
from clinic.bootstrap import Services
from clinic.deposits.model import Deposit
from clinic.facts.dates import say_when


def describe_deposit(wired: Services, deposit: Deposit, language: str) -> dict[str, str]:
    """Returns amount, reference, link, time limit, the refund rule and the appointment."""
    appointment = wired.scheduling.get(deposit.appointment_id)
    refund = wired.clinic.office.deposits.refund
    slot = describe_slot(wired.clinic, appointment.slot, language)
    return {
        "amount": str(deposit.amount_mad),
        "reference": deposit.reference,
        "link": wired.deposits.link(deposit),
        "until": say_when(deposit.expires_at, wired.clinic.zone, language),
        "refund": refund.to(language) if refund else "",
        "when": slot["when"],
        "practitioner": slot["practitioner"],
    }
