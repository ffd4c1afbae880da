"""Finds what is wrong with an installation, and says how to mend it in one sentence each."""

from __future__ import annotations

import asyncio
import datetime as dt
import shutil
import stat
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Literal, NamedTuple

import httpx
from sqlalchemy import func, select, text
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.library import loading
from bot.settings import Settings
from bot.storage import database
from bot.storage.audit import Audit
from bot.storage.mailbox import Mailbox
from bot.storage.secret import load_keys
from bot.storage.tables import staff
from bot.understanding.server import NluServer, served_model

Level = Literal["ok", "warning", "broken"]
LEAST_SPACE = 500 * 1024 * 1024
WAITS_LONG = 60.0
"""Seconds after which a waiting letter means that no worker runs."""
SKEW = dt.timedelta(seconds=30)
BACKUP_OLD = dt.timedelta(days=2)
PLATFORM_TIMEOUT = 8.0


class Finding(NamedTuple):
    """What was looked at, how it is, and what to do about it."""

    level: Level
    what: str
    advice: str = ""


Look = Callable[[], AsyncIterator[Finding]]


class Doctor:
    """Looks at one installation. `now` gives the moment in UTC."""

    def __init__(self, settings: Settings, now: Callable[[], dt.datetime]) -> None:
        self.settings, self.now = settings, now

    async def quick(self) -> list[Finding]:
        """What a health check asks: database and queue."""
        return await self._all([self._database])

    async def whole(self) -> list[Finding]:
        """Everything."""
        looks: list[Look] = [
            self._folder, self._database, self._content, self._understanding, self._platforms, self._web, self._backups,
        ]  # fmt: skip
        return await self._all(looks)

    async def _all(self, looks: list[Look]) -> list[Finding]:
        found: list[Finding] = []
        for look in looks:
            try:
                found += [finding async for finding in look()]
            except Exception as error:  # a look that fails is a finding, and the others are still taken
                found.append(Finding("broken", look.__name__.strip("_"), f"could not be looked at: {_told(error)}"))
        return found

    async def _folder(self) -> AsyncIterator[Finding]:
        data = self.settings.data
        data.mkdir(parents=True, exist_ok=True)
        free = shutil.disk_usage(data).free
        if free < LEAST_SPACE:
            yield Finding("broken", "disk", f"{free // 2**20} MB are free on the disk of {data}: make room or grow it.")
        else:
            yield Finding("ok", "disk")
        secret = data / "secret"
        if self.settings.secret.get_secret_value():
            yield Finding("ok", "secret key")
        elif secret.exists() and stat.S_IMODE(secret.stat().st_mode) & 0o077:
            yield Finding("broken", "secret key", f"others can read {secret}: run chmod 600 {secret}.")
        else:
            yield Finding("warning", "secret key", f"it lies in {secret}: keep a copy elsewhere, or set AMPARO_SECRET.")

    async def _database(self) -> AsyncIterator[Finding]:
        engine = database.open_engine(self.settings.database_address)
        try:
            async for finding in self._database_of(engine):
                yield finding
        finally:
            await engine.dispose()

    async def _database_of(self, engine: AsyncEngine) -> AsyncIterator[Finding]:
        try:
            behind = await database.behind(engine)
        except Exception as error:
            yield Finding(
                "broken", "database", f"it does not answer ({_told(error)}): start it, or mend AMPARO_DATABASE."
            )
            return
        if behind:
            yield Finding("broken", "database", "its tables are of an older version: run `python -m bot migrate`.")
            return
        yield Finding("ok", "database")
        mailbox = Mailbox(engine, dt.timedelta(seconds=self.settings.lease))
        age = await mailbox.oldest_waiting(self.now())
        if age > WAITS_LONG:
            yield Finding("broken", "queue", f"a letter waits for {age:.0f} s: start a worker, or more of them.")
        else:
            yield Finding("ok", "queue")
        if given_up := await mailbox.given_up():
            yield Finding("warning", "letters", f"{given_up} were given up: look for letter_given_up in the log.")
        if engine.dialect.name == "postgresql":
            async with engine.connect() as connection:
                there = (await connection.execute(text("select clock_timestamp()"))).scalar_one()
            if abs(there - self.now()) > SKEW:
                yield Finding("broken", "clock", "this machine and the database's differ: set both by NTP.")
        async with engine.connect() as connection:
            people = await connection.scalar(select(func.count()).select_from(staff))
        if not people:
            yield Finding("warning", "console", "nobody can sign in yet: run `python -m bot invite`.")
        secret = load_keys(self.settings)
        if broken := await Audit(engine, secret).broken_at():
            yield Finding(
                "broken", "audit log", f"line {broken} or one before it was changed: find out who had access."
            )

    async def _content(self) -> AsyncIterator[Finding]:
        library = loading.load(self.settings.content)
        if library.problems:
            yield Finding(
                "broken", "content", f"{len(library.problems)} files cannot be used: run `python -m bot check`."
            )
        elif not library.offered():
            yield Finding("broken", "content", f"no country is written in {self.settings.content}: set AMPARO_CONTENT.")
        else:
            yield Finding("ok", "content")

    async def _understanding(self) -> AsyncIterator[Finding]:
        if self.settings.nlu_managed and not served_model(self.settings):
            yield Finding("broken", "understanding", "no model is trained: run `make setup`.")
        for address in self.settings.nlu_addresses:
            if await NluServer(self.settings, address).answers():
                yield Finding("ok", f"understanding at {address}")
            else:
                yield Finding(
                    "warning",
                    f"understanding at {address}",
                    "words and menus answer alone without it: start it (`make nlu`), or mend its address or token.",
                )

    async def _platforms(self) -> AsyncIterator[Finding]:
        settings = self.settings
        if token := settings.telegram_token.get_secret_value():
            yield await _asked(
                "Telegram",
                lambda client: client.get(f"{settings.telegram_api}/bot{token}/getMe"),
                "AMPARO_TELEGRAM_TOKEN",
            )
        if token := settings.whatsapp_token.get_secret_value():
            yield await _asked(
                "WhatsApp",
                lambda client: client.get(
                    f"{settings.whatsapp_api}/{settings.whatsapp_phone_id}",
                    headers={"Authorization": f"Bearer {token}"},
                ),
                "AMPARO_WHATSAPP_TOKEN and AMPARO_WHATSAPP_PHONE_ID",
            )
            if not settings.whatsapp_app_secret.get_secret_value():
                yield Finding("broken", "WhatsApp", "AMPARO_WHATSAPP_APP_SECRET is missing: no webhook can be trusted.")

    async def _web(self) -> AsyncIterator[Finding]:
        address = self.settings.public_address
        if not address:
            yield Finding("ok", "public address")
        elif not address.startswith("https://"):
            yield Finding(
                "broken", "public address", "platforms reach HTTPS alone: put a proxy with a certificate before it."
            )
        elif not self.settings.web_cookie_secure:
            yield Finding("warning", "cookies", "the page is served over HTTPS: set AMPARO_WEB_COOKIE_SECURE=true.")
        else:
            yield Finding("ok", "public address")

    async def _backups(self) -> AsyncIterator[Finding]:
        folder = self.settings.backups
        if folder is None:
            return
        newest = await asyncio.to_thread(_newest, folder)
        age = self.now() - dt.datetime.fromtimestamp(newest, dt.UTC)
        if age > BACKUP_OLD:
            yield Finding("broken", "backups", f"none is newer than two days in {folder}: look at amparo-backup.timer.")
        else:
            yield Finding("ok", "backups")


async def _asked(name: str, ask: Callable[[httpx.AsyncClient], Awaitable[httpx.Response]], setting: str) -> Finding:
    try:
        async with httpx.AsyncClient(timeout=PLATFORM_TIMEOUT) as client:
            response = await ask(client)
    except httpx.HTTPError as error:
        return Finding("broken", name, f"it cannot be reached ({type(error).__name__}): open the way out to it.")
    if response.is_success:
        return Finding("ok", name)
    return Finding("broken", name, f"it refused us with {response.status_code}: mend {setting}.")


def _newest(folder: Path) -> float:
    """When the youngest backup was written; 0 where there is none."""
    return max((path.stat().st_mtime for path in folder.glob("*.dump")), default=0.0)


def _told(error: Exception) -> str:
    """The kind of an error: its words may hold a password."""
    return type(error).__name__
