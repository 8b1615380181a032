"""The assistant's process: webhook, Rasa and actions together.

    python -m connectors.assistant

The model is loaded before the server listens: what comes in earlier, WhatsApp sends again.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import skops.io  # noqa: F401 - before TensorFlow: the model loads in 1.4 s instead of 7.7 s

os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from rasa.core.agent import Agent, load_agent
from rasa.core.run import configure_app
from rasa.core.utils import AvailableEndpoints
from sanic import HTTPResponse, Request, Sanic, response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from actions.embedded import EmbeddedActions
from clinic.adapters.payments import SIGNATURE_HEADER, PaymentCallbackError
from clinic.bootstrap import ROOT, Services, services
from clinic.deposits.errors import DepositNotFoundError
from clinic.logs import configure_logging
from clinic.messaging.queue_metrics import Gauge, queue_gauges
from clinic.metrics import CONTENT_TYPE
from clinic.scheduling.calendar_file import MEDIA_TYPE, calendar_file
from connectors.data_export_pages import data_export_pages
from connectors.document_pages import document_pages
from connectors.rasa_patches import apply_patches
from connectors.tracker_store import ClinicTrackerStore
from connectors.whatsapp_channel import BODY_LIMIT_BYTES, WhatsAppInput

logger = logging.getLogger(__name__)

_THREAD_SWITCH_SECONDS = 0.0005
"""A tenth of Python's own: storing a webhook takes a dozen turns of the interpreter's lock, and
each waits so long while the dialogue computes."""


class ModelUnusableError(Exception):
    """The trained model cannot be loaded."""


def create_app(wired: Services, channel: WhatsAppInput) -> Sanic:
    """Makes the server with the webhook, the health checks and the calendar files."""
    app = configure_app([channel], enable_api=False, use_uvloop=False)
    app.config.REQUEST_MAX_SIZE = BODY_LIMIT_BYTES
    app.ctx.agent = None
    app.blueprint(data_export_pages(services))
    app.blueprint(document_pages(services))

    @app.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return response.json({"status": "alive"})

    @app.get("/ready")
    async def ready(_request: Request) -> HTTPResponse:
        checks = {
            "model": app.ctx.agent is not None and app.ctx.agent.is_ready(),
            "database": await asyncio.to_thread(_database_answers, wired),
        }
        return response.json(checks, status=200 if all(checks.values()) else 503)

    @app.get("/metrics")
    async def metrics(_request: Request) -> HTTPResponse:
        reason = channel.stopped_sending_because()
        states = [("whatsapp_sending_stopped", {"reason": r}, float(r == reason)) for r in _STOPS]
        text_ = await asyncio.to_thread(_metrics, channel.services, states)
        return response.text(text_, content_type=CONTENT_TYPE)

    @app.get("/calendar/<name:str>")
    async def calendar(_request: Request, name: str) -> HTTPResponse:
        token = name.removesuffix(".ics")
        appointment = await asyncio.to_thread(wired.scheduling.by_calendar_token, token)
        if appointment is None:
            return response.text("There is no such appointment.", status=404)
        return response.raw(
            calendar_file(appointment, wired.clinic, now=wired.clock.now()),
            content_type=MEDIA_TYPE,
            headers={"Content-Disposition": 'attachment; filename="rendez-vous.ics"'},
        )

    @app.post("/payments/callback")
    async def payment(request: Request) -> HTTPResponse:
        signature = request.headers.get(SIGNATURE_HEADER)
        try:
            await asyncio.to_thread(services().deposits.receive, request.body, signature)
        except PaymentCallbackError:
            return response.text("The callback is not the payment provider's.", status=401)
        except DepositNotFoundError:
            return response.text("There is no such deposit.", status=404)
        return response.text("")

    return app


async def load_assistant(model: Path) -> Agent:
    """Loads a trained model with our tracker store and the embedded actions.

    Raises:
        ModelUnusableError: the model does not fit this code; train it again.
    """
    apply_patches()
    store = ClinicTrackerStore()
    endpoints = AvailableEndpoints(action=EmbeddedActions())
    agent = await load_agent(model_path=str(model), endpoints=endpoints)
    if not agent.is_ready():
        raise ModelUnusableError(f"{model} cannot be loaded; the lines above say why.")
    store.domain = agent.domain
    # Rasa's fail-safe store would answer a failed read with an empty conversation: a known
    # patient would look like a new one. Here a failed read fails the turn.
    agent.tracker_store = store
    agent.processor.tracker_store = store
    return agent


def latest_model(folder: Path) -> Path:
    """Returns the newest trained model.

    Raises:
        FileNotFoundError: there is none.
    """
    models = sorted(folder.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
    if not models:
        raise FileNotFoundError(f"{folder} holds no trained model: run `make train`.")
    return models[-1]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005)
    arguments = parser.parse_args()
    configure_logging()
    sys.setswitchinterval(_THREAD_SWITCH_SECONDS)
    wired = services()
    configure_logging(as_json=wired.settings.logs_as_json)
    app = create_app(wired, WhatsAppInput())

    async def load(running: Sanic, _loop: Any) -> None:
        running.ctx.agent = await load_assistant(latest_model(ROOT / "models"))
        logger.info("The assistant is ready.")

    app.register_listener(load, "before_server_start")
    app.run(host=arguments.host, port=arguments.port, access_log=False, motd=False)


_STOPS = ("account", "outage")


def _metrics(wired: Services, states: Sequence[Gauge]) -> str:
    try:
        with wired.database.read() as tx:
            gauges = list(queue_gauges(tx, wired.clock.now()))
    except SQLAlchemyError:
        gauges = []
    return wired.metrics.text([*states, *gauges])


def _database_answers(wired: Services) -> bool:
    try:
        with wired.database.read() as tx:
            tx.connection.execute(text("SELECT 1"))
    except SQLAlchemyError:
        return False
    return True


if __name__ == "__main__":
    main()
