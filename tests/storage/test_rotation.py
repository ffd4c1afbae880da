"""Keys that seal are changed: everything is read before, during and after, and the old key is worth nothing then."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.reach import Reach
from bot.storage.rotation import SEALED, rotate
from bot.storage.sealing import Seal, Secret
from bot.storage.tables import addresses, metadata
from tests.conftest import NOON

pytestmark = pytest.mark.anyio
HASHING = b"the key for hashing"


async def test_addresses_are_read_before_during_and_after(engine: AsyncEngine) -> None:
    old, both, new = Secret.of(HASHING, "old"), Secret.of(HASHING, "new", ["old"]), Secret.of(HASHING, "new")
    person = await Reach(engine, old).person("telegram", "4711")
    await Reach(engine, old).wrote(person, "telegram", "4711", (), NOON)
    assert await Reach(engine, both).person("telegram", "4711") == person, "the hash of people stays"
    found = await Reach(engine, both).address(person)
    assert found is not None
    assert found.address == "4711"
    assert await Reach(engine, new).address(person) is None

    assert await rotate(engine, both) == (1, 0)
    found = await Reach(engine, new).address(person)
    assert found is not None
    assert found.address == "4711"
    assert await Reach(engine, old).address(person) is None, "the old key opens nothing any more"


async def test_what_was_sealed_before_there_were_two_keys_still_opens(engine: AsyncEngine) -> None:
    person = await Reach(engine, HASHING).person("telegram", "1")
    await Reach(engine, HASHING).wrote(person, "telegram", "1", (), NOON)
    found = await Reach(engine, Secret.of(HASHING, "new")).address(person)
    assert found is not None


async def test_a_text_that_no_key_opens_is_counted_and_left(engine: AsyncEngine) -> None:
    row = {"person": "p" * 64, "channel": "telegram", "address": "garbage", "wrote_at": NOON + dt.timedelta()}
    async with engine.begin() as connection:
        await connection.execute(addresses.insert().values(row))
    assert await rotate(engine, Secret.of(HASHING, "new")) == (0, 1)
    async with engine.connect() as connection:
        assert (await connection.execute(select(addresses.c.address))).scalar_one() == "garbage"


def test_every_sealed_column_is_sealed_anew() -> None:
    said = {
        (table.name, column.name)
        for table in metadata.tables.values()
        for column in table.columns
        if column.comment and ("sealed" in column.comment or "encrypted" in column.comment)
    }
    assert said == {(table.name, column) for table, _, column, _ in SEALED}


def test_a_seal_of_one_purpose_opens_no_other() -> None:
    sealed = Seal(HASHING, "cases").seal("x")
    assert Seal(HASHING, "addresses").open(sealed) is None
