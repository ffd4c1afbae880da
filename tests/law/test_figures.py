"""Numbers of the law by date."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from bot.law.figures import DatedFigure, DatedValue, NotInForceError
from bot.library.schema import FigureEntry
from bot.messages import Source

LAW = Source("Decreto 1", checked=dt.date(2026, 6, 1))
TWO = DatedFigure(
    "money",
    (DatedValue(dt.date(2022, 5, 1), Decimal(1025), LAW), DatedValue(dt.date(2025, 1, 1), Decimal(1130), LAW)),
    "PEN",
)


def test_the_value_in_force_on_the_day_counts() -> None:
    assert TWO.on(dt.date(2024, 12, 31)).value == 1025
    assert TWO.on(dt.date(2025, 1, 1)).value == 1130


def test_a_day_before_the_first_value_is_refused_never_guessed() -> None:
    with pytest.raises(NotInForceError):
        TWO.on(dt.date(2022, 4, 30))


@given(st.dates(dt.date(2022, 5, 1), dt.date(2100, 1, 1)))
def test_every_day_has_the_newest_value_not_after_it(day: dt.date) -> None:
    assert TWO.on(day).value == (1130 if day >= dt.date(2025, 1, 1) else 1025)


def test_a_figure_checked_more_than_a_year_ago_is_doubtful() -> None:
    assert not TWO.on(dt.date(2026, 7, 1)).doubtful
    assert TWO.on(dt.date(2027, 7, 1)).doubtful


@pytest.mark.parametrize("days", [["2025-01-01", "2024-01-01"], ["2025-01-01", "2025-01-01"]])
def test_dates_that_overlap_or_go_back_are_refused(days: list[str]) -> None:
    values = [{"from": day, "value": "1", "source": {"title": "x"}, "checked": "2026-01"} for day in days]
    with pytest.raises(ValidationError, match="dates must go up"):
        FigureEntry.model_validate({"unit": "number", "values": values})


def test_an_amount_written_as_a_number_is_refused() -> None:
    value = {"from": "2025-01-01", "value": 1130.1, "source": {"title": "x"}, "checked": "2026-01"}
    with pytest.raises(ValidationError, match="in quotes"):
        FigureEntry.model_validate({"unit": "number", "values": [value]})
