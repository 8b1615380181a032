"""The simulator itself: what both APIs and the page act on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx

from simulator.checks import places
from simulator.clock import RunningClock, iso, unix
from simulator.errors import (
    GraphError,
    MediaUnknownError,
    MessageUnknownError,
    PatientUnknownError,
    RequestInvalidError,
)
from simulator.events import EventLog
from simulator.faults import FaultSwitch
from simulator.incoming import build_content
from simulator.media import KINDS, MediaStore
from simulator.payloads import custom_change, message_change, sender
from simulator.rates import PairRate
from simulator.rendering import render_outgoing, render_plain
from simulator.rules import check_send
from simulator.settings import Settings
from simulator.stats import Stats
from simulator.statuses import StatusFlow
from simulator.store import DEMO_PATIENTS, Message, Patient, Store, new_wamid
from simulator.templates import TemplateStore, approved_templates
from simulator.webhooks import Update, WebhookSender

Json = dict[str, Any]

#: How long a business may write freely after the patient's last message (Meta, "customer
#: service window").
WINDOW = timedelta(hours=24)
TYPING_SECONDS = 25

_MEDIA_ID_PATHS = tuple(
    path
    for kind in KINDS
    for path in (
        f"{kind}.id",
        f"interactive.header.{kind}.id",
        f"template.components[].parameters[].{kind}.id",
    )
)


class Simulator:
    """A phone network with patients on one side and a clinic on the other."""

    def __init__(self, settings: Settings, client: httpx.AsyncClient) -> None:
        self.settings = settings
        self.clock = RunningClock(settings.start)
        self.events = EventLog()
        self.faults = FaultSwitch()
        self.stats = Stats()
        self.store = Store()
        self.media = MediaStore()
        folder = settings.templates
        self.templates = TemplateStore(approved_templates(folder) if folder else ())
        self.rates = PairRate()
        self.webhooks = WebhookSender(settings, self.faults, self.events, self.stats, client)
        self.statuses = StatusFlow(
            settings, self.clock, self.faults, self.webhooks, self._message_changed
        )
        self._add_demo_patients()

    # The clinic's side.

    def accept_send(self, body: Json) -> Json:
        """Takes a message of the clinic, as `POST .../messages` does.

        Returns:
            The body of Meta's answer.

        Raises:
            GraphError: The Cloud API would refuse it.
        """
        check_send(body)
        if "status" in body:
            return self._mark_read(body)
        patient = self._recipient(body)
        self._check_references(body)
        now = self.clock.now()
        if body.get("type") != "template" and not self._window_is_open(patient):
            raise GraphError(
                131047,
                "Message failed to send because more than 24 hours have passed since the"
                " customer last replied to this number.",
            )
        if self.faults.faults.pair_rate and not self.rates.take(patient.id, now):
            raise GraphError(
                131056,
                "Message failed to send because there were too many messages sent from this"
                " phone number to the same phone number in a short period of time.",
            )
        message = Message(
            seq=self.store.next_seq(),
            patient_id=patient.id,
            direction="out",
            wamid=new_wamid(patient.id),
            type=body.get("type", "text"),
            body=body,
            view=render_outgoing(body, self.media, self.templates),
            at=now,
            context_id=(body.get("context") or {}).get("message_id"),
            callback_data=body.get("biz_opaque_callback_data"),
        )
        self._keep(message)
        self.stats.clinic_wrote(patient.id)
        self.statuses.start(patient, message)
        return _accepted(body, patient, message)

    def _recipient(self, body: Json) -> Patient:
        # Meta: `to` wins when both are given.
        name = body["to"] if "to" in body else body["recipient"]
        if "to" in body:
            name = "".join(sign for sign in name if sign.isdigit())
            if name == self.settings.display_phone_number:
                raise GraphError(131021, "Param to is the sender's own number")
        try:
            return self.store.patient(name)
        except PatientUnknownError as error:
            raise GraphError(131026, "Param to is not a WhatsApp user") from error

    def _check_references(self, body: Json) -> None:
        for path in _MEDIA_ID_PATHS:
            for where, media_id in places(body, path):
                try:
                    self.media.get(media_id)
                except MediaUnknownError as error:
                    raise GraphError(
                        100, f"Param {where} is not a valid media attachment ID"
                    ) from error
        if body.get("type") == "reaction":
            if self.store.find_message(body["reaction"]["message_id"]) is None:
                raise GraphError(131009, "Param reaction.message_id is not a known message")
        elif body.get("type") == "template":
            template = body["template"]
            parameters = [
                parameter.get("parameter_name", str(position))
                for component in template.get("components") or []
                if component["type"] == "body"
                for position, parameter in enumerate(component.get("parameters", []), start=1)
            ]
            self.templates.check(
                template["name"], template["language"]["code"], frozenset(parameters)
            )

    def _window_is_open(self, patient: Patient) -> bool:
        last = patient.last_message_at
        return last is not None and self.clock.now() - last <= WINDOW

    def _mark_read(self, body: Json) -> Json:
        message = self.store.find_message(body["message_id"])
        if message is None or message.direction != "in":
            raise GraphError(131009, "Param message_id is not a message that was received")
        for earlier in self.store.messages(message.patient_id):
            if earlier.direction == "in" and earlier.seq <= message.seq and not earlier.read:
                earlier.read = True
                self._message_changed(earlier)
        if "typing_indicator" in body:
            typing = {"patient_id": message.patient_id, "seconds": TYPING_SECONDS}
            self.events.add("typing", typing)
        return {"success": True}

    # The patient's side.

    def patient_writes(self, patient_id: str, request: Json) -> Message:
        """Sends what a patient wrote or tapped.

        A `wamid` that is known already is delivered once more, as Meta does when in doubt.

        Raises:
            PatientUnknownError: There is no such patient.
            RequestInvalidError: The request makes no sense.
            MessageUnknownError: The message it refers to does not exist.
            MediaUnknownError: The media it refers to does not exist.
        """
        patient = self.store.patient(patient_id)
        known = self.store.find_message(request.get("wamid"))
        if known is not None:
            if known.patient_id != patient.id or known.direction != "in":
                raise RequestInvalidError("This wamid belongs to another message.")
            self._announce(patient, known)
            return known
        content = build_content(request, self.store, self.media, self.settings.display_phone_number)
        # A raw message may bring its own id and may have any shape.
        wamid = request.get("wamid") or content.pop("id", None) or new_wamid(patient.id)
        now = self.clock.now()
        timestamp = str(request.get("timestamp") or unix(now))
        body = {**sender(patient), "timestamp": timestamp, **content, "id": wamid}
        message = Message(
            seq=self.store.next_seq(),
            patient_id=patient.id,
            direction="in",
            wamid=wamid,
            type=body["type"],
            body=body,
            view=_raw_view(body) if request["type"] == "raw" else render_plain(body, self.media),
            at=now,
            context_id=(body.get("context") or {}).get("id"),
        )
        self._keep(message)
        self.stats.patient_wrote(patient.id)
        self._announce(patient, message)
        return message

    def patient_reads(self, patient_id: str, wamids: list[str] | None = None) -> int:
        """Notes that a patient has seen the clinic's messages, all or the given ones.

        Returns:
            How many of them had not been seen.

        Raises:
            PatientUnknownError: There is no such patient.
            MessageUnknownError: A given message does not exist.
        """
        patient = self.store.patient(patient_id)
        if wamids is None:
            messages = self.store.messages(patient.id)
        else:
            messages = [self.store.message(wamid) for wamid in wamids]
            if any(message.patient_id != patient.id for message in messages):
                raise MessageUnknownError("a message of another patient")
        unseen = [message for message in messages if message.direction == "out"]
        return sum(self.statuses.read(patient, message) for message in unseen)

    def add_patient(self, wa_id: str, name: str, **names: Any) -> Patient:
        """Adds a patient and tells the pages.

        Raises:
            RequestInvalidError: The number is not one.
        """
        patient = self.store.add_patient(wa_id, name, **names)
        self.events.add("patient", self.store.summary(patient))
        return patient

    # The network.

    def send_custom(self, field: str, value: Json) -> None:
        """Sends a webhook of any field: an echo from the clinic's own phone, a call, an error."""
        self.webhooks.send(Update(field, custom_change(self.settings, field, value)))

    def review_template(self, name: str, language: str, event: str, reason: str) -> Json:
        """Decides about a template, as Meta's reviewers do, and tells by webhook.

        Raises:
            RequestInvalidError: It was never submitted.
        """
        template = self.templates.find(name, language)
        if template is None:
            raise RequestInvalidError(f"There is no template {name} in {language}.")
        self.templates.add(replace(template, status=event, reason=reason))
        self.announce_template(name, language, event, reason, template.id)
        return {"status": event}

    def announce_template(
        self, name: str, language: str, event: str, reason: str, template_id: str
    ) -> None:
        """Sends the webhook about a template's status."""
        value = {
            "event": event,
            "message_template_id": int(template_id),
            "message_template_name": name,
            "message_template_language": language,
            "reason": reason,
        }
        field = "message_template_status_update"
        self.webhooks.send(Update(field, {"value": value, "field": field}))

    def advance_clock(self, seconds: float) -> None:
        """Moves the clock and tells the pages."""
        self.clock.advance(seconds)
        self.events.add("clock", {"now": iso(self.clock.now())})

    async def reset(self) -> None:
        """Goes back to the start: demo patients, no messages, no faults, the first time of day."""
        await self.stop()
        self.store.clear()
        self.media.clear()
        self.templates.clear()
        self.rates.clear()
        self.stats.clear()
        self.faults.clear()
        self.clock.reset()
        self._add_demo_patients()
        self.events.add("resync", {})

    async def stop(self) -> None:
        """Stops everything that runs in the background."""
        await self.statuses.drop_all()
        await self.webhooks.drop_all()

    def _add_demo_patients(self) -> None:
        if self.settings.demo_patients:
            for wa_id, name in DEMO_PATIENTS:
                self.store.add_patient(wa_id, name)

    def _keep(self, message: Message) -> None:
        self.store.add_message(message)
        self.events.add("message", message.json())
        if message.type == "reaction" and "reaction" in message.body:
            reaction = message.body["reaction"]
            target = self.store.find_message(reaction.get("message_id"))
            if target is not None:
                target.reactions.pop(message.direction, None)
                if reaction.get("emoji"):
                    target.reactions[message.direction] = reaction["emoji"]
                self._message_changed(target)

    def _announce(self, patient: Patient, message: Message) -> None:
        def acknowledged() -> None:
            if not message.acknowledged:
                message.acknowledged = True
                self._message_changed(message)

        change = message_change(self.settings, patient, message)
        self.webhooks.send(Update(patient.id, change, acknowledged))

    def _message_changed(self, message: Message) -> None:
        self.events.add("message_updated", message.json())


def _raw_view(body: Json) -> Json:
    text = body.get("text")
    if body["type"] == "text" and isinstance(text, dict):
        return {"text": str(text.get("body", ""))}
    return {"text": "", "unsupported": str(body["type"])}


def _accepted(body: Json, patient: Patient, message: Message) -> Json:
    if "to" in body:
        contact = {"input": body["to"], "wa_id": patient.wa_id}
    else:
        contact = {"input": body["recipient"], "user_id": patient.user_id}
    accepted: Json = {"id": message.wamid}
    if message.type == "template":
        accepted["message_status"] = "accepted"
    return {"messaging_product": "whatsapp", "contacts": [contact], "messages": [accepted]}
