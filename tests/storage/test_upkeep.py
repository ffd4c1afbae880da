"""How content ages: addresses, reports and verdicts, on both databases."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.records import Records
from bot.storage.upkeep import Upkeep
from tests.conftest import NOON

pytestmark = pytest.mark.anyio
DAY = NOON.date()


async def test_an_address_is_dead_after_two_days_and_alive_again_at_once(engine: AsyncEngine) -> None:
    upkeep = Upkeep(engine)
    await upkeep.tried("https://a.example", NOON, "timeout")
    await upkeep.tried("https://a.example", NOON + dt.timedelta(hours=3), "404")
    assert not (await upkeep.links())["https://a.example"].dead, "one bad day says nothing"
    await upkeep.tried("https://a.example", NOON + dt.timedelta(days=1), "404")
    link = (await upkeep.links())["https://a.example"]
    assert link.dead and link.failed_since == DAY and link.why == "404"
    await upkeep.tried("https://a.example", NOON + dt.timedelta(days=2))
    assert (await upkeep.links())["https://a.example"].works
    await upkeep.forget_links(but=[])
    assert not await upkeep.links()


async def test_one_person_counts_once_and_is_forgotten(engine: AsyncEngine) -> None:
    upkeep, records = Upkeep(engine), Records(engine)
    async with engine.begin() as connection:
        for person in ("p1", "p1", "p2"):
            await upkeep.report(connection, DAY, person, "phone", "pe.sunafil")
    assert await upkeep.reported() == {("phone", "pe.sunafil"): 2}
    async with engine.begin() as connection:
        await records.forget(connection, "p1")
    assert await upkeep.reported() == {("phone", "pe.sunafil"): 1}
    async with engine.begin() as connection:
        assert await upkeep.settle(connection, "phone", "pe.sunafil") == 1
    assert not await upkeep.reported()


async def test_verdicts_are_done_with_when_an_editor_looked(engine: AsyncEngine) -> None:
    upkeep, records = Upkeep(engine), Records(engine)
    async with engine.begin() as connection:
        for verdict in ("outdated", "outdated", "useful"):
            await records.judge(connection, DAY, "pe/x/y.es.md", "0", verdict)
        await records.count(connection, DAY, [("answered", "x.y", "pe", "es"), ("answered", "x.y", "pe", "pt")])
    assert await upkeep.outdated() == {"pe/x/y.es.md": 2}
    async with engine.begin() as connection:
        await upkeep.look_at(connection, "pe/x/y.es.md", NOON)
        await upkeep.look_at(connection, "pe/x/y.es.md", NOON)
    assert not await upkeep.outdated()
    async with engine.begin() as connection:
        await records.judge(connection, DAY + dt.timedelta(days=1), "pe/x/y.es.md", "0", "outdated")
    assert await upkeep.outdated() == {"pe/x/y.es.md": 1}
    assert (await upkeep.visits(DAY))["pe", "x.y"] == 2
