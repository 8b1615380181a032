"""The hook for a virus scanner: any command that reads a file from its standard input.

It ends with 0 for a clean file and 1 for an infected one, as `clamdscan --no-summary -` does.
Anything else means that it could not scan; the file then waits and is scanned later.
"""

from __future__ import annotations

import asyncio
import shlex
from enum import Enum


class Verdict(str, Enum):
    CLEAN = "clean"
    INFECTED = "infected"
    NOT_SCANNED = "not_scanned"


class ScannerFailedError(Exception):
    """The scanner could not scan."""


class VirusScanner:
    """Runs VIRUS_SCAN_COMMAND; without one every file is `not_scanned`, and staff see that."""

    def __init__(self, command: str, timeout_seconds: float = 60.0) -> None:
        self._command = shlex.split(command)
        self._timeout = timeout_seconds

    async def scan(self, content: bytes) -> Verdict:
        """Returns the verdict on a content.

        Raises:
            ScannerFailedError: the command is missing, fails or takes too long.
        """
        if not self._command:
            return Verdict.NOT_SCANNED
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.DEVNULL,
                stderr=asyncio.subprocess.DEVNULL,
            )
        except OSError as error:
            raise ScannerFailedError("The command can't be run.") from error
        try:
            await asyncio.wait_for(process.communicate(content), self._timeout)
        except asyncio.TimeoutError as error:
            process.kill()
            await process.wait()
            raise ScannerFailedError("It takes too long.") from error
        if process.returncode not in (0, 1):
            raise ScannerFailedError(f"It ended with {process.returncode}.")
        return Verdict.CLEAN if process.returncode == 0 else Verdict.INFECTED
