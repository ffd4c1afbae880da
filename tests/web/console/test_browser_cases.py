"""Case workers in a real Chromium, on a phone: a case from the chat page to a reply and an outcome; the counter."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pyotp
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, expect

from bot.app import open_staff
from bot.settings import Settings
from tests.conftest import ROOT, free_port

pytestmark = pytest.mark.browser
SHOTS = Path(os.environ.get("AMPARO_SHOTS", ROOT / "var" / "shots"))
PASSWORD = "una frase que nadie adivina"


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A bot of its own: its address, and the link of an invitation for a case worker."""
    port, folder = free_port(), tmp_path_factory.mktemp("cases")
    content = folder / "content"
    content.mkdir()
    for path in (ROOT / "content").iterdir():
        if path.is_file():
            shutil.copy(path, content)
        elif path.name in ("international", "pe"):
            shutil.copytree(path, content / path.name)
    environment = os.environ | {
        "AMPARO_DATA": str(folder / "var"),
        "AMPARO_CONTENT": str(content),
        "AMPARO_WEB_PORT": str(port),
        "AMPARO_NLU_MANAGED": "false",
        "AMPARO_NLU_ADDRESS": f"http://127.0.0.1:{free_port()}",
        "AMPARO_PUBLIC_ADDRESS": "",
    }
    process = subprocess.Popen([sys.executable, "-m", "bot", "run"], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}"
    for _ in range(900):
        try:
            httpx.get(f"{url}/health")
            break
        except httpx.HTTPError:
            time.sleep(0.1)
    with ThreadPoolExecutor(1) as beside:  # this thread is the browser's
        code = beside.submit(asyncio.run, _invited(folder / "var")).result()
    yield url, f"{url}/console/invite/{code}"
    process.terminate()
    assert process.wait(timeout=30) == 0


async def _invited(data: Path) -> str:
    async with open_staff(Settings(_env_file=None, data=data)) as (staff, _):
        return await staff.invite("case_worker", "pe.sunafil", None, dt.datetime.now(dt.UTC))


@pytest.fixture(scope="module")
def office(browser: Browser, running: tuple[str, str]) -> Iterator[Page]:
    """Somebody of the office, signed in with a second factor, on a narrow phone."""
    context = browser.new_context(viewport={"width": 360, "height": 740}, locale="es-PE")
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(running[1])
    page.get_by_label("Nombre").fill("Ana Quispe")
    page.get_by_label("Correo").fill("ana@sunafil.example")
    page.locator('input[type="password"]').fill(PASSWORD)
    page.locator("button.main").click()
    secret = page.locator("p.hint code").inner_text()
    page.locator('input[name="code"]').fill(pyotp.TOTP(secret).at(dt.datetime.now(dt.UTC)))
    page.locator("button.main").click()
    expect(page.locator("h1")).to_contain_text("Ana Quispe")
    yield page
    context.close()


@pytest.fixture(scope="module")
def person(browser: Browser, running: tuple[str, str], office: Page) -> Iterator[Page]:
    """Somebody who talks to the office on the chat page, without scripts."""
    context: BrowserContext = browser.new_context(
        viewport={"width": 360, "height": 740}, locale="es-PE", java_script_enabled=False
    )
    context.set_default_timeout(15_000)
    page = context.new_page()
    page.goto(running[0])
    says(page, "mi patrona no me pagó el mes pasado")
    page.get_by_role("button", name="Perú").click()
    page.get_by_role("button", name="Otra cosa").last.click()
    page.get_by_role("button", name="Hablar con alguien").click()
    expect(page.locator("article.bot").last).to_contain_text("SUNAFIL")
    shot(page, "case_offer_360")
    page.get_by_role("button", name="Sí, que me lean").click()
    says(page, "Trabajo en casa de una familia y me debe dos meses. Me da miedo que me echen.")
    expect(page.locator("article.bot").last).to_contain_text("✓")
    yield page
    context.close()


def says(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.click("button.send")


def shot(page: Page, name: str) -> None:
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png", full_page=True)


def good(page: Page, name: str) -> None:
    """Nothing axe objects to, nothing wider than the phone, and a picture to look at."""
    shot(page, name)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_case_is_answered_and_closed_on_a_phone(office: Page, person: Page, running: tuple[str, str]) -> None:
    office.goto(f"{running[0]}/console/cases")
    good(office, "cases_inbox_360")
    office.get_by_role("link", name=re.compile("Caso 1")).click()
    expect(office.locator(".talk")).to_contain_text("Me da miedo que me echen")
    office.get_by_label(re.compile(r"^Respuesta \(")).fill("Hola.")
    office.get_by_label("Respuesta preparada…").select_option("which_papers")
    office.get_by_role("button", name="Insertar").click()
    expect(office.locator("#reply textarea")).to_have_value(re.compile(r"Hola\.\s+¿Qué tienes guardado"))
    office.get_by_role("button", name="Enviar").click()
    expect(office.locator(".talk .staff")).to_contain_text("Hola.")
    good(office, "case_360")
    person.reload()
    expect(person.locator("article.bot").last).to_contain_text("¿Qué tienes guardado de tu trabajo?")
    shot(person, "case_reply_360")
    office.get_by_label("Cerrar con resultado").select_option("solved")
    office.get_by_role("button", name="Cerrar el caso").click()
    expect(office.locator("main")).to_contain_text("Resuelto")
    person.reload()
    expect(person.locator("article.bot").last).to_contain_text("cerró tu caso")


def test_a_draft_survives_a_lost_page(office: Page, person: Page, running: tuple[str, str]) -> None:
    office.goto(f"{running[0]}/console/cases/1")
    office.get_by_role("button", name="Abrir otra vez").click()
    office.locator("#reply textarea").fill("a medio escribir")
    office.goto(f"{running[0]}/console")
    office.goto(f"{running[0]}/console/cases/1")
    expect(office.locator("#reply textarea")).to_have_value("a medio escribir")


def test_the_counter_answers_and_prints_one_page(office: Page, running: tuple[str, str]) -> None:
    office.goto(f"{running[0]}/console/helper")
    good(office, "helper_empty_360")
    office.get_by_role("button", name="Empezar").click()
    office.get_by_label("Qué pregunta la persona").fill(
        "soy trabajadora del hogar en Perú y no me pagaron el mes pasado"
    )
    office.get_by_role("button", name="Preguntar").click()
    expect(office.locator(".talk")).to_contain_text("Tiene que pagarte", timeout=20_000)
    good(office, "helper_360")
    office.get_by_role("link", name="Imprimir para la persona").click()
    expect(office.locator(".places")).to_contain_text("SUNAFIL")
    good(office, "helper_print_360")
    paper = office.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) <= 2
    office.emulate_media(media="print")
    shot(office, "helper_paper")
    office.emulate_media(media="screen")


def test_alerts(office: Page, running: tuple[str, str]) -> None:
    office.goto(f"{running[0]}/console/alerts")
    office.get_by_role("button", name="Hacer un enlace").click()
    expect(office.locator("code.link")).to_contain_text("/start staff-")
    good(office, "alerts_360")
