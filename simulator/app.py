"""The web application: Cloud API, control API and page on one port."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import FileResponse, JSONResponse
from fastapi.staticfiles import StaticFiles

from simulator.cloud_routes import cloud_router, graph_error_response
from simulator.control_routes import control_router
from simulator.errors import (
    GraphError,
    MediaUnknownError,
    MessageUnknownError,
    PatientUnknownError,
    SimulatorError,
)
from simulator.payments import payment_router
from simulator.service import Simulator
from simulator.settings import Settings
from simulator.webhooks import AT_ONCE

STATIC = Path(__file__).parent / "static"

# Nothing from elsewhere but pictures that a message links to.
PAGE_POLICY = (
    "default-src 'self'; img-src 'self' data: blob: http: https:; media-src 'self' blob: http:"
    " https:; style-src 'self'; script-src 'self'; object-src 'none'; base-uri 'none'"
)


def create_app(settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None) -> FastAPI:
    """Returns the application; its simulator is `app.state.simulator`.

    Args:
        settings: What it needs to know.
        transport: Carries the webhooks instead of the network (tests).
    """
    client = httpx.AsyncClient(
        transport=transport,
        timeout=httpx.Timeout(settings.webhook_timeout, pool=None),
        limits=httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE),
        trust_env=False,  # The assistant is on this machine; a proxy would be in the way.
    )
    simulator = Simulator(settings, client)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        yield
        await simulator.stop()
        await client.aclose()

    app = FastAPI(title="Simulateur", lifespan=lifespan)
    app.state.simulator = simulator

    @app.exception_handler(SimulatorError)
    async def refused(_: Request, error: SimulatorError) -> Response:
        if isinstance(error, GraphError):
            return graph_error_response(error)
        unknown = (PatientUnknownError, MessageUnknownError, MediaUnknownError)
        status = 404 if isinstance(error, unknown) else 422
        return JSONResponse(
            {"error": type(error).__name__, "detail": str(error)}, status_code=status
        )

    @app.get("/", include_in_schema=False)
    async def page() -> Response:
        headers = {"Content-Security-Policy": PAGE_POLICY, "Cache-Control": "no-cache"}
        return FileResponse(STATIC / "index.html", headers=headers)

    @app.get("/health", include_in_schema=False)
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(control_router(simulator))
    if settings.payment_secret:
        # Before the Cloud API, whose paths begin with any word.
        app.include_router(payment_router(settings, client))
    app.include_router(cloud_router(simulator))
    return app
