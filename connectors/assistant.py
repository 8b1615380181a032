"""An assistant's process: Rasa and the actions. It answers what the gateway stored.

    python -m connectors.assistant

Several of them share the work. They go behind the gateway for the processor: a webhook is
acknowledged at once however much there is to answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import signal
from pathlib import Path

# One message's matrices are small: more threads wait for each other and cost a third of the CPU.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("RASA_TELEMETRY_ENABLED", "false")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
if __name__ == "__main__":
    # The imports alone compute for seconds: after a restart the gateway goes first even so.
    os.nice(15)

import skops.io  # noqa: F401 - before TensorFlow: the model loads in 1.4 s instead of 7.7 s
from rasa.core.agent import Agent, load_agent
from rasa.core.utils import AvailableEndpoints

from actions.embedded import EmbeddedActions
from clinic.adapters.tables.base import new_id
from clinic.bootstrap import Services, services
from clinic.logs import configure_logging
from clinic.settings import ROOT
from connectors.conversation import RasaConversation
from connectors.dispatcher import Dispatcher
from connectors.presence import BURY_SECONDS, RENEW_SECONDS, Presence, bury
from connectors.rasa_patches import apply_patches
from connectors.repeating import repeat
from connectors.tracker_store import ClinicTrackerStore
from connectors.whatsapp_channel import TurnOutput

logger = logging.getLogger(__name__)

_LOOK_SECONDS = 0.05
"""How often the inbox is looked at: half of it is what a message waits on average."""
_SHARE = 8
"""Patients whose turns the process keeps for itself: enough to have the next one ready, few enough
to share with others."""


class ModelUnusableError(Exception):
    """The trained model cannot be loaded."""


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


async def serve(wired: Services, agent: Agent) -> None:
    """Answers what waits until the process is asked to end."""
    owner = new_id()
    wired.lifelines.hold(owner)
    dispatcher = Dispatcher(
        wired,
        RasaConversation(agent.handle_message, TurnOutput),
        # The gateway looks at the outbox by itself.
        on_queued=lambda _contact_id: None,
        share=_SHARE,
        owner=owner,
    )
    presence = Presence(wired.database, owner)
    stopped = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, stopped.set)
    work = [
        asyncio.create_task(repeat(dispatcher.wake_waiting, every=_LOOK_SECONDS)),
        asyncio.create_task(repeat(presence.renew, every=RENEW_SECONDS)),
        asyncio.create_task(repeat(lambda: bury(wired.lifelines), every=BURY_SECONDS)),
    ]
    logger.info("The assistant is ready.")
    await stopped.wait()
    for task in work:
        task.cancel()
    await dispatcher.stop()
    with contextlib.suppress(Exception):
        wired.lifelines.let_go(owner)


def main() -> None:
    configure_logging()
    wired = services()
    configure_logging(as_json=wired.settings.logs_as_json)

    async def run() -> None:
        await serve(wired, await load_assistant(latest_model(ROOT / "models")))

    asyncio.run(run())


if __name__ == "__main__":
    main()
