"""Any answer as of another day: the law of that day, and what nobody has checked by then."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.app import Amparo
from bot.terminal import Visitor

pytestmark = pytest.mark.anyio


async def answer(amparo: Amparo, day: str) -> str:
    moment = dt.datetime.fromisoformat(day).replace(tzinfo=dt.UTC)
    visitor = Visitor(amparo, now=lambda: moment)
    await visitor.begin(language="es", language_chosen=True, country="pe", work="general", welcomed=True)
    said = await visitor.send({"button": "topic:labour_rights.minimum_wage", "sent_at": moment.isoformat()})
    return said[-1].text


async def test_an_old_page_says_in_two_years_that_it_may_have_changed(amparo: Amparo) -> None:
    assert "1,130" in await answer(amparo, "2026-11-21")
    assert "⚠️" in await answer(amparo, "2028-11-21")


async def test_the_wage_of_before_is_given_for_a_day_before(amparo: Amparo) -> None:
    assert "1,025" in await answer(amparo, "2024-06-01")
