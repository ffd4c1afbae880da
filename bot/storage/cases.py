"""Cases as the person makes them: opened with consent, written to, left, erased. Texts are sealed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.conversation.house import CaseAct
from bot.conversation.state import Helper
from bot.storage import database
from bot.storage.mailbox import as_utc
from bot.storage.sealing import Seal
from bot.storage.staff import OF_AN_OFFICE
from bot.storage.tables import case_figures, case_lines, cases, staff

TEXT_MOST = 4000
ASKED_AGAIN = dt.timedelta(days=14)
"""Between the two times at which a person is asked whether it helped lie more days than these."""
NUMBERS = range(1, 2**31)
"""Numbers a case can have: what comes in an address or a button may be anything."""


@dataclasses.dataclass(frozen=True)
class CaseHead:
    """What a list shows of a case: none of its words. Moments are UTC."""

    id: int
    channel: str
    office: str
    language: str
    country: str
    topic: str
    state: str
    urgent: bool
    staff: int | None
    opened_at: dt.datetime
    touched_at: dt.datetime
    waiting_at: dt.datetime | None
    closed_at: dt.datetime | None
    outcome: str
    referral: str
    referred_to: str


@dataclasses.dataclass(frozen=True)
class Line:
    """A line of a case: of the person, of staff, a note, or an event (its text is the event's name)."""

    id: int
    at: dt.datetime
    kind: str
    staff: int | None
    office: str
    text: str
    translated: str


@dataclasses.dataclass(frozen=True)
class CaseFile(CaseHead):
    """A whole case. `person` is their keyed hash, '' when the texts were erased."""

    person: str
    paused: bool
    replied_at: dt.datetime | None
    shared: Mapping[str, Any]
    contact: str
    lines: tuple[Line, ...]


@dataclasses.dataclass(frozen=True)
class Alert:
    """Somebody on duty who is to be told of an urgent case: their own chat, and the language they read."""

    case: int
    office: str
    person: str
    language: str


class Cases:
    """Cases of one database."""

    def __init__(self, engine: AsyncEngine, secret: bytes) -> None:
        self.engine, self.readers = engine, database.readers(engine)
        self.seal = Seal(secret, "cases")

    async def staffed(self) -> frozenset[str]:
        """Offices in which somebody with an account answers cases."""
        query = select(staff.c.office).where(staff.c.role.in_(OF_AN_OFFICE), staff.c.disabled.is_(False)).distinct()
        async with self.readers.connect() as connection:
            return frozenset(row.office for row in await connection.execute(query) if row.office)

    async def helper(self, person: str) -> Helper | None:
        """The office that reads along with a person now, None for nobody."""
        query = select(cases.c.office, cases.c.paused).where(cases.c.person == person, cases.c.state == "open")
        async with self.readers.connect() as connection:
            row = (await connection.execute(query.order_by(cases.c.id.desc()))).first()
        return Helper(office=row.office, paused=row.paused) if row else None

    async def act(
        self, connection: AsyncConnection, person: str, channel: str, act: CaseAct, now: dt.datetime
    ) -> list[Alert]:
        """Store what a person's message did to their case, in the caller's transaction; whom to alert of it."""
        if act.kind == "helped":
            await self._helped(connection, person, act, now)
            return []
        found = await self._latest(connection, person)
        if act.kind == "open" and (found is None or found["state"] != "open"):
            found = await self._open(connection, person, channel, act, now)
        elif found is None:
            return []
        else:
            await self._go_on(connection, found, act, now)
        return await self._alerts(connection, found) if act.urgent else []

    async def _go_on(self, connection: AsyncConnection, found: RowMapping, act: CaseAct, now: dt.datetime) -> None:
        number, changes = found["id"], dict[str, Any]()
        if act.urgent:
            changes |= {"urgent": True}
        if act.kind == "message":
            await self.add(connection, number, "person", act.text, now)
            changes |= {"waiting_at": found["waiting_at"] or now, "paused": False}
        elif act.kind == "contact":
            changes |= {"contact": self.seal.seal(act.text[:TEXT_MOST])}
            await self.add(connection, number, "event", "contact", now)
        elif act.kind in ("pause", "resume", "open"):
            changes |= {"paused": act.kind == "pause"}
        elif act.kind == "leave" and found["state"] == "open":
            await self.add(connection, number, "event", "left", now)
            changes |= {"state": "closed", "outcome": "left", "closed_at": now, "waiting_at": None, "referral": ""}
            await self.count(connection, found, "closed_left", now, now - as_utc(found["opened_at"]))
        elif act.kind == "refer" and found["referral"] == "asked":
            await self.add(connection, number, "event", "refer_yes" if act.agreed else "refer_no", now)
            changes |= {"referral": "offered" if act.agreed else "", "waiting_at": found["waiting_at"] or now}
            changes |= {} if act.agreed else {"referred_to": ""}
        await self._change(connection, number, now, **changes)

    async def _open(
        self, connection: AsyncConnection, person: str, channel: str, act: CaseAct, now: dt.datetime
    ) -> RowMapping:
        values = {
            "person": person,
            "channel": channel,
            "office": act.office,
            "language": str(act.shared.get("language", "es")),
            "country": str(act.shared.get("country", ""))[:2],
            "topic": str(act.shared.get("topic", "")),
            "state": "open",
            "urgent": act.urgent,
            "paused": False,
            "staff": None,
            "shared": self.seal.seal(json.dumps(act.shared, ensure_ascii=False)),
            "contact": "",
            "opened_at": now,
            "touched_at": now,
            "waiting_at": now,
            "replied_at": None,
            "closed_at": None,
            "outcome": "",
            "referral": "",
            "referred_to": "",
        }
        added = await connection.execute(insert(cases).values(**values).returning(cases))
        row: RowMapping = added.mappings().one()
        await self.add(connection, row["id"], "event", "opened", now)
        await self.count(connection, row, "opened", now)
        if act.urgent:
            await self.count(connection, row, "urgent", now)
        return row

    async def _latest(self, connection: AsyncConnection, person: str) -> RowMapping | None:
        """The person's open case, else their last one: nothing written is lost when staff closed it just now."""
        query = select(cases).where(cases.c.person == person).order_by(cases.c.state.desc(), cases.c.id.desc())
        return (await connection.execute(query.limit(1))).mappings().first()

    async def _alerts(self, connection: AsyncConnection, found: RowMapping) -> list[Alert]:
        on_duty = (
            staff.c.office == found["office"],
            staff.c.role.in_(OF_AN_OFFICE),
            staff.c.disabled.is_(False),
            staff.c.alert_person != "",
        )
        rows = (await connection.execute(select(staff.c.alert_person, staff.c.language).where(*on_duty))).all()
        return [Alert(found["id"], found["office"], row.alert_person, row.language) for row in rows]

    async def _helped(self, connection: AsyncConnection, person: str, act: CaseAct, now: dt.datetime) -> None:
        """Whether it helped, counted for the office; only the person of the case is asked."""
        if act.case not in NUMBERS:
            return
        query = select(cases).where(cases.c.id == act.case, cases.c.person == person)
        found = (await connection.execute(query)).mappings().first()
        lines = select(case_lines.c.text).where(
            case_lines.c.case == act.case, case_lines.c.kind == "event", case_lines.c.at > now - ASKED_AGAIN
        )
        said = [self.seal.open(row.text) or "" for row in await connection.execute(lines)]
        if found and not any(event.startswith("helped_") for event in said):  # tapped twice, it counts once
            await self.count(connection, found, f"helped_{act.text}", now)
            await self.add(connection, found["id"], "event", f"helped_{act.text}", now)

    async def add(
        self,
        connection: AsyncConnection,
        number: int,
        kind: str,
        text: str,
        now: dt.datetime,
        *,
        by: int | None = None,
        office: str = "",
        translated: str = "",
    ) -> int:
        """Add a line to a case, in the caller's transaction; its number."""
        values = {"case": number, "at": now, "kind": kind, "staff": by, "office": office}
        values |= {"text": self.seal.seal(text[:TEXT_MOST])}
        values |= {"translated": self.seal.seal(translated[:TEXT_MOST]) if translated else ""}
        added = await connection.execute(insert(case_lines).values(**values).returning(case_lines.c.id))
        return int(added.scalar_one())

    async def count(
        self,
        connection: AsyncConnection,
        found: RowMapping | CaseHead,
        kind: str,
        now: dt.datetime,
        took: dt.timedelta | None = None,
    ) -> None:
        """Count something that happened to a case of an office: by week, never by person."""
        day = now.date()
        office, topic = (
            (found.office, found.topic) if isinstance(found, CaseHead) else (found["office"], found["topic"])
        )
        seconds = int(took.total_seconds()) if took else 0
        values = {"week": day - dt.timedelta(days=day.weekday()), "office": office, "kind": kind, "topic": topic}
        dialect = sqlite if self.engine.dialect.name == "sqlite" else postgresql
        statement = dialect.insert(case_figures).values(**values, times=1, seconds=seconds)
        more = {"times": case_figures.c.times + 1, "seconds": case_figures.c.seconds + seconds}
        await connection.execute(
            statement.on_conflict_do_update(index_elements=["week", "office", "kind", "topic"], set_=more)
        )

    async def _change(self, connection: AsyncConnection, number: int, now: dt.datetime, **values: Any) -> None:
        await connection.execute(update(cases).where(cases.c.id == number).values(touched_at=now, **values))

    async def tidy(self, now: dt.datetime, closed_days: int, silent_days: int) -> int:
        """Erase the texts of cases closed for long, and whole cases nobody touched for longer; how many."""
        closed = cases.c.state == "closed", cases.c.closed_at < now - dt.timedelta(days=closed_days)
        old = (
            cases.c.person != "",
            ((closed[0] & closed[1]) | (cases.c.touched_at < now - dt.timedelta(days=silent_days))),
        )
        blank = {"person": "", "shared": "", "contact": "", "state": "closed", "waiting_at": None, "referral": ""}
        async with self.engine.begin() as connection:
            numbers = [row.id for row in await connection.execute(select(cases.c.id).where(*old))]
            if numbers:
                await connection.execute(delete(case_lines).where(case_lines.c.case.in_(numbers)))
                await connection.execute(update(cases).where(cases.c.id.in_(numbers)).values(**blank))
        return len(numbers)


async def forget_cases(connection: AsyncConnection, person: str) -> None:
    """Erase all cases of a person, in the caller's transaction; the figures have no people in them."""
    theirs = select(cases.c.id).where(cases.c.person == person)
    await connection.execute(delete(case_lines).where(case_lines.c.case.in_(theirs)))
    await connection.execute(delete(cases).where(cases.c.person == person))
