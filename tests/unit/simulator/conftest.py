"""A simulator with a fake assistant behind its webhooks, and clients for both of its APIs."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx
import pytest
from simulator_harness import SETTINGS, Clinic, FakeAssistant, Patients

from simulator.app import create_app
from simulator.service import Simulator


@pytest.fixture
def assistant() -> FakeAssistant:
    return FakeAssistant()


@pytest.fixture
async def client(assistant: FakeAssistant) -> AsyncIterator[httpx.AsyncClient]:
    app = create_app(SETTINGS, transport=assistant)
    transport = httpx.ASGITransport(app=app)
    async with (
        app.router.lifespan_context(app),
        httpx.AsyncClient(transport=transport, base_url="http://simulator") as client,
    ):
        client.simulator = app.state.simulator  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def simulator(client: httpx.AsyncClient) -> Simulator:
    return client.simulator  # type: ignore[attr-defined]


@pytest.fixture
def clinic(client: httpx.AsyncClient) -> Clinic:
    return Clinic(client)


@pytest.fixture
def patients(client: httpx.AsyncClient) -> Patients:
    return Patients(client)
