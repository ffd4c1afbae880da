"""Quarters of whole weeks. Figures are only shown for these: periods that overlap could be subtracted from each other,
and a week that is not over changes with every person.
"""

from __future__ import annotations

import dataclasses
import datetime as dt

QUARTERS = 6


@dataclasses.dataclass(frozen=True)
class Period:
    """The weeks whose Monday lies in a quarter and which are over. `until` is the day after the last one."""

    name: str
    """`2026-4`"""
    since: dt.date
    until: dt.date

    @property
    def weeks(self) -> tuple[str, ...]:
        """Their Mondays, the oldest first."""
        count = (self.until - self.since).days // 7
        return tuple((self.since + dt.timedelta(weeks=number)).isoformat() for number in range(count))


def periods(today: dt.date) -> list[Period]:
    """The quarter that runs and those before it, the newest first; without those that have no finished week."""
    year, quarter = today.year, (today.month - 1) // 3
    found = []
    for _ in range(QUARTERS):
        first = dt.date(year, quarter * 3 + 1, 1)
        after = dt.date(year + quarter // 3, (quarter + 1) % 4 * 3 + 1, 1)
        since, until = _monday_from(first), min(_monday_from(after), today - dt.timedelta(days=today.weekday()))
        if until > since:
            found.append(Period(f"{year}-{quarter + 1}", since, until))
        year, quarter = (year, quarter - 1) if quarter else (year - 1, 3)
    return found


def chosen(name: str, today: dt.date) -> Period:
    """The period of that name, else the newest."""
    known = periods(today)
    return next((period for period in known if period.name == name), known[0])


def _monday_from(day: dt.date) -> dt.date:
    """The first Monday on or after a day."""
    return day + dt.timedelta(days=-day.weekday() % 7)


def short_day(day: str) -> str:
    """'16.11.' of a day written as in ISO 8601."""
    _, month, number = day.split("-")
    return f"{number}.{month}."
