"""Errors of the simulator.

SimulatorError
├── SettingsInvalidError
├── PatientUnknownError
├── MessageUnknownError
├── MediaUnknownError
├── RequestInvalidError      a control request that cannot be carried out
└── GraphError          an answer of the Cloud API, with Meta's code
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any


class SimulatorError(Exception):
    """Root of everything that the simulator raises on purpose."""


class SettingsInvalidError(SimulatorError):
    """The environment lacks a setting or holds a wrong one."""


class PatientUnknownError(SimulatorError):
    """No patient has this id."""


class MessageUnknownError(SimulatorError):
    """No message has this id."""


class MediaUnknownError(SimulatorError):
    """No media file has this id."""


class RequestInvalidError(SimulatorError):
    """A control request that makes no sense; the text says why."""


@dataclass(frozen=True)
class GraphCode:
    """What Meta says with a code: the title, the HTTP status and the type of the error."""

    title: str
    status: int = 400
    type: str = "OAuthException"


# Titles and HTTP statuses of Meta's page "Cloud API error codes".
GRAPH_CODES: dict[int, GraphCode] = {
    4: GraphCode("Application request limit reached"),
    100: GraphCode("Invalid parameter"),
    190: GraphCode("Invalid OAuth access token - Cannot parse access token", 401),
    368: GraphCode("Temporarily blocked for policies violations", 403),
    80007: GraphCode("Rate limit issues"),
    130429: GraphCode("Rate limit hit", 429),
    131000: GraphCode("Something went wrong", 500),
    131008: GraphCode("Required parameter is missing"),
    131009: GraphCode("Parameter value is not valid"),
    131016: GraphCode("Service unavailable", 500),
    131021: GraphCode("Recipient cannot be sender"),
    131026: GraphCode("Message undeliverable"),
    131031: GraphCode("Account has been locked", 403),
    131042: GraphCode("Business eligibility payment issue"),
    131047: GraphCode("Re-engagement message"),
    131049: GraphCode("This message was not delivered to maintain healthy ecosystem engagement."),
    131050: GraphCode("User has stopped marketing messages from your business"),
    131051: GraphCode("Unsupported message type"),
    131052: GraphCode("Media download error"),
    131053: GraphCode("Media upload error"),
    131056: GraphCode("(Business Account, Consumer Account) pair rate limit hit"),
    131057: GraphCode("Account in maintenance mode", 500),
    131062: GraphCode("Business-scoped user id recipients are not supported for this message"),
    132000: GraphCode("Number of parameters does not match the expected number of params"),
    132001: GraphCode("Template name does not exist in the translation", 404),
    132005: GraphCode("Template hydrated text too long"),
    132007: GraphCode("Template format character policy violated"),
    132012: GraphCode("Template parameter format mismatch"),
    132015: GraphCode("Template is paused"),
    132016: GraphCode("Template is disabled"),
    137000: GraphCode("Recipient identity key hash mismatch"),
}


class GraphError(SimulatorError):
    """A refusal in the form that Graph gives it.

    Attributes:
        code: Meta's number, the thing to decide on.
        details: A sentence that names the field.
        status: The HTTP status; the code's usual one when not given.
    """

    def __init__(
        self,
        code: int,
        details: str = "",
        *,
        status: int | None = None,
        subcode: int | None = None,
        message: str | None = None,
    ) -> None:
        known = GRAPH_CODES.get(code, GraphCode("Unknown error", 400))
        self.code = code
        self.details = details or known.title
        self.status = status or known.status
        self.subcode = subcode
        self.type = "GraphMethodException" if subcode == 33 else known.type
        # Meta writes the number in front of the title, but not for a bad token.
        self.message = message or (known.title if code == 190 else f"(#{code}) {known.title}")
        super().__init__(f"{self.message}: {self.details}")

    def body(self) -> dict[str, Any]:
        """Returns the JSON body of the answer."""
        error: dict[str, Any] = {
            "message": self.message,
            "type": self.type,
            "code": self.code,
        }
        if self.subcode is not None:
            error["error_subcode"] = self.subcode
        if self.code != 190 and self.subcode != 33:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self.details}
        error["fbtrace_id"] = "A" + secrets.token_urlsafe(16)
        return {"error": error}
