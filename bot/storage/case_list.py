"""Cases as staff look at them: lists without words, and one case with all of them opened."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import ColumnElement, RowMapping, and_, case, false, func, or_, select, true
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.storage.cases import NUMBERS, CaseFile, CaseHead, Cases, Line
from bot.storage.mailbox import as_utc
from bot.storage.tables import case_figures, case_lines, cases, letters

View = Literal["unassigned", "mine", "office", "closed"]
VIEWS: tuple[View, ...] = ("unassigned", "mine", "office", "closed")
MOST = 200


class CaseList:
    """Reads the cases of one database. `office` None means all offices, for administrators."""

    def __init__(self, stored: Cases) -> None:
        self.stored, self.readers = stored, stored.readers

    async def find(self, view: View, office: str | None, member: int, language: str = "") -> Sequence[CaseHead]:
        """The cases of a list: urgent ones first, then who waits longest; closed ones the latest first."""
        query = select(cases).where(_in_view(view, office, member)).limit(MOST)
        if language:
            query = query.where(cases.c.language == language)
        if view == "closed":
            query = query.order_by(cases.c.closed_at.desc(), cases.c.id.desc())
        else:
            waits = case((cases.c.waiting_at.is_(None), 1), else_=0)
            query = query.order_by(cases.c.urgent.desc(), waits, cases.c.waiting_at, cases.c.id)
        async with self.readers.connect() as connection:
            return [_head(row) for row in (await connection.execute(query)).mappings()]

    async def sizes(self, office: str | None, member: int) -> dict[str, int]:
        """How many cases each list of open ones has, and in `urgent` how many urgent ones wait for a reply."""
        counts = dict[str, int]()
        async with self.readers.connect() as connection:
            for view in VIEWS[:3]:
                counts[view] = await self._size(connection, _in_view(view, office, member))
            urgent = cases.c.urgent.is_(True), cases.c.waiting_at.is_not(None)
            counts["urgent"] = await self._size(connection, and_(_in_view("office", office, member), *urgent))
        return counts

    async def _size(self, connection: AsyncConnection, wanted: ColumnElement[bool]) -> int:
        return int((await connection.execute(select(func.count()).select_from(cases).where(wanted))).scalar_one())

    async def file(self, number: int) -> CaseFile | None:
        """A whole case by its number, None where there is none. Who asks must be allowed to see it."""
        if number not in NUMBERS:
            return None
        async with self.readers.connect() as connection:
            row = (await connection.execute(select(cases).where(cases.c.id == number))).mappings().first()
            if row is None:
                return None
            query = select(case_lines).where(case_lines.c.case == number).order_by(case_lines.c.id)
            lines = tuple(self._line(line) for line in (await connection.execute(query)).mappings())
        return CaseFile(
            **{field.name: getattr(_head(row), field.name) for field in dataclasses.fields(CaseHead)},
            person=row["person"],
            paused=row["paused"],
            replied_at=_utc(row["replied_at"]),
            shared=self._shared(row["shared"]),
            contact=self._open(row["contact"]),
            lines=lines,
        )

    async def delivered(self, found: CaseFile) -> dict[int, str]:
        """How far the replies of a case came, by their line: waiting, held or given_up; none once they were sent."""
        query = select(letters.c.key, letters.c.state).where(
            letters.c.person == found.person, letters.c.direction == "out", letters.c.key.startswith("case-reply.")
        )
        async with self.readers.connect() as connection:
            rows = (await connection.execute(query)).all()
        return {int(row.key.split(".")[1]): row.state for row in rows if row.state != "finished"}

    async def figures(self, office: str | None = None) -> list[dict[str, Any]]:
        """What was counted, by week, office, kind and topic; `seconds` is how long it took, all together."""
        query = select(case_figures).order_by(case_figures.c.week.desc(), case_figures.c.office, case_figures.c.kind)
        if office is not None:
            query = query.where(case_figures.c.office == office)
        async with self.readers.connect() as connection:
            return [dict(row) for row in (await connection.execute(query)).mappings()]

    def _line(self, row: RowMapping) -> Line:
        text, translated = self._open(row["text"]), self._open(row["translated"])
        return Line(row["id"], as_utc(row["at"]), row["kind"], row["staff"], row["office"], text, translated)

    def _shared(self, sealed: str) -> dict[str, Any]:
        opened = self._open(sealed)
        return dict(json.loads(opened)) if opened else {}

    def _open(self, sealed: str) -> str:
        return (self.stored.seal.open(sealed) or "") if sealed else ""


def _in_view(view: View, office: str | None, member: int) -> ColumnElement[bool]:
    """An office has its own cases, and sees those it is asked to take over."""
    own = true() if office is None else cases.c.office == office
    offered = false() if office is None else and_(cases.c.referred_to == office, cases.c.referral == "offered")
    is_open = cases.c.state == "open"
    if view == "unassigned":
        return and_(is_open, or_(and_(own, cases.c.staff.is_(None)), offered))
    if view == "mine":
        return and_(is_open, own, cases.c.staff == member)
    if view == "closed":
        return and_(own, cases.c.state == "closed", cases.c.person != "")
    return and_(is_open, or_(own, offered))


def _head(row: RowMapping) -> CaseHead:
    values = {field.name: row[field.name] for field in dataclasses.fields(CaseHead)}
    for name in ("opened_at", "touched_at", "waiting_at", "closed_at"):
        values[name] = _utc(values[name])
    return CaseHead(**values)


def _utc(moment: dt.datetime | None) -> dt.datetime | None:
    return as_utc(moment) if moment else None
