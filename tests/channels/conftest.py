"""A whole bot with both messengers, whose far sides are fakes on real ports."""

from __future__ import annotations

import dataclasses
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from bot.app import Amparo, open_amparo
from bot.settings import Settings
from bot.web.webhooks import webhooks
from tests.conftest import free_port
from tests.fakes.served import served
from tests.fakes.telegram import FakeTelegram, Phone
from tests.fakes.whatsapp import APP_SECRET, PHONE_ID, FakeWhatsApp, Handset, signed


@pytest.fixture(scope="session")
def far_telegram() -> Iterator[tuple[FakeTelegram, str]]:
    fake = FakeTelegram()
    with served(fake.app, free_port()) as address:
        yield fake, address


@pytest.fixture(scope="session")
def far_whatsapp() -> Iterator[tuple[FakeWhatsApp, str]]:
    fake = FakeWhatsApp()
    with served(fake.app, free_port()) as address:
        yield fake, address


@dataclasses.dataclass
class Messenger:
    """The bot, its web server, and both far sides."""

    amparo: Amparo
    web: httpx.AsyncClient
    telegram: FakeTelegram
    whatsapp: FakeWhatsApp
    phone: Phone
    handset: Handset

    async def work(self) -> None:
        """Answer and send until nothing is due."""
        worker = self.amparo.worker
        while await worker.answer_next() or await worker.send_next():
            pass

    async def to_telegram(self, update: dict[str, Any], secret: str | None = None) -> httpx.Response:
        given = self.amparo.messengers.telegram_secret if secret is None else secret
        headers = {"X-Telegram-Bot-Api-Secret-Token": given} if given else {}
        return await self.web.post("/telegram", json=update, headers=headers)

    async def to_whatsapp(self, payload: dict[str, Any]) -> httpx.Response:
        body, headers = signed(payload)
        return await self.web.post("/whatsapp", content=body, headers=headers)


@pytest.fixture
async def messenger(
    settings: Settings, far_telegram: tuple[FakeTelegram, str], far_whatsapp: tuple[FakeWhatsApp, str]
) -> AsyncIterator[Messenger]:
    (telegram, telegram_api), (whatsapp, whatsapp_api) = far_telegram, far_whatsapp
    telegram.reset()
    whatsapp.reset()
    chosen = settings.model_copy(
        update={
            "public_address": "https://bot.example.org",
            "telegram_token": type(settings.telegram_token)("7:token"),
            "telegram_api": telegram_api,
            "whatsapp_token": type(settings.whatsapp_token)("token"),
            "whatsapp_phone_id": PHONE_ID,
            "whatsapp_app_secret": type(settings.whatsapp_app_secret)(APP_SECRET),
            "whatsapp_verify_token": type(settings.whatsapp_verify_token)("verify"),
            "whatsapp_api": whatsapp_api,
        }
    )
    async with open_amparo(chosen) as amparo:
        await amparo.messengers.telegram.bot.initialize()
        for channel in amparo.messengers.channels.values():
            channel.overall = channel.each = 0.0  # the limits have tests of their own
        app = FastAPI()
        app.include_router(webhooks(amparo.messengers, amparo.inbox))
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot") as web:
            yield Messenger(amparo, web, telegram, whatsapp, Phone(telegram), Handset(whatsapp))
