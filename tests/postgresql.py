"""A private PostgreSQL server for the tests: made in a temporary folder, gone afterwards.

`postgresql_url` is the URL of the server's first database, once per test session;
`new_postgresql_database` makes an empty database on it. Where the server programs are
missing, tests that ask for it are skipped, and fail under `CI=true`.
"""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

import pytest
from sqlalchemy import create_engine
from sqlalchemy.engine.url import make_url

_USER = "clinic"
_START_SECONDS = "60"


def find_server_programs() -> Path | None:
    """Returns the folder of `initdb`, `pg_ctl` and `postgres`, newest version first."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=_version, reverse=True)
    on_path = shutil.which("pg_ctl")
    folders = [*versions, Path("/usr/local/bin"), *([Path(on_path).parent] if on_path else [])]
    for folder in folders:
        if all((folder / program).exists() for program in ("initdb", "pg_ctl", "postgres")):
            return folder
    return None


@pytest.fixture(scope="session")
def postgresql_url() -> Iterator[str]:
    with postgresql_server() as url:
        yield url


@contextmanager
def postgresql_server() -> Iterator[str]:
    """Runs a server and gives the URL of its first database."""
    programs = find_server_programs()
    if programs is None:
        _leave_out("PostgreSQL's server programs (initdb, pg_ctl, postgres) are not installed")
    prefix = _unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="clinic-postgresql-"))
    try:
        if prefix:
            shutil.chown(folder, user=prefix[2])
        data = str(folder / "data")
        _run([*prefix, programs / "initdb", "-D", data, "-U", _USER, "-A", "trust", "-E", "UTF8",
              "--locale=C", "--no-sync"])  # fmt: skip
        port = _free_port()
        options = f"-h 127.0.0.1 -p {port} -k {folder} -c fsync=off -c max_connections=200"
        _run([*prefix, programs / "pg_ctl", "-D", data, "-w", "-t", _START_SECONDS,
              "-l", str(folder / "log"), "-o", options, "start"])  # fmt: skip
        try:
            yield f"postgresql+psycopg2://{_USER}@127.0.0.1:{port}/postgres"
        finally:
            _run([*prefix, programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def new_postgresql_database(server_url: str) -> str:
    """Makes an empty database on the server and returns its URL."""
    name = f"test_{uuid.uuid4().hex}"
    engine = create_engine(server_url, isolation_level="AUTOCOMMIT", future=True)
    with engine.connect() as connection:
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    engine.dispose()
    return make_url(server_url).set(database=name).render_as_string(hide_password=False)


def _unprivileged() -> list[str]:
    # The server refuses to run as root.
    if os.geteuid() != 0:
        return []
    for user in ("postgres", "nobody"):
        try:
            pwd.getpwnam(user)
        except KeyError:
            continue
        return ["runuser", "-u", user, "--"]
    _leave_out("PostgreSQL does not run as root and there is no other user")


def _run(command: Sequence[object]) -> None:
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile() as output:
        result = subprocess.run(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd="/",
            check=False,
        )
        if result.returncode:
            output.seek(0)
            raise RuntimeError(f"PostgreSQL: {command}: {output.read().decode(errors='replace')}")


def _leave_out(reason: str) -> NoReturn:
    if os.environ.get("CI", "").lower() == "true":
        pytest.fail(reason)
    pytest.skip(reason)


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def _version(folder: Path) -> int:
    return int(folder.parent.name) if folder.parent.name.isdigit() else 0
