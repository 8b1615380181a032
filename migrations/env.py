"""Alembic's entry: migrates the database that the settings name."""

from __future__ import annotations

from alembic import context

from clinic.adapters.database import open_engine
from clinic.adapters.tables import metadata
from clinic.settings import read_database_url

# Tests and tools hand their own URL over; the command line reads the settings.
url = context.config.attributes.get("url") or read_database_url()
engine = open_engine(url)

with engine.connect().execution_options(write=True) as connection:
    context.configure(
        connection=connection, target_metadata=metadata, render_as_batch=engine.name == "sqlite"
    )
    with context.begin_transaction():
        context.run_migrations()
    if connection.in_transaction():
        connection.commit()
engine.dispose()
