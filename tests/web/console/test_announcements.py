"""Announcements in the console: written, counted, approved by another, paused, stopped; each office its own."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bot.storage.news import News, Subscriber
from bot.web.console.desk import Desk
from tests.conftest import NOON
from tests.web.console.conftest import Browser, Clock, SignIn

pytestmark = pytest.mark.anyio
HERE = "/console/announcements"
UNTIL = (NOON.date() + dt.timedelta(days=3)).isoformat()
FORM = {"kind": "visit", "text_es": "El sábado atendemos en la plaza.", "until": UNTIL, "spread": "0"}


async def follow(desk: Desk, people: int, **about: str) -> None:
    news = News(desk.engine)
    who = Subscriber(**({"language": "es", "country": "pe"} | about))  # type: ignore[arg-type]
    async with desk.engine.begin() as connection:
        for number in range(people):
            await news.follow(connection, f"{about}{number}", "telegram", who, NOON)


async def written(browser: Browser, **more: object) -> str:
    await browser.get(f"{HERE}/new")
    return await browser.post(f"{HERE}/new", **(FORM | more))


async def test_from_the_form_to_the_people_by_two_hands(sign_in: SignIn, desk: Desk) -> None:
    await follow(desk, 132)
    author = await sign_in("office_admin", "pe.sunafil", "Ana")
    page = await written(author, text_pt="No sábado atendemos na praça.")
    assert "Reaches 132 people" in page
    assert "Waits" not in page
    assert "no translation: goes out in Español" in page, "English, French and Creole have no text"
    assert "No sábado atendemos na praça." in page
    await author.post(f"{HERE}/1/submit", version="1")
    assert "Somebody else must approve it" in author.words
    await author.post(f"{HERE}/1/approve", version="1")
    assert author.status == 409
    assert "Somebody else has to approve it" in author.words
    second = await sign_in("administrator", name="Eva")
    await second.get(f"{HERE}/1")
    page = await second.post(f"{HERE}/1/approve", version="1")
    assert "Going out" in page
    assert "Still to go 132" in page
    await second.post(f"{HERE}/1/pause", version="1")
    assert "Paused" in second.words
    await second.post(f"{HERE}/1/stop", version="1")
    assert "Stopped" in second.words
    assert "132" in second.words
    acts = [line.act for line in await desk.audit.lines()]
    assert {"announcement_written", "announcement_submit", "announcement_approve", "announcement_stop"} <= set(acts)


async def test_a_few_people_are_not_counted_out(sign_in: SignIn, desk: Desk) -> None:
    await follow(desk, 3)
    browser = await sign_in("administrator")
    page = await written(browser)
    assert "Reaches a few people" in page
    await browser.get(f"{HERE}/new")
    assert "Reaches nobody" in await browser.post(f"{HERE}/count", countries="bo") or "nobody now" in browser.words


async def test_the_count_follows_what_is_ticked(sign_in: SignIn, desk: Desk) -> None:
    await follow(desk, 7, country="pe")
    await follow(desk, 6, country="bo", language="pt")
    browser = await sign_in("administrator")
    await browser.get(f"{HERE}/new")
    assert "13 people" in await browser.post(f"{HERE}/count")
    assert "6 people" in await browser.post(f"{HERE}/count", countries="bo", csrf=await proof(browser))
    office = await sign_in("office_admin", "pe.sunafil")
    await office.get(f"{HERE}/new")
    assert "7 people" in await office.post(f"{HERE}/count", countries="")


async def proof(browser: Browser) -> str:
    await browser.get(f"{HERE}/new")
    return browser.page.split('name="csrf" value="')[1].split('"')[0]


async def test_what_is_wrong_is_said_and_nothing_is_lost(sign_in: SignIn) -> None:
    browser = await sign_in("administrator")
    page = await written(
        browser, text_es=" ", text_fr="Samedi sur la place", until="2020-01-01", countries=["pe", "bo"]
    )
    assert browser.status == 422
    assert "Spanish text is missing" in page
    assert "Choose a last day" in page
    assert "Samedi sur la place" in browser.page
    assert browser.page.count(" checked>") >= 3
    await written(browser, text_es="a" * 701)
    assert "too long" in browser.words


async def test_a_changed_one_must_be_approved_anew(sign_in: SignIn) -> None:
    ana, eva = await sign_in("administrator", name="Ana"), await sign_in("administrator", name="Eva")
    await written(ana)
    await ana.post(f"{HERE}/1/submit", version="1")
    await eva.get(f"{HERE}/1")
    await ana.get(f"{HERE}/1/edit")
    await ana.post(f"{HERE}/1/edit", version="1", **(FORM | {"text_es": "Otra cosa."}))
    await eva.post(f"{HERE}/1/approve", version="1")
    assert eva.status == 409
    await ana.get(f"{HERE}/1/edit")
    await ana.post(f"{HERE}/1/edit", version="1", **(FORM | {"text_es": "De antes."}))
    assert ana.status == 422
    assert "De antes." in ana.page, "what was typed stands there still"


async def test_offices_do_not_see_each_others(sign_in: SignIn) -> None:
    ana = await sign_in("office_admin", "pe.sunafil", "Ana")
    await written(ana, office="bo.ministerio_trabajo")
    assert "SUNAFIL" in ana.words, "an office announces in its own name only"
    other = await sign_in("office_admin", "bo.ministerio_trabajo", "Eva")
    assert "sábado" not in await other.get(HERE)
    for path in ("/1", "/1/edit"):
        await other.get(f"{HERE}{path}")
        assert other.status == 404
    await other.get(f"{HERE}/new")
    await other.post(f"{HERE}/1/submit", version="1")
    assert other.status == 404
    worker = await sign_in("case_worker", "pe.sunafil")
    await worker.get(HERE)
    assert worker.status == 403


async def test_one_whose_day_is_over_is_not_approved(sign_in: SignIn, clock: Clock) -> None:
    ana, eva = await sign_in("administrator", name="Ana"), await sign_in("administrator", name="Eva")
    await written(ana, until=NOON.date().isoformat())
    await ana.post(f"{HERE}/1/submit", version="1")
    await eva.get(f"{HERE}/1")
    clock.passes(hours=10)
    await eva.post(f"{HERE}/1/approve", version="1")
    assert eva.status == 409
    assert "last day" in eva.words


async def test_markup_in_a_text_stays_text(sign_in: SignIn) -> None:
    browser = await sign_in("administrator")
    await written(browser, text_es="<script>alert(1)</script> **hoy**")
    assert "<script>alert" not in browser.page
    assert "<strong>hoy</strong>" in browser.page


@hypothesis_settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["kind", "office", "text_es", "until", "spread", "countries", "topics", "version"]),
        st.text(max_size=40),
    )
)
async def test_any_form_gets_an_answer(sign_in: SignIn, fields: dict[str, str]) -> None:
    browser = await sign_in("administrator")
    await browser.get(f"{HERE}/new")
    await browser.post(f"{HERE}/new", **fields)
    assert browser.status in (200, 422)
