"""Runs the actions inside Rasa's process: no second server, no second port.

The stock action server (`rasa run actions`) stays possible; `endpoints.yml` names it.
"""

from __future__ import annotations

import asyncio
import json
import logging
from typing import Any

from rasa.utils.endpoints import ClientResponseError, EndpointConfig
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection

from clinic.bootstrap import services
from clinic.handoff.model import Priority

logger = logging.getLogger(__name__)


class EmbeddedActions(EndpointConfig):
    """An action endpoint that awaits the SDK's executor.

    It is also the one place where a failing action is caught: the patient gets an apology in
    their language and a person gets the conversation.
    """

    def __init__(self) -> None:
        # The domain is not sent along: no action of ours reads it.
        super().__init__(url="http://embedded/", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(
        self,
        method: str = "post",
        subpath: str | None = None,
        content_type: str | None = "application/json",
        compress: bool = False,
        **kwargs: Any,
    ) -> Any:
        """Runs the action that `kwargs["json"]` calls.

        Raises:
            ClientResponseError: the action rejects its execution (status 400), as the stock
                action server says it.
        """
        call = kwargs["json"]
        try:
            return await self._executor.run(call)
        except ActionExecutionRejection as rejection:
            answer = json.dumps({"action_name": rejection.action_name})
            raise ClientResponseError(400, str(rejection), answer) from rejection
        except Exception:
            logger.exception("Action %s failed.", call["next_action"])
            contact_id = call["sender_id"]
            await asyncio.to_thread(
                services().handoff.open, contact_id, Priority.ASAP, "failed_action"
            )
            apology = {"response": "utter_apology", "phone": services().clinic.phone}
            return {"events": _after_failure(call), "responses": [apology]}


def _after_failure(call: dict[str, Any]) -> list[dict[str, Any]]:
    """Returns the events that leave a conversation as it was before an action failed.

    A form whose validation gives no event answers the message by rule, and the apology is lost:
    its open question is asked again, and a form that could not even begin ends.
    """
    if not call["next_action"].startswith("validate_"):
        return []
    slots = call["tracker"]["slots"]
    question = slots.get("requested_slot")
    # Rasa counts any slot but the requested one as a sign that the message was read.
    events = [_slot_set("language", slots.get("language")), _slot_set("requested_slot", question)]
    if question is None:
        events.append({"event": "active_loop", "name": None, "timestamp": None})
    return events


def _slot_set(name: str, value: Any) -> dict[str, Any]:
    return {"event": "slot", "name": name, "value": value, "timestamp": None}
