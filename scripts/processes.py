"""The clinic's processes, each of its own, for measurements and tests.

Everything is apart from the clinic of `make run`: free ports on the loopback interface, an own
database, own secrets, an own folder for the logs. Only what was started here is stopped here.
"""

from __future__ import annotations

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Any

import httpx

from clinic.adapters.encryption import generate_key

ROOT = Path(__file__).resolve().parent.parent
_START_SECONDS = 180
_STOP_SECONDS = 10
_READY_LINE = "The assistant is ready."


class ProcessFailedError(Exception):
    """A process ended by itself or did not get ready; the message ends with its last lines."""


class LocalClinic:
    """A whole clinic on this machine; a context manager that stops what it started."""

    def __init__(
        self,
        folder: Path,
        *,
        database_url: str | None = None,
        assistants: int = 1,
        settings: Mapping[str, str] | None = None,
    ) -> None:
        """Prepares a clinic; nothing runs yet.

        Args:
            folder: for the logs, and the database unless it has its own URL.
            assistants: how many of them share the dialogue.
            settings: environment variables besides the usual ones.
        """
        self.folder = folder
        self.database_url = database_url or f"sqlite:///{folder / 'clinic.db'}"
        self.assistants = assistants
        self._gateway_port, self._simulator_port = free_port(), free_port()
        self._console_port = free_port()
        self.gateway_url = f"http://127.0.0.1:{self._gateway_port}"
        self.webhook_url = f"{self.gateway_url}/webhooks/whatsapp/webhook"
        self.simulator_url = f"http://127.0.0.1:{self._simulator_port}"
        self.console_url = f"http://127.0.0.1:{self._console_port}"
        metrics = folder / "metrics"
        metrics.mkdir(exist_ok=True)
        self.app_secret = secrets.token_hex(16)
        self.environment = {
            **{k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"},
            "WHATSAPP_APP_SECRET": self.app_secret,
            "WHATSAPP_VERIFY_TOKEN": secrets.token_hex(16),
            "WHATSAPP_ACCESS_TOKEN": secrets.token_hex(16),
            "WHATSAPP_PHONE_NUMBER_ID": "106540352242922",
            "WHATSAPP_API_URL": self.simulator_url,
            "WHATSAPP_API_VERSION": "v23.0",
            "SIMULATOR_WEBHOOK_URL": self.webhook_url,
            "DATABASE_URL": self.database_url,
            "ENCRYPTION_KEYS": generate_key(),
            "CLINIC_NOW": "",
            "MEDIA_FOLDER": str(folder / "media"),
            "REDIS_URL": "",
            "PROMETHEUS_MULTIPROC_DIR": str(metrics),
            "PYTHONUNBUFFERED": "1",
            **(settings or {}),
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._log_begins: dict[str, int] = {}

    def __enter__(self) -> LocalClinic:
        try:
            self.migrate()
            self.start_simulator()
            self.start_gateway()
            for number in range(self.assistants):
                self.start_assistant(number)
            self.start_worker()
            self.wait_ready()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self.stop()

    def migrate(self) -> None:
        subprocess.run(
            [sys.executable, "-m", "alembic", "upgrade", "head"],
            cwd=ROOT,
            env=self.environment,
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def start_simulator(self) -> None:
        self._start("simulator", "simulator", "--port", str(self._simulator_port))

    def start_gateway(self) -> None:
        self._start("gateway", "connectors.gateway", "--port", str(self._gateway_port))

    def start_assistant(self, number: int = 0) -> None:
        self._log_begins[_assistant(number)] = len(self.log(_assistant(number)))
        self._start(_assistant(number), "connectors.assistant")

    def start_worker(self) -> None:
        self._start("worker", "worker")

    def start_console(self) -> None:
        """Starts the staff console and waits until it answers; not every clinic needs one."""
        self._start("console", "console", "--port", str(self._console_port))
        started = time.monotonic()
        while not _answers(f"{self.console_url}/health"):
            self._check_progress(started)

    def create_administrator(self, login: str, *roles: str, language: str = "fr") -> str:
        """Makes an account for the console; returns its password."""
        made = subprocess.run(
            [
                sys.executable, "-m", "scripts.staff", "create-admin", "--generate",
                f"--login={login}", f"--language={language}", *(f"--role={r}" for r in roles),
            ],
            cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
        return made.stdout.split()[1]

    def wait_ready(self) -> float:
        """Waits until what was started of them answers; returns the seconds it took.

        Raises:
            ProcessFailedError: they do not.
        """
        started = time.monotonic()
        while not self._is_ready():
            self._check_progress(started)
        return time.monotonic() - started

    def _is_ready(self) -> bool:
        # The presence of one that was killed lasts some seconds longer: its log does not lie.
        return (
            all(_READY_LINE in self.log(name)[begin:] for name, begin in self._log_begins.items())
            and _answers(f"{self.simulator_url}/health")
            and ("gateway" not in self._processes or _answers(f"{self.gateway_url}/ready"))
        )

    def _check_progress(self, started: float) -> None:
        for name, process in self._processes.items():
            if process.poll() is not None:
                raise ProcessFailedError(f"{name} ended.\n{self._last_lines(name)}")
        if time.monotonic() - started > _START_SECONDS:
            raise ProcessFailedError(f"Not ready.\n{self._last_lines('assistant')}")
        time.sleep(0.05)

    def kill(self, name: str) -> None:
        """Ends a process at once, as a power cut would: nothing of it gets to clean up."""
        process = self._processes.pop(name)
        process.send_signal(signal.SIGKILL)
        process.wait()

    def kill_assistant(self, number: int = 0) -> None:
        self.kill(_assistant(number))

    def stop(self) -> None:
        """Asks all processes to end, and ends those that do not."""
        for process in self._processes.values():
            process.terminate()
        for process in self._processes.values():
            try:
                process.wait(_STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        self._processes.clear()

    def memory_mb(self, name: str) -> float:
        """Returns the resident memory of a process."""
        status = Path(f"/proc/{self._processes[name].pid}/status").read_text(encoding="ascii")
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) / 1024

    def log(self, name: str) -> str:
        """Returns what a process has written, over all its lives."""
        path = self.folder / f"{name}.log"
        return path.read_text(encoding="utf-8", errors="replace") if path.exists() else ""

    def _start(self, name: str, module: str, *arguments: str) -> None:
        with (self.folder / f"{name}.log").open("ab") as log:
            self._processes[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )

    def _last_lines(self, name: str) -> str:
        return "\n".join(self.log(name).splitlines()[-15:])


def _assistant(number: int) -> str:
    return f"assistant-{number}" if number else "assistant"


def free_port() -> int:
    """Returns a port of the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def phones(clinic: LocalClinic) -> httpx.AsyncClient:
    """Returns a client for the simulator's control API."""
    # The server closes what was idle for five seconds: what is sent just then would be lost.
    limits = httpx.Limits(keepalive_expiry=2)
    return httpx.AsyncClient(
        base_url=clinic.simulator_url, timeout=60, trust_env=False, limits=limits
    )


async def write(client: httpx.AsyncClient, number: str, text: str) -> dict[str, Any]:
    """Lets a patient write a text; returns its message id and number."""
    message = {"type": "text", "text": text}
    response = await client.post(f"/api/patients/{number}/messages", json=message)
    response.raise_for_status()
    answer: dict[str, Any] = response.json()
    return answer


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, timeout=2, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
