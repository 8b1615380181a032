"""Leases of a process that was killed end at once, and those of a living one never do."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from clinic.adapters.database import Database
from clinic.adapters.leases import Leases
from clinic.adapters.lifelines import Lifelines
from tests.small_clinic import NOW

ROOT = Path(__file__).resolve().parents[3]
LIVE = """
import sys, time
from pathlib import Path
from clinic.adapters.lifelines import Lifelines
Lifelines(None, Path(sys.argv[1])).hold(sys.argv[2])
print("alive", flush=True)
time.sleep(600)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "run"


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[str], subprocess.Popen[bytes]]]:
    """Starts another process that holds the lifeline of an owner."""
    started: list[subprocess.Popen[bytes]] = []

    def start(owner: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", LIVE, str(folder), owner]
        process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout
        assert process.stdout.readline() == b"alive\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def acquire(database: Database, name: str, owner: str) -> bool:
    with database.write() as tx:
        return Leases(tx).acquire(name, owner, NOW)


def test_the_leases_of_a_killed_process_are_free_at_once(
    database: Database, folder: Path, start: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    process = start("them")
    assert acquire(database, "turn:1", "them")
    assert acquire(database, "turn:2", "others")
    us = Lifelines(database, folder)
    us.hold("us")
    assert us.bury() == 0
    assert not acquire(database, "turn:1", "us")

    process.send_signal(signal.SIGKILL)
    process.wait()

    assert us.bury() == 1
    assert acquire(database, "turn:1", "us")
    assert not acquire(database, "turn:2", "us"), "that one belongs to somebody else"
    assert us.bury() == 0
    assert [path.name for path in folder.iterdir()] == ["us.alive"]


def test_a_process_that_stands_still_keeps_its_leases(
    database: Database, folder: Path, start: Callable[[str], subprocess.Popen[bytes]]
) -> None:
    process = start("them")
    assert acquire(database, "turn:1", "them")
    os.kill(process.pid, signal.SIGSTOP)
    assert Lifelines(database, folder).bury() == 0
    assert not acquire(database, "turn:1", "us")


def test_a_process_that_ends_frees_its_leases_itself(database: Database, folder: Path) -> None:
    us, them = Lifelines(database, folder), Lifelines(database, folder)
    us.hold("us")
    acquire(database, "turn:1", "us")
    us.let_go("us")
    assert acquire(database, "turn:1", "them")
    assert them.bury() == 0
    assert list(folder.iterdir()) == []


def test_where_no_file_can_be_made_it_is_done_without(database: Database, tmp_path: Path) -> None:
    (tmp_path / "run").write_text("no folder")
    us = Lifelines(database, tmp_path / "run")
    us.hold("us")
    assert acquire(database, "turn:1", "us")
    assert us.bury() == 0
    us.let_go("us")
    assert acquire(database, "turn:1", "them")


def test_without_any_other_process_there_is_nothing_to_end(
    database: Database, folder: Path
) -> None:
    assert Lifelines(database, folder).bury() == 0
