"""The bodies of webhooks, in Meta's shape (recorded examples of v23 to v25)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from simulator.clock import unix
from simulator.errors import GRAPH_CODES, GraphCode
from simulator.settings import Settings
from simulator.store import Message, Patient

Json = dict[str, Any]


def webhook_body(settings: Settings, changes: list[Json]) -> Json:
    """Wraps changes as the body of one POST."""
    return {
        "object": "whatsapp_business_account",
        "entry": [{"id": settings.business_account_id, "changes": changes}],
    }


def _value(settings: Settings, **parts: Any) -> Json:
    return {
        "messaging_product": "whatsapp",
        "metadata": {
            "display_phone_number": settings.display_phone_number,
            "phone_number_id": settings.phone_number_id,
        },
        **parts,
    }


def _contact(patient: Patient) -> Json:
    profile = {"name": patient.name}
    if patient.username:
        profile["username"] = patient.username
    contact: Json = {"profile": profile}
    if patient.wa_id:
        contact["wa_id"] = patient.wa_id
    contact["user_id"] = patient.user_id
    return contact


def sender(patient: Patient) -> Json:
    """Returns the names of a patient in a message: the number, where there is one, and the id."""
    names = {"from": patient.wa_id} if patient.wa_id else {}
    return {**names, "from_user_id": patient.user_id}


def message_change(settings: Settings, patient: Patient, message: Message) -> Json:
    """Returns the change that announces a patient's message."""
    value = _value(settings, contacts=[_contact(patient)], messages=[message.body])
    return {"value": value, "field": "messages"}


def status_change(
    settings: Settings,
    patient: Patient,
    message: Message,
    status: str,
    at: datetime,
    error_code: int | None = None,
) -> Json:
    """Returns the change that announces a status; a failed one carries its error, no contact."""
    state: Json = {"id": message.wamid, "status": status, "timestamp": unix(at)}
    if patient.wa_id:
        state["recipient_id"] = patient.wa_id
    state["recipient_user_id"] = patient.user_id
    if message.callback_data is not None:
        state["biz_opaque_callback_data"] = message.callback_data
    if error_code is not None:
        title = GRAPH_CODES.get(error_code, GraphCode("Unknown error")).title
        state["errors"] = [
            {
                "code": error_code,
                "title": title,
                "message": title,
                "error_data": {"details": title},
                "href": "/documentation/business-messaging/whatsapp/support/error-codes",
            }
        ]
        return {"value": _value(settings, statuses=[state]), "field": "messages"}
    template = message.type == "template"
    state["pricing"] = {
        "billable": template,
        "pricing_model": "PMP",
        "type": "regular" if template else "free_customer_service",
        "category": "utility" if template else "service",
    }
    value = _value(settings, contacts=[_contact(patient)], statuses=[state])
    return {"value": value, "field": "messages"}


def custom_change(settings: Settings, field: str, value: Json) -> Json:
    """Returns a change of any field; what belongs to our number is filled in when left out."""
    return {"value": {**_value(settings), **value}, "field": field}
