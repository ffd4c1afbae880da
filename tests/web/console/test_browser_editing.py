"""Editors in a real Chromium: an amount from the form to the chat of the same running bot, and the editor on a phone."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from tests.conftest import ROOT, free_port

pytestmark = pytest.mark.browser
SHOTS = Path(os.environ.get("AMPARO_SHOTS", ROOT / "var" / "shots"))
PASSWORD = "una frase que nadie adivina"


class Running:
    """A bot of its own with content of its own."""

    def __init__(self, folder: Path) -> None:
        self.content = folder / "content"
        self.content.mkdir()
        for path in (ROOT / "content").iterdir():
            if path.is_file():
                shutil.copy(path, self.content)
            elif path.name in ("international", "pe"):
                shutil.copytree(path, self.content / path.name)
        port = free_port()
        self.url = f"http://127.0.0.1:{port}"
        self.environment = os.environ | {
            "AMPARO_DATA": str(folder / "var"),
            "AMPARO_CONTENT": str(self.content),
            "AMPARO_WEB_PORT": str(port),
            "AMPARO_NLU_MANAGED": "false",
            "AMPARO_NLU_ADDRESS": f"http://127.0.0.1:{free_port()}",
            "AMPARO_PUBLIC_ADDRESS": "",
        }
        self.process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=self.environment)
        for _ in range(600):
            try:
                httpx.get(self.url + "/health")
                break
            except httpx.HTTPError:
                time.sleep(0.1)

    def invited(self, role: str) -> str:
        """The link of an invitation, made on the command line as an operator does."""
        command = [sys.executable, "-m", "bot", "invite", "--role", role]
        told = subprocess.run(command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True)
        return self.url + "/console/invite/" + told.stdout.split("/console/invite/")[1].split()[0]


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("editing"))
    yield running
    running.process.terminate()
    assert running.process.wait(timeout=30) == 0


def joined(context: BrowserContext, bot: Running, role: str, name: str) -> Page:
    page = context.new_page()
    page.goto(bot.invited(role))
    page.fill("[name=name]", name)
    page.fill("[name=email]", f"{name.lower()}@ngo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").last.click()
    page.wait_for_url(bot.url + "/console")
    return page


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"console-{name}.png", full_page=True)


def clean(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    wide = page.evaluate("document.documentElement.scrollWidth")
    assert wide <= page.viewport_size["width"], f"{wide} px wide"  # type: ignore[index]


def asked(browser: Browser, bot: Running) -> str:
    """What the chat says about the minimum wage in Peru."""
    page = browser.new_page(locale="es-PE")
    page.goto(bot.url)
    page.fill("#text", "cuánto es el sueldo mínimo en Perú")
    page.click("button.send")
    page.locator("article.bot").last.wait_for()
    if page.get_by_role("button", name="Otro trabajo").count():
        page.get_by_role("button", name="Otro trabajo").last.click()
    page.get_by_text("S/").last.wait_for()
    told = page.locator("article.bot").last.inner_text().replace("\u00a0", " ")
    page.close()
    return told


def test_a_first_time_editor_corrects_the_minimum_wage(browser: Browser, bot: Running) -> None:
    narrow = {"viewport": {"width": 360, "height": 740}, "locale": "es-PE"}
    hers, his = browser.new_context(**narrow), browser.new_context(**narrow)  # type: ignore[arg-type]
    ana, luis = joined(hers, bot, "editor", "Ana"), joined(his, bot, "reviewer", "Luis")
    assert "S/ 1,130" in asked(browser, bot)
    ana.get_by_role("link", name="Montos y plazos").first.click()
    ana.get_by_label("País").select_option("pe")
    ana.get_by_role("link", name="minimum wage").first.wait_for()
    clean(ana)
    shot(ana, "figures")
    ana.get_by_role("link", name="minimum wage", exact=True).click()
    ana.get_by_label("Valor").fill("1.200")
    ana.get_by_label("Vale desde").fill("2026-01-15")
    ana.get_by_label("Ley o documento").fill("Decreto Supremo 009-2026-TR")
    ana.get_by_label("Artículo").fill("1")
    ana.get_by_role("button", name="Ver qué cambia").click()
    ana.get_by_text("Así lo leerá la gente").wait_for()
    assert "S/ 1,200" in ana.inner_text("#seen").replace("\u00a0", " ")
    clean(ana)
    shot(ana, "figure")
    ana.get_by_role("button", name="Enviar a revisión").click()
    ana.get_by_text("Ahora lo revisa otra persona").wait_for()
    assert "S/ 1,130" in asked(browser, bot), "nothing changes before a second person saw it"
    luis.get_by_role("link", name="Revisión").first.click()
    clean(luis)
    shot(luis, "reviews")
    luis.get_by_role("link", name="minimum wage").click()
    clean(luis)
    shot(luis, "review")
    luis.get_by_role("button", name="Revisado: publicar").click()
    luis.get_by_text("La gente ya lo lee").wait_for()
    assert "S/ 1,200" in asked(browser, bot), "the same running bot answers with the new amount"
    shot(luis, "published")
    hers.close()
    his.close()


def test_writing_on_a_phone_loses_nothing(browser: Browser, bot: Running) -> None:
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="es-PE")
    page = joined(context, bot, "editor", "Eva")
    page.get_by_role("link", name="Páginas").first.click()
    clean(page)
    shot(page, "pages")
    page.get_by_role("link", name="Qué está escrito y dónde").click()
    clean(page)
    shot(page, "map")
    page.goto(bot.url + "/console/pages/edit/pe/labour_rights.unpaid_wages/es")
    page.locator("#preview .bubble").first.wait_for()
    body = page.get_by_label("Texto")
    body.fill(body.input_value() + "\n\nUna frase más.")
    page.locator("#preview .bubble").get_by_text("Una frase más.").wait_for()
    page.locator("#kept").get_by_text("Borrador guardado").wait_for()
    clean(page)
    shot(page, "editor")
    page.get_by_label("Canal").select_option("whatsapp")
    page.locator("#preview .phone.whatsapp").wait_for()
    page.get_by_text("Insertar un monto").click()
    page.get_by_role("button", name="{minimum_wage}").click()
    assert body.input_value().endswith("{minimum_wage}")
    context.set_offline(True)
    body.press_sequentially(" sin red")
    page.locator("#offline").wait_for()
    assert "sin red" in body.input_value()
    shot(page, "offline")
    context.set_offline(False)
    page.reload()
    page.locator("#restored").wait_for()
    page.get_by_role("button", name="Recuperarlo").click()
    assert "sin red" in page.get_by_label("Texto").input_value()
    page.get_by_text("Fuentes, fecha de revisión").click()
    page.get_by_role("button", name="Agregar una fuente").click()
    page.get_by_label("Ley o documento").last.wait_for()
    clean(page)
    shot(page, "sources")
    context.close()
