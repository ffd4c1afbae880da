"""Editors who keep the content up to date, in a real Chromium on a narrow phone: queues, offices, translations,
questions, and the page of changes that everybody can read.
"""

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
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT, free_port

pytestmark = pytest.mark.browser
SHOTS = Path(os.environ.get("AMPARO_SHOTS", ROOT / "var" / "shots"))
PASSWORD = "una frase que nadie adivina"
WIDTH = 360


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A bot with content of its own: its address, and the link of an invitation for an editor."""
    folder, port = tmp_path_factory.mktemp("upkeep"), free_port()
    content = folder / "content"
    content.mkdir()
    for path in (ROOT / "content").iterdir():
        if path.is_file():
            shutil.copy(path, content)
        elif path.name in ("international", "pe", ".schema"):
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
    command = [sys.executable, "-m", "bot", "invite", "--role", "editor"]
    told = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True).stdout
    yield url, f"{url}/console/invite/{told.split('/console/invite/')[1].split()[0]}"
    process.terminate()
    assert process.wait(timeout=60) == 0


@pytest.fixture(scope="module")
def editor(browser: Browser, running: tuple[str, str]) -> Iterator[Page]:
    context = browser.new_context(
        viewport={"width": WIDTH, "height": 740},
        locale="es-PE",
        geolocation={"latitude": -12.0464, "longitude": -77.0428},
        permissions=["geolocation"],
    )
    context.set_default_timeout(30_000)
    page = context.new_page()
    page.goto(running[1])
    page.get_by_label("Nombre").fill("Rosa Huamán")
    page.get_by_label("Correo").fill("rosa@ngo.example")
    page.locator('input[type="password"]').fill(PASSWORD)
    page.locator("button.main").click()
    expect(page.locator("h1")).to_contain_text("Rosa")
    yield page
    context.close()


def seen(page: Page, name: str) -> None:
    """A picture, nothing for axe to find, and nothing wider than the phone."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}_{WIDTH}.png", full_page=False)
    assert page.evaluate("document.documentElement.scrollWidth") <= WIDTH, name
    violations = Axe().run(page).response["violations"]
    found = [(one["id"], [node["target"] for node in one["nodes"][:3]]) for one in violations]
    assert not found, f"{name}: {found}"


def test_a_page_is_looked_at_and_still_true(editor: Page, running: tuple[str, str]) -> None:
    editor.goto(f"{running[0]}/console/queues?country=pe")
    seen(editor, "queues")
    editor.goto(f"{running[0]}/console/queues/look?place=pe/labour_rights/unpaid_wages.yaml")
    seen(editor, "look")
    editor.get_by_role("button", name="Revisado, sigue siendo cierto").click()
    expect(editor.locator(".flash")).to_contain_text("sigue siendo cierto")


def test_an_office_is_changed(editor: Page, running: tuple[str, str]) -> None:
    editor.goto(f"{running[0]}/console/offices?country=pe")
    seen(editor, "offices")
    editor.get_by_label("Nombre").fill("sunafil")
    expect(editor.locator("#offices tbody tr")).to_have_count(1, timeout=20_000)
    editor.get_by_role("link", name="SUNAFIL").click()
    expect(editor.locator("h1")).to_contain_text("SUNAFIL")
    editor.locator('input[name="from_Mo_0"]').fill("8:30")
    editor.locator('input[name="to_Mo_0"]').fill("16:30")
    editor.get_by_role("button", name="Copiar el lunes").click()
    assert editor.locator('input[name="to_Fr_0"]').input_value() == "16:30"
    editor.get_by_role("button", name="Usar mi ubicación").click()
    expect(editor.locator('input[name="latitude"]')).to_have_value("-12.04640")
    editor.locator('input[name="phone_0"]').fill("12")
    seen(editor, "office")
    editor.locator('input[name="phone_0"]').fill("999999999999999999")
    editor.get_by_role("button", name="Enviar a revisión").click()
    expect(editor.get_by_role("alert")).to_be_visible()
    assert editor.locator('input[name="to_Fr_0"]').input_value() == "16:30", "what was typed is there still"
    editor.locator('input[name="phone_0"]').fill("0800-16872")
    editor.get_by_role("button", name="Enviar a revisión").click()
    expect(editor.locator(".flash")).to_contain_text("Una segunda persona")


def test_texts_stand_side_by_side(editor: Page, running: tuple[str, str]) -> None:
    editor.goto(f"{running[0]}/console/translations")
    seen(editor, "translations")
    editor.goto(f"{running[0]}/console/translations/pe/pt")
    seen(editor, "side_by_side")


def test_questions_and_the_model(editor: Page, running: tuple[str, str]) -> None:
    editor.goto(f"{running[0]}/console/questions")
    seen(editor, "questions")
    editor.goto(f"{running[0]}/console/questions/model")
    seen(editor, "model")


def test_everybody_reads_what_changed(browser: Browser, running: tuple[str, str]) -> None:
    context = browser.new_context(viewport={"width": WIDTH, "height": 740}, locale="fr-FR")
    page = context.new_page()
    page.goto(f"{running[0]}/changes")
    expect(page.locator("h1")).to_contain_text("Ce qui a changé")
    seen(page, "changes")
    feed = httpx.get(f"{running[0]}/changes.rss?language=ht")
    assert feed.headers["content-type"].startswith("application/rss+xml")
    assert "Sa ki chanje" in feed.text
    context.close()
