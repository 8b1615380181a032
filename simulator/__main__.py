"""`python -m simulator`: starts the simulator on this machine."""

from __future__ import annotations

import argparse
import os
import sys

import uvicorn
from dotenv import load_dotenv

from simulator.app import create_app
from simulator.errors import SettingsInvalidError
from simulator.settings import settings_from_environment


def main() -> int:
    """Reads the command line and the environment, then serves until it is stopped."""
    parser = argparse.ArgumentParser(prog="python -m simulator", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8100, help="port to listen on")
    arguments = parser.parse_args()
    load_dotenv(".env")
    try:
        settings = settings_from_environment(os.environ)
    except SettingsInvalidError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    uvicorn.run(
        create_app(settings),
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        access_log=False,
        ws="none",  # Rasa pins a websockets that is too old for uvicorn; none are used here.
        timeout_graceful_shutdown=2,  # Pages keep their event stream open for ever.
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
