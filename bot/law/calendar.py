"""Periods to claim in, counted as the law counts them: days, working days by a country's holidays, months, years."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable
from typing import Literal

import holidays
from dateutil.relativedelta import relativedelta

Unit = Literal["days", "working_days", "weeks", "months", "years"]
SATURDAY, SUNDAY = 5, 6


@dataclasses.dataclass(frozen=True)
class Period:
    """How long, and which days count. `not_counted` are parts of every year as (month, day) to (month, day)."""

    count: int
    unit: Unit
    country: str
    region: str = ""
    saturdays_work: bool = False
    counts_first_day: bool = False
    rolls: bool = False
    not_counted: tuple[tuple[tuple[int, int], tuple[int, int]], ...] = ()


def last_day(period: Period, event: dt.date) -> dt.date:
    """The last day to act for something that happened on `event`."""
    working = _working_days(period)
    if period.unit == "working_days":
        day = _counted(event, period, working)
    elif period.not_counted and period.unit == "days":
        day = _counted(event, period, lambda day: not _left_out(day, period))
    else:
        span = {period.unit: period.count}
        day = event + relativedelta(**span) - dt.timedelta(days=bool(period.counts_first_day))  # type: ignore[arg-type]
    if period.rolls:
        while not working(day):
            day += dt.timedelta(days=1)
    return day


def working_days_left(period: Period, today: dt.date, last: dt.date) -> int:
    """Working days from `today` to `last`, both counted; 0 when it is over."""
    working = _working_days(period)
    return sum(working(today + dt.timedelta(days=ahead)) for ahead in range((last - today).days + 1))


def _counted(event: dt.date, period: Period, counts: Callable[[dt.date], bool]) -> dt.date:
    day = event if period.counts_first_day else event + dt.timedelta(days=1)
    left = period.count
    while True:
        left -= counts(day)
        if left <= 0:
            return day
        day += dt.timedelta(days=1)


def _working_days(period: Period) -> Callable[[dt.date], bool]:
    off = public_holidays(period.country, period.region)

    def working(day: dt.date) -> bool:
        weekend = day.weekday() == SUNDAY or (day.weekday() == SATURDAY and not period.saturdays_work)
        return not weekend and day not in off and not _left_out(day, period)

    return working


def _left_out(day: dt.date, period: Period) -> bool:
    return any(start <= (day.month, day.day) <= end for start, end in period.not_counted)


@functools.cache
def public_holidays(country: str, region: str = "") -> holidays.HolidayBase:
    """The public holidays of a country; of a region too where one is named and known."""
    code = country.upper()
    known = holidays.list_supported_countries(include_aliases=False).get(code, [])
    return holidays.country_holidays(code, subdiv=region if region in known else None)
