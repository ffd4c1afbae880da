"""What is known of how content ages: addresses that were tried, what people reported, how often pages are read."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Iterable
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.mailbox import as_utc
from bot.storage.tables import counts, feedback, links, looked_at, reports

DEAD_DAYS = 2
"""An address that failed on so many different days in a row is dead; one bad evening is none."""
ENOUGH = 2
"""Different people who must say that a phone or address does not work."""


@dataclasses.dataclass(frozen=True)
class Link:
    """An address as it was last tried, in UTC."""

    address: str
    tried_at: dt.datetime
    works: bool
    why: str
    failed_since: dt.date | None
    failed_days: int

    @property
    def dead(self) -> bool:
        """True when it failed on two days."""
        return not self.works and self.failed_days >= DEAD_DAYS


class Upkeep:
    """Tables of one database. Days are those of UTC."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.readers = engine, database.readers(engine)

    async def tried(self, address: str, now: dt.datetime, why: str = "") -> None:
        """Keep how an address was found; `why` is the kind of failure, '' when it works."""
        day = now.date()
        async with self.engine.begin() as connection:
            query = select(links).where(links.c.address == address)
            before = (await connection.execute(query)).mappings().one_or_none()
            values: dict[str, Any] = {"tried_at": now, "works": not why, "why": why[:40]}
            if not why:
                values |= {"failed_since": None, "failed_last": None, "failed_days": 0}
            elif before is None or before["works"]:
                values |= {"failed_since": day, "failed_last": day, "failed_days": 1}
            else:
                more = 0 if before["failed_last"] == day else 1
                values |= {
                    "failed_since": before["failed_since"],
                    "failed_last": day,
                    "failed_days": before["failed_days"] + more,
                }
            statement = self._insert(links).values(address=address, **values)
            await connection.execute(statement.on_conflict_do_update(index_elements=["address"], set_=values))

    async def links(self) -> dict[str, Link]:
        """Every address that was tried."""
        async with self.readers.connect() as connection:
            rows = (await connection.execute(select(links))).mappings().all()
        return {
            row["address"]: Link(
                row["address"],
                as_utc(row["tried_at"]),
                row["works"],
                row["why"],
                row["failed_since"],
                row["failed_days"],
            )
            for row in rows
        }

    async def forget_links(self, but: Iterable[str]) -> None:
        """Forget addresses that the content gives out no more."""
        gone = set(await self.links()) - set(but)
        async with self.engine.begin() as connection:
            for address in gone:
                await connection.execute(delete(links).where(links.c.address == address))

    async def report(self, connection: AsyncConnection, day: dt.date, person: str, kind: str, target: str) -> None:
        """Keep that somebody said something is wrong, in the caller's transaction; the same person counts once.
        `kind` is phone, link or untrue; `target` the id of an office, or for untrue the name of a page.
        """
        values = {"day": day, "kind": kind, "target": target[:200], "person": person}
        await connection.execute(self._insert(reports).values(values).on_conflict_do_nothing())

    async def reported(self) -> dict[tuple[str, str], int]:
        """How many different people reported each (kind, target)."""
        query = select(reports.c.kind, reports.c.target, func.count()).group_by(reports.c.kind, reports.c.target)
        async with self.readers.connect() as connection:
            return {(kind, target): times for kind, target, times in await connection.execute(query)}

    async def settle(self, connection: AsyncConnection, kind: str, target: str) -> int:
        """An editor dealt with what people reported: erase it. How many reports there were."""
        ours = (reports.c.kind == kind) & (reports.c.target == target)
        return int((await connection.execute(delete(reports).where(ours))).rowcount)

    async def look_at(self, connection: AsyncConnection, target: str, now: dt.datetime) -> None:
        """An editor looked at a page: verdicts and reports up to now are done with."""
        values = {"at": now, "day": now.date()}
        statement = self._insert(looked_at).values(target=target, **values)
        await connection.execute(statement.on_conflict_do_update(index_elements=["target"], set_=values))
        await self.settle(connection, "untrue", target)

    async def outdated(self) -> dict[str, int]:
        """How many people said of a page that it is not true any more, since an editor last looked; by its name."""
        query = (
            select(feedback.c.page, func.count())
            .select_from(feedback.outerjoin(looked_at, looked_at.c.target == feedback.c.page))
            .where(feedback.c.verdict == "outdated", looked_at.c.day.is_(None) | (feedback.c.day > looked_at.c.day))
            .group_by(feedback.c.page)
        )
        async with self.readers.connect() as connection:
            return {row[0]: int(row[1]) for row in await connection.execute(query)}

    async def visits(self, since: dt.date) -> Counter[tuple[str, str]]:
        """How often each (country, topic) was answered since a day."""
        query = (
            select(counts.c.country, counts.c.topic, func.sum(counts.c.times))
            .where(counts.c.kind == "answered", counts.c.day >= since)
            .group_by(counts.c.country, counts.c.topic)
        )
        async with self.readers.connect() as connection:
            return Counter({(country, topic): int(times) for country, topic, times in await connection.execute(query)})

    def _insert(self, table: Any) -> Any:
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        return dialect.insert(table)
