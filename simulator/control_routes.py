"""The control API: what tests and the page use to play the patients and the network."""

from __future__ import annotations

import json
import re
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Any

from fastapi import APIRouter, Header, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sse_starlette.sse import EventSourceResponse

from simulator.clock import iso
from simulator.faults import Failure, Faults
from simulator.service import Simulator
from simulator.templates import Template


class NewPatient(BaseModel):
    """A patient to add."""

    wa_id: str
    name: str = ""
    username: str | None = None
    no_number: bool = False


class PatientMessage(BaseModel):
    """What a patient does; which fields count depends on the type, see the README."""

    type: str = "text"
    wamid: str | None = None
    timestamp: int | None = None
    text: str | None = None
    message_id: str | None = None
    choice_id: str | None = None
    payload: str | None = None
    title: str | None = None
    description: str | None = None
    emoji: str | None = None
    media: dict[str, Any] | None = None
    media_id: str | None = None
    caption: str | None = None
    voice: bool | None = None
    latitude: float | None = None
    longitude: float | None = None
    name: str | None = None
    address: str | None = None
    contacts: list[dict[str, Any]] | None = None
    message: dict[str, Any] | None = None


class Seen(BaseModel):
    """The messages that a patient has seen; all of them when left out."""

    wamids: list[str] | None = None


class FailureSetting(BaseModel):
    """A refusal to order."""

    code: int
    http_status: int | None = None
    rate: float = 1.0
    count: int | None = None


class FaultSettings(BaseModel):
    """All faults; what is left out is off."""

    duplicate: float = 0.0
    duplicates: int = 0
    delay_ms: tuple[int, int] = (0, 0)
    reorder: float = 0.0
    batch: int = 1
    fail: list[FailureSetting] = []
    fail_status: list[FailureSetting] = []
    timeout_rate: float = 0.0
    drop_statuses: float = 0.0
    pair_rate: bool = False
    seed: int | None = None


class ClockChange(BaseModel):
    """How far to move the clock."""

    advance_seconds: float


class CustomWebhook(BaseModel):
    """A webhook of any field."""

    field: str = "messages"
    value: dict[str, Any]


class TemplateReview(BaseModel):
    """What Meta decides about a template; it is told by webhook."""

    name: str
    language: str
    event: str
    reason: str = "NONE"


class TemplateText(BaseModel):
    """A template to register."""

    name: str
    language: str
    body: str
    header: str = ""
    footer: str = ""
    buttons: list[str] = []
    url: str = ""


def control_router(simulator: Simulator) -> APIRouter:
    """Returns the control routes on one simulator."""
    router = APIRouter(prefix="/api", tags=["Control"])
    store = simulator.store

    @router.get("/state")
    async def state() -> dict[str, Any]:
        return {
            "clinic_name": simulator.settings.clinic_name,
            "clinic_number": simulator.settings.display_phone_number,
            "now": iso(simulator.clock.now()),
            "last_event": simulator.events.last_id,
            "reachable": simulator.webhooks.reachable,
            "patients": [store.summary(patient) for patient in store.patients.values()],
            "faults": simulator.faults.faults.json(),
        }

    @router.get("/patients")
    async def patients() -> list[dict[str, Any]]:
        return [store.summary(patient) for patient in store.patients.values()]

    @router.post("/patients", status_code=201)
    async def add_patient(new: NewPatient) -> dict[str, Any]:
        patient = simulator.add_patient(
            new.wa_id, new.name, username=new.username, no_number=new.no_number
        )
        return store.summary(patient)

    @router.post("/patients/{patient_id}/messages", status_code=201)
    async def write(patient_id: str, message: PatientMessage) -> dict[str, Any]:
        written = simulator.patient_writes(patient_id, message.dict(exclude_none=True))
        return {"wamid": written.wamid, "seq": written.seq}

    @router.get("/patients/{patient_id}/messages")
    async def messages(patient_id: str, after: int = 0) -> list[dict[str, Any]]:
        patient = store.patient(patient_id)
        return [message.json() for message in store.messages(patient.id, after)]

    @router.post("/patients/{patient_id}/read")
    async def read(patient_id: str, seen: Seen) -> dict[str, int]:
        return {"read": simulator.patient_reads(patient_id, seen.wamids)}

    @router.get("/messages")
    async def all_messages(after: int = 0) -> list[dict[str, Any]]:
        return [message.json() for message in store.all_messages(after)]

    @router.get("/messages/stats")
    async def stats() -> dict[str, Any]:
        return {
            **simulator.stats.json(),
            "patients": len(store.patients),
            "webhooks_pending": simulator.webhooks.pending,
            "reachable": simulator.webhooks.reachable,
        }

    @router.post("/media", status_code=201)
    async def add_media(request: Request, filename: str | None = None) -> dict[str, Any]:
        mime_type = request.headers.get("content-type", "application/octet-stream")
        media = simulator.media.add(await request.body(), mime_type, filename)
        return {"id": media.id}

    @router.get("/media/{media_id}")
    async def media(media_id: str, range: str = Header(default="")) -> Response:
        found = simulator.media.get(media_id)
        # A file from anywhere must not run as a page of this address.
        headers = {
            "Content-Security-Policy": "sandbox; default-src 'none'",
            "X-Content-Type-Options": "nosniff",
            "Accept-Ranges": "bytes",
        }
        total = len(found.content)
        wanted = re.fullmatch(r"bytes=(\d+)-(\d*)", range)
        if wanted is None or int(wanted[1]) >= total:
            return Response(found.content, media_type=found.mime_type, headers=headers)
        # A browser needs parts of a sound to know how long it is.
        first, last = int(wanted[1]), min(int(wanted[2] or total - 1), total - 1)
        headers["Content-Range"] = f"bytes {first}-{last}/{total}"
        part = found.content[first : last + 1]
        return Response(part, status_code=206, media_type=found.mime_type, headers=headers)

    @router.get("/events")
    async def events(
        last_event_id: str = Header(default=""), after: int | None = None
    ) -> EventSourceResponse:
        last_seen = int(last_event_id) if last_event_id.isdigit() else after
        start = simulator.events.last_id if last_seen is None else last_seen

        async def stream() -> AsyncIterator[dict[str, str]]:
            async for event in simulator.events.follow(start):
                data = json.dumps(event.data, ensure_ascii=False)
                yield {"id": str(event.id), "event": event.kind, "data": data}

        return EventSourceResponse(stream(), ping=15)

    @router.get("/faults")
    async def faults() -> dict[str, Any]:
        return simulator.faults.faults.json()

    @router.put("/faults")
    async def set_faults(wanted: FaultSettings) -> dict[str, Any]:
        fields = wanted.dict(exclude={"fail", "fail_status", "seed"})
        simulator.faults.set(
            Faults(
                **fields,
                fail=[Failure(**failure.dict()) for failure in wanted.fail],
                fail_status=[Failure(**failure.dict()) for failure in wanted.fail_status],
            )
        )
        if wanted.seed is not None:
            simulator.faults.seed(wanted.seed)
        return _faults_changed(simulator)

    @router.delete("/faults")
    async def clear_faults() -> dict[str, Any]:
        simulator.faults.clear()
        return _faults_changed(simulator)

    @router.get("/clock")
    async def clock() -> dict[str, str]:
        return {"now": iso(simulator.clock.now())}

    @router.post("/clock")
    async def move_clock(change: ClockChange) -> dict[str, str]:
        simulator.advance_clock(change.advance_seconds)
        return {"now": iso(simulator.clock.now())}

    @router.post("/webhooks", status_code=202)
    async def send_webhook(webhook: CustomWebhook) -> dict[str, bool]:
        simulator.send_custom(webhook.field, webhook.value)
        return {"queued": True}

    @router.get("/templates")
    async def templates() -> list[dict[str, Any]]:
        return [asdict(template) for template in simulator.templates.all()]

    @router.post("/templates/review")
    async def review_template(review: TemplateReview) -> dict[str, Any]:
        return simulator.review_template(**review.dict())

    @router.put("/templates")
    async def add_template(template: TemplateText) -> dict[str, Any]:
        fields = {**template.dict(), "buttons": tuple(template.buttons)}
        simulator.templates.add(Template(**fields))
        return template.dict()

    @router.post("/handshake")
    async def handshake() -> dict[str, bool]:
        return {"verified": await simulator.webhooks.handshake()}

    @router.post("/reset")
    async def reset() -> Response:
        await simulator.reset()
        return JSONResponse({"reset": True})

    return router


def _faults_changed(simulator: Simulator) -> dict[str, Any]:
    present = simulator.faults.faults.json()
    simulator.events.add("faults", present)
    return present
