"""Texts being written and reviewed before they are published, who is at which page now, and what reviewers said."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, delete, insert, or_, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage import database
from bot.storage.mailbox import as_utc
from bot.storage.tables import draft_comments, drafts, editing_now

State = Literal["writing", "review", "publishing", "published", "dropped"]
PRESENT = dt.timedelta(minutes=10)
"""How long after the last sign of somebody others are told that they are at a page."""
STUCK = dt.timedelta(minutes=2)
"""After this long a publication that never ended (the process was killed) may be tried again."""


@dataclasses.dataclass(frozen=True)
class Draft:
    """A change on its way. Times are in UTC. `files` maps a path to its text before and after; None: no such file."""

    id: int
    subject: str
    kind: str
    title: str
    state: State
    author: int
    base: str
    fields: Mapping[str, Any]
    files: Mapping[str, tuple[str | None, str | None]]
    why: str
    begun_at: dt.datetime
    saved_at: dt.datetime
    decided_by: int | None
    decided_at: dt.datetime | None
    revision: str


@dataclasses.dataclass(frozen=True)
class Comment:
    """What somebody said about a draft."""

    staff: int
    at: dt.datetime
    text: str


@dataclasses.dataclass(frozen=True)
class Presence:
    """Somebody who has a page open: since when, and when they last showed."""

    staff: int
    since: dt.datetime
    seen_at: dt.datetime


def mark_of(text: str | None) -> str:
    """The mark by which a version of a file is known; '' for a file that is not there."""
    return "" if text is None else hashlib.sha256(text.encode()).hexdigest()[:16]


class Drafts:
    """All drafts of one database."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine, self.readers = engine, database.readers(engine)

    async def save(
        self,
        author: int,
        subject: str,
        kind: str,
        title: str,
        now: dt.datetime,
        *,
        base: str,
        fields: Mapping[str, Any],
        why: str = "",
    ) -> int:
        """Keep what somebody wrote so far; its number. One author has one draft of a subject: it goes on.

        The base stays that of its beginning.
        """
        key = f"{author}:{subject}"
        values = {
            "subject": subject,
            "kind": kind,
            "title": title[:200],
            "state": "writing",
            "open_key": key,
            "author": author,
            "base": base,
            "fields": dict(fields),
            "files": {},
            "why": why,
            "begun_at": now,
            "saved_at": now,
            "revision": "",
        }
        statement = self._insert(drafts).values(**values)
        later = {name: statement.excluded[name] for name in ("title", "fields", "why", "saved_at")}
        async with self.engine.begin() as connection:
            await connection.execute(statement.on_conflict_do_update(index_elements=["open_key"], set_=later))
            number = await connection.scalar(select(drafts.c.id).where(drafts.c.open_key == key))
        return int(number or 0)

    async def rebase(self, draft: int, base: str, now: dt.datetime) -> None:
        """The author has seen the newer version of the file and goes on from it."""
        async with self.engine.begin() as connection:
            await connection.execute(update(drafts).where(drafts.c.id == draft).values(base=base, saved_at=now))

    async def send(self, draft: int, files: Mapping[str, tuple[str | None, str | None]], now: dt.datetime) -> bool:
        """Hand a draft to review, with the files it makes; False when it is not being written any more."""
        values = {"state": "review", "open_key": None, "files": {k: list(v) for k, v in files.items()}, "saved_at": now}
        return await self._move(draft, drafts.c.state == "writing", **values)

    async def send_back(self, draft: Draft, by: int, now: dt.datetime) -> bool:
        """Give a draft back to its author; False when it is not in review, or they began another of the subject."""
        other = await self.open(draft.author, draft.subject)
        if other is not None:
            return await self._move(
                draft.id, drafts.c.state == "review", state="dropped", decided_by=by, decided_at=now
            )
        values = {"state": "writing", "open_key": f"{draft.author}:{draft.subject}", "decided_by": by, "saved_at": now}
        return await self._move(draft.id, drafts.c.state == "review", **values)

    async def close(self, draft: int, by: int, now: dt.datetime) -> bool:
        """Give a draft in review up: its author was told why and begins anew."""
        return await self._move(draft, drafts.c.state == "review", state="dropped", decided_by=by, decided_at=now)

    async def claim(self, draft: int, by: int, now: dt.datetime) -> bool:
        """Begin to publish a draft: True for one caller only, until it is `done` or `release`d."""
        stuck = (drafts.c.state == "publishing") & (drafts.c.decided_at < now - STUCK)
        free = or_(drafts.c.state == "review", stuck)
        return await self._move(draft, free, state="publishing", decided_by=by, decided_at=now)

    async def release(self, draft: int) -> None:
        """It could not be published: it waits for review again."""
        await self._move(draft, drafts.c.state == "publishing", state="review", decided_by=None, decided_at=None)

    async def done(self, draft: int, revision: str) -> None:
        """It was published with this commit."""
        await self._move(draft, drafts.c.state == "publishing", state="published", revision=revision)

    async def drop(self, draft: int, by: int, now: dt.datetime) -> bool:
        """Give a draft up, by its author."""
        mine = (drafts.c.author == by) & drafts.c.state.in_(("writing", "review"))
        return await self._move(draft, mine, state="dropped", open_key=None, decided_by=by, decided_at=now)

    async def _move(self, draft: int, allowed: ColumnElement[bool], **values: Any) -> bool:
        async with self.engine.begin() as connection:
            moved = update(drafts).where(drafts.c.id == draft, allowed).values(**values)
            return (await connection.execute(moved)).rowcount == 1

    async def draft(self, number: int) -> Draft | None:
        """A draft by its number."""
        return next(iter(await self._found(drafts.c.id == number)), None)

    async def open(self, author: int, subject: str) -> Draft | None:
        """What somebody is writing on a subject."""
        return next(iter(await self._found(drafts.c.open_key == f"{author}:{subject}")), None)

    async def in_states(self, *states: State, subject: str = "", author: int | None = None) -> Sequence[Draft]:
        """Drafts in some states, those saved last first."""
        wanted: ColumnElement[bool] = drafts.c.state.in_(states)
        if subject:
            wanted &= drafts.c.subject == subject
        if author is not None:
            wanted &= drafts.c.author == author
        return await self._found(wanted)

    async def _found(self, wanted: ColumnElement[bool], most: int = 200) -> Sequence[Draft]:
        query = select(drafts).where(wanted).order_by(drafts.c.saved_at.desc(), drafts.c.id.desc()).limit(most)
        async with self.readers.connect() as connection:
            return [_draft(row) for row in (await connection.execute(query)).mappings()]

    # What is said about a draft

    async def comment(self, draft: int, staff: int, text: str, now: dt.datetime) -> None:
        """Say something about a draft."""
        async with self.engine.begin() as connection:
            await connection.execute(insert(draft_comments).values(draft=draft, staff=staff, at=now, text=text))

    async def comments(self, draft: int) -> Sequence[Comment]:
        """What was said about a draft, the oldest first."""
        query = select(draft_comments).where(draft_comments.c.draft == draft).order_by(draft_comments.c.id)
        async with self.readers.connect() as connection:
            rows = (await connection.execute(query)).mappings()
            return [Comment(row["staff"], as_utc(row["at"]), row["text"]) for row in rows]

    # Who is at a page

    async def here(self, subject: str, staff: int, now: dt.datetime) -> None:
        """Somebody has a page open."""
        statement = self._insert(editing_now).values(subject=subject, staff=staff, since=now, seen_at=now)
        seen = {"seen_at": statement.excluded.seen_at}
        async with self.engine.begin() as connection:
            await connection.execute(delete(editing_now).where(editing_now.c.seen_at < now - PRESENT))
            await connection.execute(statement.on_conflict_do_update(index_elements=["subject", "staff"], set_=seen))

    async def gone(self, subject: str, staff: int) -> None:
        """Somebody is done with a page."""
        left = delete(editing_now).where(editing_now.c.subject == subject, editing_now.c.staff == staff)
        async with self.engine.begin() as connection:
            await connection.execute(left)

    async def others(self, subject: str, staff: int, now: dt.datetime) -> Sequence[Presence]:
        """Who else has a page open, the first one first."""
        query = (
            select(editing_now)
            .where(editing_now.c.subject == subject, editing_now.c.staff != staff)
            .where(editing_now.c.seen_at >= now - PRESENT)
            .order_by(editing_now.c.since)
        )
        async with self.readers.connect() as connection:
            rows = (await connection.execute(query)).mappings()
            return [Presence(row["staff"], as_utc(row["since"]), as_utc(row["seen_at"])) for row in rows]

    def _insert(self, table: Any) -> Any:
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        return dialect.insert(table)


def _draft(row: RowMapping) -> Draft:
    decided = row["decided_at"]
    return Draft(
        id=row["id"],
        subject=row["subject"],
        kind=row["kind"],
        title=row["title"],
        state=row["state"],
        author=row["author"],
        base=row["base"],
        fields=row["fields"],
        files={path: (pair[0], pair[1]) for path, pair in row["files"].items()},
        why=row["why"],
        begun_at=as_utc(row["begun_at"]),
        saved_at=as_utc(row["saved_at"]),
        decided_by=row["decided_by"],
        decided_at=as_utc(decided) if decided else None,
        revision=row["revision"],
    )
