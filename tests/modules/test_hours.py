"""Open now or when next: weekends, holidays of the country, and of both countries for a consulate."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.library.schema import OfficeEntry
from bot.modules.hours import opening

LIMA = "America/Lima"


def office(**changes: Any) -> OfficeEntry:
    entry = {
        "name": "An office",
        "kind": "labour_inspectorate",
        "what_for": [],
        "confidence": "high",
        "checked": "2026-11",
    }
    return OfficeEntry.model_validate(entry | {"hours": "Mo-Fr 08:30-16:30; PH off"} | changes)


def utc(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.UTC)


@pytest.mark.parametrize(
    ("moment", "now", "following"),
    [
        ("2026-11-20T15:00", True, None),
        ("2026-11-21T15:00", False, "2026-11-23T08:30"),
        ("2026-11-20T22:00", False, "2026-11-23T08:30"),
        ("2026-07-28T15:00", False, "2026-07-30T08:30"),
    ],
)
def test_hours_and_holidays_of_peru(moment: str, now: bool, following: str | None) -> None:
    found = opening(office(), utc(moment), LIMA, "pe")
    assert found is not None
    assert found.now is now
    assert (found.next.isoformat()[:16] if found.next else None) == following


def test_a_consulate_keeps_the_holidays_of_both_countries() -> None:
    consulate = office(kind="consulate", nationality="cl")
    chilean_day = utc("2026-09-18T15:00")  # a working day in Peru
    found = opening(consulate, chilean_day, LIMA, "pe")
    assert found is not None
    assert not found.now
    own = opening(office(), chilean_day, LIMA, "pe")
    assert own is not None
    assert own.now


def test_hours_that_nobody_knows_are_not_guessed() -> None:
    assert opening(office(hours=""), utc("2026-11-20T15:00"), LIMA, "pe") is None


def test_a_hotline_never_closes() -> None:
    found = opening(office(hours="24/7", kind="hotline"), utc("2026-12-25T03:00"), LIMA, "pe")
    assert found is not None
    assert found.now
