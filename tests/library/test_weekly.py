"""Hours by day and as OpenStreetMap writes them say the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from opening_hours import OpeningHours

from bot.library.loading import Library
from bot.library.weekly import DAYS, HOLIDAYS, problem_with, week_of, written


@pytest.mark.parametrize(
    ("text", "again"),
    [
        ("Mo-Fr 08:30-16:30; PH off", "Mo-Fr 08:30-16:30; PH off"),
        ("Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00", "Mo-Fr 08:00-12:00,14:00-18:00; Sa 09:00-12:00; PH off"),
        ("Mo,We,Fr 09:00-13:00", "Mo 09:00-13:00; We 09:00-13:00; Fr 09:00-13:00; PH off"),
        ("24/7", "24/7"),
        ("", ""),
    ],
)
def test_hours_come_back(text: str, again: str) -> None:
    week = week_of(text)
    assert week is not None
    assert written(week) == again


def test_hours_that_no_form_holds_are_left_alone() -> None:
    assert week_of("week 1-20 Mo 08:00-12:00") is None
    assert week_of("Mo-Fr sunrise-sunset") is None


times = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda at: f"{at[0]:02}:{at[1]:02}")
ranges = (
    st.lists(times, min_size=2, max_size=4, unique=True)
    .map(sorted)
    .map(lambda at: tuple((at[i], at[i + 1]) for i in range(0, len(at) - 1, 2)))
)


@given(st.dictionaries(st.sampled_from((*DAYS, HOLIDAYS)), ranges))
def test_whatever_week_is_written_reads_back(week: dict) -> None:
    text = written(week)
    assert week_of(text) == (week if any(week.values()) and text else {})
    if text:
        OpeningHours(text)


@pytest.mark.parametrize("wrong", [[("09:00", "08:00")], [("9", "10")], [("08:00", "12:00"), ("11:00", "13:00")]])
def test_times_that_cannot_be(wrong: list) -> None:
    assert problem_with(wrong)
    assert not problem_with([("08:00", "12:00"), ("13:00", "17:00")])


def test_nearly_all_hours_of_the_content_fit_the_form(library: Library) -> None:
    every = [office.hours for c in library.countries.values() for office in c.offices.offices.values() if office.hours]
    assert sum(week_of(hours) is None for hours in every) <= len(every) // 10, [h for h in every if week_of(h) is None]
