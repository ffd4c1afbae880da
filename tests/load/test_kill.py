"""A killed process loses no message and answers none twice. Real processes, real `kill -9`."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections import Counter
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from bot.storage import database
from bot.storage.tables import letters
from tests.conftest import ROOT, free_port

pytestmark = [pytest.mark.anyio, pytest.mark.load]
PEOPLE, EACH, ROUNDS = 20, 6, 4
PATIENCE = 3000
"""Tries, a tenth of a second apart: on a busy machine a start takes long, and nothing here measures time."""
TEXTS = ("no me pagaron", "hola", "me echaron", "¿qué sabes de mí?", "estoy en Perú", "soy jornalero")


class Bot:
    """`python -m bot run` as a process of its own, without the model."""

    def __init__(self, folder: Path, address: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = os.environ | {
            "AMPARO_DATA": str(folder),
            "AMPARO_DATABASE": address,
            "AMPARO_SECRET": "the same for all processes",
            "AMPARO_NLU_MANAGED": "false",
            "AMPARO_NLU_ADDRESS": f"http://127.0.0.1:{free_port()}",
            "AMPARO_WEB_PORT": str(self.port),
            "AMPARO_LEASE": "3",
            "AMPARO_LOG_LEVEL": "CRITICAL",
        }

    async def start(self) -> None:
        self.process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run", cwd=ROOT, env=self.environment, stdout=asyncio.subprocess.DEVNULL
        )
        async with httpx.AsyncClient(base_url=self.url) as client:
            for _ in range(PATIENCE):
                try:
                    if (await client.get("/health")).status_code == 200:
                        return
                except httpx.HTTPError:
                    await asyncio.sleep(0.1)
        raise AssertionError("the bot did not start")

    async def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        await self.process.wait()


async def send(bots: list[Bot], visitor: int, number: int) -> None:
    """Post until one of the processes has taken it, as an app that retries does."""
    form = {"text": random.choice(TEXTS), "nonce": f"{visitor}-{number}"}
    for _ in range(PATIENCE):
        try:
            async with httpx.AsyncClient(cookies={"amparo": f"visitor-{visitor}"}, timeout=10) as client:
                if (await client.post(f"{random.choice(bots).url}/say", data=form)).status_code == 303:
                    return
        except httpx.HTTPError:
            pass
        await asyncio.sleep(0.1)
    raise AssertionError("never taken")


@pytest.mark.parametrize("processes", [1, 2])
async def test_nothing_is_lost_and_nothing_answered_twice(address: str, tmp_path: Path, processes: int) -> None:
    bots = [Bot(tmp_path / "var", address) for _ in range(processes)]
    for bot in bots:
        await bot.start()

    async def visitor(who: int) -> None:
        for number in range(EACH):
            await send(bots, who, number)

    talking = asyncio.gather(*(visitor(who) for who in range(PEOPLE)))
    for _ in range(ROUNDS):
        await asyncio.sleep(random.uniform(0.3, 1.0))
        victim = random.choice(bots)
        await victim.kill()
        await victim.start()
    await talking
    counts = await settled(address)
    for bot in bots:
        await bot.kill()
    assert counts["in"] == PEOPLE * EACH
    assert counts["finished"] == PEOPLE * EACH
    assert counts["answered twice"] == 0
    assert counts["never answered"] == 0


async def settled(address: str) -> Counter[str]:
    """What stands in the database once no letter waits."""
    engine = database.open_engine(address)
    try:
        for _ in range(PATIENCE):
            async with engine.connect() as connection:
                rows = (
                    await connection.execute(select(letters.c.id, letters.c.direction, letters.c.state, letters.c.key))
                ).all()
            if not any(row.state == "waiting" for row in rows):
                break
            await asyncio.sleep(0.2)
    finally:
        await engine.dispose()
    answers = Counter(row.key.split(".")[0] for row in rows if row.direction == "out")
    came = [str(row.id) for row in rows if row.direction == "in"]
    return Counter(
        {
            "in": len(came),
            "finished": sum(row.direction == "in" and row.state == "finished" for row in rows),
            "answered twice": sum(answers[letter] > 1 for letter in came),
            "never answered": sum(answers[letter] == 0 for letter in came),
        }
    )
