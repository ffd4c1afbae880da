"""Until when something can be claimed: the last day, how many are left, what to do first."""

from __future__ import annotations

import dataclasses
import datetime as dt

from bot.law.calendar import Period, last_day, working_days_left
from bot.law.figures import GRACE
from bot.library.loading import Library
from bot.library.rules import DeadlineEntry
from bot.messages import Source
from bot.reckoning.calculation import sources_of


@dataclasses.dataclass(frozen=True)
class LastDay:
    """The last day for one event. `left` is calendar days from today, negative when it is over; `working_left` is set
    where the law counts working days.
    """

    id: str
    country: str
    entry: DeadlineEntry
    event: dt.date
    day: dt.date
    left: int
    working_left: int | None
    earliest: bool
    """True: regional holidays may make it later; this is the earliest day it can be."""
    doubtful: bool
    withheld: bool
    """True when the rule has been due for a check for so long that the day is not given."""
    sources: tuple[Source, ...]


def until_when(library: Library, name: str, event: dt.date, today: dt.date, region: str = "") -> LastDay:
    """The last day to claim for something that happened on `event`.

    Raises LookupError for an unknown id.
    """
    found = library.deadline(name)
    if found is None:
        raise LookupError(name)
    country, entry = found
    period = period_of(entry, country, region)
    day = last_day(period, event)
    return LastDay(
        id=name,
        country=country,
        entry=entry,
        event=event,
        day=day,
        left=(day - today).days,
        working_left=working_days_left(period, today, day) if entry.unit == "working_days" else None,
        earliest=entry.regional and not region,
        doubtful=event > entry.check_again_by or entry.confidence != "high",
        withheld=event > entry.check_again_by + GRACE,
        sources=sources_of(entry.sources, entry.checked),
    )


def period_of(entry: DeadlineEntry, country: str, region: str = "") -> Period:
    """A period of the files as the law's calendar counts it."""
    return Period(
        count=entry.count,
        unit=entry.unit,
        country=country,
        region=region,
        saturdays_work=entry.working_week == "Mo-Sa",
        counts_first_day=entry.counts_first_day,
        rolls=entry.rolls,
        not_counted=tuple(_part(text) for text in entry.not_counted),
    )


def _part(text: str) -> tuple[tuple[int, int], tuple[int, int]]:
    start, _, end = text.partition("/")
    return _month_day(start), _month_day(end)


def _month_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)
