"""What the simulator remembers: patients and their messages, all in memory."""

from __future__ import annotations

import base64
import secrets
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from simulator.clock import iso
from simulator.errors import MessageUnknownError, PatientUnknownError, RequestInvalidError

Direction = Literal["in", "out"]

DEMO_PATIENTS = (
    ("212661234501", "Salma Bennani"),
    ("212677345602", "يوسف العلمي"),
    ("212698456703", "Imane Tazi"),
)


@dataclass
class Patient:
    """A person with a phone.

    Attributes:
        id: The number, or the user id of somebody without one: the name in the control API.
        number: The phone's number without `+`.
        wa_id: The same; None for somebody known by user id only.
        user_id: Meta's business-scoped user id.
        last_message_at: When the patient last wrote, by the simulator's clock.
    """

    id: str
    number: str
    wa_id: str | None
    user_id: str
    name: str
    username: str | None = None
    last_message_at: datetime | None = None

    def json(self) -> dict[str, Any]:
        """Returns the patient as the control API shows it."""
        return {
            "id": self.id,
            "wa_id": self.wa_id,
            "user_id": self.user_id,
            "name": self.name,
            "username": self.username,
        }


@dataclass(frozen=True)
class Status:
    """A step of a message that the clinic sent."""

    status: str
    at: datetime


@dataclass
class Message:
    """A message in either direction.

    Attributes:
        seq: Grows by one with every message of the simulator.
        body: What was sent: the body of the API call, or the message object of the webhook.
        view: What a person sees, made by `simulator.rendering`.
        callback_data: The sender's `biz_opaque_callback_data`.
        acknowledged: Whether the assistant took the webhook (`in` only).
        read: Whether the other side has seen it.
        reactions: The latest emoji of each side on this message.
    """

    seq: int
    patient_id: str
    direction: Direction
    wamid: str
    type: str
    body: dict[str, Any]
    view: dict[str, Any]
    at: datetime
    context_id: str | None = None
    callback_data: str | None = None
    statuses: list[Status] = field(default_factory=list)
    acknowledged: bool = False
    read: bool = False
    reactions: dict[str, str] = field(default_factory=dict)

    @property
    def status(self) -> str:
        """The latest status, `accepted` or `pending` before the first."""
        if self.direction == "in":
            if self.read:
                return "read"
            return "delivered" if self.acknowledged else "pending"
        return self.statuses[-1].status if self.statuses else "accepted"

    def json(self) -> dict[str, Any]:
        """Returns the message as the control API shows it."""
        return {
            "seq": self.seq,
            "patient_id": self.patient_id,
            "direction": self.direction,
            "wamid": self.wamid,
            "type": self.type,
            "text": self.view.get("text", ""),
            "choices": self.view.get("choices", []),
            "view": self.view,
            "body": self.body,
            "context_id": self.context_id,
            "status": self.status,
            "statuses": [{"status": step.status, "at": iso(step.at)} for step in self.statuses],
            "reactions": self.reactions,
            "at": iso(self.at),
        }


def new_wamid(recipient: str) -> str:
    """Returns a message id that looks like Meta's."""
    token = f"{recipient}-".encode() + secrets.token_bytes(16)
    return "wamid." + base64.b64encode(token).decode()


class Store:
    """Patients and messages; knows no network and no clock."""

    def __init__(self) -> None:
        self.patients: dict[str, Patient] = {}
        self._messages: dict[str, list[Message]] = {}
        self._by_wamid: dict[str, Message] = {}
        self._in_order: list[Message] = []
        self._by_user_id: dict[str, str] = {}
        self._shared: dict[str, str] = {}
        self._seq = 0

    def clear(self) -> None:
        """Forgets everything; the message numbers go on."""
        self.patients.clear()
        self._messages.clear()
        self._by_wamid.clear()
        self._in_order.clear()
        self._by_user_id.clear()
        self._shared.clear()

    def add_patient(
        self, wa_id: str, name: str, *, username: str | None = None, no_number: bool = False
    ) -> Patient:
        """Adds a patient, or renames the one with this number.

        Raises:
            RequestInvalidError: The number is not one with its country code.
        """
        digits = "".join(sign for sign in wa_id if sign.isdigit())
        if not 8 <= len(digits) <= 15 or digits.startswith("0"):
            raise RequestInvalidError("wa_id is a number with its country code, as +212661234567.")
        # Made from the number, so that a reset gives the same person the same id.
        user_id = f"MA.{int(digits) * 7 + 13491208655302741918}"
        patient_id = user_id if no_number else digits
        patient = self.patients.get(patient_id)
        if patient is None:
            wa_id_shown = None if no_number else digits
            patient = Patient(patient_id, digits, wa_id_shown, user_id, name, username)
            self.patients[patient_id] = patient
            self._by_user_id[user_id] = patient_id
            self._messages[patient_id] = []
        patient.name = name or patient.name
        patient.username = username or patient.username
        return patient

    def patient(self, patient_id: str) -> Patient:
        """Returns a patient by number (with or without `+`) or user id.

        A hidden number is known once it was shared.

        Raises:
            PatientUnknownError: There is none.
        """
        number = patient_id.lstrip("+")
        found = self.patients.get(self._shared.get(number, number))
        if found is None:
            found = self.patients.get(self._by_user_id.get(patient_id, ""))
        if found is None:
            raise PatientUnknownError(patient_id)
        return found

    def share_number(self, patient_id: str) -> str:
        """Returns a patient's number, which the clinic may write to from now on."""
        patient = self.patients[patient_id]
        self._shared[patient.number] = patient.id
        return patient.number

    def add_message(self, message: Message) -> None:
        """Keeps a message under its number and its id."""
        self._messages[message.patient_id].append(message)
        self._by_wamid[message.wamid] = message
        self._in_order.append(message)
        if message.direction == "in":
            self.patients[message.patient_id].last_message_at = message.at

    def next_seq(self) -> int:
        """Returns the number of the next message."""
        self._seq += 1
        return self._seq

    def message(self, wamid: str) -> Message:
        """Returns a message by its id.

        Raises:
            MessageUnknownError: There is none.
        """
        if wamid not in self._by_wamid:
            raise MessageUnknownError(wamid)
        return self._by_wamid[wamid]

    def find_message(self, wamid: str | None) -> Message | None:
        """Returns a message by its id, or None."""
        return self._by_wamid.get(wamid or "")

    def messages(self, patient_id: str, after: int = 0) -> list[Message]:
        """Returns a patient's messages with a number above `after`, oldest first."""
        return [message for message in self._messages[patient_id] if message.seq > after]

    def all_messages(self, after: int = 0) -> list[Message]:
        """Returns everybody's messages with a number above `after`, oldest first."""
        newest: list[Message] = []
        # From the end: whoever asks again and again wants the last few of many.
        for message in reversed(self._in_order):
            if message.seq <= after:
                break
            newest.append(message)
        return newest[::-1]

    def summary(self, patient: Patient) -> dict[str, Any]:
        """Returns a patient with the last message and the count of unseen ones."""
        messages = self._messages[patient.id]
        shown = [message for message in messages if message.type != "reaction"]
        return {
            **patient.json(),
            "unread": sum(1 for m in shown if m.direction == "out" and not m.read),
            "last": shown[-1].json() if shown else None,
        }
