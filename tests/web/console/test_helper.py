"""At the counter: staff asks for somebody, nothing of them is kept, one page is printed."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.app import Amparo
from bot.web.console.desk import Desk
from tests.web.console.conftest import SignIn

pytestmark = pytest.mark.anyio


@pytest.fixture
async def working(amparo: Amparo, desk: Desk) -> AsyncIterator[None]:
    """The bot at work."""
    assert desk.casework
    desk.casework.wake = amparo.worker.awake.set
    task = asyncio.create_task(amparo.worker._loop(amparo.worker.answer_next))
    yield
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


@pytest.mark.usefixtures("working")
async def test_a_question_is_answered_printed_and_forgotten(sign_in: SignIn, amparo: Amparo) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", "Ana")
    assert "Begin" in await ana.get("/console/helper")
    assert "Ou ka chwazi" in await ana.post("/console/helper/fresh", language="ht")
    await ana.post("/console/helper/fresh", language="es")
    await ana.post("/console/helper/say", text="soy trabajadora del hogar en Perú y no me pagaron el mes pasado")
    assert "Tiene que pagarte" in ana.words
    assert "Hablar con alguien" not in ana.words, "the person stands in front of somebody"
    sheet = await ana.get("/console/helper/print")
    for said in ("Tiene que pagarte", "SUNAFIL", "Av. Salaverry 655"):
        assert said in sheet
    await ana.get("/console/helper")
    await ana.post("/console/helper/fresh", language="es")
    assert "no me pagaron" not in ana.words
    assert "There is no answer to print yet" in await ana.get("/console/helper/print")


@pytest.mark.usefixtures("working")
async def test_nobody_sees_the_counter_of_somebody_else(sign_in: SignIn) -> None:
    ana, luz = await sign_in("case_worker", "pe.sunafil", "Ana"), await sign_in("case_worker", "pe.sunafil", "Luz")
    await ana.get("/console/helper")
    await ana.post("/console/helper/say", text="estoy en Perú")
    assert "estoy en Perú" in ana.words
    assert "estoy en Perú" not in await luz.get("/console/helper")


@pytest.mark.usefixtures("working")
async def test_what_is_typed_is_text(sign_in: SignIn) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    await ana.get("/console/helper")
    await ana.post("/console/helper/say", text="<script>alert(1)</script>")
    assert "<script>alert" not in ana.page
    await ana.post("/console/helper/say", text="  ")
    assert ana.status == 200
