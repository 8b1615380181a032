"""The database: one engine, short transactions, SQLite or PostgreSQL.

Repositories take a `Transaction`; services open one with `Database.write()` or
`Database.read()` and hold it no longer than a few milliseconds.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Table, create_engine, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.engine.url import make_url
from sqlalchemy.pool import QueuePool
from sqlalchemy.types import TypeDecorator

from clinic.adapters.encryption import Cipher
from clinic.clock import UTC
from whatsapp.rendering import MAX_TEXT

_SQLITE_BUSY_SECONDS = 30


class UtcDateTime(TypeDecorator[datetime]):
    """Stores aware datetimes as UTC and gives them back aware; refuses naive ones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("A datetime without a UTC offset cannot be stored.")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Any) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


@dataclass(frozen=True)
class Transaction:
    """What a repository needs: the open connection and the cipher for personal fields.

    Attributes:
        text_limit: most characters of one WhatsApp text; a longer one is stored as several.
    """

    connection: Connection
    cipher: Cipher
    text_limit: int = MAX_TEXT

    def insert(self, table: Table) -> Any:
        """An INSERT that knows `on_conflict_do_nothing` and `on_conflict_do_update`."""
        dialect = postgresql if self.connection.dialect.name == "postgresql" else sqlite
        return dialect.insert(table)


class Database:
    """Opens transactions on one engine."""

    def __init__(self, engine: Engine, cipher: Cipher, text_limit: int = MAX_TEXT) -> None:
        self.engine = engine
        self.cipher = cipher
        self._text_limit = text_limit
        # SQLite's own lock makes a waiting thread sleep for up to 100 ms and try again, while
        # this one wakes the next at once; between processes SQLite's remains.
        self._one_writer: AbstractContextManager[object] = (
            threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        )

    @contextmanager
    def write(self) -> Iterator[Transaction]:
        """A transaction that writes: on SQLite it takes the write lock at once."""
        with (
            self._one_writer,
            self.engine.connect().execution_options(write=True) as connection,
            connection.begin(),
        ):
            yield Transaction(connection, self.cipher, self._text_limit)

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads."""
        with self.engine.connect() as connection, connection.begin():
            yield Transaction(connection, self.cipher, self._text_limit)

    def close(self) -> None:
        self.engine.dispose()


def open_engine(url: str) -> Engine:
    """Creates the engine for a database URL; makes the folder of a SQLite file."""
    parsed = make_url(url)
    if parsed.get_backend_name() != "sqlite":
        return create_engine(
            url,
            future=True,
            hide_parameters=True,
            pool_pre_ping=True,
            pool_size=10,
            max_overflow=10,
        )
    if parsed.database and parsed.database != ":memory:":
        Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_engine(
        url,
        future=True,
        # Errors are logged; the values of a statement are not for the log.
        hide_parameters=True,
        # SQLAlchemy would open the file, and set its pragmas, for every transaction.
        poolclass=QueuePool,
        pool_size=10,
        max_overflow=20,
        connect_args={"timeout": _SQLITE_BUSY_SECONDS, "check_same_thread": False},
    )
    event.listen(engine, "connect", _configure_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _configure_sqlite(connection: Any, _record: Any) -> None:
    # sqlite3 would open transactions by itself, too late to take the write lock.
    connection.isolation_level = None
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
