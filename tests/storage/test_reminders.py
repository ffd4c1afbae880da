"""Reminders: sent once, on both databases, after a restart too; gone with the person or by a word."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.records import Records
from bot.storage.reminders import Reminders

pytestmark = pytest.mark.anyio
DUE = dt.datetime(2026, 12, 14, 14, 0, tzinfo=dt.UTC)


async def asked(engine: AsyncEngine, person: str = "rosa") -> Reminders:
    reminders = Reminders(engine)
    async with engine.begin() as connection:
        for _ in range(2):  # tapped twice
            await reminders.put(connection, person, "telegram", "es.rule", "es", [DUE, DUE + dt.timedelta(days=5)])
    return reminders


async def test_due_ones_are_taken_once(engine: AsyncEngine) -> None:
    reminders = await asked(engine)
    assert await reminders.waiting() == 2
    for expected in (1, 0):
        async with engine.begin() as connection:
            assert len(await reminders.take_due(connection, DUE)) == expected


async def test_a_crash_before_sending_keeps_them(engine: AsyncEngine) -> None:
    reminders = await asked(engine)
    with pytest.raises(ZeroDivisionError):
        async with engine.begin() as connection:
            await reminders.take_due(connection, DUE)
            raise ZeroDivisionError
    assert await Reminders(engine).waiting() == 2


async def test_a_word_cancels_and_erasing_erases(engine: AsyncEngine) -> None:
    reminders = await asked(engine)
    await asked(engine, "luis")
    async with engine.begin() as connection:
        await reminders.cancel(connection, "rosa")
    assert await reminders.waiting() == 2
    async with engine.begin() as connection:
        await Records(engine).forget(connection, "luis")
    assert await reminders.waiting() == 0
