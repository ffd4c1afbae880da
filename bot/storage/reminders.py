"""Reminders that people asked for: kept across restarts, sent once, cancelled by a word, erased with the person."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage.tables import reminders

AT_ONCE = 100


@dataclasses.dataclass(frozen=True)
class Reminder:
    """One that is due. `rule` is the claim period it is about; the text says nothing of it."""

    id: int
    person: str
    channel: str
    rule: str
    language: str


class Reminders:
    """Reminders of one database. All times are UTC."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def put(
        self,
        connection: AsyncConnection,
        person: str,
        channel: str,
        rule: str,
        language: str,
        moments: Iterable[dt.datetime],
    ) -> None:
        """Remind a person of a claim period at some moments; asked twice, it reminds once."""
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        for due_at in moments:
            values = {"person": person, "channel": channel, "rule": rule, "language": language, "due_at": due_at}
            await connection.execute(dialect.insert(reminders).values(values).on_conflict_do_nothing())

    async def cancel(self, connection: AsyncConnection, person: str, rule: str = "") -> None:
        """Remind this person of nothing any more; with `rule`, of this alone."""
        gone = delete(reminders).where(reminders.c.person == person)
        await connection.execute(gone.where(reminders.c.rule == rule) if rule else gone)

    async def take_due(self, connection: AsyncConnection, now: dt.datetime) -> list[Reminder]:
        """Those that are due, taken out in the caller's transaction: whoever sends them does it once."""
        due = select(reminders.c.id).where(reminders.c.due_at <= now).order_by(reminders.c.due_at).limit(AT_ONCE)
        taken = delete(reminders).where(reminders.c.id.in_(due)).returning(reminders)
        rows = (await connection.execute(taken)).mappings().all()
        return [Reminder(**{field.name: row[field.name] for field in dataclasses.fields(Reminder)}) for row in rows]

    async def waiting(self) -> int:
        """How many wait."""
        async with self.engine.connect() as connection:
            return int((await connection.execute(select(func.count()).select_from(reminders))).scalar_one())
