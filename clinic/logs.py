"""Logging of every process: levels and ids only, never what a patient said or is called."""

from __future__ import annotations

import json
import logging
import traceback
from datetime import datetime, timezone
from typing import Any

import structlog

_FORMAT = "%(levelname)s %(name)s: %(message)s"
_ABOUT_CODE = (AttributeError, ImportError, NameError, TypeError)
"""Errors whose words are about code; those of all others can quote a patient."""


def configure_logging(*, as_json: bool = False) -> None:
    """Sets logging up anew, whatever libraries did to it while they were imported.

    Args:
        as_json: a JSON object per line (LOG_FORMAT=json), for whatever collects logs.
    """
    logging.basicConfig(level=logging.INFO, format=_FORMAT, force=True)
    for handler in logging.getLogger().handlers:
        handler.setFormatter(JsonFormatter(_FORMAT) if as_json else DiscreetFormatter(_FORMAT))
    # Rasa's debug and info lines repeat what the patient wrote.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    logging.getLogger("rasa").setLevel(logging.ERROR)
    # Its lines hold addresses of media, and one for every request.
    logging.getLogger("httpx").setLevel(logging.WARNING)


class DiscreetFormatter(logging.Formatter):
    """Writes where an error happened and of which kind it is, not what it says."""

    def formatException(self, ei: Any) -> str:  # noqa: N802 - the standard library's name
        parts = []
        error: BaseException | None = ei[1]
        while error is not None:
            said = f": {error}" if isinstance(error, _ABOUT_CODE) else ""
            kind = f"{type(error).__module__}.{type(error).__qualname__}"
            parts.append("".join(traceback.format_tb(error.__traceback__)) + kind + said)
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\ncaused by\n".join(parts)


class JsonFormatter(DiscreetFormatter):
    """Writes a line as one JSON object: when, how bad, who, what, and where it went wrong."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, timezone.utc).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["error"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)
