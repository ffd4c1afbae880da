"""The chat page in a real Chromium, served by the real `python -m bot run`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.conftest import ROOT, free_port

pytestmark = pytest.mark.browser
SHOTS = Path(os.environ.get("AMPARO_SHOTS", ROOT / "var" / "shots"))


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A bot of its own; with the model where one is served, else with keywords: the page is the same."""
    port = free_port()
    environment = os.environ | {
        "AMPARO_DATA": str(tmp_path_factory.mktemp("var")),
        "AMPARO_WEB_PORT": str(port),
        "AMPARO_NLU_MANAGED": "false",
        "AMPARO_EXIT_ADDRESS": f"http://127.0.0.1:{port}/health",
    }
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}/"
    for _ in range(300):
        try:
            httpx.get(url)
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    yield url
    process.terminate()
    assert process.wait(timeout=20) == 0, "it stops cleanly when told to"


@pytest.fixture(params=["with scripts", "without scripts"])
def phone(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A narrow phone, with and without JavaScript."""
    context = browser.new_context(
        viewport={"width": 320, "height": 640}, locale="es-PE", java_script_enabled=request.param == "with scripts"
    )
    yield context.new_page()
    context.close()


def write(page: Page, text: str) -> None:
    seen = page.locator("article.bot").count()
    page.fill("#text", text)
    page.click("button.send")
    page.wait_for_function("n => document.querySelectorAll('article.bot').length > n", arg=seen) if _scripts(
        page
    ) else None


def _scripts(page: Page) -> bool:
    try:
        return bool(page.evaluate("true"))
    except Exception:
        return False


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def test_a_whole_conversation(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.fill("#text", "mi patrona no me pagó el mes pasado")
    phone.click("button.send")
    phone.get_by_role("button", name="Perú").click()
    answer = phone.locator("article.bot").last
    answer.get_by_text("Ley 31047").wait_for()
    assert "📞" in answer.inner_text()
    phone.reload()
    assert phone.locator("article.mine").count() == 2
    assert phone.evaluate("document.documentElement.scrollWidth") <= 320 if _scripts(phone) else True
    shot(phone, "phone")


def test_the_keyboard_alone_is_enough(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="es-PE")
    page.goto(address)
    page.focus("#text")
    page.keyboard.type("hola")
    page.keyboard.press("Enter")
    page.locator("article.bot").wait_for()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.closest('.choices') !== null"):
            break
    page.keyboard.press("Enter")
    page.locator("article.mine").nth(1).wait_for()
    page.close()


def test_one_tap_changes_the_language_of_everything(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.get_by_role("button", name="Kreyòl ayisyen").click()
    phone.get_by_role("button", name="Soti vit").wait_for()
    assert phone.locator("html").get_attribute("lang") == "ht"


def test_the_page_follows_the_language_of_the_person(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="es-PE")
    page.goto(address)
    page.fill("#text", "my boss did not pay me last month and I need help")
    page.click("button.send")
    page.get_by_role("button", name="Leave quickly").wait_for()
    page.close()


def test_leaving_replaces_the_page_and_clears_it(phone: Page, address: str) -> None:
    phone.goto(address)
    phone.fill("#text", "mi patrona no me pagó")
    phone.click("button.send")
    phone.locator("article.bot").first.wait_for()
    phone.locator("button.exit").click()
    phone.wait_for_url(re.compile("/health$"))
    phone.goto(address)
    assert phone.locator("article").count() == 0


@pytest.mark.parametrize(("width", "scheme"), [(320, "light"), (320, "dark"), (1200, "light"), (1200, "dark")])
def test_axe_finds_nothing(browser: Browser, address: str, width: int, scheme: str) -> None:
    context = browser.new_context(viewport={"width": width, "height": 800}, locale="es-PE", color_scheme=scheme)
    page = context.new_page()
    page.goto(address)
    assert Axe().run(page).violations_count == 0
    page.fill("#text", "mi patrona no me pagó el mes pasado, estoy en Perú")
    page.click("button.send")
    page.locator("article.bot").wait_for()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    shot(page, f"{width}-{scheme}")
    context.close()


def test_no_request_leaves_the_house(browser: Browser, address: str) -> None:
    page = browser.new_page(locale="es-PE")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address)
    page.fill("#text", "hola")
    page.click("button.send")
    page.locator("article.bot").wait_for()
    assert all(url.startswith(address) for url in asked)
    page.close()
