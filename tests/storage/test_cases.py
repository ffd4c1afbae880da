"""Cases in the database: sealed, erased with the person and with time, figures without people."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.conversation.house import CaseAct
from bot.storage.alerts import StaffLinks
from bot.storage.case_list import CaseList
from bot.storage.cases import Alert, Cases
from bot.storage.records import Records
from bot.storage.staff import Staff
from bot.storage.tables import case_lines, cases
from tests.conftest import NOON

pytestmark = pytest.mark.anyio
SECRET = b"secret of a test"
SHARED = {"language": "ht", "country": "pe", "topic": "labour_rights.unpaid_wages", "work": "domestic"}
ROSA, ANA = "r" * 64, "a" * 64


@pytest.fixture
def stored(engine: AsyncEngine) -> Cases:
    return Cases(engine, SECRET)


async def act(stored: Cases, kind: str, person: str = ROSA, now: dt.datetime = NOON, **more: object) -> list[Alert]:
    async with stored.engine.begin() as connection:
        return await stored.act(connection, person, "telegram", CaseAct(kind, **more), now)  # type: ignore[arg-type]


async def opened(stored: Cases, person: str = ROSA, office: str = "pe.sunafil", **more: object) -> int:
    await act(stored, "open", person, office=office, shared=SHARED, **more)
    found = await CaseList(stored).find("office", office, 0)
    return max(one.id for one in found)


async def staff_of(engine: AsyncEngine, office: str, name: str) -> int:
    accounts = Staff(engine, SECRET)
    token = await accounts.invite("case_worker", office, None, NOON)
    member = await accounts.join(
        token, name=name, email=f"{name}@ngo.example", password="una frase muy larga", language="fr", now=NOON
    )
    return member.id


async def test_a_case_is_opened_written_to_and_read(stored: Cases) -> None:
    number = await opened(stored)
    await act(stored, "message", text="mi patrona Zapallito no paga", now=NOON + dt.timedelta(minutes=5))
    found = await CaseList(stored).file(number)
    assert found
    assert [line.text for line in found.lines] == ["opened", "mi patrona Zapallito no paga"]
    assert found.shared["work"] == "domestic"
    assert found.waiting_at == NOON
    helper = await stored.helper(ROSA)
    assert helper
    assert (helper.office, helper.paused) == ("pe.sunafil", False)


async def test_what_is_kept_cannot_be_read_without_the_key(stored: Cases, engine: AsyncEngine) -> None:
    await opened(stored)
    await act(stored, "message", text="Zapallito")
    await act(stored, "contact", text="987654321")
    async with engine.connect() as connection:
        rows = [*(await connection.execute(select(cases))), *(await connection.execute(select(case_lines)))]
    assert "Zapallito" not in str(rows)
    assert "987654321" not in str(rows)
    assert "domestic" not in str(rows)
    other = CaseList(Cases(engine, b"another secret"))
    found = await other.file(1)
    assert found
    assert found.contact == ""


async def test_a_case_is_erased_with_its_person_and_the_figures_stay(stored: Cases, engine: AsyncEngine) -> None:
    number, other = await opened(stored), await opened(stored, ANA)
    async with engine.begin() as connection:
        await Records(engine).forget(connection, ROSA)
    assert await CaseList(stored).file(number) is None
    assert await CaseList(stored).file(other)
    figures = await CaseList(stored).figures("pe.sunafil")
    assert [(row["kind"], row["times"]) for row in figures] == [("opened", 2)]


async def test_texts_of_closed_cases_are_erased_with_time(stored: Cases) -> None:
    closed, still_open = await opened(stored), await opened(stored, ANA)
    await act(stored, "message", text="algo")
    await act(stored, "leave")
    assert await stored.tidy(NOON + dt.timedelta(days=89), 90, 180) == 0
    assert await stored.tidy(NOON + dt.timedelta(days=91), 90, 180) == 1
    old, kept = await CaseList(stored).file(closed), await CaseList(stored).file(still_open)
    assert old
    assert (old.person, old.shared, old.lines) == ("", {}, ())
    assert kept
    assert kept.person == ANA
    assert await stored.tidy(NOON + dt.timedelta(days=181), 90, 180) == 1, "a case nobody touches is not kept for ever"


async def test_lists_put_the_urgent_first_then_who_waits_longest(stored: Cases) -> None:
    for number, person in enumerate("abc"):
        now = NOON + dt.timedelta(minutes=number)
        await act(stored, "open", person * 64, now, office="pe.sunafil", shared=SHARED, urgent=person == "c")
    await act(stored, "open", "d" * 64, office="bo.other", shared=SHARED)
    listed = CaseList(stored)
    assert [one.id for one in await listed.find("unassigned", "pe.sunafil", 1)] == [3, 1, 2]
    assert [one.id for one in await listed.find("office", None, 1)] == [3, 1, 4, 2]
    assert await listed.find("unassigned", "pe.sunafil", 1, "es") == []
    assert (await listed.sizes("pe.sunafil", 1))["urgent"] == 1


async def test_the_staff_on_duty_of_that_office_are_alerted(stored: Cases, engine: AsyncEngine) -> None:
    ana, other = await staff_of(engine, "pe.sunafil", "ana"), await staff_of(engine, "bo.other", "bo")
    unlinked = await staff_of(engine, "pe.sunafil", "luz")
    links = StaffLinks(engine)
    for member, chat in ((ana, "x" * 64), (other, "y" * 64)):
        assert await links.take(await links.offer(member, NOON), chat, NOON) == "fr"
    assert unlinked
    alerts = await act(stored, "open", office="pe.sunafil", shared=SHARED, urgent=True)
    assert [(alert.person, alert.language) for alert in alerts] == [("x" * 64, "fr")]
    assert len(await act(stored, "message", text="ayuda", urgent=True)) == 1
    assert await act(stored, "message", text="hola") == []
    await links.unlink(ana)
    assert await act(stored, "message", text="ayuda", urgent=True) == []


async def test_a_link_counts_once_and_not_for_long(engine: AsyncEngine) -> None:
    ana, links = await staff_of(engine, "pe.sunafil", "ana"), StaffLinks(engine)
    first, second = await links.offer(ana, NOON), await links.offer(ana, NOON)
    assert await links.take(first, "x" * 64, NOON) == "", "only the newest counts"
    assert await links.take(second, "x" * 64, NOON + dt.timedelta(hours=1)) == ""
    third = await links.offer(ana, NOON)
    assert await links.take(third, "x" * 64, NOON) == "fr"
    assert await links.take(third, "y" * 64, NOON) == ""
    assert await links.take("staff-made-up", "y" * 64, NOON) == ""


async def test_staffed_are_offices_with_somebody_who_may_sign_in(stored: Cases, engine: AsyncEngine) -> None:
    assert await stored.staffed() == frozenset()
    ana = await staff_of(engine, "pe.sunafil", "ana")
    assert await stored.staffed() == {"pe.sunafil"}
    await Staff(engine, SECRET).change(ana, disabled=True)
    assert await stored.staffed() == frozenset()


async def test_whether_it_helped_counts_once_and_only_from_its_person(stored: Cases) -> None:
    number = await opened(stored)
    for person, when in ((ANA, 0), (ROSA, 7), (ROSA, 7), (ROSA, 30)):
        await act(stored, "helped", person, NOON + dt.timedelta(days=when), text="yes", case=number)
    counted = [row["times"] for row in await CaseList(stored).figures() if row["kind"] == "helped_yes"]
    assert sum(counted) == 2


async def test_what_is_written_while_staff_close_the_case_is_not_lost(stored: Cases) -> None:
    number = await opened(stored)
    await act(stored, "leave")
    await act(stored, "message", text="espera")
    found = await CaseList(stored).file(number)
    assert found
    assert found.lines[-1].text == "espera"


@pytest.mark.parametrize("number", [0, -1, 2**40])
async def test_numbers_no_case_can_have(stored: Cases, number: int) -> None:
    assert await CaseList(stored).file(number) is None
    await act(stored, "helped", text="yes", case=number)
