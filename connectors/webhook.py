"""The webhook's routes: verify, store, acknowledge. What follows is somebody else's."""

from __future__ import annotations

import asyncio
import hmac
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from sanic import Blueprint, HTTPResponse, Request, response

from clinic.bootstrap import Services
from clinic.messaging.intake import Arrival
from connectors.urgency import urgent_keys
from whatsapp.providers import make_webhooks
from whatsapp.webhooks import MalformedBodyError

BODY_LIMIT_BYTES = 4 * 1024 * 1024
"""Meta's largest webhook is 3 MB."""

_INTAKE_THREADS = 2
"""Webhooks do not queue behind other work for a thread; SQLite has one writer at a time anyway."""


def webhook_routes(
    get_services: Callable[[], Services], take_up: Callable[[Arrival], None]
) -> Blueprint:
    """Makes `GET` and `POST /webhook`.

    Args:
        take_up: is told what was stored; returns at once.
    """
    webhook = Blueprint("whatsapp_webhook")
    threads = ThreadPoolExecutor(_INTAKE_THREADS, thread_name_prefix="intake")

    @webhook.get("/webhook")
    async def verify(request: Request) -> HTTPResponse:
        expected = get_services().settings.whatsapp.verify_token
        given = request.args.get("hub.verify_token", "")
        if request.args.get("hub.mode") == "subscribe" and hmac.compare_digest(
            given.encode(), expected.encode()
        ):
            return response.text(request.args.get("hub.challenge", ""))
        return response.text("The verify token does not match.", status=403)

    @webhook.post("/webhook")
    async def receive(request: Request) -> HTTPResponse:
        started = time.perf_counter()
        answer = await take(request)
        get_services().metrics.webhook(answer.status, time.perf_counter() - started)
        return answer

    async def take(request: Request) -> HTTPResponse:
        body = request.body
        if len(body) > BODY_LIMIT_BYTES:
            return response.text("The body is larger than 4 MB.", status=413)
        wired = get_services()
        webhooks = make_webhooks(wired.settings.whatsapp)
        if not webhooks.is_authentic(body, request.headers, request.query_string):
            return response.text("The signature is absent or wrong.", status=401)

        def store() -> Arrival:
            updates = webhooks.updates(body, request.query_string)
            return wired.intake.take(updates, urgent_keys(updates))

        try:
            arrival = await asyncio.get_running_loop().run_in_executor(threads, store)
        except MalformedBodyError:
            return response.text("The body cannot be read.", status=400)
        take_up(arrival)
        return response.text("")

    return webhook
