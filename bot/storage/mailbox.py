"""Incoming and outgoing letters: kept before anything is acknowledged, taken on a lease, finished once.

Order holds within a conversation. A letter whose taker dies is due again when the lease ends; whoever finishes must
still hold it, so no letter is answered twice.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import and_, delete, exists, func, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.tables import letters

Direction = Literal["in", "out"]


class LostLeaseError(Exception):
    """Somebody else has taken the letter meanwhile: what was worked out for it must not be stored."""


@dataclasses.dataclass(frozen=True)
class Letter:
    """A kept payload. `attempts` counts this try too."""

    id: int
    direction: Direction
    channel: str
    key: str
    person: str
    payload: dict[str, Any]
    attempts: int
    kept_at: dt.datetime


class Mailbox:
    """Letters of one database. All times are given by the caller, in UTC."""

    def __init__(self, engine: AsyncEngine, lease: dt.timedelta) -> None:
        self.engine, self.lease = engine, lease
        self.readers = database.readers(engine)

    async def keep(self, channel: str, key: str, person: str, payload: Mapping[str, Any], now: dt.datetime) -> bool:
        """Keep an incoming payload. False when it is here already: platforms send some twice."""
        values = _row("in", channel, key, person, payload, now)
        async with self.engine.begin() as connection:
            result = await connection.execute(self._insert_once().values(values).returning(letters.c.id))
            return result.first() is not None

    async def waiting(self, person: str) -> int:
        """How many letters of a person are not answered yet."""
        query = select(func.count()).where(
            letters.c.person == person, letters.c.direction == "in", letters.c.state == "waiting"
        )
        async with self.readers.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def take(self, direction: Direction, now: dt.datetime) -> Letter | None:
        """The oldest letter that is due and has no older one of its person before it; None when there is none."""
        older = letters.alias()
        first_of_person = ~exists().where(
            and_(
                older.c.person == letters.c.person,
                older.c.direction == direction,
                older.c.state == "waiting",
                older.c.id < letters.c.id,
            )
        )
        chosen = (
            select(letters.c.id)
            .where(
                letters.c.direction == direction,
                letters.c.state == "waiting",
                letters.c.due_at <= now,
                first_of_person,
            )
            .order_by(letters.c.due_at, letters.c.id)
            .limit(1)
            .with_for_update(skip_locked=True)
        )
        claim = (
            update(letters)
            .where(letters.c.id == chosen.scalar_subquery())
            .values(due_at=now + self.lease, attempts=letters.c.attempts + 1)
            .returning(letters)
        )
        async with self.engine.begin() as connection:
            row = (await connection.execute(claim)).mappings().first()
        if row is None:
            return None
        return Letter(**{field.name: row[field.name] for field in dataclasses.fields(Letter)})

    async def finish(
        self, connection: AsyncConnection, letter: Letter, keep_until: dt.datetime, *, keep_words: bool
    ) -> None:
        """Mark a letter done in the caller's transaction. Without its words it stays a while as a mark of what came,
        so that a platform that sends it again is not answered again.

        Raises LostLeaseError when the letter is no longer ours.
        """
        ours = and_(letters.c.id == letter.id, letters.c.attempts == letter.attempts, letters.c.state == "waiting")
        values = {"state": "finished", "keep_until": keep_until} | ({} if keep_words else {"payload": {}})
        result = await connection.execute(update(letters).where(ours).values(values))
        if result.rowcount != 1:
            raise LostLeaseError(letter.id)

    async def put_out(
        self,
        connection: AsyncConnection,
        letter: Letter,
        payloads: list[dict[str, Any]],
        now: dt.datetime,
        keep_until: dt.datetime | None,
        *,
        delivered: bool,
    ) -> None:
        """Put the answers to `letter` in the outgoing box, in order. `delivered`: the channel fetches them itself."""
        for number, payload in enumerate(payloads):
            values = _row("out", letter.channel, f"{letter.id}.{number}", letter.person, payload, now)
            values |= {"state": "finished" if delivered else "waiting", "keep_until": keep_until}
            await connection.execute(insert(letters).values(values))

    async def post(
        self,
        connection: AsyncConnection,
        channel: str,
        person: str,
        key: str,
        payloads: list[dict[str, Any]],
        *,
        now: dt.datetime,
        keep_until: dt.datetime,
        state: str = "waiting",
    ) -> None:
        """Put something in the outgoing box that answers no letter, such as a reminder; with one key it goes once.
        `state` is held for what may be sent only when the person wrote, finished where the channel fetches it itself.
        """
        for number, payload in enumerate(payloads):
            values = _row("out", channel, f"{key}.{number}", person, payload, now)
            values |= {"keep_until": keep_until, "state": state}
            await connection.execute(self._insert_once().values(values))

    async def put_back(self, letter: Letter, due_at: dt.datetime, failure: str, *, give_up: bool) -> None:
        """Try again at `due_at`, or give the letter up for the staff to see."""
        ours = and_(letters.c.id == letter.id, letters.c.attempts == letter.attempts)
        values = {"due_at": due_at, "failure": failure, "state": "given_up" if give_up else "waiting"}
        async with self.engine.begin() as connection:
            await connection.execute(update(letters).where(ours).values(values))

    async def still_waits(self, letter: Letter) -> bool:
        """Whether it is still there and to be sent: announcements are withdrawn and paused."""
        query = select(letters.c.state).where(letters.c.id == letter.id)
        async with self.readers.connect() as connection:
            return (await connection.execute(query)).scalar_one_or_none() == "waiting"

    async def postpone(self, letter: Letter, due_at: dt.datetime) -> None:
        """Not now: due again at `due_at`, and this was no try."""
        ours = and_(letters.c.id == letter.id, letters.c.attempts == letter.attempts)
        async with self.engine.begin() as connection:
            await connection.execute(update(letters).where(ours).values(due_at=due_at, attempts=letters.c.attempts - 1))

    async def hold(self, letter: Letter, reason: str) -> None:
        """Keep a letter that may not be sent now, until `release`; it is shown to the staff."""
        ours = and_(letters.c.id == letter.id, letters.c.attempts == letter.attempts)
        async with self.engine.begin() as connection:
            await connection.execute(update(letters).where(ours).values(state="held", failure=reason))

    async def release(self, person: str, now: dt.datetime) -> None:
        """The person wrote: what was held for them is due."""
        held = and_(letters.c.person == person, letters.c.state == "held")
        async with self.engine.begin() as connection:
            await connection.execute(update(letters).where(held).values(state="waiting", due_at=now, attempts=0))

    async def undelivered(self, person: str, key: str, reason: str, now: dt.datetime) -> None:
        """Keep, for the staff, that an answer did not arrive; without its words, which are gone."""
        values = _row("out", "report", key, person, {}, now) | {"state": "given_up", "failure": reason}
        async with self.engine.begin() as connection:
            await connection.execute(self._insert_once().values(values))

    async def thread(self, person: str, after: int = 0) -> list[Letter]:
        """All letters of a person that are still kept, both ways, in the order they came. For the web page."""
        query = (
            select(letters).where(letters.c.person == person, letters.c.id > after).order_by(letters.c.id).limit(400)
        )
        async with self.readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [Letter(**{field.name: row[field.name] for field in dataclasses.fields(Letter)}) for row in rows]

    async def purge(self, now: dt.datetime) -> int:
        """Erase letters whose time is over; how many."""
        over = or_(letters.c.keep_until.is_(None), letters.c.keep_until <= now)
        async with self.engine.begin() as connection:
            result = await connection.execute(delete(letters).where(letters.c.state == "finished", over))
        return int(result.rowcount)

    async def oldest_waiting(self, now: dt.datetime) -> float:
        """Age in seconds of the oldest letter that waits; 0 when none does."""
        query = select(func.min(letters.c.kept_at)).where(letters.c.state == "waiting")
        async with self.readers.connect() as connection:
            oldest = (await connection.execute(query)).scalar_one()
        return 0.0 if oldest is None else (now - as_utc(oldest)).total_seconds()

    async def given_up(self) -> int:
        """Letters that were given up and wait for somebody to look."""
        query = select(func.count()).where(letters.c.state == "given_up")
        async with self.readers.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    async def held(self) -> int:
        """Answers that wait for the person to write, because the platform allows no free text now."""
        query = select(func.count()).where(letters.c.state == "held")
        async with self.readers.connect() as connection:
            return int((await connection.execute(query)).scalar_one())

    def _insert_once(self) -> Any:
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        return dialect.insert(letters).on_conflict_do_nothing()


def _row(
    direction: Direction, channel: str, key: str, person: str, payload: Mapping[str, Any], now: dt.datetime
) -> dict[str, Any]:
    return {
        "direction": direction,
        "channel": channel,
        "key": key,
        "person": person,
        "payload": dict(payload),
        "kept_at": now,
        "due_at": now,
        "attempts": 0,
        "state": "waiting",
        "failure": "",
    }


def as_utc(moment: dt.datetime) -> dt.datetime:
    """SQLite gives times back without their zone; all of ours are UTC."""
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
