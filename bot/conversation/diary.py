"""A work diary: when somebody came, left and was paid. Every entry is sealed with the one before it, so that later
changes show; a correction is a new entry, and what it corrects stays visible.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import re
from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["in", "out", "paid", "undo"]
MOST = 1200
"""Entries kept: about a year of days."""
ORDINARY_DAY = Decimal(8)
CLOCK = re.compile(
    r"(?<![\d:.,])(?P<hour>[01]?\d|2[0-3])(?:\s?[:h.]\s?(?P<minute>[0-5]\d))?\s?(?P<half>am|pm|a\.\s?m|p\.\s?m)?(?![\d:])",
    re.IGNORECASE,
)
NOON, DAY = 12, dt.timedelta(days=1)


class Entry(BaseModel):
    """One line of the diary. `at` is local time; `told_at` when it was written, in UTC."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    number: int
    kind: Kind
    at: dt.datetime
    told_at: dt.datetime
    amount: Decimal | None = None
    undoes: int | None = None
    seal: str = ""


@dataclasses.dataclass(frozen=True)
class WorkDay:
    """One day: hours worked and money received."""

    date: dt.date
    spans: tuple[tuple[dt.datetime, dt.datetime], ...]
    open_since: dt.datetime | None
    paid: Decimal

    @property
    def hours(self) -> Decimal:
        """Hours between coming and leaving."""
        minutes = sum((end - start).total_seconds() // 60 for start, end in self.spans)
        return Decimal(int(minutes)) / 60

    @property
    def over(self) -> Decimal:
        """Hours above eight."""
        return max(Decimal(0), self.hours - ORDINARY_DAY)


def sealed(entry: Entry, before: str) -> Entry:
    """The entry with a seal over it and over the one before."""
    plain = "|".join(
        str(part)
        for part in (
            before,
            entry.number,
            entry.kind,
            entry.at.isoformat(),
            entry.told_at.isoformat(),
            entry.amount,
            entry.undoes,
        )
    )
    return entry.model_copy(update={"seal": hashlib.sha256(plain.encode()).hexdigest()})


def added(
    diary: Sequence[Entry],
    kind: Kind,
    at: dt.datetime,
    told_at: dt.datetime,
    amount: Decimal | None = None,
    undoes: int | None = None,
) -> tuple[Entry, ...]:
    """The diary with one entry more."""
    last = diary[-1] if diary else None
    entry = Entry(
        number=last.number + 1 if last else 1, kind=kind, at=at, told_at=told_at, amount=amount, undoes=undoes
    )
    return (*diary, sealed(entry, last.seal if last else ""))[-MOST:]


def unbroken(diary: Sequence[Entry]) -> bool:
    """Whether nothing was changed since it was written."""
    before = None
    for entry in diary:
        if before is not None and entry.seal != sealed(entry, before.seal).seal:
            return False
        before = entry
    return True


def standing(diary: Sequence[Entry]) -> list[Entry]:
    """Entries that count: those that no later one undoes."""
    undone = {entry.undoes for entry in diary if entry.kind == "undo"}
    return [entry for entry in diary if entry.kind != "undo" and entry.number not in undone]


def days(diary: Sequence[Entry]) -> list[WorkDay]:
    """Day by day. A shift that ends after midnight belongs to the day on which it began."""
    spans: dict[dt.date, list[tuple[dt.datetime, dt.datetime]]] = defaultdict(list)
    paid: dict[dt.date, Decimal] = defaultdict(Decimal)
    open_days: dict[dt.date, dt.datetime] = {}
    began: dt.datetime | None = None
    for entry in sorted(standing(diary), key=lambda one: (one.at, one.number)):
        if entry.kind == "paid":
            paid[entry.at.date()] += entry.amount or Decimal(0)
        elif entry.kind == "in":
            began = entry.at
            open_days[entry.at.date()] = entry.at
        elif began is not None and entry.at - began < DAY:
            spans[began.date()].append((began, entry.at))
            open_days.pop(began.date(), None)
            began = None
    return [
        WorkDay(date, tuple(spans.get(date, ())), open_days.get(date), paid.get(date, Decimal(0)))
        for date in sorted({*spans, *paid, *open_days})
    ]


def clock(text: str, day: dt.date, kind: Kind, since: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """The moment a text names, on `day`; now where it names none. "8" after coming at 9 means the evening."""
    found = CLOCK.search(text)
    if found is None:
        return now.replace(second=0, microsecond=0, tzinfo=None)
    hour, minute, half = int(found["hour"]), int(found["minute"] or 0), (found["half"] or "").lower()[:1]
    if half == "p" and hour < NOON:
        hour += NOON
    if half == "a" and hour == NOON:
        hour = 0
    at = dt.datetime.combine(day, dt.time(hour, minute))
    if kind == "out" and not half and hour <= NOON and since is not None and at <= since:
        at += dt.timedelta(hours=NOON)
    if kind == "out" and since is not None and at <= since:
        at += DAY
    return at
