"""Announcements in the database: who fits, two people, opt-out in the same transaction, pause, stop, report."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.announcement import Announcement, Conflict, Draft
from bot.storage.announcements import Announcements
from bot.storage.mailbox import Mailbox
from bot.storage.news import Audience, News, Scope, Subscriber
from bot.storage.reach import Reach
from bot.storage.records import Records
from bot.storage.staff import Staff
from bot.storage.tables import deliveries, letters, news
from tests.conftest import NOON

pytestmark = pytest.mark.anyio
ALL, EVERYBODY = Audience(), Scope()


class House:
    """A database with people and two members of staff."""

    def __init__(self, engine: AsyncEngine) -> None:
        self.engine = engine
        self.news, self.announcements = News(engine), Announcements(engine)
        self.mailbox, self.records = Mailbox(engine, dt.timedelta(seconds=30)), Records(engine)
        self.author = self.second = 0

    async def staffed(self) -> House:
        staff = Staff(self.engine, b"x")
        for name in ("author", "second"):
            token = await staff.invite("administrator", "", None, NOON)
            member = await staff.join(
                token, name=name, email=f"{name}@ngo.example", password="una frase larga", language="es", now=NOON
            )
            setattr(self, name, member.id)
        return self

    async def follows(self, person: str, channel: str = "telegram", **about: object) -> None:
        values = {"language": "es", "country": "pe"} | about
        async with self.engine.begin() as connection:
            await self.news.follow(connection, person, channel, Subscriber(**values), NOON)  # type: ignore[arg-type]

    async def leaves(self, person: str, now: dt.datetime = NOON) -> bool:
        async with self.engine.begin() as connection:
            return await self.news.leave(connection, person, now)

    async def running(self, audience: Audience = ALL, scope: Scope = EVERYBODY, spread: int = 0) -> Announcement:
        draft = Draft("", "visit", {"es": "El sábado"}, audience, NOON.date() + dt.timedelta(days=3), spread)
        number = await self.announcements.write(draft, self.author, NOON)
        await self.announcements.submit(number, 1)
        await self.announcements.approve(number, 1, self.second, scope, NOON)
        return await self.now(number)

    async def now(self, number: int) -> Announcement:
        found = await self.announcements.one(number)
        assert found
        return found

    async def post(self, now: dt.datetime = NOON) -> int:
        """What the worker does, without platforms."""
        async with self.engine.begin() as connection:
            due = await self.announcements.take_due(connection, now)
            for one in due:
                until = now + dt.timedelta(days=1)
                await self.mailbox.post(
                    connection, one.channel, one.person, one.key, [{"text": "x"}], now=now, keep_until=until
                )
                await self.announcements.posted(connection, one, now, template=False)
        return len(due)

    async def send(self, now: dt.datetime = NOON) -> list[str]:
        people = []
        while letter := await self.mailbox.take("out", now):
            async with self.engine.begin() as connection:
                await self.mailbox.finish(connection, letter, now, keep_words=False)
            people.append(letter.person)
        return people


@pytest.fixture
async def house(engine: AsyncEngine) -> House:
    return await House(engine).staffed()


async def test_an_audience_is_who_fits_all_of_it(house: House) -> None:
    await house.follows("a", country="pe", origin="ve", topic="labour_rights.dismissal")
    await house.follows("b", country="pe", origin="bo", topic="consular.passport", language="pt")
    await house.follows("c", country="cl", origin="ve", office="pe.sunafil", channel="whatsapp")
    today = NOON.date()

    async def reached(audience: Audience, scope: Scope = EVERYBODY) -> int:
        return sum((await house.news.reached(audience, scope, today)).values())

    assert await reached(ALL) == 3
    assert await reached(Audience(countries=("pe",))) == 2
    assert await reached(Audience(countries=("pe",), origins=("ve",))) == 1
    assert await reached(Audience(topics=("labour_rights",))) == 1
    assert await reached(Audience(topics=("consular.passport", "labour_rights.dismissal"))) == 2
    assert await reached(Audience(languages=("pt",))) == 1
    assert await reached(Audience(offices=("pe.sunafil",))) == 1
    assert await reached(ALL, Scope("pe.sunafil", "pe")) == 3, "who came by its link, and who is in its country"
    assert await reached(ALL, Scope("pe.consulate_ve", "pe", "ve")) == 1
    assert await house.news.reached(ALL, Scope(), today) == {"telegram": 2, "whatsapp": 1}


async def test_nobody_in_danger_is_written_to(house: House) -> None:
    today = NOON.date()
    await house.follows("a", danger_on=today - dt.timedelta(days=7))
    await house.follows("b", danger_on=today - dt.timedelta(days=8))
    await house.running()
    assert await house.post() == 1


async def test_nobody_approves_their_own_and_what_was_approved_is_what_was_seen(house: House) -> None:
    draft = Draft("", "scam", {"es": "Cuidado"}, ALL, NOON.date(), 0)
    number = await house.announcements.write(draft, house.author, NOON)
    await house.announcements.submit(number, 1)
    with pytest.raises(Conflict):
        await house.announcements.approve(number, 1, house.author, Scope(), NOON)
    await house.announcements.change(number, 1, draft, house.author, NOON)
    with pytest.raises(Conflict):
        await house.announcements.approve(number, 1, house.second, Scope(), NOON)
    with pytest.raises(Conflict):
        await house.announcements.change(number, 1, draft, house.second, NOON)


async def test_it_is_spread_over_its_hours(house: House) -> None:
    for number in range(4):
        await house.follows(f"p{number}")
    await house.running(spread=4)
    assert [await house.post(NOON + dt.timedelta(hours=hour)) for hour in range(5)] == [1, 1, 1, 1, 0]


async def test_an_opt_out_withdraws_what_waits_at_once(house: House) -> None:
    for person in ("a", "b"):
        await house.follows(person)
    one = await house.running()
    await house.post()
    assert await house.leaves("a")
    assert not await house.leaves("a")
    assert await house.send() == ["b"]
    await house.announcements.settle(NOON)
    done = await house.now(one.id)
    assert (done.sent, done.opted_out, done.state) == (1, 0, "done")
    assert await house.leaves("b", NOON + dt.timedelta(days=2))
    assert (await house.now(one.id)).opted_out == 1


async def test_pause_holds_and_stop_withdraws(house: House) -> None:
    for number in range(3):
        await house.follows(f"p{number}")
    one = await house.running()
    await house.post()
    await house.announcements.pause(one.id)
    assert await house.send() == []
    await house.announcements.go_on(one.id, NOON)
    first = await house.mailbox.take("out", NOON)
    assert first
    await house.announcements.stop(one.id)
    assert not await house.mailbox.still_waits(first)
    assert await house.send() == []
    stopped = await house.now(one.id)
    assert (stopped.state, stopped.missed) == ("stopped", 3)
    with pytest.raises(Conflict):
        await house.announcements.go_on(one.id, NOON)


async def test_the_report_counts_what_failed(house: House) -> None:
    for person in ("a", "b"):
        await house.follows(person)
    one = await house.running()
    await house.post()
    letter = await house.mailbox.take("out", NOON)
    assert letter
    await house.mailbox.put_back(letter, NOON, "blocked", give_up=True)
    await house.send()
    await house.announcements.settle(NOON)
    report = await house.now(one.id)
    assert (report.sent, report.failed, report.state) == (1, 1, "done")


async def test_an_answer_never_waits_behind_an_announcement(house: House) -> None:
    await house.follows("a")
    await house.running(spread=8)
    async with house.engine.begin() as connection:
        await house.mailbox.post(
            connection, "telegram", "a", "reply", [{"text": "hola"}], now=NOON, keep_until=NOON + dt.timedelta(days=1)
        )
    assert await house.send() == ["a"]


async def test_who_is_erased_leaves_nothing(house: House) -> None:
    await house.follows("a")
    await house.running()
    await house.post()
    async with house.engine.begin() as connection:
        await house.records.forget(connection, "a")
    async with house.engine.connect() as connection:
        for table in (news, deliveries, letters):
            assert not (await connection.execute(select(table).where(table.c.person == "a"))).all()


@given(st.dictionaries(st.text(max_size=12), st.lists(st.text(max_size=8), max_size=3), max_size=6))
def test_any_kept_audience_is_read(raw: dict[str, list[str]]) -> None:
    Audience.of(raw).condition()


async def test_who_is_silent_for_long_is_forgotten_here_too(house: House, engine: AsyncEngine) -> None:
    reach = Reach(engine, b"x")
    await reach.wrote("a", "telegram", "5", (), NOON)
    await house.follows("a")
    await house.running()
    await house.records.forget_silent(NOON + dt.timedelta(days=1))
    async with engine.connect() as connection:
        for table in (news, deliveries):
            assert not (await connection.execute(select(table))).all()
