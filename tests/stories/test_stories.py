"""The stories of this folder with the real model, from what a platform sends to what a person sees, on every channel.

The words must be the same everywhere; only how a choice is made differs.
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.app import Amparo, open_amparo
from bot.clock import utc_now
from bot.messages import Answer
from bot.settings import Settings
from bot.terminal import Visitor
from bot.understanding.server import NluServers
from tests.conftest import ROOT, free_port
from tests.fakes.served import served
from tests.fakes.telegram import FakeTelegram, Phone
from tests.fakes.whatsapp import APP_SECRET, PHONE_ID, FakeWhatsApp, Handset

pytestmark = [pytest.mark.model, pytest.mark.anyio]
STORIES = [story for path in sorted(Path(__file__).parent.glob("*.yaml")) for story in YAML(typ="safe").load(path)]


@pytest.fixture(scope="module")
def fakes() -> Iterator[tuple[FakeTelegram, str, FakeWhatsApp, str]]:
    telegram, whatsapp = FakeTelegram(), FakeWhatsApp()
    with served(telegram.app, free_port()) as telegram_api, served(whatsapp.app, free_port()) as whatsapp_api:
        yield telegram, telegram_api, whatsapp, whatsapp_api


@pytest.fixture(scope="module")
def served_model(
    tmp_path_factory: pytest.TempPathFactory, fakes: tuple[FakeTelegram, str, FakeWhatsApp, str]
) -> Iterator[Settings]:
    """Settings of a bot whose understanding server runs with the trained model, and whose messengers are fakes."""
    settings = Settings(
        _env_file=None,
        content=ROOT / "content",
        locales=ROOT / "locales",
        data=tmp_path_factory.mktemp("var"),
        nlu_project=ROOT / "rasa_project",
        nlu_address=f"http://127.0.0.1:{free_port()}",
        nlu_processes=1,
        nlu_timeout=30.0,
        log_level="WARNING",
        telegram_token="7:token",
        telegram_api=fakes[1],
        whatsapp_token="token",
        whatsapp_phone_id=PHONE_ID,
        whatsapp_app_secret=APP_SECRET,
        whatsapp_api=fakes[3],
    )
    loop = asyncio.new_event_loop()
    nlu = NluServers(settings)
    try:
        loop.run_until_complete(nlu.start())
        loop.run_until_complete(nlu.ready())
        yield settings
    finally:
        loop.run_until_complete(nlu.stop())
        loop.close()


@dataclasses.dataclass
class OnTerminal:
    """Somebody at the terminal, as on the web page."""

    amparo: Amparo
    visitor: Visitor

    async def say(self, text: str) -> Answer:
        return (await self.visitor.say(text))[-1]

    async def tap(self, before: Answer, label: str) -> Answer:
        action = next(button.action for button in before.buttons if button.label == label)
        return (await self.visitor.send({"button": action, "sent_at": utc_now().isoformat()}))[-1]


@dataclasses.dataclass
class OnMessenger:
    """Somebody with Telegram or WhatsApp: what was understood stands in the outgoing box before it is sent."""

    amparo: Amparo
    phone: Phone | Handset
    channel: str

    async def say(self, text: str) -> Answer:
        return await self._send(self.phone.text(text))

    async def tap(self, before: Answer, label: str) -> Answer:
        return await self._send(self.phone.tap(label))

    async def _send(self, update: dict[str, Any]) -> Answer:
        amparo = self.amparo
        channel = amparo.messengers.channels[self.channel]
        channel.overall = channel.each = 0.0
        stored: list[Answer] = []
        keep = amparo.worker._store

        async def store(letter: Any, where: Any, turn: Any) -> None:
            stored.extend(turn.answers)
            await keep(letter, where, turn)

        amparo.worker._store = store  # type: ignore[method-assign] # looks on, changes nothing
        try:
            await amparo.inbox.keep(channel, update)
            while await amparo.worker.answer_next() or await amparo.worker.send_next():
                pass
        finally:
            amparo.worker._store = keep  # type: ignore[method-assign]
        return stored[-1]


@pytest.mark.parametrize("channel", ["terminal", "telegram", "whatsapp"])
@pytest.mark.parametrize("story", STORIES, ids=[story["story"] for story in STORIES])
async def test_story(served_model: Settings, fakes: tuple, story: dict[str, Any], channel: str) -> None:
    async with open_amparo(served_model) as amparo:
        who = await somebody(amparo, fakes, channel, STORIES.index(story))
        answer = Answer("")
        for step in story["steps"]:
            answer = await who.say(step["say"]) if "say" in step else await who.tap(answer, step["tap"])
            told = f"{step} → {answer}"
            assert answer.topic == step.get("topic", answer.topic), told
            assert step.get("page", "") in answer.page, told
            assert step.get("asks", "") in answer.text, told
            assert all(words in answer.text for words in step.get("shows", [])), told
            assert answer.buttons or answer.fleeting, told
            if "first_button" in step:
                assert answer.buttons[0].label == step["first_button"], told


async def somebody(amparo: Amparo, fakes: tuple, channel: str, number: int) -> OnTerminal | OnMessenger:
    """A person of their own for each story."""
    telegram, _, whatsapp, _ = fakes
    if channel == "terminal":
        return OnTerminal(amparo, Visitor(amparo))
    if channel == "telegram":
        await amparo.messengers.telegram.bot.initialize()
        return OnMessenger(amparo, Phone(telegram, chat=100 + number), channel)
    return OnMessenger(amparo, Handset(whatsapp, phone=f"5690000{number:04}", user=f"CL.{number:06}"), channel)
