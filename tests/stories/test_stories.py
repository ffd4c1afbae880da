"""The stories of this folder with the real model, from the kept message to the stored answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.app import open_amparo
from bot.clock import utc_now
from bot.messages import Answer
from bot.settings import Settings
from bot.terminal import Visitor
from bot.understanding.server import NluServer
from tests.conftest import ROOT, free_port

pytestmark = [pytest.mark.model, pytest.mark.anyio]
STORIES = [story for path in sorted(Path(__file__).parent.glob("*.yaml")) for story in YAML(typ="safe").load(path)]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """Settings of a bot whose understanding server runs with the trained model."""
    settings = Settings(
        _env_file=None,
        content=ROOT / "content",
        locales=ROOT / "locales",
        data=tmp_path_factory.mktemp("var"),
        nlu_project=ROOT / "rasa_project",
        nlu_address=f"http://127.0.0.1:{free_port()}",
        nlu_timeout=30.0,
        log_level="WARNING",
    )
    loop = asyncio.new_event_loop()
    nlu = NluServer(settings)
    try:
        loop.run_until_complete(nlu.start())
        loop.run_until_complete(nlu.ready())
        yield settings
    finally:
        loop.run_until_complete(nlu.stop())
        loop.close()


@pytest.mark.parametrize("story", STORIES, ids=[story["story"] for story in STORIES])
async def test_story(served: Settings, story: dict[str, Any]) -> None:
    async with open_amparo(served) as amparo:
        visitor = Visitor(amparo)
        answer = Answer("")
        for step in story["steps"]:
            answer = (await visitor.say(step["say"]) if "say" in step else await tap(visitor, answer, step["tap"]))[-1]
            told = f"{step} → {answer}"
            assert answer.topic == step.get("topic", answer.topic), told
            assert step.get("page", "") in answer.page, told
            assert step.get("asks", "") in answer.text, told
            assert all(words in answer.text for words in step.get("shows", [])), told
            assert answer.buttons or answer.fleeting, told
            if "first_button" in step:
                assert answer.buttons[0].label == step["first_button"], told


async def tap(visitor: Visitor, answer: Answer, label: str) -> list[Answer]:
    action = next(button.action for button in answer.buttons if button.label == label)
    payload = {"button": action, "sent_at": utc_now().isoformat()}
    return await visitor.send(payload)
