"""Who asked for news of offices: kept only as long as they want them, erased with the person."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, true, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.tables import announcements, deliveries, letters, news

LETTER = "news."
"""How keys of letters with an announcement begin."""
AFTER_DANGER = dt.timedelta(days=7)
"""So long after danger was told nothing is announced to a person: somebody else may hold the phone."""
LEFT_WITHIN = dt.timedelta(days=7)
"""Who asks for no more news so soon after an announcement is counted in its report."""
WITHDRAWN = ("waiting", "paused", "held")
"""States of letters that have not gone out."""


@dataclasses.dataclass(frozen=True)
class Subscriber:
    """What is known of somebody who asked for news, for choosing which."""

    language: str
    country: str = ""
    origin: str = ""
    topic: str = ""
    office: str = ""
    discreet: bool = False
    danger_on: dt.date | None = None


@dataclasses.dataclass(frozen=True)
class Scope:
    """Whom an office may write to: those its link brought, and those it serves: everybody in its country, or its own
    citizens there for a consulate. The empty one is the administrators': everybody.
    """

    office: str = ""
    country: str = ""
    nationality: str = ""

    def condition(self) -> ColumnElement[bool]:
        """As a condition on `news`."""
        if not self.office:
            return true()
        served = news.c.country == self.country
        if self.nationality:
            served = and_(served, news.c.origin == self.nationality)
        return or_(news.c.office == self.office, served)


@dataclasses.dataclass(frozen=True)
class Audience:
    """Whom an announcement is for; an empty part means all. A topic may be a whole field: `labour_rights`."""

    countries: tuple[str, ...] = ()
    origins: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    offices: tuple[str, ...] = ()

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Audience:
        """As the database keeps it."""
        return cls(**{field.name: tuple(raw.get(field.name, ())) for field in dataclasses.fields(cls)})

    def condition(self) -> ColumnElement[bool]:
        """As a condition on `news`."""
        parts: list[ColumnElement[bool]] = []
        columns = (news.c.country, news.c.origin, news.c.language, news.c.office)
        wanted = (self.countries, self.origins, self.languages, self.offices)
        parts += [column.in_(values) for column, values in zip(columns, wanted, strict=True) if values]
        if self.topics:
            parts.append(
                or_(
                    *(
                        news.c.topic == topic if "." in topic else news.c.topic.startswith(f"{topic}.", autoescape=True)
                        for topic in self.topics
                    )
                )
            )
        return and_(true(), *parts)


def calm_since(today: dt.date) -> ColumnElement[bool]:
    """Only people who told of no danger lately."""
    return or_(news.c.danger_on.is_(None), news.c.danger_on < today - AFTER_DANGER)


class News:
    """The people of one database who asked for news."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.readers = engine, database.readers(engine)

    async def follow(
        self, connection: AsyncConnection, person: str, channel: str, who: Subscriber, now: dt.datetime
    ) -> None:
        """Keep that a person wants news, with what was told last, in the caller's transaction."""
        values = dataclasses.asdict(who) | {"channel": channel}
        changed = {
            name: value for name, value in values.items() if name != "topic" or value
        }  # a hello ends no interest
        result = await connection.execute(update(news).where(news.c.person == person).values(**changed))
        if result.rowcount == 0:
            await connection.execute(insert(news).values(person=person, since=now, **values))

    async def leave(self, connection: AsyncConnection, person: str, now: dt.datetime) -> bool:
        """The person wants no more news, from this moment on: what waits for them is withdrawn, in the caller's
        transaction. True when they had wanted news.
        """
        gone = await connection.execute(delete(news).where(news.c.person == person))
        if gone.rowcount == 0:
            return False
        # whoever is just putting one into the box for them is waited for, so that it is seen and withdrawn
        await connection.execute(select(deliveries.c.id).where(deliveries.c.person == person).with_for_update())
        theirs = and_(letters.c.person == person, letters.c.direction == "out", letters.c.key.startswith(LETTER))
        withdrawn = delete(letters).where(theirs, letters.c.state.in_(WITHDRAWN)).returning(letters.c.key)
        keys = [row.key for row in await connection.execute(withdrawn)]
        never = or_(deliveries.c.state == "waiting", deliveries.c.letter.in_(keys))
        await connection.execute(delete(deliveries).where(deliveries.c.person == person, never))
        last = (
            select(deliveries.c.announcement)
            .where(
                deliveries.c.person == person,
                deliveries.c.state.in_(("sent", "posted")),
                deliveries.c.posted_at > now - LEFT_WITHIN,
            )
            .order_by(deliveries.c.posted_at.desc())
            .limit(1)
        )
        announcement = (await connection.execute(last)).scalar_one_or_none()
        if announcement is not None:
            counted = update(announcements).where(announcements.c.id == announcement)
            await connection.execute(counted.values(opted_out=announcements.c.opted_out + 1))
        return True

    async def reached(self, audience: Audience, scope: Scope, today: dt.date) -> dict[str, int]:
        """How many people an announcement would reach now, by channel."""
        query = (
            select(news.c.channel, func.count())
            .where(audience.condition(), scope.condition(), calm_since(today))
            .group_by(news.c.channel)
        )
        async with self.readers.connect() as connection:
            return {row[0]: int(row[1]) for row in await connection.execute(query)}
