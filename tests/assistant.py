"""The whole assistant in the test's process: webhook, Rasa, actions, agenda, simulator.

The model is loaded once for all tests; each test has its own database, clock and phones.
"""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from clinic.adapters.conversations import Conversations
from clinic.adapters.encryption import generate_key
from clinic.adapters.tables import metadata
from clinic.adapters.tables.messaging import conversation
from clinic.bootstrap import Services, build_services, make_sender, use_services
from clinic.clock import ShiftedClock
from clinic.logs import configure_logging
from clinic.settings import read_settings
from simulator.app import create_app as create_simulator
from simulator.settings import Settings as SimulatorSettings
from tests.published_schema import violations_of
from tests.template_faults import template_faults_of
from whatsapp.client import CloudApiClient

ROOT = Path(__file__).resolve().parent.parent
MONDAY_MORNING = datetime.fromisoformat("2026-11-23T09:00:00+00:00")

ENVIRONMENT = {
    "WHATSAPP_APP_SECRET": "test-app-secret",
    "WHATSAPP_VERIFY_TOKEN": "test-verify-token",
    "WHATSAPP_ACCESS_TOKEN": "test-access-token",
    "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
    "WHATSAPP_API_URL": "http://simulator.test",
    "BURST_WINDOW_MS": "0",
    "PAYMENT_URL": "http://simulator.test",
    "PAYMENT_SECRET": "test-payment-secret",
    "ENCRYPTION_KEYS": generate_key(),
}


@dataclass
class AssistantProcess:
    """What lives as long as the test session: the server with its loaded model."""

    app: Any
    channel: Any
    transport: _Switch


class _Switch(httpx.AsyncBaseTransport):
    """Carries requests to the simulator of the running test, and checks what is sent.

    Attributes:
        sent: the bodies of `POST .../messages`, in order.
        violations: where they depart from Meta's published schema, or from the template files.
    """

    def __init__(self) -> None:
        self.start(None)

    def start(self, to: httpx.AsyncBaseTransport | None) -> None:
        self.to = to
        self.sent: list[dict[str, Any]] = []
        self.violations: list[str] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        assert self.to is not None
        if request.method == "POST" and request.url.path.endswith("/messages"):
            body = json.loads(await request.aread())
            self.sent.append(body)
            self.violations += [*violations_of(body), *template_faults_of(body)]
        return await self.to.handle_async_request(request)


@pytest.fixture(scope="session")
def assistant_process() -> Iterator[AssistantProcess]:
    model = ROOT / "models" / "assistant.tar.gz"
    if not model.exists():
        reason = "there is no trained model; `make train` makes one"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    from rasa.core.run import configure_app

    from clinic.bootstrap import services
    from connectors.assistant import load_assistant
    from connectors.office_routes import office_routes
    from connectors.whatsapp_channel import WhatsAppInput

    configure_logging()
    switch = _Switch()
    channel = WhatsAppInput(services, switch)
    use_services(build_services(read_settings({**ENVIRONMENT, "DATABASE_URL": "sqlite://"})))
    app = configure_app([channel], enable_api=False, use_uvloop=False)
    app.blueprint(
        office_routes(services, is_model_ready=lambda: True, stopped_because=lambda: None)
    )
    app.ctx.agent = asyncio.run(load_assistant(model))
    asyncio.run(app._startup())
    yield AssistantProcess(app, channel, switch)
    use_services(None)


class ClinicUnderTest:
    """A clinic with its patients' phones: write, tap, read what came back."""

    def __init__(self, process: AssistantProcess, wired: Services, simulator: Any) -> None:
        self._process = process
        self.services = wired
        self._simulator = simulator
        self._phones = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=simulator), base_url="http://simulator.test"
        )
        self.webhook = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=process.app), base_url="http://assistant.test"
        )
        self._seen: dict[str, int] = {}

    async def add_patient(self, number: str, name: str = "") -> None:
        await self._phones.post("/api/patients", json={"wa_id": number, "name": name})

    async def write(self, number: str, text: str) -> list[dict[str, Any]]:
        """Writes a text and returns the answers to it."""
        return await self.do(number, {"type": "text", "text": text})

    async def tap(self, number: str, title: str) -> list[dict[str, Any]]:
        """Taps the newest choice whose title, description or position says so."""
        for message in reversed(await self.messages(number)):
            for choice in message["choices"] or ():
                if title in choice["title"] or title in (choice.get("description") or ""):
                    return await self.do(
                        number,
                        {"type": "tap", "message_id": message["wamid"], "choice_id": choice["id"]},
                    )
        raise AssertionError(f"No choice says {title!r}.")

    async def tap_nth(self, number: str, position: int) -> list[dict[str, Any]]:
        """Taps a choice of the newest message that has some, counted from 1."""
        for message in reversed(await self.messages(number)):
            if message["choices"]:
                choice = message["choices"][position - 1]
                return await self.do(
                    number,
                    {"type": "tap", "message_id": message["wamid"], "choice_id": choice["id"]},
                )
        raise AssertionError("No message has choices.")

    async def do(self, number: str, action: dict[str, Any]) -> list[dict[str, Any]]:
        """Does anything that the simulator's phones can do; returns the new answers."""
        await self.messages(number)
        before = self._seen.get(number, 0)
        response = await self._phones.post(f"/api/patients/{number}/messages", json=action)
        assert response.status_code < 300, response.text
        await self.settle()
        return [
            message
            for message in await self.messages(number)
            if message["seq"] > before and message["direction"] == "out"
        ]

    async def messages(self, number: str) -> list[dict[str, Any]]:
        response = await self._phones.get(f"/api/patients/{number}/messages")
        messages: list[dict[str, Any]] = (
            response.json()["messages"] if isinstance(response.json(), dict) else response.json()
        )
        if messages:
            self._seen[number] = max(m["seq"] for m in messages)
        return messages

    async def control(self, method: str, path: str, **values: Any) -> httpx.Response:
        """Calls the simulator's control API."""
        return await self._phones.request(method, path, **values)

    async def pass_time(self, by: timedelta) -> None:
        """Lets time pass, for the clinic and for the phones."""
        clock = self.services.clock
        assert isinstance(clock, ShiftedClock)
        clock.advance(by)
        self._age_conversations(by)
        self._simulator.state.simulator.advance_clock(by.total_seconds())

    def _age_conversations(self, by: timedelta) -> None:
        """Makes what was said older: Rasa reads the computer's clock for its sessions."""
        with self.services.database.write() as tx:
            for contact_id in tx.connection.scalars(select(conversation.c.contact_id)).all():
                events = Conversations(tx).events(contact_id) or []
                for event in events:
                    event["timestamp"] -= by.total_seconds()
                Conversations(tx).save(contact_id, events, self.services.clock.now())

    async def work(self) -> None:
        """Does once what the worker does again and again, and sends what is due."""
        services = self.services
        await asyncio.to_thread(services.scheduling.release_expired_holds, services.desk.time_freed)
        await asyncio.to_thread(services.waiting_list.pass_on)
        await asyncio.to_thread(services.deposits.expire, services.desk.appointment_ended)
        await asyncio.to_thread(services.feedback.ask_due)
        await asyncio.to_thread(services.erasure.sweep)
        await asyncio.to_thread(services.handoff_watch.look)
        await self.send_due()

    async def take_up(self) -> None:
        """Answers what waits without having come by a webhook, as the assistant's sweep does."""
        if self._process.channel.runtime is not None:
            await self._process.channel.runtime.dispatcher.wake_waiting()
        await self.settle()

    async def send_due(self) -> None:
        """Sends what the outbox holds."""
        client = CloudApiClient(self.services.settings.whatsapp, self._process.transport)
        sender = make_sender(self.services, client)
        await sender.wake_due()
        await sender.join()
        await sender.stop()
        await client.close()
        await self.settle()

    async def settle(self) -> None:
        """Waits until every message is answered and every answer is delivered."""
        simulator = self._simulator.state.simulator
        for _ in range(200):
            await asyncio.sleep(0)
            runtime = self._process.channel.runtime
            if runtime is not None:
                await runtime.join()
            if not simulator.webhooks.pending:
                await asyncio.sleep(0.01)
                if not simulator.webhooks.pending:
                    return
            await asyncio.sleep(0.01)
        raise AssertionError("The assistant did not come to rest.")

    async def close(self) -> None:
        await self.settle()
        if self._process.channel.runtime is not None:
            await self._process.channel.runtime.stop()
            self._process.channel.runtime = None
        await self._simulator.state.simulator.stop()
        await self._phones.aclose()
        await self.webhook.aclose()


@pytest.fixture
async def clinic_under_test(
    assistant_process: AssistantProcess, tmp_path: Path, request: pytest.FixtureRequest
) -> AsyncIterator[ClinicUnderTest]:
    now: datetime = getattr(request, "param", MONDAY_MORNING)
    environment = {
        **ENVIRONMENT,
        "DATABASE_URL": f"sqlite:///{tmp_path / 'clinic.db'}",
        "CLINIC_NOW": now.isoformat(),
        "MEDIA_FOLDER": str(tmp_path / "media"),
    }
    wired = build_services(read_settings(environment))
    metadata.create_all(wired.database.engine)
    use_services(wired)
    simulator = create_simulator(
        SimulatorSettings(
            app_secret=ENVIRONMENT["WHATSAPP_APP_SECRET"],
            verify_token=ENVIRONMENT["WHATSAPP_VERIFY_TOKEN"],
            access_token=ENVIRONMENT["WHATSAPP_ACCESS_TOKEN"],
            phone_number_id=ENVIRONMENT["WHATSAPP_PHONE_NUMBER_ID"],
            webhook_url="http://assistant.test/webhooks/whatsapp/webhook",
            payment_secret=ENVIRONMENT["PAYMENT_SECRET"],
            start=now,
            status_delays=(0.0, 0.0),
            retry_delays=(0.05,),
        ),
        transport=httpx.ASGITransport(app=assistant_process.app),
    )
    assistant_process.transport.start(httpx.ASGITransport(app=simulator))
    clinic = ClinicUnderTest(assistant_process, wired, simulator)
    yield clinic
    await clinic.close()
    wired.database.close()
    assert assistant_process.transport.violations == []
