"""What was asked and what came of it, in sums: nothing here knows a person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import database
from bot.storage.tables import arrivals, case_figures, counts, office_counts

QUESTIONS = ("answered", "danger", "unsure")
"""Kinds of count of which each question has one; `asked` is a question put back, and its answer counts."""
UNDERSTOOD = ("answered", "danger")
VERDICTS = ("useful", "not_useful", "outdated")


class Statistics:
    """Sums of one database. Days are whole days in UTC; `until` is the day after the last."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.readers = engine, database.readers(engine)

    async def by(
        self,
        one: str,
        other: str,
        since: dt.date,
        until: dt.date,
        *,
        kinds: tuple[str, ...] = QUESTIONS,
        office: str | None = None,
    ) -> dict[tuple[str, str], int]:
        """How often, by two of week, kind, topic, country, language and office. `office` '' asks for all offices that
        brought somebody, None for everybody.
        """
        table = counts if office is None and "office" not in (one, other) else office_counts
        columns = [_column(table, name) for name in (one, other)]
        day = _column(table, "week")
        query: Any = select(*columns, func.sum(table.c.times)).where(day >= since, day < until, table.c.kind.in_(kinds))
        if office:
            query = query.where(office_counts.c.office == office)
        found: dict[tuple[str, str], int] = {}
        async with self.readers.connect() as connection:
            for first, second, times in await connection.execute(query.group_by(*columns)):
                key = (_name(one, first), _name(other, second))
                found[key] = found.get(key, 0) + int(times)
        return found

    async def arrivals(self, since: dt.date, until: dt.date, office: str = "") -> dict[tuple[str, str], int]:
        """How many came by offices' links, by week and office; with `office`, by week and channel of that one."""
        other = arrivals.c.channel if office else arrivals.c.office
        query = select(arrivals.c.week, other, func.sum(arrivals.c.times))
        query = query.where(arrivals.c.week >= since, arrivals.c.week < until).group_by(arrivals.c.week, other)
        if office:
            query = query.where(arrivals.c.office == office)
        async with self.readers.connect() as connection:
            return {(week.isoformat(), name): int(times) for week, name, times in await connection.execute(query)}

    async def cases(
        self, since: dt.date, until: dt.date, office: str = ""
    ) -> tuple[dict[tuple[str, str], int], dict[tuple[str, str], int]]:
        """What became of cases by office and kind: how many, and how many seconds it took all together."""
        table = case_figures
        query = select(table.c.office, table.c.kind, func.sum(table.c.times), func.sum(table.c.seconds))
        query = query.where(table.c.week >= since, table.c.week < until).group_by(table.c.office, table.c.kind)
        if office:
            query = query.where(table.c.office == office)
        async with self.readers.connect() as connection:
            rows = (await connection.execute(query)).all()
        return {(row[0], row[1]): int(row[2]) for row in rows}, {(row[0], row[1]): int(row[3]) for row in rows}


def _column(table: Table, name: str) -> Any:
    return table.c.day if name == "week" and table is counts else table.c[name]


def _name(column: str, value: Any) -> str:
    """A day becomes its week, known by its Monday."""
    return (value - dt.timedelta(days=value.weekday())).isoformat() if column == "week" else str(value)
