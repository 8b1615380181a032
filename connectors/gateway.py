"""The gateway's process: webhook in, messages out, without Rasa.

    python -m connectors.gateway [--port 5005]

It acknowledges within milliseconds whatever the dialogue computes, and goes on taking webhooks
while the assistants restart. Any number of assistants answer what it stored.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from typing import Any

from sanic import Sanic

from clinic.adapters.leases import Leases
from clinic.adapters.tables.base import new_id
from clinic.bootstrap import Services, services
from clinic.clock import SystemClock
from clinic.logs import configure_logging
from connectors.delivery import Delivery
from connectors.office_routes import office_routes
from connectors.presence import ASSISTANT, BURY_SECONDS, bury
from connectors.repeating import repeat
from connectors.webhook import BODY_LIMIT_BYTES, webhook_routes

_LOOK_SECONDS = 0.05
"""How often the outbox is looked at: half of it is what an answer waits on average."""
_PATH = "/webhooks/whatsapp"
_THREAD_SWITCH_SECONDS = 0.0005
"""A webhook goes from the loop to a thread and back, and waits each time for whatever thread
computes: by default for up to 5 ms."""


def create_gateway(wired: Services) -> Sanic:
    """Makes the server."""
    app = Sanic("gateway", configure_logging=False)
    app.config.REQUEST_MAX_SIZE = BODY_LIMIT_BYTES
    app.ctx.delivery = None

    def has_assistant() -> bool:
        with wired.database.read() as tx:
            return Leases(tx).is_any_held(ASSISTANT, SystemClock().now())

    app.blueprint(
        webhook_routes(lambda: wired, lambda arrival: app.ctx.delivery.take_up(arrival)),
        url_prefix=_PATH,
    )
    app.blueprint(
        office_routes(
            lambda: wired,
            is_model_ready=has_assistant,
            stopped_because=lambda: app.ctx.delivery.stopped_because(),
        )
    )

    async def start(running: Sanic, _loop: Any) -> None:
        running.ctx.owner = new_id()
        wired.lifelines.hold(running.ctx.owner)
        running.ctx.delivery = Delivery(wired, owner=running.ctx.owner)
        running.ctx.work = [
            asyncio.create_task(repeat(running.ctx.delivery.sender.wake_due, every=_LOOK_SECONDS)),
            asyncio.create_task(repeat(lambda: bury(wired.lifelines), every=BURY_SECONDS)),
        ]

    async def stop(running: Sanic, _loop: Any) -> None:
        for task in running.ctx.work:
            task.cancel()
        await running.ctx.delivery.stop()
        wired.lifelines.let_go(running.ctx.owner)

    app.register_listener(start, "before_server_start")
    app.register_listener(stop, "before_server_stop")
    return app


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=5005)
    arguments = parser.parse_args()
    configure_logging()
    sys.setswitchinterval(_THREAD_SWITCH_SECONDS)
    wired = services()
    configure_logging(as_json=wired.settings.logs_as_json)
    app = create_gateway(wired)
    app.run(host=arguments.host, port=arguments.port, access_log=False, motd=False)


if __name__ == "__main__":
    main()
