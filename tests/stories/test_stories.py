"""The stories of this folder with the real model, from what a platform sends to what a person sees, on every channel.

The words must be the same everywhere; only how a choice is made differs.

by_country/ holds ten questions of each country as they are written there, misspelt, each by somebody new who has told
nothing yet; country and work are tapped when the bot asks.
  say, language    what is written, and in which language; work: what is tapped (general where nothing stands)
  topic, page      what must be answered, and the page it comes from (the beginning or all of its path)
  shows            figures and words the answer must have
  door             the office that must be among those named
  offers           what one of the choices must do, such as opening a calculation
  offered          true where the first answer may be another, if the right one is among its choices
  missed           why a fair question is not understood yet, and what is answered instead: it is asked all the same
"""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.app import Amparo, open_amparo
from bot.clock import utc_now
from bot.library.loading import Library
from bot.messages import Answer
from bot.settings import Settings
from bot.terminal import Visitor
from bot.understanding.server import NluServers
from tests.conftest import ROOT, free_port
from tests.fakes.served import served
from tests.fakes.telegram import FakeTelegram, Phone
from tests.fakes.whatsapp import APP_SECRET, PHONE_ID, FakeWhatsApp, Handset

pytestmark = [pytest.mark.model, pytest.mark.anyio]
Fakes = tuple[FakeTelegram, str, FakeWhatsApp, str]
"""Telegram and WhatsApp as they are played here, each with its address."""
HERE = Path(__file__).parent
STORIES = [story for path in sorted(HERE.glob("*.yaml")) for story in YAML(typ="safe").load(path)]
QUESTIONS = [
    (path.stem, question)
    for path in sorted((HERE / "by_country").glob("*.yaml"))
    for question in YAML(typ="safe").load(path)
]
A_COUNTRY = 10
"""Questions of each country, at least half of them in the language its pages are written in first."""


@pytest.fixture(scope="module")
def fakes() -> Iterator[Fakes]:
    telegram, whatsapp = FakeTelegram(), FakeWhatsApp()
    with served(telegram.app, free_port()) as telegram_api, served(whatsapp.app, free_port()) as whatsapp_api:
        yield telegram, telegram_api, whatsapp, whatsapp_api


@pytest.fixture(scope="module")
def served_model(tmp_path_factory: pytest.TempPathFactory, fakes: Fakes) -> Iterator[Settings]:
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
        return await self.press(action)

    async def press(self, action: str) -> Answer:
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
        channel.overall = channel.each = 0.0  # type: ignore[misc] # as the channels of this test have them
        stored: list[Answer] = []
        keep = amparo.worker._store

        async def store(letter: Any, where: Any, turn: Any) -> None:
            stored.extend(turn.answers)
            await keep(letter, where, turn)

        amparo.worker._store = store  # type: ignore[method-assign, assignment] # looks on, changes nothing
        try:
            await amparo.inbox.keep(channel, update)
            while await amparo.worker.answer_next() or await amparo.worker.send_next():
                pass
        finally:
            amparo.worker._store = keep  # type: ignore[method-assign]
        return stored[-1]


@pytest.mark.parametrize("channel", ["terminal", "telegram", "whatsapp"])
@pytest.mark.parametrize("story", STORIES, ids=[story["story"] for story in STORIES])
async def test_story(served_model: Settings, fakes: Fakes, story: dict[str, Any], channel: str) -> None:
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


async def somebody(amparo: Amparo, fakes: Fakes, channel: str, number: int) -> OnTerminal | OnMessenger:
    """A person of their own for each story."""
    telegram, _, whatsapp, _ = fakes
    if channel == "terminal":
        return OnTerminal(amparo, Visitor(amparo))
    if channel == "telegram":
        assert amparo.messengers.telegram is not None
        await amparo.messengers.telegram.bot.initialize()
        return OnMessenger(amparo, Phone(telegram, chat=100 + number), channel)
    return OnMessenger(amparo, Handset(whatsapp, phone=f"5690000{number:04}", user=f"CL.{number:06}"), channel)


@pytest.fixture(scope="module")
async def one_amparo(served_model: Settings) -> AsyncIterator[Amparo]:
    """One bot for all questions of the countries: each is asked by somebody of their own."""
    async with open_amparo(served_model) as amparo:
        yield amparo


@pytest.mark.parametrize(
    ("country", "question"),
    [
        pytest.param(
            country,
            question,
            id=f"{country}-{question['say'][:40]}",
            marks=[pytest.mark.xfail(reason=question["missed"], strict=False)] if "missed" in question else [],
        )
        for country, question in QUESTIONS
    ],
)
async def test_question_of_a_country(one_amparo: Amparo, country: str, question: dict[str, Any]) -> None:
    who = OnTerminal(one_amparo, Visitor(one_amparo))
    answer = await after_questions(who, await who.say(question["say"]), country, question)
    wanted = f"topic:{question['topic']}"
    if question.get("offered") and answer.topic != question["topic"]:
        assert wanted in {button.action for button in answer.buttons}, f"{country}: {question} → {answer}"
        answer = await after_questions(who, await who.press(wanted), country, question)
    told = f"tests/stories/by_country/{country}.yaml: {question} → {answer}"
    assert answer.topic == question["topic"], told
    assert answer.page.startswith(question.get("page", "")), told
    text = plain(answer.text)
    assert [words for words in question.get("shows", []) if plain(words) not in text] == [], told
    assert question.get("offers", "") in {"", *(button.action for button in answer.buttons)}, told
    if "door" in question:
        assert question["door"] in {door.id for door in answer.doors}, told


async def after_questions(who: OnTerminal, answer: Answer, country: str, question: dict[str, Any]) -> Answer:
    """The answer after the bot's own questions, each answered with its button: the country, the kind of work."""
    for replies in ((f"country:{country}",), (f"work:{question.get('work', 'general')}", "work:general")):
        choices = {button.action for button in answer.buttons}
        reply = next((reply for reply in replies if reply in choices), "")
        if reply and not answer.topic:
            answer = await who.press(reply)
    return answer


def plain(text: str) -> str:
    """Small letters and single ordinary spaces: amounts are written with spaces that do not break."""
    return " ".join(text.casefold().split())


def test_each_country_has_its_questions(library: Library) -> None:
    for country in library.offered():
        asked = [question for code, question in QUESTIONS if code == country]
        leader = library.countries[country].about.language  # type: ignore[union-attr]
        assert len(asked) >= A_COUNTRY, country
        assert sum(question["language"] == leader for question in asked) >= A_COUNTRY / 2, country
        assert len({question["topic"] for question in asked}) >= A_COUNTRY * 0.7, country
