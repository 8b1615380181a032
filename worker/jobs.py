"""What happens without a message: sending again what is due, letting expired holds go."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from clinic.adapters.tables.base import new_id
from clinic.bootstrap import Services, make_fetcher, make_sender
from clinic.messaging.intake import CLINIC_PHONE
from whatsapp.provider import MessagingProvider

_PHONE_SILENCE = timedelta(hours=24)

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Job:
    """Something done again and again, `every` so many seconds."""

    name: str
    every: float
    work: Callable[[], Awaitable[None]]


class Worker:
    """Runs its jobs until it is stopped; a job that fails is tried again in its time."""

    def __init__(self, services: Services, client: MessagingProvider) -> None:
        self._services = services
        self._client = client
        self._owner = new_id()
        self._sender = make_sender(services, client, owner=self._owner)
        self._media = make_fetcher(services, client)
        self._stopped = asyncio.Event()
        self._jobs = (
            Job("send what is due", 2.0, self._sender.wake_due),
            Job("fetch patients' files", 5.0, self._media.fetch_due),
            Job("look up approvals and limits", 900.0, services.account_look_up.refresh),
            Job("take back what the clinic's phone left", 300.0, self._release_quiet_echoes),
            Job("let expired holds go", 15.0, self._release_expired_holds),
            Job("finish erasures", 60.0, self._finish_erasures),
            Job("end forgotten errands", 600.0, self._end_forgotten_errands),
            Job("end unpaid deposits", 30.0, self._expire_deposits),
            Job("ask for opinions", 60.0, self._ask_for_opinions),
            Job("offer freed slots", 5.0, self._offer_freed_slots),
            Job("tell of closures", 30.0, self._tell_of_closures),
            Job("look after waiting conversations", 15.0, self._watch_handoffs),
            Job("end old sessions of staff", 600.0, self._tidy_console),
        )

    async def run(self) -> None:
        self._services.lifelines.hold(self._owner)
        logger.info("The worker is ready.")
        await asyncio.gather(*(self._repeat(job) for job in self._jobs))
        await self._sender.stop()
        self._services.lifelines.let_go(self._owner)
        await self._client.close()

    def stop(self) -> None:
        self._stopped.set()

    async def _repeat(self, job: Job) -> None:
        while not self._stopped.is_set():
            try:
                await asyncio.to_thread(self._services.clinic_file.refresh)
                await job.work()
            except Exception:
                logger.exception("Job %r failed; it is tried again in %s s.", job.name, job.every)
            try:
                await asyncio.wait_for(self._stopped.wait(), job.every)
            except asyncio.TimeoutError:
                continue

    async def _release_quiet_echoes(self) -> None:
        """Nobody hands back from the clinic's phone: a day of silence there does it."""
        before = self._services.clock.now() - _PHONE_SILENCE
        await asyncio.to_thread(self._services.handoff.resolve_quiet, CLINIC_PHONE, before)

    async def _release_expired_holds(self) -> None:
        released = await asyncio.to_thread(
            self._services.scheduling.release_expired_holds, self._services.desk.time_freed
        )
        if released:
            logger.info("%d holds ran out.", released)

    async def _finish_erasures(self) -> None:
        finished = await asyncio.to_thread(self._services.erasure.sweep)
        if finished:
            logger.info("%d erasures are complete.", finished)

    async def _end_forgotten_errands(self) -> None:
        await asyncio.to_thread(self._services.errand_log.end_forgotten)

    async def _expire_deposits(self) -> None:
        ended = await asyncio.to_thread(
            self._services.deposits.expire, self._services.desk.appointment_ended
        )
        if ended:
            logger.info("%d deposits were not paid in time.", ended)

    async def _ask_for_opinions(self) -> None:
        asked = await asyncio.to_thread(self._services.feedback.ask_due)
        if asked:
            logger.info("%d patients were asked for an opinion.", asked)

    async def _offer_freed_slots(self) -> None:
        offered = await asyncio.to_thread(self._services.waiting_list.pass_on)
        if offered:
            logger.info("%d freed slots were offered to the waiting list.", offered)

    async def _tell_of_closures(self) -> None:
        # Usually done by whoever closed; this is for a process that died in between.
        told = await asyncio.to_thread(self._services.closures.tell)
        if told:
            logger.info("%d patients were told of a closure.", told)

    async def _watch_handoffs(self) -> None:
        escalated = await asyncio.to_thread(self._services.handoff_watch.look)
        if escalated:
            logger.warning("%d conversations wait for a person for too long.", escalated)

    async def _tidy_console(self) -> None:
        await asyncio.to_thread(self._services.staff_sessions.sweep)
        await asyncio.to_thread(self._services.live.prune)
