"""What can go wrong in the agenda.

SchedulingError
├── SlotTakenError            somebody else holds or has booked part of that time
├── PatientBusyError          the patient has another appointment at that time
├── SlotNotOfferedError       the clinic does not offer that slot: past, closed, forged
├── HoldExpiredError          the hold is over and the slot cannot be taken again
├── AppointmentNotFoundError  no appointment of that id
├── NotCancellableError       the appointment is already over
├── NotBookedError            the appointment was cancelled or is over: it cannot be moved
└── AgendaOverloadedError     the database refused repeatedly; trying later can help
"""

from __future__ import annotations


class SchedulingError(Exception):
    """Root of the errors of this package."""


class SlotTakenError(SchedulingError):
    """Somebody else holds or has booked part of that time."""


class PatientBusyError(SchedulingError):
    """The patient has another appointment at that time."""


class SlotNotOfferedError(SchedulingError):
    """The clinic does not offer that slot: it is past, outside the schedule, or forged."""


class HoldExpiredError(SchedulingError):
    """The hold is over and the slot cannot be taken again."""


class AppointmentNotFoundError(SchedulingError):
    """The agenda has no appointment of that id."""


class NotCancellableError(SchedulingError):
    """The appointment is already over."""


class NotBookedError(SchedulingError):
    """The appointment was cancelled or is over: it cannot be moved or confirmed."""


class AgendaOverloadedError(SchedulingError):
    """The database refused the change repeatedly; trying later can help."""
