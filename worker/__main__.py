"""The worker's process: python -m worker"""

from __future__ import annotations

import asyncio
import signal

from clinic.bootstrap import services
from clinic.logs import configure_logging
from whatsapp.providers import make_client
from worker.jobs import Worker


async def main() -> None:
    configure_logging()
    wired = services()
    configure_logging(as_json=wired.settings.logs_as_json)
    worker = Worker(wired, make_client(wired.settings.whatsapp))
    loop = asyncio.get_running_loop()
    for signal_number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_number, worker.stop)
    await worker.run()


if __name__ == "__main__":
    asyncio.run(main())
