"""Conversations: load, save, forget. Counts and feedback, without words and without people."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.cases import forget_cases
from bot.storage.tables import (
    addresses,
    aliases,
    arrivals,
    conversations,
    counts,
    deliveries,
    feedback,
    letters,
    news,
    office_counts,
    reminders,
    reports,
    sent,
    staff,
    unclear,
)


def person_key(secret: bytes, channel: str, sender: str) -> str:
    """The keyed hash under which a person is known; without the key nobody can come back from it."""
    return hmac.new(secret, f"{channel}:{sender}".encode(), hashlib.sha256).hexdigest()


class Records:
    """Everything about a person, under their keyed hash."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.readers = database.readers(engine)

    async def load(self, person: str) -> dict[str, Any] | None:
        """The state of a conversation, None for somebody new."""
        query = select(conversations.c.state).where(conversations.c.person == person)
        async with self.readers.connect() as connection:
            state: dict[str, Any] | None = (await connection.execute(query)).scalar_one_or_none()
        return state

    async def save(
        self, connection: AsyncConnection, person: str, channel: str, state: dict[str, Any], now: dt.datetime
    ) -> None:
        """Store a conversation's state in the caller's transaction."""
        values = {"person": person, "channel": channel, "state": state, "seen_at": now}
        statement = self._insert(conversations).values(values)
        changed = {"state": statement.excluded.state, "seen_at": statement.excluded.seen_at}
        await connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=changed))

    async def forget(self, connection: AsyncConnection, person: str) -> None:
        """Erase all that is kept of a person, in the caller's transaction."""
        await forget_cases(connection, person)
        await connection.execute(delete(conversations).where(conversations.c.person == person))
        for table in (letters, addresses, aliases, sent, reminders, reports, news, deliveries):
            await connection.execute(delete(table).where(table.c.person == person))

    async def forget_silent(self, before: dt.datetime) -> int:
        """Erase conversations nobody wrote in since `before`, with their addresses; how many."""
        async with self.engine.begin() as connection:
            gone = await connection.execute(delete(conversations).where(conversations.c.seen_at < before))
            on_duty = select(staff.c.alert_person)  # staff who are alerted of danger need not write to the bot
            old = addresses.c.wrote_at < before, addresses.c.person.not_in(on_duty)
            silent = select(addresses.c.person).where(*old)
            await connection.execute(delete(aliases).where(aliases.c.person.in_(silent)))
            for table in (reminders, news, deliveries):
                await connection.execute(delete(table).where(table.c.person.in_(silent)))
            await connection.execute(delete(addresses).where(*old))
        return int(gone.rowcount)

    async def arrived(self, connection: AsyncConnection, day: dt.date, office: str, channel: str) -> None:
        """Count somebody who came by an office's link; by week, never by person."""
        values = {"week": day - dt.timedelta(days=day.weekday()), "office": office, "channel": channel, "times": 1}
        statement = self._insert(arrivals).values(values)
        more = {"times": arrivals.c.times + 1}
        keys = ["week", "office", "channel"]
        await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=more))

    async def arrivals(self, office: str) -> list[tuple[dt.date, str, int]]:
        """How many came by an office's link: (week, channel, times), the newest first."""
        query = select(arrivals).where(arrivals.c.office == office).order_by(arrivals.c.week.desc(), arrivals.c.channel)
        async with self.readers.connect() as connection:
            return [(row.week, row.channel, row.times) for row in await connection.execute(query)]

    async def count(
        self, connection: AsyncConnection, day: dt.date, marks: Iterable[tuple[str, str, str, str]], office: str = ""
    ) -> None:
        """Add one to each (kind, topic, country, language) of the day, and for the office whose link brought the
        person.
        """
        marks = list(marks)
        if office:
            await self._count_for(connection, day, office, marks)
        for kind, topic, country, language in marks:
            values = {"day": day, "kind": kind, "topic": topic, "country": country, "language": language, "times": 1}
            statement = self._insert(counts).values(values)
            keys = ["day", "kind", "topic", "country", "language"]
            more = {"times": counts.c.times + 1}
            await connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=more))

    async def _count_for(
        self, connection: AsyncConnection, day: dt.date, office: str, marks: Iterable[tuple[str, str, str, str]]
    ) -> None:
        """By week, because an office has few people."""
        week = day - dt.timedelta(days=day.weekday())
        for kind, topic, country, language in marks:
            keys = {"week": week, "office": office, "kind": kind, "topic": topic}
            keys |= {"country": country, "language": language}
            statement = self._insert(office_counts).values(**keys, times=1)
            more = {"times": office_counts.c.times + 1}
            await connection.execute(statement.on_conflict_do_update(index_elements=list(keys), set_=more))

    async def judge(self, connection: AsyncConnection, day: dt.date, page: str, version: str, verdict: str) -> None:
        """Keep what somebody thought of a page; not who."""
        await connection.execute(insert(feedback).values(day=day, page=page, version=version, verdict=verdict))

    async def learn_from(self, connection: AsyncConnection, day: dt.date, values: Mapping[str, str]) -> None:
        """Keep a question that was not understood; `values` are text, language, country, topic and reason."""
        week = day - dt.timedelta(days=day.weekday())
        await connection.execute(insert(unclear).values(week=week, **values))

    async def unclear(self) -> list[dict[str, Any]]:
        """All questions kept to learn from, oldest first."""
        async with self.readers.connect() as connection:
            rows = (await connection.execute(select(unclear).order_by(unclear.c.id))).mappings().all()
        return [dict(row) for row in rows]

    async def learnt(self, numbers: Iterable[int]) -> int:
        """Erase questions that were labelled or are of no use; how many."""
        async with self.engine.begin() as connection:
            gone = await connection.execute(delete(unclear).where(unclear.c.id.in_(list(numbers))))
        return int(gone.rowcount)

    async def forget_unclear(self, before: dt.date) -> int:
        """Erase questions nobody labelled since `before`; how many."""
        async with self.engine.begin() as connection:
            gone = await connection.execute(delete(unclear).where(unclear.c.week < before))
        return int(gone.rowcount)

    def _insert(self, table: Any) -> Any:
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        return dialect.insert(table)
