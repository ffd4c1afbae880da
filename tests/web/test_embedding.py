"""The chat in an office's own site: one line of script, a strict policy there, the right office here. Real Chromium."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest
from fastapi import FastAPI
from fastapi.responses import HTMLResponse
from playwright.sync_api import Browser

from tests.conftest import ROOT, free_port
from tests.fakes.served import served

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Addresses of the bot and of a consulate's site with a strict content-security policy."""
    port, theirs = free_port(), free_port()
    bot, consulate = f"http://127.0.0.1:{port}", f"http://localhost:{theirs}"
    environment = os.environ | {
        "AMPARO_DATA": str(tmp_path_factory.mktemp("var")),
        "AMPARO_WEB_PORT": str(port),
        "AMPARO_NLU_MANAGED": "false",
        "AMPARO_EMBED_ORIGINS": f'["{consulate}"]',
    }
    page = FastAPI()

    @page.get("/", response_class=HTMLResponse)
    def home() -> HTMLResponse:
        line = f'<script src="{bot}/static/widget.js" data-office="pe.sunafil" data-language="es" data-label="Preguntas" async></script>'
        policy = f"default-src 'none'; script-src {bot}; frame-src {bot}"
        return HTMLResponse(
            f"<title>Consulado</title><h1>Consulado</h1>{line}", headers={"Content-Security-Policy": policy}
        )

    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment)
    for _ in range(300):
        try:
            httpx.get(bot)
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    with served(page, theirs):
        yield bot, consulate
    process.terminate()
    process.wait(timeout=20)


def test_one_line_of_script_shows_the_chat_with_its_office(
    browser: Browser,
    site: tuple[str, str],
) -> None:
    page = browser.new_context(viewport={"width": 360, "height": 640}).new_page()
    complaints: list[str] = []
    page.on("console", lambda line: complaints.append(line.text) if line.type == "error" else None)
    page.goto(site[1])
    page.get_by_role("button", name="Preguntas").click()
    chat = page.frame_locator("iframe")
    chat.locator("article.bot").first.wait_for()
    chat.locator("#text").fill("mi patrona no me pagó el mes pasado")
    chat.locator("button.send").click()
    chat.get_by_text("SUNAFIL").or_(chat.get_by_text("En qué trabajas")).or_(chat.get_by_text("Tiene")).first.wait_for()
    assert chat.locator("article.mine").count() >= 1, "the frame keeps its conversation"
    page.keyboard.press("Escape")
    assert not [line for line in complaints if "Content Security Policy" in line or "frame-ancestors" in line]


def test_only_the_sites_named_may_frame_the_chat(site: tuple[str, str]) -> None:
    bot, consulate = site
    headers = httpx.get(bot).headers
    assert f"frame-ancestors 'self' {consulate};" in headers["content-security-policy"] + ";"
    assert "x-frame-options" not in headers
    assert httpx.get(f"{bot}/embed?office=nobody").status_code == 303
