"""Drafts on both databases: kept, handed on, decided once; who is at a page."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.drafts import PRESENT, Drafts, mark_of
from bot.storage.records import Records
from bot.storage.tables import staff
from bot.storage.visits import verdicts, visits
from tests.conftest import NOON

pytestmark = pytest.mark.anyio
FILE = "pe/labour_rights/unpaid_wages.es.md"


@pytest.fixture
async def drafts(engine: AsyncEngine) -> Drafts:
    values = {"role": "editor", "office": "", "language": "es", "password": "", "second": "", "second_at": 0}
    values |= {"disabled": False, "joined_at": NOON, "alert_person": ""}
    async with engine.begin() as connection:
        for number in (1, 2):
            await connection.execute(insert(staff).values(name=f"n{number}", email=f"e{number}", **values))
    return Drafts(engine)


async def begun(drafts: Drafts, author: int = 1, **fields: str) -> int:
    return await drafts.save(author, FILE, "text", "Page", NOON, base=mark_of("old"), fields=fields, why="why")


async def test_one_draft_of_a_subject_for_each_author(drafts: Drafts) -> None:
    first = await begun(drafts, body="a")
    assert await begun(drafts, body="b") == first
    assert await begun(drafts, 2, body="c") != first
    draft = await drafts.open(1, FILE)
    assert draft is not None
    assert (draft.fields, draft.base, draft.state) == ({"body": "b"}, mark_of("old"), "writing")


async def test_it_is_decided_once(drafts: Drafts) -> None:
    number = await begun(drafts)
    assert not await drafts.claim(number, 2, NOON), "it was not sent to review"
    assert await drafts.send(number, {FILE: ("old", "new")}, NOON)
    assert not await drafts.send(number, {}, NOON)
    claims = await asyncio.gather(*(drafts.claim(number, 2, NOON) for _ in range(4)))
    assert sorted(claims) == [False, False, False, True]
    assert await drafts.claim(number, 2, NOON + dt.timedelta(minutes=5)), "a process that died holds nothing for ever"
    await drafts.release(number)
    assert await drafts.claim(number, 2, NOON)
    await drafts.done(number, "abc")
    draft = await drafts.draft(number)
    assert draft is not None
    assert (draft.state, draft.revision, draft.files[FILE]) == ("published", "abc", ("old", "new"))
    assert not await drafts.drop(number, 1, NOON)


async def test_sent_back_it_is_written_on(drafts: Drafts) -> None:
    number = await begun(drafts, body="a")
    await drafts.send(number, {FILE: (None, "new")}, NOON)
    draft = await drafts.draft(number)
    assert draft is not None
    assert await drafts.send_back(draft, 2, NOON)
    await drafts.comment(number, 2, "shorter", NOON)
    assert [comment.text for comment in await drafts.comments(number)] == ["shorter"]
    assert await begun(drafts, body="b") == number
    assert await drafts.drop(number, 1, NOON)
    assert not await drafts.in_states("writing", "review")


async def test_who_is_at_a_page(drafts: Drafts) -> None:
    await drafts.here(FILE, 1, NOON)
    await drafts.here(FILE, 1, NOON + dt.timedelta(minutes=2))
    await drafts.here(FILE, 2, NOON + dt.timedelta(minutes=3))
    seen = await drafts.others(FILE, 2, NOON + dt.timedelta(minutes=4))
    assert [(one.staff, one.since) for one in seen] == [(1, NOON)]
    await drafts.gone(FILE, 1)
    assert not await drafts.others(FILE, 2, NOON)
    assert not await drafts.others(FILE, 1, NOON + dt.timedelta(minutes=3) + PRESENT * 2)


async def test_visits_and_verdicts_are_added_up(engine: AsyncEngine) -> None:
    records, day = Records(engine), NOON.date()
    async with engine.begin() as connection:
        for _ in range(3):
            await records.count(connection, day, [("answered", "consular.passport", "pe", "es")])
        await records.count(connection, day, [("asked", "consular.passport", "pe", "es")])
        await records.judge(connection, day, FILE, "x", "useful")
        await records.judge(connection, day, FILE, "x", "not_useful")
    assert await visits(engine, day) == {("pe", "consular.passport", "es"): 3}
    assert await verdicts(engine, day) == {FILE: {"useful": 1, "not_useful": 1}}
    assert await visits(engine, day + dt.timedelta(days=1)) == {}
