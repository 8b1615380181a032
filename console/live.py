"""Live pages: events of the database, told to browsers as server-sent events.

Assistant, worker and console are processes of their own, so events go through a table. Each
console process looks for new numbers twice a second, once for all its browsers. A browser that
comes back tells the last number it saw and gets what it missed. Everybody is told only what
concerns the areas that they may enter and the sites where their roles hold.
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

from clinic.adapters.handoffs import LATE
from clinic.adapters.live_events import LiveEvent
from clinic.bootstrap import Services
from clinic.facts.model import Clinic
from clinic.handoff.escalation import is_alerted
from clinic.staff.model import StaffMember
from clinic.staff.sites import is_theirs, may_see_conversation
from console.access import AREAS, Area, may_enter
from console.page import Page, page_of

logger = logging.getLogger(__name__)

POLL_SECONDS = 0.5
_SESSION_CHECK_SECONDS = 20
_PING_SECONDS = 15
_LONGEST_REPLAY = 200
_LOOK_BACK = 50
"""Numbers are given before the commit: one that is smaller may appear a moment later. They are
read once more; who has seen them ignores them."""

_AREAS = {
    "inbox": Area.INBOX,
    "conversation": Area.INBOX,
    "alarm": Area.INBOX,
    "late": Area.INBOX,
    "requests": Area.REQUESTS,
    "agenda": Area.AGENDA,
}
"""Where each topic is read; what is not listed is told to nobody."""


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
        live = self._services.live
        found = live.after(self._newest - _LOOK_BACK, _LONGEST_REPLAY + _LOOK_BACK)
        return live.with_owners([event for event in found if event.id not in self._told])

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
    feed: LiveFeed = request.app.state.live
    stream = told(feed, page.services, page.member, request.state.session_token, since)
    return EventSourceResponse(stream, ping=_PING_SECONDS, headers={"X-Accel-Buffering": "no"})


async def told(
    feed: LiveFeed, services: Services, member: StaffMember, token: str, since: int | None
) -> AsyncIterator[ServerSentEvent]:
    """Tells a member what happens, as long as their session lasts.

    Args:
        token: of the session.
        since: the number of the last event that they know; None for what happens from now on.
    """
    queue = feed.subscribe()
    try:
        yield ServerSentEvent(comment="ready", retry=1000)
        async for missed in _missed(services, member, since):
            yield missed
        checked = asyncio.get_running_loop().time()
        while True:
            try:
                event = await asyncio.wait_for(queue.get(), _SESSION_CHECK_SECONDS)
                yield _sent(event, member, services.clinic)
            except asyncio.TimeoutError:
                pass
            now = asyncio.get_running_loop().time()
            if now - checked >= _SESSION_CHECK_SECONDS:
                checked = now
                session = await run_in_threadpool(
                    services.staff_sessions.find, token, is_activity=False
                )
                if session is None:
                    yield ServerSentEvent(event="ended", data="{}")
                    return
                member = session.member
    finally:
        feed.unsubscribe(queue)


async def _missed(
    services: Services, member: StaffMember, since: int | None
) -> AsyncIterator[ServerSentEvent]:
    if since is None:
        return
    newest = await run_in_threadpool(services.live.newest_id)
    if newest - since > _LONGEST_REPLAY + _LOOK_BACK or newest < since:
        # Away for too long, or the database is another one: the page reads everything anew.
        yield ServerSentEvent(event="reset", data="{}", id=str(newest))
        return
    missed = await run_in_threadpool(services.live.after, since, 2 * _LONGEST_REPLAY)
    for event in await run_in_threadpool(services.live.with_owners, missed):
        yield _sent(event, member, services.clinic)


def _concerns(event: LiveEvent, member: StaffMember, clinic: Clinic) -> bool:
    area = _AREAS.get(event.topic)
    if area is None or not may_enter(member, area):
        return False
    if event.topic == LATE:
        priority = event.priority or ""
        return is_alerted(member, clinic.handoff, priority, event.site, event.holder)
    if area is Area.INBOX:
        return may_see_conversation(member, event.site, event.holder)
    return is_theirs(member, event.site, *AREAS[area].roles)


def _sent(event: LiveEvent, member: StaffMember, clinic: Clinic) -> ServerSentEvent:
    if not _concerns(event, member, clinic):
        # The number alone, which makes no event: a browser that comes back goes on from it.
        return ServerSentEvent(id=str(event.id))
    data = {"topic": event.topic, "subject": event.subject, "priority": event.priority}
    return ServerSentEvent(id=str(event.id), event="change", data=json.dumps(data))
