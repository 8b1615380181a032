"""Live pages: events of the database, told to browsers as server-sent events.

Assistant, worker and console are processes of their own, so events go through a table. Each
console process looks for new numbers twice a second, once for all its browsers. A browser that
comes back tells the last number it saw and gets what it missed.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response

from clinic.adapters.live_events import LiveEvent
from clinic.bootstrap import Services
from console.page import Page, page_of

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
_SESSION_CHECK_SECONDS = 20
_PING_SECONDS = 15
_LONGEST_REPLAY = 200
_LOOK_BACK = 50
"""Numbers are given before the commit: one that is smaller may appear a moment later. They are
read once more; who has seen them ignores them."""


class LiveFeed:
    """Reads new events and hands them to every open stream of this process."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._queues: set[asyncio.Queue[LiveEvent]] = set()
        self._told: dict[int, None] = {}
        self._newest = 0
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        self._newest = await run_in_threadpool(self._services.live.newest_id)
        for event in await run_in_threadpool(self._read):
            self._told[event.id] = None
        self._task = asyncio.create_task(self._poll())

    async def stop(self) -> None:
        if self._task:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def subscribe(self) -> asyncio.Queue[LiveEvent]:
        queue: asyncio.Queue[LiveEvent] = asyncio.Queue()
        self._queues.add(queue)
        return queue

    def unsubscribe(self, queue: asyncio.Queue[LiveEvent]) -> None:
        self._queues.discard(queue)

    async def _poll(self) -> None:
        while True:
            await asyncio.sleep(POLL_SECONDS)
            try:
                for event in await run_in_threadpool(self._read):
                    self._tell(event)
            except Exception:
                logger.exception("Reading live events failed; it is tried again.")

    def _read(self) -> list[LiveEvent]:
        return self._services.live.after(self._newest - _LOOK_BACK, _LONGEST_REPLAY + _LOOK_BACK)

    def _tell(self, event: LiveEvent) -> None:
        if event.id in self._told:
            return
        self._told[event.id] = None
        self._newest = max(self._newest, event.id)
        while len(self._told) > 4 * _LOOK_BACK + _LONGEST_REPLAY:
            del self._told[next(iter(self._told))]
        for queue in self._queues:
            queue.put_nowait(event)


router = APIRouter()


@router.get("/events")
async def events(
    request: Request, page: Annotated[Page, Depends(page_of())], after: int | None = None
) -> Response:
    """Streams what happens, from the event after the last one that the browser saw."""
    last = request.headers.get("last-event-id", "")
    # A number can appear after a larger one did; the browser ignores what it has seen.
    since = int(last) - _LOOK_BACK if last.isdigit() else after
    return EventSourceResponse(
        _stream(request, page, since), ping=_PING_SECONDS, headers={"X-Accel-Buffering": "no"}
    )


async def _stream(
    request: Request, page: Page, since: int | None
) -> AsyncIterator[ServerSentEvent]:
    feed: LiveFeed = request.app.state.live
    queue = feed.subscribe()
    try:
        yield ServerSentEvent(comment="ready", retry=1000)
        async for missed in _missed(page.services, since):
            yield missed
        checked = asyncio.get_running_loop().time()
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), _SESSION_CHECK_SECONDS)
                yield _sent(event)
            except asyncio.TimeoutError:
                pass
            now = asyncio.get_running_loop().time()
            if now - checked >= _SESSION_CHECK_SECONDS:
                checked = now
                if not await _is_still_in(request, page.services):
                    yield ServerSentEvent(event="ended", data="{}")
                    return
    finally:
        feed.unsubscribe(queue)


async def _missed(services: Services, since: int | None) -> AsyncIterator[ServerSentEvent]:
    if since is None:
        return
    newest = await run_in_threadpool(services.live.newest_id)
    if newest - since > _LONGEST_REPLAY + _LOOK_BACK or newest < since:
        # Away for too long, or the database is another one: the page reads everything anew.
        yield ServerSentEvent(event="reset", data="{}", id=str(newest))
        return
    for event in await run_in_threadpool(services.live.after, since, 2 * _LONGEST_REPLAY):
        yield _sent(event)


async def _is_still_in(request: Request, services: Services) -> bool:
    token = request.state.session_token
    session = await run_in_threadpool(services.staff_sessions.find, token, is_activity=False)
    return session is not None


def _sent(event: LiveEvent) -> ServerSentEvent:
    data = {"topic": event.topic, "subject": event.subject, "priority": event.priority}
    return ServerSentEvent(id=str(event.id), event="change", data=json.dumps(data))
