"""The database engine, SQLite or PostgreSQL, with the settings that keep letters safe."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

MIGRATIONS = Path(__file__).parent / "migrations"


def open_engine(address: str) -> AsyncEngine:
    """An engine for `address`, a SQLAlchemy URL with an async driver."""
    url = make_url(address)
    if url.get_backend_name() != "sqlite":
        return create_async_engine(url, pool_pre_ping=True)
    if url.database:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
    engine = create_async_engine(url)
    event.listen(engine.sync_engine, "connect", _prepare_sqlite)
    event.listen(engine.sync_engine, "begin", _begin_sqlite)
    return engine


def readers(engine: AsyncEngine) -> AsyncEngine:
    """The same engine for looking only: on SQLite its transactions do not wait for the one writer."""
    return engine.execution_options(reads_only=True)


def _begin_sqlite(connection: Connection) -> None:
    """The driver's own transactions end at a savepoint, so we say BEGIN ourselves; IMMEDIATE, because a reader that
    turns writer fails instead of waiting.
    """
    looking = connection.get_execution_options().get("reads_only")
    connection.exec_driver_sql("BEGIN" if looking else "BEGIN IMMEDIATE")


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode = WAL")
    cursor.execute("PRAGMA synchronous = FULL")  # a power cut may not forget a letter that was acknowledged
    cursor.execute("PRAGMA busy_timeout = 10000")
    cursor.execute("PRAGMA foreign_keys = ON")
    cursor.execute("PRAGMA secure_delete = ON")  # what a person erased is overwritten, not only unlinked
    cursor.close()


async def migrate(engine: AsyncEngine) -> None:
    """Bring the tables to the newest migration; does nothing when they are."""
    async with engine.begin() as connection:
        await connection.run_sync(_upgrade)


async def behind(engine: AsyncEngine) -> bool:
    """Whether the tables wait for a migration of this version. One that is ahead, in the middle of a deployment, does
    not count: each migration leaves what the version before needs.
    """
    async with readers(engine).connect() as connection:
        return bool(await connection.run_sync(_is_behind))


def _is_behind(connection: Connection) -> bool:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    known = [revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()]
    current = MigrationContext.configure(connection).get_current_revision()
    return current is None or (current in known and current != known[0])


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def wipe_traces(engine: AsyncEngine) -> None:
    """After an erasure on SQLite: empty the write-ahead log, which still holds the old pages."""
    if engine.dialect.name != "sqlite":
        return
    async with engine.connect() as connection:
        raw = await connection.get_raw_connection()
        await raw.driver_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]
