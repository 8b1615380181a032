"""`python -m console`: serves the staff console."""

from __future__ import annotations

import argparse
import sys

import uvicorn

from clinic.bootstrap import services
from clinic.logs import configure_logging
from console.app import create_app


def main() -> int:
    """Reads the command line and the environment, then serves until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m console", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on")
    arguments = parser.parse_args()
    configure_logging()
    uvicorn.run(
        create_app(services()),
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        # Ids only, but who looked at what when is the audit trail's matter.
        access_log=False,
        ws="none",  # Rasa pins a websockets that is too old for uvicorn; none are used here.
        server_header=False,
        proxy_headers=True,  # https ends at a proxy on this machine.
        timeout_graceful_shutdown=2,  # Pages keep their event stream open for ever.
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
