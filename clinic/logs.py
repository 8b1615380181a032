"""Logging of every process: levels and ids only, never what a patient said or is called."""

from __future__ import annotations

import logging

import structlog


def configure_logging() -> None:
    """Sets logging up anew, whatever libraries did to it while they were imported."""
    logging.basicConfig(
        level=logging.INFO, format="%(levelname)s %(name)s: %(message)s", force=True
    )
    # Rasa's debug and info lines repeat what the patient wrote.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("rasa").setLevel(logging.ERROR)
    # Its lines hold addresses of media, and one for every request.
    logging.getLogger("httpx").setLevel(logging.WARNING)
