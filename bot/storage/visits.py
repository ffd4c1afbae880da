"""How often pages are read and whether they helped, from counts that name nobody."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import database
from bot.storage.tables import counts, feedback

Key = tuple[str, str, str]
"""Country, topic, language."""


async def visits(engine: AsyncEngine, since: dt.date) -> dict[Key, int]:
    """How often a page was answered since a day."""
    total = func.sum(counts.c.times)
    query = (
        select(counts.c.country, counts.c.topic, counts.c.language, total.label("total"))
        .where(counts.c.kind == "answered", counts.c.day >= since)
        .group_by(counts.c.country, counts.c.topic, counts.c.language)
    )
    async with database.readers(engine).connect() as connection:
        return {(row.country, row.topic, row.language): int(row.total) for row in await connection.execute(query)}


async def verdicts(engine: AsyncEngine, since: dt.date) -> dict[str, dict[str, int]]:
    """What people thought of pages since a day: by path of the text, how often each verdict was given."""
    query = (
        select(feedback.c.page, feedback.c.verdict, func.count().label("total"))
        .where(feedback.c.day >= since)
        .group_by(feedback.c.page, feedback.c.verdict)
    )
    found: dict[str, dict[str, int]] = {}
    async with database.readers(engine).connect() as connection:
        for row in await connection.execute(query):
            found.setdefault(row.page, {})[row.verdict] = int(row.total)
    return found
