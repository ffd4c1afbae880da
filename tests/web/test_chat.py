"""The chat page as a browser without scripts sees it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import httpx
import pytest
import structlog
from sqlalchemy.exc import OperationalError

from bot.app import Amparo
from bot.web.server import web_app

pytestmark = pytest.mark.anyio


@pytest.fixture
async def browser(amparo: Amparo) -> AsyncIterator[httpx.AsyncClient]:
    app = web_app(
        amparo.settings,
        amparo.mailbox,
        amparo.shelf,
        amparo.catalogues,
        secret=amparo.secret,
        wake=amparo.worker.awake.set,
    )
    working = asyncio.create_task(amparo.worker.run())
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(
        transport=transport, base_url="http://amparo", headers={"accept-language": "es"}
    ) as client:
        yield client
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)


async def say(browser: httpx.AsyncClient, text: str = "", **more: str) -> httpx.Response:
    return await browser.post("/say", data={"text": text, **more}, follow_redirects=True)


async def test_the_first_load_is_small_and_sets_nothing(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    parts = [page] + [await browser.get(path) for path in re.findall(r'(?:src|href)="(/static/[^"]+)"', page.text)]
    assert len(parts) == 4
    assert sum(len(part.content) for part in parts) < 60_000
    assert "set-cookie" not in page.headers
    assert 'lang="es"' in page.text


async def test_a_conversation_without_scripts_that_survives_a_reload(browser: httpx.AsyncClient) -> None:
    page = await say(browser, "mi patrona no me pagó el mes pasado")
    assert "¿En qué país trabajas?" in page.text
    await say(browser, button="country:pe", label="Perú")
    again = await browser.get("/")
    assert "Ley 31047" in again.text
    assert "mi patrona no me pagó" in again.text


async def test_what_people_write_is_never_markup(browser: httpx.AsyncClient) -> None:
    page = await say(browser, "<script>alert(1)</script> **hola** <img src=x onerror=alert(1)>")
    assert "<script>alert" not in page.text
    assert "&lt;script&gt;alert(1)" in page.text
    assert "<img" not in page.text


async def test_the_same_form_sent_twice_counts_once(browser: httpx.AsyncClient) -> None:
    await say(browser, "hola", nonce="n1")
    page = await say(browser, "hola", nonce="n1")
    assert page.text.count('class="mine"') == 1


@pytest.mark.parametrize(
    "text", ["", "   ", "😀😀", "\x00\x07", "/restart", "/delete_everything{}", "שלום", "a" * 1999]
)
async def test_odd_input_gets_an_answer(browser: httpx.AsyncClient, text: str) -> None:
    page = await say(browser, text)
    assert page.status_code == 200
    assert 'class="bot"' in page.text


async def test_a_long_text_is_asked_to_be_shorter_and_a_huge_one_refused(browser: httpx.AsyncClient) -> None:
    assert "demasiado largo" in (await say(browser, "a " * 1500)).text
    huge = await say(browser, "a" * 100_000)
    assert huge.status_code == 413
    assert "demasiado largo" in huge.text


async def test_lone_surrogates_and_broken_bytes(browser: httpx.AsyncClient) -> None:
    body = b"text=hola+%ED%A0%80+%FF%FE&nonce=x"
    headers = {"content-type": "application/x-www-form-urlencoded"}
    response = await browser.post("/say", content=body, headers=headers, follow_redirects=True)
    assert 'class="bot"' in response.text


async def test_fifty_messages_in_a_second_are_answered_or_politely_refused(
    browser: httpx.AsyncClient, amparo: Amparo
) -> None:
    await say(browser, "hola")
    posts = [browser.post("/say", data={"text": f"hola {number}", "nonce": str(number)}) for number in range(50)]
    codes = [response.status_code for response in await asyncio.gather(*posts)]
    assert set(codes) <= {303, 429}
    assert codes.count(303) >= amparo.settings.waiting_limit - 1
    page = await browser.get("/")
    assert page.text.count('class="mine"') == page.text.count('class="bot"') == codes.count(303) + 1


async def test_another_visitor_starts_fresh_in_one_tap(browser: httpx.AsyncClient, amparo: Amparo) -> None:
    await say(browser, "mi patrona no me pagó")
    page = await browser.post("/fresh", follow_redirects=True)
    assert 'class="mine"' not in page.text
    async with amparo.mailbox.engine.connect() as connection:
        for table in ("letters", "conversations"):
            assert (await connection.exec_driver_sql(f"SELECT count(*) FROM {table}")).scalar_one() == 0


async def test_leaving_forgets_clears_and_goes_elsewhere(browser: httpx.AsyncClient, amparo: Amparo) -> None:
    await say(browser, "hola")
    response = await browser.post("/exit")
    assert response.status_code == 303
    assert response.headers["location"] == amparo.settings.exit_address
    assert "cookies" in response.headers["clear-site-data"]
    assert 'class="mine"' not in (await browser.get("/")).text


async def test_the_language_of_page_and_conversation_changes_in_one_tap(browser: httpx.AsyncClient) -> None:
    await say(browser, "hola")
    page = await browser.post("/language", data={"language": "ht", "nonce": "n"}, follow_redirects=True)
    assert 'lang="ht"' in page.text
    assert "Soti vit" in page.text


async def test_forms_of_other_sites_are_refused(browser: httpx.AsyncClient) -> None:
    response = await browser.post("/say", data={"text": "hola"}, headers={"sec-fetch-site": "cross-site"})
    assert response.status_code == 403


async def test_every_page_has_strict_headers(browser: httpx.AsyncClient) -> None:
    page = await browser.get("/")
    assert page.headers["content-security-policy"].startswith("default-src 'none'")
    assert page.headers["cache-control"] == "no-store"
    assert "http" not in re.sub(r'data-address="[^"]*"', "", page.text).replace('http-equiv="refresh"', "")


async def test_a_database_that_is_away_loses_no_words(
    browser: httpx.AsyncClient, amparo: Amparo, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Disk full and a locked database both raise here; the form comes back with what was typed."""

    async def fails(*_: object, **__: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(amparo.mailbox, "keep", fails)
    page = await say(browser, "mi patrona no me pagó")
    assert page.status_code == 503
    assert "no puedo guardar tu mensaje" in page.text
    assert "mi patrona no me pagó</textarea>" in page.text


async def test_health_tells_what_editors_must_mend(browser: httpx.AsyncClient) -> None:
    body = (await browser.get("/health")).json()
    assert body["status"] == "ok"
    assert body["content_problems"] == []


async def test_no_words_of_people_in_the_log(
    browser: httpx.AsyncClient, amparo: Amparo, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(*_: object) -> None:
        raise ValueError("mi patrona Josefina Zapallito")

    monkeypatch.setattr(amparo.worker.channels["web"], "read", breaks)
    with structlog.testing.capture_logs() as lines:
        await say(browser, "soy Josefina Zapallito")
    assert lines
    assert "Zapallito" not in str(lines)
