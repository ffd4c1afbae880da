"""What staff did: a log that can only grow. The database refuses changes, and seals show what got round it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import hmac
from collections.abc import Sequence

from sqlalchemy import insert, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.mailbox import as_utc
from bot.storage.tables import audit

LOCK = 7_301
"""Number of the lock under which lines are chained on PostgreSQL; SQLite has one writer anyway."""


@dataclasses.dataclass(frozen=True)
class Act:
    """One line: when (UTC), which member of staff (None: the program), what was done to what."""

    id: int
    at: dt.datetime
    staff: int | None
    act: str
    what: str
    detail: str


class Audit:
    """The log of one database."""

    def __init__(self, engine: AsyncEngine, secret: bytes) -> None:
        self.engine, self.readers = engine, database.readers(engine)
        self._key = hmac.new(secret, b"audit", hashlib.sha256).digest()

    async def note(self, staff: int | None, act: str, what: str, now: dt.datetime, detail: str = "") -> None:
        """Add a line, in a transaction of its own."""
        async with self.engine.begin() as connection:
            await self.note_in(connection, staff, act, what, now, detail)

    async def note_in(
        self, connection: AsyncConnection, staff: int | None, act: str, what: str, now: dt.datetime, detail: str = ""
    ) -> None:
        """Add a line in the caller's transaction: what was done and its line stand or fall together."""
        if connection.dialect.name == "postgresql":
            await connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
        last = select(audit.c.seal).order_by(audit.c.id.desc()).limit(1)
        before = (await connection.execute(last)).scalar_one_or_none() or ""
        what = what[:200]
        seal = self._seal(before, now, staff, act, what, detail)
        await connection.execute(
            insert(audit).values(at=now, staff=staff, act=act, what=what, detail=detail, seal=seal)
        )

    async def lines(self, most: int = 100, before: int = 0, staff: int | None = None) -> Sequence[Act]:
        """The newest lines first; `before`: only those with a smaller number."""
        query = select(audit).order_by(audit.c.id.desc()).limit(most)
        if before:
            query = query.where(audit.c.id < before)
        if staff is not None:
            query = query.where(audit.c.staff == staff)
        async with self.readers.connect() as connection:
            rows = (await connection.execute(query)).mappings()
            return [
                Act(row["id"], as_utc(row["at"]), row["staff"], row["act"], row["what"], row["detail"]) for row in rows
            ]

    async def broken_at(self) -> int | None:
        """The first line whose seal does not fit: it, or one before it, was changed. None: all is whole."""
        before = ""
        async with self.readers.connect() as connection:
            for row in (await connection.execute(select(audit).order_by(audit.c.id))).mappings():
                wanted = self._seal(before, as_utc(row["at"]), row["staff"], row["act"], row["what"], row["detail"])
                if not hmac.compare_digest(wanted, row["seal"]):
                    return int(row["id"])
                before = row["seal"]
        return None

    def _seal(self, before: str, at: dt.datetime, staff: int | None, *said: str) -> str:
        line = "\x1f".join((before, at.isoformat(timespec="microseconds"), str(staff), *said))
        return hmac.new(self._key, line.encode(), hashlib.sha256).hexdigest()
