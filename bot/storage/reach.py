"""How people are reached: their address, encrypted; other ids of the same person; what was sent; how fast."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.mailbox import as_utc
from bot.storage.records import person_key
from bot.storage.sealing import Seal
from bot.storage.tables import addresses, aliases, conversations, letters, pace, sent


@dataclasses.dataclass(frozen=True)
class Address:
    """Where a person is reached, and when they wrote last (UTC)."""

    channel: str
    address: str
    wrote_at: dt.datetime


class Reach:
    """Addresses of one database. Without the key they cannot be read."""

    def __init__(self, engine: AsyncEngine, secret: bytes) -> None:
        self.engine, self.secret = engine, secret
        self.readers = database.readers(engine)
        self._seal = Seal(secret, "addresses")

    async def person(self, channel: str, sender: str, others: Sequence[str] = ()) -> str:
        """The person behind a platform's ids: known by any of them, else by the first."""
        names = [person_key(self.secret, channel, name) for name in (sender, *others)]
        async with self.readers.connect() as connection:
            query = select(aliases.c.alias, aliases.c.person).where(aliases.c.alias.in_(names))
            known = {row.alias: row.person for row in await connection.execute(query)}
            if not known and others:
                query = select(addresses.c.person).where(addresses.c.person.in_(names))
                known = {row.person: row.person for row in await connection.execute(query)}
        return next((known[name] for name in names if name in known), names[0])

    async def wrote(self, person: str, channel: str, sender: str, others: Sequence[str], now: dt.datetime) -> None:
        """Remember where a person is reached and that they wrote just now."""
        values = {"person": person, "channel": channel, "address": self.seal(sender), "wrote_at": now}
        statement = self._insert(addresses).values(values)
        changed = {"address": statement.excluded.address, "wrote_at": statement.excluded.wrote_at}
        async with self.engine.begin() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["person"], set_=changed))
            for name in (sender, *others):
                alias = person_key(self.secret, channel, name)
                if alias != person:
                    row = self._insert(aliases).values(alias=alias, person=person)
                    await connection.execute(row.on_conflict_do_nothing())

    async def address(self, person: str) -> Address | None:
        """Where a person is reached; None when that is not known, or no longer."""
        query = select(addresses).where(addresses.c.person == person)
        async with self.readers.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None:
            return None
        opened = self.open(row["address"])
        return Address(row["channel"], opened, as_utc(row["wrote_at"])) if opened else None

    async def move(self, person: str, channel: str, sender: str) -> None:
        """The person goes on under another id: what is known of them goes with it."""
        new = person_key(self.secret, channel, sender)
        async with self.engine.begin() as connection:
            row = self._insert(aliases).values(alias=new, person=person)
            await connection.execute(row.on_conflict_do_update(index_elements=["alias"], set_={"person": person}))
            values = {"address": self.seal(sender)}
            await connection.execute(update(addresses).where(addresses.c.person == person).values(values))
            await connection.execute(delete(addresses).where(addresses.c.person == new))
            await connection.execute(delete(conversations).where(conversations.c.person == new))
            waiting = update(letters).where(letters.c.person == new, letters.c.state == "waiting")
            await connection.execute(waiting.values(person=person))

    async def was_sent(
        self, connection: AsyncConnection, person: str, messages: Sequence[str], now: dt.datetime
    ) -> None:
        """Remember the platform's ids of answers, in the caller's transaction."""
        rows = [{"person": person, "message": message[:200], "sent_at": now} for message in messages]
        if rows:
            await connection.execute(insert(sent), rows)

    async def sent_to(self, person: str) -> list[str]:
        """The platform's ids of answers to a person that may still be taken back."""
        query = select(sent.c.message).where(sent.c.person == person).order_by(sent.c.id)
        async with self.readers.connect() as connection:
            return [str(row.message) for row in await connection.execute(query)]

    async def who_got(self, message: str) -> str:
        """The person an answer went to, '' when it is not known any more."""
        query = select(sent.c.person).where(sent.c.message == message[:200])
        async with self.readers.connect() as connection:
            return str((await connection.execute(query)).scalar_one_or_none() or "")

    async def forget_sent(self, before: dt.datetime) -> None:
        """Forget ids of answers that can no longer be taken back, and paces long over."""
        async with self.engine.begin() as connection:
            await connection.execute(delete(sent).where(sent.c.sent_at < before))
            await connection.execute(delete(pace).where(pace.c.free_at < before))

    async def wait(self, gaps: Sequence[tuple[str, float]], now: dt.datetime) -> dt.datetime | None:
        """Take a turn: None when it is ours now, else when to ask again. `gaps` are (key, seconds between two turns).

        Kept in the database, so that several processes keep the platform's limits together.
        """
        async with self.engine.begin() as connection:
            for key, _ in gaps:
                free_at = (
                    await connection.execute(select(pace.c.free_at).where(pace.c.key == key))
                ).scalar_one_or_none()
                if free_at is not None and as_utc(free_at) > now:
                    return as_utc(free_at)
            for key, seconds in gaps:
                values = {"key": key, "free_at": now + dt.timedelta(seconds=seconds)}
                statement = self._insert(pace).values(values)
                changed = {"free_at": statement.excluded.free_at}
                turn = statement.on_conflict_do_update(
                    index_elements=["key"], set_=changed, where=pace.c.free_at <= now
                )
                if (await connection.execute(turn)).rowcount != 1:  # another process was quicker
                    await connection.rollback()
                    return now + dt.timedelta(seconds=seconds)
        return None

    async def hold(self, key: str, until: dt.datetime) -> None:
        """Nothing is sent under this key before `until`: the platform asked to wait."""
        statement = self._insert(pace).values(key=key, free_at=until)
        async with self.engine.begin() as connection:
            changed = {"free_at": statement.excluded.free_at}
            await connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_=changed))

    def seal(self, text: str) -> str:
        """Encrypted."""
        return self._seal.seal(text)

    def open(self, sealed: str) -> str:
        """Decrypted; '' when it was sealed with another key."""
        return self._seal.open(sealed) or ""

    def _insert(self, table: Any) -> Any:
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        return dialect.insert(table)
