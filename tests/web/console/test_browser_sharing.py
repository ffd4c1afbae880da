"""Sharing, announcing and figures in a real Chromium, on a phone: an announcement by two hands, a kit, the figures."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyotp
import pytest
from playwright.sync_api import Browser, Page

from bot.clock import utc_now
from bot.storage import database
from bot.storage.news import News, Subscriber
from bot.storage.records import Records
from tests.web.console.test_browser_editing import PASSWORD, Running, clean, shot

pytestmark = pytest.mark.browser
TOPICS = {
    "labour_rights.unpaid_wages": 61,
    "labour_rights.dismissal": 44,
    "consular.passport": 23,
    "labour_rights.contract": 8,
}


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    running = Running(tmp_path_factory.mktemp("sharing"))
    with ThreadPoolExecutor(1) as beside:  # playwright has a loop of its own in this thread
        beside.submit(asyncio.run, people(Path(running.environment["AMPARO_DATA"]))).result()
    yield running
    running.process.terminate()
    assert running.process.wait(timeout=30) == 0


async def people(folder: Path) -> None:
    """Thirteen who want news, and some weeks of questions."""
    engine = database.open_engine(f"sqlite+aiosqlite:///{folder / 'amparo.db'}")
    news, records, now = News(engine), Records(engine), utc_now()
    async with engine.begin() as connection:
        for number in range(13):
            who = Subscriber("es" if number % 2 else "ht", "pe")
            await news.follow(connection, f"p{number}", "telegram" if number > 5 else "whatsapp", who, now)
        for week in range(1, 6):
            day = now.date() - dt.timedelta(weeks=week)
            for topic, times in TOPICS.items():
                for _ in range(times // week):
                    await records.count(connection, day, [("answered", topic, "pe", "es")], "pe.sunafil")
            for _ in range(11 // week):
                await records.count(connection, day, [("unsure", "labour_rights.contract", "bo", "pt")])
                await records.count(connection, day, [("useful", "labour_rights.dismissal", "pe", "es")])
                await records.arrived(connection, day, "pe.sunafil", "telegram")
                await records.arrived(connection, day, "pe.sunafil", "web")
    await engine.dispose()


def administrator(browser: Browser, bot: Running, name: str, language: str) -> Page:
    """Somebody who joins, second factor and all, on a narrow phone."""
    page = browser.new_context(viewport={"width": 360, "height": 740}, locale=language).new_page()
    page.goto(bot.invited("administrator"))
    page.fill("[name=name]", name)
    page.fill("[name=email]", f"{name.lower()}@ngo.example")
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button").last.click()
    secret = page.locator("main form code").inner_text()
    page.fill("[name=code]", pyotp.TOTP(secret).now())
    page.locator("button.main").click()
    page.wait_for_url(bot.url + "/console")
    return page


def test_an_announcement_by_two_hands_a_kit_and_the_figures(browser: Browser, bot: Running) -> None:
    ana, eva = administrator(browser, bot, "Ana", "es-PE"), administrator(browser, bot, "Eva", "fr-FR")
    ana.goto(bot.url + "/console/announcements")
    clean(ana)
    ana.get_by_role("link", name="Nuevo aviso").click()
    ana.fill(
        "[name=text_es]",
        "El **sábado 28** el consulado móvil atiende en la plaza de Ica, de 9 a 13. Trae tu documento.",
    )
    ana.fill("[name=text_ht]", "**Samdi 28** konsila a ap resevwa moun sou plas Ica a, 9è rive 13è. Pote papye w.")
    ana.get_by_text("Países donde están").click()
    ana.get_by_label("Perú", exact=True).first.check()
    ana.get_by_text("Llega a 13 personas").wait_for()
    clean(ana)
    shot(ana, "announce-edit")
    ana.get_by_role("button", name="Guardar y ver").click()
    ana.get_by_role("button", name="Pedir aprobación").click()
    ana.get_by_text("Falta que otra persona lo apruebe").wait_for()
    address = ana.url
    eva.goto(address)
    clean(eva)
    shot(eva, "announce-preview")
    eva.get_by_role("button", name="Approuver et envoyer").click()
    eva.get_by_role("heading", name="Résultat").wait_for()
    clean(eva)
    eva.get_by_role("button", name="Mettre en pause").or_(eva.get_by_text("Terminée")).first.wait_for()
    shot(eva, "announce-report")

    ana.goto(bot.url + "/console/sharing")
    ana.select_option("[name=office]", "pe.sunafil")
    ana.get_by_role("button", name="Mostrar").click()
    ana.get_by_role("heading", name="Kreyòl ayisyen").wait_for()
    clean(ana)
    shot(ana, "sharing")
    with ana.expect_download() as got:
        ana.get_by_role("link", name="Cartel (PDF) Español").click()
    assert got.value.path().read_bytes().startswith(b"%PDF")

    ana.goto(bot.url + "/console/statistics")
    ana.get_by_role("heading", name="Preguntas por semana").wait_for()
    clean(ana)
    shot(ana, "statistics")
    wide = browser.new_context(
        viewport={"width": 1200, "height": 800}, storage_state=ana.context.storage_state()
    ).new_page()
    wide.goto(bot.url + "/console/statistics?office=pe.sunafil")
    clean(wide)
    shot(wide, "statistics-wide")
