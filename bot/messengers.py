"""Telegram and WhatsApp, opened when their tokens are set, and how each gets its updates."""

from __future__ import annotations

import contextlib
import dataclasses
import hashlib
import hmac
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

import structlog
from telegram.error import TelegramError

from bot.channels import Channel
from bot.channels.telegram import COMMANDS, Telegram, open_bot
from bot.channels.whatsapp import Account, WhatsApp
from bot.settings import Settings
from bot.translations import Catalogues

log = structlog.get_logger()

TELEGRAM_PATH, WHATSAPP_PATH = "/telegram", "/whatsapp"


@dataclasses.dataclass(frozen=True)
class Messengers:
    """The messengers in use; None for one without a token."""

    telegram: Telegram | None = None
    whatsapp: WhatsApp | None = None
    telegram_secret: str = ""
    """What Telegram must send with each update; '' when updates are asked for instead."""
    whatsapp_verify_token: str = ""
    texts: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    address: str = ""

    @property
    def channels(self) -> dict[str, Channel]:
        """By name."""
        opened: tuple[Channel | None, ...] = (self.telegram, self.whatsapp)
        return {channel.name: channel for channel in opened if channel is not None}

    def tasks(self, keep: Callable[[Channel, Mapping[str, Any]], Awaitable[object]]) -> list[Coroutine[Any, Any, None]]:
        """What must run beside the web server: introduce the bot, and ask for updates where no webhook is set."""
        return [self._telegram(self.telegram, keep)] if self.telegram else []

    async def _telegram(
        self, telegram: Telegram, keep: Callable[[Channel, Mapping[str, Any]], Awaitable[object]]
    ) -> None:
        try:
            await telegram.introduce(self.texts)
            if self.telegram_secret:
                await telegram.hook(f"{self.address}{TELEGRAM_PATH}", self.telegram_secret)
        except TelegramError as error:  # the bot answers all the same
            log.warning("telegram_not_introduced", kind=type(error).__name__)
        if not self.telegram_secret:

            async def keep_one(update: Mapping[str, Any]) -> None:
                await keep(telegram, update)

            await telegram.poll(keep_one)


async def open_messengers(
    settings: Settings, catalogues: Catalogues, stack: contextlib.AsyncExitStack, secret: bytes
) -> Messengers:
    """Open those whose tokens are set; closed with the stack."""
    telegram: Telegram | None = None
    whatsapp: WhatsApp | None = None
    if token := settings.telegram_token.get_secret_value():
        telegram = Telegram(open_bot(token, settings.telegram_api), settings.text_limit)
        stack.push_async_callback(telegram.bot.shutdown)
    if settings.whatsapp_token.get_secret_value() and settings.whatsapp_phone_id:
        whatsapp = WhatsApp(_account(settings), settings.text_limit, _choose(catalogues))
        stack.push_async_callback(whatsapp.close)
    address = settings.public_address.rstrip("/")
    hooked = hmac.new(secret, b"telegram webhook", hashlib.sha256).hexdigest() if address else ""
    return Messengers(
        telegram,
        whatsapp,
        hooked,
        settings.whatsapp_verify_token.get_secret_value(),
        {} if telegram is None else _texts(catalogues),
        address,
    )


def _account(settings: Settings) -> Account:
    return Account(
        phone_id=settings.whatsapp_phone_id,
        token=settings.whatsapp_token.get_secret_value(),
        app_secret=settings.whatsapp_app_secret.get_secret_value(),
        api=settings.whatsapp_api,
        templates=settings.whatsapp_templates,
        news_templates=settings.whatsapp_news_templates,
    )


def _choose(catalogues: Catalogues) -> dict[str, str]:
    return {language.code: catalogues.words(language.code).say("choose") for language in catalogues.offered()}


def _texts(catalogues: Catalogues) -> dict[str, dict[str, str]]:
    """What Telegram shows of the bot, by language; '' is for people whose language we do not have."""
    said = {}
    for language in catalogues.offered():
        words = catalogues.words(language.code)
        said[language.code] = {
            "name": words.say("telegram_name"),
            "about": words.say("telegram_about"),
            "description": words.say("telegram_description"),
        } | {f"command_{name}": words.say(f"command_{name}") for name in COMMANDS if name != "start"}
    return {"": said["es"]} | said
