"""Letters are kept once, taken in order, finished once, on both databases."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.storage.mailbox import LostLeaseError, Mailbox
from tests.conftest import NOON

LEASE = dt.timedelta(seconds=30)
pytestmark = pytest.mark.anyio


@pytest.fixture
def mailbox(engine: AsyncEngine) -> Mailbox:
    return Mailbox(engine, LEASE)


async def finish(mailbox: Mailbox, letter) -> None:
    async with mailbox.engine.begin() as connection:
        await mailbox.finish(connection, letter, NOON + dt.timedelta(hours=1), keep_words=False)


async def test_a_payload_that_arrives_twice_is_kept_once(mailbox: Mailbox) -> None:
    assert await mailbox.keep("web", "k1", "anna", {"text": "hola"}, NOON)
    assert not await mailbox.keep("web", "k1", "anna", {"text": "hola"}, NOON)
    assert await mailbox.take("in", NOON)
    assert await mailbox.take("in", NOON) is None


async def test_one_that_arrives_again_after_it_was_answered_is_not_answered_again(mailbox: Mailbox) -> None:
    await mailbox.keep("web", "k1", "anna", {"text": "hola"}, NOON)
    await finish(mailbox, await mailbox.take("in", NOON))
    assert not await mailbox.keep("web", "k1", "anna", {"text": "hola"}, NOON)
    assert await mailbox.take("in", NOON) is None


async def test_letters_of_one_person_are_taken_in_order_one_at_a_time(mailbox: Mailbox) -> None:
    for number in range(3):
        await mailbox.keep("web", f"k{number}", "anna", {"n": number}, NOON)
    await mailbox.keep("web", "other", "berta", {"n": 9}, NOON)
    first = await mailbox.take("in", NOON)
    other = await mailbox.take("in", NOON)
    assert (first.payload["n"], other.payload["n"]) == (0, 9)
    assert await mailbox.take("in", NOON) is None
    await finish(mailbox, first)
    assert (await mailbox.take("in", NOON)).payload["n"] == 1


async def test_a_letter_whose_taker_died_is_due_again_when_the_lease_ends(mailbox: Mailbox) -> None:
    await mailbox.keep("web", "k", "anna", {}, NOON)
    await mailbox.take("in", NOON)
    assert await mailbox.take("in", NOON + LEASE / 2) is None
    assert (await mailbox.take("in", NOON + LEASE)).attempts == 2


async def test_who_lost_the_lease_cannot_finish(mailbox: Mailbox) -> None:
    await mailbox.keep("web", "k", "anna", {}, NOON)
    slow = await mailbox.take("in", NOON)
    quick = await mailbox.take("in", NOON + LEASE)
    await finish(mailbox, quick)
    with pytest.raises(LostLeaseError):
        await finish(mailbox, slow)


async def test_a_finished_letter_keeps_no_words(mailbox: Mailbox) -> None:
    await mailbox.keep("web", "k", "anna", {"text": "secreto"}, NOON)
    await finish(mailbox, await mailbox.take("in", NOON))
    assert [letter.payload for letter in await mailbox.thread("anna")] == [{}]


async def test_what_is_over_is_purged(mailbox: Mailbox) -> None:
    await mailbox.keep("web", "k", "anna", {}, NOON)
    await finish(mailbox, await mailbox.take("in", NOON))
    assert await mailbox.purge(NOON) == 0
    assert await mailbox.purge(NOON + dt.timedelta(hours=2)) == 1


async def test_a_letter_that_was_given_up_is_counted_and_blocks_nobody(mailbox: Mailbox) -> None:
    await mailbox.keep("web", "poison", "anna", {}, NOON)
    await mailbox.keep("web", "next", "anna", {"n": 2}, NOON)
    await mailbox.put_back(await mailbox.take("in", NOON), NOON, "ValueError", give_up=True)
    assert await mailbox.given_up() == 1
    assert (await mailbox.take("in", NOON)).payload == {"n": 2}


async def test_many_takers_never_get_the_same_letter(mailbox: Mailbox) -> None:
    for number in range(40):
        await mailbox.keep("web", f"k{number}", f"person{number}", {"n": number}, NOON)

    async def taker() -> list[int]:
        mine = []
        while letter := await mailbox.take("in", NOON):
            mine.append(letter.payload["n"])
        return mine

    shares = await asyncio.gather(*(taker() for _ in range(5)))
    assert sorted(number for share in shares for number in share) == list(range(40))


async def test_odd_characters_survive(mailbox: Mailbox) -> None:
    odd = "NUL \x00, control \x07, \ud800 alone, עברית, 😀"
    await mailbox.keep("web", "odd", "anna", {"text": odd}, NOON)
    assert (await mailbox.take("in", NOON)).payload["text"] == odd


async def test_leaving_a_savepoint_does_not_commit(engine: AsyncEngine) -> None:
    """The SQLite driver's own transactions would: then a reply is stored and its letter still waits."""
    mailbox = Mailbox(engine, LEASE)
    await mailbox.keep("web", "k", "anna", {}, NOON)
    letter = await mailbox.take("in", NOON)
    with pytest.raises(RuntimeError):
        async with engine.begin() as connection:
            async with connection.begin_nested():
                await mailbox.put_out(connection, letter, [{"text": "hola"}], NOON, NOON, delivered=True)
            raise RuntimeError("the process dies here")
    assert [kept.direction for kept in await mailbox.thread("anna")] == ["in"]
