"""Seals what the database keeps sealed anew, with the present key, while the bot goes on running."""

from __future__ import annotations

from sqlalchemy import Table, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.sealing import Seal
from bot.storage.tables import addresses, case_lines, cases, staff

SEALED: tuple[tuple[Table, str, str, str], ...] = (
    (addresses, "person", "address", "addresses"),
    (staff, "id", "second", "second factor"),
    (cases, "id", "shared", "cases"),
    (cases, "id", "contact", "cases"),
    (case_lines, "id", "text", "cases"),
    (case_lines, "id", "translated", "cases"),
)
"""Table, its key, the sealed column, and the purpose with which it is sealed."""
BATCH = 500


async def rotate(engine: AsyncEngine, secret: bytes) -> tuple[int, int]:
    """Seal every sealed text with the present key: how many were, and how many no key opens.

    Row by row and only where a text stayed as it was read, so that nothing that is written meanwhile is lost.
    """
    done = lost = 0
    for table, key, column, purpose in SEALED:
        seal, last = Seal(secret, purpose), None
        while True:
            query = select(table.c[key], table.c[column]).order_by(table.c[key]).limit(BATCH)
            if last is not None:
                query = query.where(table.c[key] > last)
            async with engine.begin() as connection:
                rows = (await connection.execute(query)).all()
                for name, sealed in rows:
                    if not sealed:
                        continue
                    fresh = seal.again(sealed)
                    if fresh is None:
                        lost += 1
                        continue
                    unchanged = (table.c[key] == name) & (table.c[column] == sealed)
                    await connection.execute(update(table).where(unchanged).values({column: fresh}))
                    done += 1
            if not rows:
                break
            last = rows[-1][0]
    return done, lost
