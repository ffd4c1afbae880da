"""Figures: whole weeks, small ones hidden, each office its own, files without formulas, and the public page."""

from __future__ import annotations

import datetime as dt
import io
import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook
from sqlalchemy import insert

from bot.app import Amparo
from bot.storage.records import Records
from bot.storage.statistics import Statistics
from bot.storage.tables import case_figures
from bot.web.console.desk import Desk
from bot.web.periods import periods
from bot.web.statistics import accuracy
from bot.web.tables_out import as_csv, as_excel, harmless
from tests.conftest import NOON, ROOT
from tests.web.console.conftest import Browser, SignIn

pytestmark = pytest.mark.anyio
LAST_WEEK = NOON.date() - dt.timedelta(days=9)
DISMISSAL, WAGES = "labour_rights.dismissal", "labour_rights.unpaid_wages"


async def asked(
    desk: Desk,
    times: int,
    topic: str,
    country: str = "pe",
    kind: str = "answered",
    office: str = "",
    day: dt.date = LAST_WEEK,
) -> None:
    records = Records(desk.engine)
    async with desk.engine.begin() as connection:
        for _ in range(times):
            await records.count(connection, day, [(kind, topic, country, "es")], office)


async def test_small_numbers_are_hidden_and_cannot_be_worked_out(sign_in: SignIn, desk: Desk) -> None:
    await asked(desk, 20, DISMISSAL)
    await asked(desk, 3, WAGES)
    await asked(desk, 11, "labour_rights.contract")
    browser = await sign_in("editor")
    page = await browser.get("/console/statistics")
    section = page.partition("By topic")[2].partition("By country")[0]
    assert "20" in section
    assert section.count("hidden") == 2, "the three, and the eleven from which it could be worked out"
    assert " 3 " not in section
    assert " 34 " in section


async def test_the_running_week_comes_when_it_is_over(sign_in: SignIn, desk: Desk) -> None:
    await asked(desk, 50, DISMISSAL, day=NOON.date())
    browser = await sign_in("editor")
    assert "50" not in (await browser.get("/console/statistics")).partition("By topic")[2].partition("By country")[0]


async def test_inside_a_country_the_same_numbers_are_hidden(sign_in: SignIn, desk: Desk) -> None:
    await asked(desk, 20, DISMISSAL, "pe")
    await asked(desk, 2, DISMISSAL, "bo")
    await asked(desk, 30, WAGES, "pe")
    await asked(desk, 9, WAGES, "bo")
    browser = await sign_in("editor")
    for within in ("country:bo", "country:pe", f"topic:{DISMISSAL}", f"topic:{WAGES}"):
        page = await browser.get(f"/console/statistics?within={within}")
        part = page.partition("By topic")[2] if within.startswith("country") else page.partition("By country")[2]
        assert "hidden" in part.partition("CSV")[0], within


async def test_an_office_sees_its_own_and_no_other(sign_in: SignIn, desk: Desk) -> None:
    await asked(desk, 40, DISMISSAL, office="bo.ministerio_trabajo")
    await asked(desk, 17, WAGES, office="pe.sunafil")
    browser = await sign_in("case_worker", "pe.sunafil")
    page = await browser.get("/console/statistics")
    assert "17" in page
    assert "40" not in page.partition("By topic")[2]
    await browser.get("/console/statistics?office=bo.ministerio_trabajo")
    assert browser.status == 403
    response = await browser.client.get("/console/statistics/topics.csv?office=bo.ministerio_trabajo")
    assert response.status_code == 403
    chief = await sign_in("administrator")
    page = await chief.get("/console/statistics")
    assert "57" in page
    assert "SUNAFIL" in page


async def test_files_for_spreadsheets(sign_in: SignIn, desk: Desk) -> None:
    await asked(desk, 20, DISMISSAL)
    await asked(desk, 6, DISMISSAL, kind="unsure")
    browser = await sign_in("editor")
    text = (await browser.client.get("/console/statistics/weeks.csv")).content.decode("utf-8-sig")
    assert "20,6,26" in text
    book = load_workbook(io.BytesIO((await browser.client.get("/console/statistics/topics.xlsx")).content))
    assert [cell.value for cell in book.active[2]][1] == 26
    for path in ("nothing.csv", "weeks.exe"):
        await browser.get(f"/console/statistics/{path}")
        assert browser.status == 404


async def test_without_figures_it_says_so(sign_in: SignIn) -> None:
    browser = await sign_in("reviewer", language="es")
    page = await browser.get("/console/statistics?period=1999-9&within=nonsense:x")
    assert "Nada contado" in page
    assert "Páginas al día" in page


@given(st.text(max_size=30))
def test_no_text_becomes_a_formula(text: str) -> None:
    made = str(harmless(text))
    assert not made.lstrip(" ").startswith(("=", "+", "-", "@"))
    as_csv([[text]])
    cell = load_workbook(io.BytesIO(as_excel([[text]], "t"))).active.cell(1, 1)
    assert cell.data_type != "f"


@given(st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)))
def test_periods_are_whole_weeks_that_are_over_and_never_overlap(today: dt.date) -> None:
    found = periods(today)
    assert found
    for newer, older in itertools.pairwise(found):
        assert older.until <= newer.since
    for period in found:
        assert period.since.weekday() == period.until.weekday() == 0
        assert period.until <= today
        assert len(period.weeks) * 7 == (period.until - period.since).days


async def test_sums_are_the_same_on_both_databases(engine: object) -> None:
    records, statistics = Records(engine), Statistics(engine)  # type: ignore[arg-type]
    async with engine.begin() as connection:  # type: ignore[attr-defined]
        for day in (LAST_WEEK, LAST_WEEK + dt.timedelta(days=1)):
            await records.count(connection, day, [("answered", WAGES, "pe", "es")] * 2, "pe.sunafil")
        await records.arrived(connection, LAST_WEEK, "pe.sunafil", "web")
    monday = LAST_WEEK - dt.timedelta(days=LAST_WEEK.weekday())
    after = monday + dt.timedelta(days=7)
    assert await statistics.by("week", "topic", monday, after) == {(monday.isoformat(), WAGES): 4}
    assert await statistics.by("office", "topic", monday, after, office="") == {("pe.sunafil", WAGES): 4}
    assert await statistics.by("country", "language", monday, after, office="pe.nowhere") == {}
    assert await statistics.arrivals(monday, after, "pe.sunafil") == {(monday.isoformat(), "web"): 1}
    assert await statistics.cases(monday, after) == ({}, {})


async def test_the_public_page_is_there_only_when_it_is_wanted(app: object, amparo: Amparo, desk: Desk) -> None:
    browser = Browser(app)
    browser.client.headers["accept-language"] = "ht"
    await browser.get("/statistics")
    assert browser.status == 404
    amparo.settings.public_statistics = True
    page = await browser.get("/statistics")
    assert browser.status == 200
    assert '<html lang="ht"' in browser.page
    assert "Bon nan premye kou" in page


def test_the_accuracy_is_what_was_measured(tmp_path: object) -> None:
    told = accuracy(ROOT / "rasa_project" / "evaluation.json")
    assert told["lines"][""]["messages"] > 1000
    assert accuracy(ROOT / "nowhere.json") == {}


async def test_cases_are_counted_by_office_and_waiting_times_only_of_enough(sign_in: SignIn, desk: Desk) -> None:
    monday = LAST_WEEK - dt.timedelta(days=LAST_WEEK.weekday())
    rows = [("opened", 12, 0), ("replied", 10, 10 * 7200), ("closed_solved", 6, 6 * 90000), ("referred", 2, 0)]
    async with desk.engine.begin() as connection:
        for kind, times, seconds in rows:
            values = {"week": monday, "office": "pe.sunafil", "kind": kind, "topic": WAGES}
            await connection.execute(insert(case_figures).values(**values, times=times, seconds=seconds))
    browser = await sign_in("office_admin", "pe.sunafil")
    await browser.get("/console/statistics")
    text = (await browser.client.get("/console/statistics/cases.csv")).content.decode("utf-8-sig")
    assert "12,10,hidden,6,0" in text, "two were referred"
    times = (await browser.client.get("/console/statistics/times.csv")).content.decode("utf-8-sig")
    assert ",2,25" in times, "hours to the first reply and to the end"
