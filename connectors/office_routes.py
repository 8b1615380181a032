"""Routes beside the webhook: health, metrics, calendar files, payments, one's own data."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from sanic import Blueprint, HTTPResponse, Request, response
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from clinic.adapters.payments import SIGNATURE_HEADER, PaymentCallbackError
from clinic.bootstrap import Services
from clinic.clock import SystemClock
from clinic.deposits.errors import DepositNotFoundError
from clinic.messaging.queue_metrics import queue_gauges
from clinic.metrics import CONTENT_TYPE, Gauge
from clinic.scheduling.calendar_file import MEDIA_TYPE, calendar_file
from connectors.data_export_pages import data_export_pages
from connectors.document_pages import document_pages

_STOPS = ("account", "outage")


def office_routes(
    get_services: Callable[[], Services],
    *,
    is_model_ready: Callable[[], bool],
    stopped_because: Callable[[], str | None],
) -> list[Blueprint]:
    """Makes the routes.

    Args:
        is_model_ready: whether somebody can answer; may ask the database.
        stopped_because: why nothing is sent at the moment.
    """
    routes = Blueprint("office")

    @routes.get("/health")
    async def health(_request: Request) -> HTTPResponse:
        return response.json({"status": "alive"})

    @routes.get("/ready")
    async def ready(_request: Request) -> HTTPResponse:
        database = await asyncio.to_thread(_database_answers, get_services())
        checks = {
            "model": database and await asyncio.to_thread(is_model_ready),
            "database": database,
        }
        return response.json(checks, status=200 if all(checks.values()) else 503)

    @routes.get("/metrics")
    async def metrics(_request: Request) -> HTTPResponse:
        reason = stopped_because()
        states = [("whatsapp_sending_stopped", {"reason": r}, float(r == reason)) for r in _STOPS]
        text_ = await asyncio.to_thread(_metrics, get_services(), states)
        return response.text(text_, content_type=CONTENT_TYPE)

    @routes.get("/calendar/<name:str>")
    async def calendar(_request: Request, name: str) -> HTTPResponse:
        wired, token = get_services(), name.removesuffix(".ics")
        await asyncio.to_thread(wired.clinic_file.refresh)
        appointment = await asyncio.to_thread(wired.scheduling.by_calendar_token, token)
        if appointment is None:
            return response.text("There is no such appointment.", status=404)
        return response.raw(
            calendar_file(appointment, wired.clinic, now=wired.clock.now()),
            content_type=MEDIA_TYPE,
            headers={"Content-Disposition": 'attachment; filename="rendez-vous.ics"'},
        )

    @routes.post("/payments/callback")
    async def payment(request: Request) -> HTTPResponse:
        signature = request.headers.get(SIGNATURE_HEADER)
        try:
            await asyncio.to_thread(get_services().deposits.receive, request.body, signature)
        except PaymentCallbackError:
            return response.text("The callback is not the payment provider's.", status=401)
        except DepositNotFoundError:
            return response.text("There is no such deposit.", status=404)
        return response.text("")

    return [routes, data_export_pages(get_services), document_pages(get_services)]


def _metrics(wired: Services, states: Sequence[Gauge]) -> str:
    try:
        with wired.database.read() as tx:
            gauges = [
                *queue_gauges(tx, wired.clock.now()),
                *wired.new_recipients.gauges(tx, SystemClock().now()),
            ]
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
