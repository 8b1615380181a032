"""Knowing at once that another process of this machine is dead: by a file that it kept locked.

The kernel lets the lock go when the process ends, however it ends, and never before: not while it
stands still or computes for long. So whoever gets the lock of another's file may end its leases.
Processes of other machines are not seen; their leases run out by themselves.
"""

from __future__ import annotations

import fcntl
import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from clinic.adapters.database import Database
from clinic.adapters.leases import Leases

logger = logging.getLogger(__name__)

_ENDING = ".alive"


class Lifelines:
    """The locked files of the processes that share a database."""

    def __init__(self, database: Database, folder: Path) -> None:
        """Takes a folder of this machine that no process of another database uses."""
        self._database = database
        self._folder = folder
        self._held: dict[str, int] = {}

    def hold(self, owner: str) -> None:
        """Shows from now on that the owner of leases is alive.

        Where no file can be made it is done without: leases run out by themselves.
        """
        try:
            self._held[owner] = self._make(owner)
        except OSError as error:
            logger.warning("Leases of a killed process will end late: %s", error.strerror)

    def _make(self, owner: str) -> int:
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self._folder / owner
        descriptor = os.open(draft, os.O_CREAT | os.O_RDWR, 0o600)
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        # Nobody ever finds it unlocked: it gets its name with the lock on.
        draft.rename(self._path(owner))
        return descriptor

    def let_go(self, owner: str) -> None:
        """Ends all leases of an owner of this process, and its life."""
        with self._database.write() as tx:
            Leases(tx).release_all(owner)
        if (descriptor := self._held.pop(owner, None)) is not None:
            self._path(owner).unlink(missing_ok=True)
            os.close(descriptor)

    def bury(self) -> int:
        """Ends the leases of dead processes; returns how many leases were ended."""
        ended = 0
        for owner in self._others():
            with _locked(self._path(owner)) as is_dead:
                if not is_dead:
                    continue
                with self._database.write() as tx:
                    ended += Leases(tx).release_all(owner)
                self._path(owner).unlink(missing_ok=True)
        if ended:
            logger.warning("%d leases of processes that died were ended.", ended)
        return ended

    def _others(self) -> list[str]:
        found = (path.name.removesuffix(_ENDING) for path in self._folder.glob(f"*{_ENDING}"))
        return [owner for owner in found if owner not in self._held]

    def _path(self, owner: str) -> Path:
        return self._folder / f"{owner}{_ENDING}"


@contextmanager
def _locked(path: Path) -> Iterator[bool]:
    """Gives whether the file could be locked: then whoever had locked it is gone."""
    try:
        descriptor = os.open(path, os.O_RDWR)
    except FileNotFoundError:
        # Another process has buried it just now.
        yield False
        return
    try:
        is_dead = False
        with suppress(BlockingIOError):
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            is_dead = True
        yield is_dead
    finally:
        os.close(descriptor)
