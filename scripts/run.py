"""`make run`: prepares everything and runs all processes together.

Ctrl-C, or the end of any of them, stops all.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import shlex
import shutil
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

from dotenv import dotenv_values
from honcho.manager import Manager

from clinic.facts.loader import load_clinic
from scripts.train import ROOT, train_if_changed

_SIMULATOR = "http://127.0.0.1:8100"
_PROCESSES = {
    "simulator": ("simulator", f"{_SIMULATOR}/health"),
    "gateway": ("connectors.gateway", "http://127.0.0.1:5005/health"),
    "assistant": ("connectors.assistant", "http://127.0.0.1:5005/ready"),
    "worker": ("worker", None),
    "console": ("console", "http://127.0.0.1:8000/health"),
}
_READY_WITHIN_SECONDS = 120


def main() -> None:
    started = time.monotonic()
    environment = _environment()
    _step("Migrating the database")
    subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT,
                   env=environment, check=True, stdout=subprocess.DEVNULL)  # fmt: skip
    train_if_changed()
    administrator = _demo_administrator(environment)
    _step("Starting simulator, gateway, assistant, worker and console")
    manager = Manager()
    for name, (module, _) in _PROCESSES.items():
        command = f"{shlex.quote(sys.executable)} -m {module}"
        for number in range(_assistants(environment) if name == "assistant" else 1):
            label = f"{name}-{number + 1}" if number else name
            manager.add_process(label, command, cwd=str(ROOT), env=environment)
    threading.Thread(
        target=_announce, args=(started, environment, administrator), daemon=True
    ).start()
    manager.loop()
    sys.exit(manager.returncode)


def _environment() -> dict[str, str]:
    """Returns the processes' environment; makes a .env for the simulator when there is none."""
    path = ROOT / ".env"
    if not path.exists():
        _step("Writing .env: secrets for the simulator")
        path.touch(mode=0o600)
        path.write_text(
            "# Settings of this machine, for the simulator. docs/operations.md explains each.\n"
            f"WHATSAPP_APP_SECRET={secrets.token_hex(16)}\n"
            f"WHATSAPP_VERIFY_TOKEN={secrets.token_hex(16)}\n"
            f"WHATSAPP_ACCESS_TOKEN={secrets.token_hex(32)}\n"
            "WHATSAPP_PHONE_NUMBER_ID=106540352242922\n"
            f"WHATSAPP_API_URL={_SIMULATOR}\n"
            f"PAYMENT_URL={_SIMULATOR}\n"
            f"PAYMENT_SECRET={secrets.token_hex(32)}\n"
            "WHATSAPP_BUSINESS_ACCOUNT_ID=102290129340398\n",
            encoding="ascii",
        )
    from_file = {k: v for k, v in dotenv_values(path).items() if v is not None}
    return {
        **from_file,
        **os.environ,
        "PYTHONUNBUFFERED": "1",
        "PROMETHEUS_MULTIPROC_DIR": str(_new_metrics_folder()),
    }


def _new_metrics_folder() -> Path:
    """Returns an empty folder in which the processes add up what they count."""
    folder = ROOT / "var" / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _assistants(environment: dict[str, str]) -> int:
    """Returns how many processes answer: as many as `ASSISTANTS` says, or one."""
    said = environment.get("ASSISTANTS") or "1"
    if not (said.isascii() and said.isdigit() and int(said) >= 1):
        sys.exit(f"ASSISTANTS is not a number of processes: {said!r}")
    return int(said)


def _demo_administrator(environment: dict[str, str]) -> str:
    """Makes an account for the simulated clinic; returns name and password, once.

    A clinic that writes to real patients gets none: there `scripts.staff create-admin` asks.
    """
    if environment.get("WHATSAPP_API_URL") != _SIMULATOR:
        return ""
    roles = [f"--role={role}" for role in ("reception", "nurse", "doctor", "manager")]
    made = subprocess.run(
        [sys.executable, "-m", "scripts.staff", "create-admin", "--login=demo",
         "--name=Nadia Démo", "--generate", "--only-first", *roles],
        cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    return " / ".join(made.stdout.split())


def _announce(started: float, environment: dict[str, str], administrator: str) -> None:
    """Tells the addresses once everything answers."""
    until = time.monotonic() + _READY_WITHIN_SECONDS
    waiting = [url for _, url in _PROCESSES.values() if url]
    while waiting and time.monotonic() < until:
        waiting = [url for url in waiting if not _answers(url)]
        time.sleep(0.2)
    if waiting:
        _step(f"Still not ready: {', '.join(waiting)}. The lines above say why.")
        return
    _add_staff_phones(environment)
    _step(f"Ready after {time.monotonic() - started:.0f} s")
    sys.stdout.write(
        "\n    Try the assistant:  http://127.0.0.1:8100/   (simulated WhatsApp)\n"
        "    Staff console:      http://127.0.0.1:8000/\n"
        + (f"                        first login: {administrator}\n" if administrator else "")
        + "    Webhook:            http://127.0.0.1:5005/webhooks/whatsapp/webhook\n"
        "    Stop everything:    Ctrl-C\n\n"
    )
    if environment.get("WHATSAPP_API_URL") != _SIMULATOR:
        sys.stdout.write("    Messages go to " + environment.get("WHATSAPP_API_URL", "Meta") + "\n")
    sys.stdout.flush()


def _add_staff_phones(environment: dict[str, str]) -> None:
    """Gives the simulator the reception's and the doctors' phones, which get notifications."""
    clinic = load_clinic(ROOT / (environment.get("CLINIC_FILE") or "clinic.yml"))
    phones = {clinic.reception_whatsapp: "Réception"} | {
        practitioner.whatsapp: practitioner.latin_name.short
        for practitioner in clinic.practitioners
    }
    for number, name in phones.items():
        if number is None:
            continue
        request = urllib.request.Request(
            f"{_SIMULATOR}/api/patients",
            data=json.dumps({"wa_id": number.lstrip("+"), "name": name}).encode(),
            headers={"Content-Type": "application/json"},
        )
        # It is there already when the simulator outlived its restart.
        with contextlib.suppress(urllib.error.URLError):
            urllib.request.urlopen(request, timeout=2).close()


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _step(text: str) -> None:
    sys.stdout.write(f"==> {text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
