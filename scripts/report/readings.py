"""What the assistant reads in messages: the trained model and the emergency gate."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlu.emergency import assess_emergency, warm_up
from nlu.language_identifier import identify_language
from scripts.report.errors import ModelNotReadyError
from scripts.report.held_out import Entity, HeldOut
from scripts.train import FINGERPRINT, MODEL, training_fingerprint

FALLBACK = "nlu_fallback"
REFUSALS = frozenset([FALLBACK, "out_of_scope"])
EMERGENCY = "report_emergency"
ENTITIES = (
    "specialty",
    "relation",
    "document_type",
    "insurance",
    "ordinal",
    "language",
    "person_name",
    "national_id",
)
"""The entities that the held-out messages annotate; others found are not judged."""


@dataclass(frozen=True)
class Reading:
    """What was read in one message.

    Attributes:
        message: what it means, from its author.
        intent: what the parse result says; `nlu_fallback` when the model doubts.
        guess: the best intent, in doubt too.
        confidence: of the guess, 0 to 1.
        entities: those of `ENTITIES` that were found.
        language: of the message, `und` for none.
        danger: the category that the emergency gate sees, None for no danger.
        by_gate: whether the gate, as a component of the model, set the intent.
        seconds: the time that the model took.
        gate_seconds: the time that the gate took.
    """

    message: HeldOut
    intent: str
    guess: str
    confidence: float
    entities: tuple[Entity, ...]
    language: str
    danger: str | None
    by_gate: bool
    seconds: float
    gate_seconds: float

    @property
    def answer(self) -> str:
        """The intent that is answered: a hit of the gate comes before the model."""
        return EMERGENCY if self.danger else self.intent


class Reader:
    """Reads messages with a trained model."""

    def __init__(self, agent: Any, load_seconds: float) -> None:
        """Keeps a loaded Rasa agent; `Reader.load` makes one."""
        self._agent = agent
        self.load_seconds = load_seconds

    @classmethod
    async def load(cls, model: Path) -> Reader:
        """Loads a model.

        Raises:
            ModelNotReadyError: it does not fit the code.
        """
        os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
        os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        import skops.io  # noqa: F401 - before TensorFlow: the model loads in 1.4 s, not 7.7 s
        from rasa.core.agent import load_agent

        logging.getLogger("rasa.core.agent").addFilter(_without_traceback)
        started = time.perf_counter()
        try:
            agent = await load_agent(model_path=str(model))
        except Exception as error:  # whatever a component of another version raises
            raise ModelNotReadyError(_does_not_load(model, error)) from error
        if not agent.is_ready():
            raise ModelNotReadyError(_does_not_load(model, None))
        warm_up()
        reader = cls(agent, time.perf_counter() - started)
        await reader.read(
            HeldOut("salam", "ary-Latn", "greet")
        )  # caches fill before the clock runs
        return reader

    async def read(self, message: HeldOut) -> Reading:
        """Reads one message."""
        started = time.perf_counter()
        parsed = await self._agent.parse_message(message.text)
        seconds = time.perf_counter() - started
        started = time.perf_counter()
        danger = assess_emergency(message.text)
        gate_seconds = time.perf_counter() - started
        ranking = [each for each in parsed["intent_ranking"] if each["name"] != FALLBACK]
        best = ranking[0] if ranking else parsed["intent"]
        language = parsed.get("language") or identify_language(message.text).tag
        return Reading(
            message=message,
            intent=parsed["intent"]["name"] or FALLBACK,
            guess=best["name"] or FALLBACK,
            confidence=float(best["confidence"]),
            entities=tuple(
                Entity(each["entity"], str(each["value"]), each["start"], each["end"])
                for each in parsed["entities"]
                if each["entity"] in ENTITIES
            ),
            language=language,
            danger=danger.category.value if danger else None,
            by_gate="emergency" in parsed,
            seconds=seconds,
            gate_seconds=gate_seconds,
        )

    async def read_all(
        self, messages: Iterable[HeldOut], advance: Callable[[], None]
    ) -> list[Reading]:
        """Reads messages one after the other; calls `advance` after each."""
        readings = []
        for message in messages:
            readings.append(await self.read(message))
            advance()
        return readings


def check_model(model: Path = MODEL) -> None:
    """Checks that the model is there and that nothing it depends on changed since.

    Raises:
        ModelNotReadyError: it is missing or stale.
    """
    if not model.exists():
        raise ModelNotReadyError(f"There is no trained model at {model}: run `make train`.")
    known = FINGERPRINT.read_text(encoding="ascii") if FINGERPRINT.exists() else ""
    if known != training_fingerprint():
        raise ModelNotReadyError(
            "The model is older than the training data, the configuration or the components: "
            "run `make train`. (`--stale` evaluates it all the same.)"
        )


def _without_traceback(record: logging.LogRecord) -> bool:
    """Keeps Rasa's line on why a model does not load, and drops the fifty after it."""
    record.exc_info = None
    return True


def _does_not_load(model: Path, error: Exception | None) -> str:
    reason = f" ({type(error).__name__}: {error})" if error else ""
    return f"{model} does not fit the code{reason}: run `make train`."
