"""The console over the real application, with a clock that tests move and people who are signed in."""

from __future__ import annotations

import dataclasses
import datetime as dt
import html
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import httpx
import pyotp
import pytest

from bot.app import Amparo, console_desk, open_amparo
from bot.settings import Settings
from bot.storage.staff import Role
from bot.web.console import add_console
from bot.web.console.desk import Desk
from bot.web.server import web_app
from tests.conftest import NOON, ROOT

PASSWORD = "una frase que nadie adivina"


class Clock:
    """A moment that stands still until a test moves it."""

    def __init__(self, now: dt.datetime = NOON) -> None:
        self.now = now

    def __call__(self) -> dt.datetime:
        return self.now

    def passes(self, **span: float) -> None:
        self.now += dt.timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Content of its own: sections write to it. Two countries are enough."""
    folder = tmp_path / "content"
    folder.mkdir()
    for path in (ROOT / "content").iterdir():
        if path.is_file():
            shutil.copy(path, folder)
        elif path.name in ("international", "pe", "bo", ".schema"):
            shutil.copytree(path, folder / path.name)
    return settings.model_copy(update={"content": folder})


@pytest.fixture
async def amparo(settings: Settings) -> AsyncIterator[Amparo]:
    async with open_amparo(settings) as ready:
        yield ready


@pytest.fixture
def desk(amparo: Amparo, clock: Clock) -> Desk:
    return dataclasses.replace(console_desk(amparo), now=clock)


@pytest.fixture
def app(amparo: Amparo, desk: Desk) -> object:
    page = web_app(
        amparo.settings, amparo.mailbox, amparo.shelf, amparo.catalogues, secret=amparo.secret, wake=lambda: None
    )
    add_console(page, desk)
    return page


class Browser:
    """A browser of somebody: cookies, pages, forms filled from the page they stand on."""

    def __init__(self, app: object, address: str = "203.0.113.7") -> None:
        transport = httpx.ASGITransport(app=app, client=(address, 5000))  # type: ignore[arg-type]
        self.client = httpx.AsyncClient(transport=transport, base_url="http://amparo.test", follow_redirects=True)
        self.page = ""
        self.status = 0
        self.second = ""
        self.number = 0

    @property
    def words(self) -> str:
        """What the page says, without its marks."""
        return html.unescape(" ".join(re.sub(r"<[^>]+>", " ", self.page).split()))

    async def get(self, path: str) -> str:
        return self._seen(await self.client.get(path))

    async def post(self, path: str, files: object = None, **fields: object) -> str:
        """Send a form with the proof that stands on the page."""
        proof = re.search(r'name="csrf" value="(\w+)"', self.page)
        data = {"csrf": proof[1] if proof else ""} | fields
        return self._seen(await self.client.post(path, data=data, files=files))  # type: ignore[arg-type]

    def _seen(self, response: httpx.Response) -> str:
        self.page, self.status = response.text, response.status_code
        return self.words


SignIn = Callable[..., Awaitable[Browser]]


@pytest.fixture
async def sign_in(app: object, desk: Desk, clock: Clock) -> AsyncIterator[SignIn]:
    """Somebody with a role, through invitation, password and second factor as people do it."""
    opened: list[Browser] = []

    async def done(role: Role = "editor", office: str = "", name: str = "", language: str = "en") -> Browser:
        browser = Browser(app)
        opened.append(browser)
        browser.client.headers["accept-language"] = language
        token = await desk.staff.invite(role, office, None, clock())
        await browser.get(f"/console/invite/{token}")
        name = name or f"{role} {len(opened)}"
        email = f"{name.replace(' ', '.').lower()}@ngo.example"
        await browser.post(f"/console/invite/{token}", name=name, email=email, password=PASSWORD)
        if 'name="secret"' in browser.page:
            secret = re.search(r'name="secret" value="([^"]+)"', browser.page)[1]  # type: ignore[index]
            browser.second = re.search(r"<code>(\w+)</code>", browser.page)[1]  # type: ignore[index]
            await browser.post("/console/second", secret=secret, code=pyotp.TOTP(browser.second).at(clock()))
        assert browser.status == 200, browser.words
        browser.number = next(member.id for member in await desk.staff.members() if member.email == email)
        return browser

    yield done
    for browser in opened:
        await browser.client.aclose()
