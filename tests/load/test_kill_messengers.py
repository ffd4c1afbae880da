"""Updates through the webhook while the process is killed: all are answered. Real process, real `kill -9`."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import random
from collections import Counter
from pathlib import Path

import httpx
import pytest

from tests.conftest import free_port
from tests.fakes.served import served
from tests.fakes.telegram import FakeTelegram, Phone
from tests.load.test_kill import PATIENCE, Bot, settled

pytestmark = [pytest.mark.anyio, pytest.mark.load]
PEOPLE, EACH, ROUNDS = 100, 5, 4
SECRET = "the same for all processes"


async def post(bot: Bot, update: dict, token: str) -> None:
    """As Telegram does: again until it is taken."""
    for _ in range(PATIENCE):
        try:
            async with httpx.AsyncClient(timeout=10) as client:
                headers = {"X-Telegram-Bot-Api-Secret-Token": token}
                if (await client.post(f"{bot.url}/telegram", json=update, headers=headers)).status_code == 200:
                    return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("never taken")


async def test_five_hundred_updates_survive_four_kills(tmp_path: Path) -> None:
    far, address = FakeTelegram(), f"sqlite+aiosqlite:///{tmp_path}/test.db"
    with served(far.app, free_port()) as api:
        bot = Bot(tmp_path / "var", address)
        bot.environment |= {
            "AMPARO_TELEGRAM_TOKEN": "7:token",
            "AMPARO_TELEGRAM_API": api,
            "AMPARO_PUBLIC_ADDRESS": "https://bot.example",
        }
        token = hmac.new(SECRET.encode(), b"telegram webhook", hashlib.sha256).hexdigest()
        await bot.start()
        phones = [Phone(far, chat=1000 + number) for number in range(PEOPLE)]

        async def talk(phone: Phone) -> None:
            for number in range(EACH):
                await post(bot, phone.text(f"no me pagan {number}"), token)

        talking = asyncio.gather(*(talk(phone) for phone in phones))
        for _ in range(ROUNDS):
            await asyncio.sleep(random.uniform(1.0, 3.0))
            await bot.kill()
            await bot.start()
        await talking
        counts = await settled(address)
        await bot.kill()
    assert counts["in"] == counts["finished"] == PEOPLE * EACH
    assert counts["answered twice"] == counts["never answered"] == 0
    shown = Counter({phone.chat: len(far.sent(phone.chat)) for phone in phones})
    assert min(shown.values()) >= EACH
    # An answer on its way when the process is killed may go out again: the platform cannot tell whether it arrived.
    assert sum(shown.values()) - PEOPLE * EACH <= ROUNDS * 4
