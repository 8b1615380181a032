"""Templates that staff choose from outside the customer service window."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from clinic.adapters.database import Transaction
from clinic.handoff.errors import NotSendableError
from clinic.messaging.template_register import TemplateRegister
from whatsapp.messages import OutgoingMessage
from whatsapp.template_files import (
    VARIABLE,
    ButtonType,
    TemplateFile,
    load_templates,
    template_language,
)
from whatsapp.text import has_ink

ANNOUNCEMENT = "handoff_reply"
"""Announces an answer of staff; a tap on it lets the answer through."""
_FOR_STAFF_TO_PATIENTS = (
    ANNOUNCEMENT,
    "appointment_confirmation",
    "appointment_reschedule_offer",
    "appointment_cancelled_by_clinic",
    "aftercare_checkin",
)
"""Those with a link need what only other services make; those for staff are not for patients."""
_READ = "/greet"


@dataclass(frozen=True)
class TemplateChoice:
    """A template as the picker shows it.

    Attributes:
        body: in the patient's language, with `{{variable}}`.
        examples: of each variable, in that language.
        refusal: why WhatsApp would not take it; None when it would.
    """

    name: str
    language: str
    body: str
    examples: Mapping[str, str]
    refusal: str | None


def choices(tx: Transaction, register: TemplateRegister, language: str) -> list[TemplateChoice]:
    """Returns the templates that staff may send to a patient, the announcement first."""
    wanted = template_language(language)
    return [
        TemplateChoice(
            name=name,
            language=wanted,
            body=file.body[wanted],
            examples={key: values[wanted] for key, values in file.variables.items()},
            refusal=register.refusal(tx, name, wanted),
        )
        for name, file in ((name, _files().get(name)) for name in _FOR_STAFF_TO_PATIENTS)
        if file is not None and not _has_link(file)
    ]


def announcement(language: str, patient: str) -> OutgoingMessage:
    """Returns the template that announces an answer."""
    return fill(ANNOUNCEMENT, language, {"patient": patient})


def fill(name: str, language: str, values: Mapping[str, str]) -> OutgoingMessage:
    """Returns a template with its variables.

    Raises:
        NotSendableError: unknown, not for patients, or a variable is missing or too long.
    """
    file = _files().get(name)
    if file is None or name not in _FOR_STAFF_TO_PATIENTS or _has_link(file):
        raise NotSendableError(name)
    # WhatsApp refuses line breaks and runs of blanks in a parameter.
    cleaned = {key: " ".join(values.get(key, "").split()) for key in file.variables}
    if not all(has_ink(value) and len(value) <= 200 for value in cleaned.values()):
        raise NotSendableError(name)
    replies = tuple(_READ for button in file.buttons if button.type is ButtonType.QUICK_REPLY)
    return file.message(language, cleaned, quick_replies=replies)


def text_of(name: str, language: str, parameters: list[str]) -> str:
    """Returns what a template that was sent says; empty when its file is gone."""
    file = _files().get(name)
    if file is None or language not in file.body:
        return ""
    values = dict(zip(file.variables, parameters, strict=False))
    return VARIABLE.sub(lambda match: values.get(match[1], "…"), file.body[language])


def buttons_of(name: str, language: str) -> tuple[str, ...]:
    file = _files().get(name)
    return tuple(button.text.get(language, "") for button in file.buttons) if file else ()


def _has_link(file: TemplateFile) -> bool:
    return any(button.type is ButtonType.URL for button in file.buttons)


@lru_cache(maxsize=1)
def _files() -> dict[str, TemplateFile]:
    return load_templates()
