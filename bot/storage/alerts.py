"""How staff link their own chat, where they are told of urgent cases: a link that counts once, for a short while."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.tables import staff, staff_links

LINK_FOR = dt.timedelta(minutes=30)
START = "staff-"
"""How the code in the link begins, to be told from an office's."""


class StaffLinks:
    """Links of one database. All times are UTC."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine

    async def offer(self, member: int, now: dt.datetime) -> str:
        """The code of a new link of this account; the ones before it no longer count."""
        code = START + secrets.token_urlsafe(24)
        async with self.engine.begin() as connection:
            old = (staff_links.c.staff == member) | (staff_links.c.expires_at < now)
            await connection.execute(delete(staff_links).where(old))
            values = {"token": _digest(code), "staff": member, "expires_at": now + LINK_FOR}
            await connection.execute(insert(staff_links).values(**values))
        return code

    async def take(self, code: str, person: str, now: dt.datetime) -> str:
        """Link a chat to the account that a code belongs to; the language the account reads, '' for a code that does
        not count.
        """
        async with self.engine.begin() as connection:
            fits = staff_links.c.token == _digest(code), staff_links.c.expires_at >= now
            used = delete(staff_links).where(*fits).returning(staff_links.c.staff)
            member = (await connection.execute(used)).scalar_one_or_none()
            if member is None:
                return ""
            await connection.execute(update(staff).where(staff.c.id == member).values(alert_person=person))
            return str((await connection.execute(select(staff.c.language).where(staff.c.id == member))).scalar_one())

    async def unlink(self, member: int) -> None:
        """Alert this account nowhere any more."""
        async with self.engine.begin() as connection:
            await connection.execute(update(staff).where(staff.c.id == member).values(alert_person=""))


def _digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
