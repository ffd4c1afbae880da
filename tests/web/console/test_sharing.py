"""The share kit in the console: each office its own, every file, no office of others."""

from __future__ import annotations

import io
import zipfile

import pytest

from bot.storage.records import Records
from bot.web.console.desk import Desk
from tests.conftest import NOON
from tests.web.console.conftest import SignIn

pytestmark = pytest.mark.anyio


async def arrive(desk: Desk, times: int, channel: str = "telegram") -> None:
    records = Records(desk.engine)
    async with desk.engine.begin() as connection:
        for _ in range(times):
            await records.arrived(connection, NOON.date(), "pe.sunafil", channel)


async def test_an_office_finds_its_links_and_files_in_five_languages(sign_in: SignIn, desk: Desk) -> None:
    browser = await sign_in("case_worker", "pe.sunafil")
    page = await browser.get("/console/sharing")
    assert "SUNAFIL" in page
    assert "Kreyòl ayisyen" in page
    assert browser.page.count('role="img"') == 5
    assert "/?start=ht-pe-pe_sunafil--" in browser.page
    assert "Nobody has come" in page
    for file, begins in (("poster.pdf", b"%PDF"), ("card.pdf", b"%PDF"), ("qr.svg", b"<?xml"), ("qr.png", b"\x89PNG")):
        response = await browser.client.get(f"/console/sharing/pe.sunafil/ht/{file}")
        assert response.content.startswith(begins), file
        assert "attachment" in response.headers["content-disposition"]


async def test_all_of_it_in_one(sign_in: SignIn) -> None:
    browser = await sign_in("office_admin", "pe.sunafil")
    response = await browser.client.get("/console/sharing/pe.sunafil/all.zip")
    names = zipfile.ZipFile(io.BytesIO(response.content)).namelist()
    assert len(names) == 5 * 5
    assert "pe.sunafil/poster.fr.pdf" in names


async def test_nobody_gets_at_the_kit_of_another_office(sign_in: SignIn) -> None:
    browser = await sign_in("office_admin", "pe.sunafil")
    for path in (
        "?office=bo.ministerio_trabajo",
        "/bo.ministerio_trabajo/es/poster.pdf",
        "/bo.ministerio_trabajo/all.zip",
    ):
        await browser.get(f"/console/sharing{path}")
        assert browser.status == 403, path
    editor = await sign_in("editor")
    await editor.get("/console/sharing")
    assert editor.status == 403


@pytest.mark.parametrize(
    "path", ["xx/es/poster.pdf", "pe.sunafil/xx/poster.pdf", "pe.sunafil/es/..%2fsecret", "pe.sunafil/es/poster"]
)
async def test_what_is_not_there_is_not_found(sign_in: SignIn, path: str) -> None:
    browser = await sign_in("administrator")
    await browser.get(f"/console/sharing/{path}")
    assert browser.status == 404


async def test_an_administrator_chooses_an_office_and_a_topic(sign_in: SignIn) -> None:
    browser = await sign_in("administrator")
    page = await browser.get("/console/sharing")
    assert "Choose an office" in page
    await browser.get("/console/sharing?office=pe.sunafil&topic=labour_rights.unpaid_wages")
    assert "-unpaid_wages-" in browser.page


async def test_counts_by_week_hide_a_few(sign_in: SignIn, desk: Desk) -> None:
    await arrive(desk, 3)
    browser = await sign_in("case_worker", "pe.sunafil")
    page = await browser.get("/console/sharing")
    assert "hidden" in page
    assert ">3<" not in browser.page
    await arrive(desk, 9)
    await browser.get("/console/sharing")
    assert ">12<" in browser.page
