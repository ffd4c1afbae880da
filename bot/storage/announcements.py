"""Announcements: written by one, approved by another, sent bit by bit, paused and stopped, and what came of them.

Who is to get one stands in `deliveries`, not in the outgoing box: a letter that waits there would hold up the answers
to that person. Only what is due is put into the box.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import RowMapping, and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.announcement import Announcement, Conflict, Draft, Due, State
from bot.storage.mailbox import as_utc
from bot.storage.news import AFTER_DANGER, LETTER, WITHDRAWN, Audience, Scope, calm_since
from bot.storage.tables import announcements, deliveries, letters, news

KEPT = dt.timedelta(days=30)
"""How long it is known who was to get an announcement; the figures of its report stay."""
AT_ONCE = 50
OVER = ("finished", "given_up")
"""States in which a letter ends."""


class Announcements:
    """Announcements of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.readers = engine, database.readers(engine)

    async def all(self, office: str | None = None) -> Sequence[Announcement]:
        """All, or those of one office, the newest first."""
        query = select(announcements).order_by(announcements.c.id.desc()).limit(200)
        if office is not None:
            query = query.where(announcements.c.office == office)
        async with self.readers.connect() as connection:
            return [_announcement(row) for row in (await connection.execute(query)).mappings()]

    async def one(self, number: int) -> Announcement | None:
        """By its number."""
        async with self.readers.connect() as connection:
            query = select(announcements).where(announcements.c.id == number)
            row = (await connection.execute(query)).mappings().first()
        return _announcement(row) if row else None

    async def write(self, draft: Draft, by: int, now: dt.datetime) -> int:
        """Keep a new draft; its number."""
        values = draft.values() | {"state": "draft", "version": 1, "changed_by": by, "changed_at": now}
        values |= {"approved_by": None, "approved_at": None, "sent": 0, "failed": 0, "missed": 0, "opted_out": 0}
        async with self.engine.begin() as connection:
            key = (await connection.execute(insert(announcements).values(**values))).inserted_primary_key
        return int(key[0])  # type: ignore[index]

    async def change(self, number: int, version: int, draft: Draft, by: int, now: dt.datetime) -> None:
        """Write it anew; it is a draft again. Raises Conflict when it went out, or somebody changed it meanwhile."""
        values = draft.values() | {"state": "draft", "changed_by": by, "changed_at": now}
        await self._move(number, version, ("draft", "submitted"), values | {"version": version + 1})

    async def submit(self, number: int, version: int) -> None:
        """Ask a second person for approval. Raises Conflict."""
        await self._move(number, version, ("draft",), {"state": "submitted"})

    async def give_back(self, number: int, version: int) -> None:
        """Not like this: a draft again. Raises Conflict."""
        await self._move(number, version, ("submitted",), {"state": "draft"})

    async def approve(self, number: int, version: int, by: int, scope: Scope, now: dt.datetime) -> int:
        """Let it go out to all who fit now, spread over its hours; to how many. Raises Conflict, also for the one
        who wrote it.
        """
        async with self.engine.begin() as connection:
            query = select(announcements).where(announcements.c.id == number)
            row = (await connection.execute(query)).mappings().first()
            if row is None or row["changed_by"] == by:
                raise Conflict
            values = {"state": "running", "approved_by": by, "approved_at": now}
            await self._move_in(connection, number, version, ("submitted",), values)
            one = _announcement(row)
            fitting = (one.audience.condition(), scope.condition(), calm_since(now.date()))
            people = select(news.c.person, news.c.channel).where(*fitting).order_by(news.c.person)
            found = (await connection.execute(people)).all()
            gap = dt.timedelta(hours=one.spread_hours) / max(1, len(found))
            rows = [
                {"announcement": number, "person": person, "channel": channel, "due_at": now + place * gap}
                | {"state": "waiting", "letter": "", "template": False}
                for place, (person, channel) in enumerate(found)
            ]
            if rows:
                await connection.execute(insert(deliveries), rows)
        return len(rows)

    async def pause(self, number: int) -> None:
        """Nothing more goes out until `go_on`. Raises Conflict."""
        async with self.engine.begin() as connection:
            await self._move_in(connection, number, None, ("running",), {"state": "paused"})
            waiting = and_(_letters_of(number), letters.c.state == "waiting")
            await connection.execute(update(letters).where(waiting).values(state="paused"))

    async def go_on(self, number: int, now: dt.datetime) -> None:
        """Go on after a pause. Raises Conflict."""
        async with self.engine.begin() as connection:
            await self._move_in(connection, number, None, ("paused",), {"state": "running"})
            paused = and_(_letters_of(number), letters.c.state == "paused")
            await connection.execute(update(letters).where(paused).values(state="waiting", due_at=now))

    async def stop(self, number: int) -> None:
        """End it for good: what has not gone out is withdrawn. Raises Conflict."""
        async with self.engine.begin() as connection:
            await self._move_in(connection, number, None, ("running", "paused"), {"state": "stopped"})
            gone = delete(letters).where(_letters_of(number), letters.c.state.in_(WITHDRAWN)).returning(letters.c.key)
            keys = [row.key for row in await connection.execute(gone)]
            never = or_(deliveries.c.state == "waiting", deliveries.c.letter.in_(keys))
            missed = update(deliveries).where(deliveries.c.announcement == number, never).values(state="missed")
            count = (await connection.execute(missed)).rowcount
            await self._count(connection, number, missed=count)

    async def waiting(self, number: int) -> int:
        """How many are still to get it."""
        query = select(func.count()).where(
            deliveries.c.announcement == number, deliveries.c.state.in_(("waiting", "posted"))
        )
        async with self.readers.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    # What the worker does

    async def take_due(self, connection: AsyncConnection, now: dt.datetime) -> list[Due]:
        """Deliveries whose time has come, of announcements that run, with what is known of the person now. They stay
        waiting until `posted`, `later` or `miss`, in the same transaction.
        """
        query = (
            select(
                deliveries.c.id.label("delivery"),
                deliveries.c.person,
                deliveries.c.channel.label("by"),
                news.c.language,
                news.c.country,
                news.c.discreet,
                news.c.danger_on,
                announcements,
            )
            .join(announcements, announcements.c.id == deliveries.c.announcement)
            .join(news, news.c.person == deliveries.c.person)
            .where(deliveries.c.state == "waiting", deliveries.c.due_at <= now, announcements.c.state == "running")
            .order_by(deliveries.c.due_at)
            .limit(AT_ONCE)
            .with_for_update(of=[deliveries, announcements], skip_locked=True)  # nobody pauses or leaves in between
        )
        rows = (await connection.execute(query)).mappings().all()
        calm = now.date() - AFTER_DANGER
        return [
            Due(
                row["delivery"],
                _announcement(row),
                row["person"],
                row["by"],
                row["language"],
                row["country"],
                row["discreet"],
                row["danger_on"] is None or row["danger_on"] < calm,
            )
            for row in rows
        ]

    async def posted(
        self, connection: AsyncConnection, due: Due, now: dt.datetime, *, template: bool, parts: int = 1
    ) -> None:
        """Its letter is in the outgoing box, in so many parts; the last one tells what became of it."""
        values = {"state": "posted", "letter": f"{due.key}.{parts - 1}", "template": template, "posted_at": now}
        await connection.execute(update(deliveries).where(deliveries.c.id == due.id).values(**values))

    async def later(self, connection: AsyncConnection, due: Due, due_at: dt.datetime) -> None:
        """Not now."""
        await connection.execute(update(deliveries).where(deliveries.c.id == due.id).values(due_at=due_at))

    async def miss(self, connection: AsyncConnection, due: Due) -> None:
        """It is too late for this person, or they cannot be reached."""
        await connection.execute(update(deliveries).where(deliveries.c.id == due.id).values(state="missed"))
        await self._count(connection, due.announcement.id, missed=1)

    async def templates_since(self, connection: AsyncConnection, since: dt.datetime) -> int:
        """How many templates were used for announcements."""
        query = select(func.count()).where(deliveries.c.template, deliveries.c.posted_at > since)
        return int((await connection.execute(query)).scalar_one())

    async def settle(self, now: dt.datetime) -> None:
        """Take over what became of the letters, and end announcements that nobody is left to get."""
        async with self.engine.begin() as connection:
            query = (
                select(deliveries.c.id, deliveries.c.announcement, letters.c.state)
                .join(letters, _its_letter(), isouter=True)
                .where(deliveries.c.state == "posted", or_(letters.c.id.is_(None), letters.c.state.in_(OVER)))
                .limit(AT_ONCE * 10)
            )
            for number, announcement, state in (await connection.execute(query)).all():
                came = "failed" if state == "given_up" else "sent"
                mine = update(deliveries).where(deliveries.c.id == number, deliveries.c.state == "posted")
                if (await connection.execute(mine.values(state=came))).rowcount:  # else another process was quicker
                    await self._count(connection, announcement, **{came: 1})
            open_ones = select(deliveries.c.announcement).where(deliveries.c.state.in_(("waiting", "posted")))
            over = and_(announcements.c.state == "running", announcements.c.id.not_in(open_ones))
            await connection.execute(update(announcements).where(over).values(state="done"))
            ended = select(announcements.c.id).where(
                announcements.c.state.in_(("done", "stopped")), announcements.c.approved_at < now - KEPT
            )
            await connection.execute(delete(deliveries).where(deliveries.c.announcement.in_(ended)))

    async def _move(self, number: int, version: int, states: Sequence[State], values: Mapping[str, Any]) -> None:
        async with self.engine.begin() as connection:
            await self._move_in(connection, number, version, states, values)

    @staticmethod
    async def _move_in(
        connection: AsyncConnection,
        number: int,
        version: int | None,
        states: Sequence[State],
        values: Mapping[str, Any],
    ) -> None:
        fits = and_(announcements.c.id == number, announcements.c.state.in_(states))
        if version is not None:
            fits = and_(fits, announcements.c.version == version)
        if (await connection.execute(update(announcements).where(fits).values(**values))).rowcount != 1:
            raise Conflict

    @staticmethod
    async def _count(connection: AsyncConnection, number: int, **more: int) -> None:
        values = {name: announcements.c[name] + count for name, count in more.items()}
        await connection.execute(update(announcements).where(announcements.c.id == number).values(**values))


def _its_letter() -> Any:
    same = letters.c.channel == deliveries.c.channel
    return and_(same, letters.c.direction == "out", letters.c.key == deliveries.c.letter)


def _letters_of(number: int) -> Any:
    return and_(letters.c.direction == "out", letters.c.key.startswith(f"{LETTER}{number}."))


def _announcement(row: RowMapping) -> Announcement:
    values = {field.name: row[field.name] for field in dataclasses.fields(Announcement)}
    values["audience"] = Audience.of(row["audience"])
    values["changed_at"] = as_utc(row["changed_at"])
    values["approved_at"] = as_utc(row["approved_at"]) if row["approved_at"] else None
    return Announcement(**values)
