"""Claim periods around weekends, holidays, month ends and leap years."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.law.calendar import Period, last_day, working_days_left


@pytest.mark.parametrize(
    ("period", "event", "last"),
    [
        (Period(20, "working_days", "es"), "2026-11-20", "2026-12-21"),
        (Period(5, "working_days", "es"), "2026-06-22", "2026-06-29"),
        (Period(5, "working_days", "es", region="CT"), "2026-06-22", "2026-06-30"),
        (Period(30, "days", "pe"), "2026-05-03", "2026-06-02"),
        (Period(1, "months", "cl"), "2026-01-31", "2026-02-28"),
        (Period(2, "years", "co"), "2024-02-29", "2026-02-28"),
        (Period(1, "days", "pe", rolls=True), "2026-07-27", "2026-07-30"),
        (Period(60, "days", "cl", counts_first_day=True), "2026-03-01", "2026-04-29"),
        (Period(3, "working_days", "mx", saturdays_work=True), "2026-11-13", "2026-11-18"),
        (Period(5, "days", "br", not_counted=(((12, 20), (12, 31)), ((1, 1), (1, 20)))), "2026-12-18", "2027-01-24"),
    ],
)
def test_the_last_day(period: Period, event: str, last: str) -> None:
    assert last_day(period, dt.date.fromisoformat(event)) == dt.date.fromisoformat(last)


@given(
    st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)),
    st.integers(1, 400),
    st.sampled_from(["days", "working_days", "weeks", "months"]),
)
def test_a_later_event_never_ends_sooner(event: dt.date, count: int, unit: str) -> None:
    period = Period(count, unit, "es")
    assert event < last_day(period, event) <= last_day(period, event + dt.timedelta(days=1))


@given(st.dates(dt.date(2000, 1, 1), dt.date(2060, 1, 1)), st.integers(1, 60))
def test_working_days_left_are_those_counted(event: dt.date, count: int) -> None:
    period = Period(count, "working_days", "es")
    assert working_days_left(period, event + dt.timedelta(days=1), last_day(period, event)) == count
