"""A case from a Telegram message to a reply by staff, a referral that is accepted, and an outcome; and on WhatsApp,
whose window closes.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

import pytest
from sqlalchemy import update

from bot.app import Amparo, console_desk
from bot.clock import utc_now
from bot.storage.case_list import CaseList
from bot.storage.tables import addresses
from bot.web.console import add_console
from bot.web.console.desk import Desk
from bot.web.server import web_app
from tests.channels.conftest import Messenger
from tests.fakes.telegram import Phone
from tests.fakes.whatsapp import said
from tests.web.console.conftest import Browser, Clock, SignIn, sign_in  # noqa: F401 - a fixture

pytestmark = pytest.mark.anyio


@pytest.fixture
def amparo(messenger: Messenger) -> Amparo:
    return messenger.amparo


@pytest.fixture
def clock() -> Clock:
    return Clock(utc_now())


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


async def writes(messenger: Messenger, text: str, phone: Phone | None = None) -> str:
    """What the chat shows anew after somebody wrote on Telegram."""
    phone = phone or messenger.phone
    before = len(messenger.telegram.sent(phone.chat))
    await messenger.to_telegram(phone.text(text))
    await messenger.work()
    return "\n".join(message["text"] for message in messenger.telegram.sent(phone.chat)[before:])


async def taps(messenger: Messenger, action: str) -> str:
    phone = messenger.phone
    before = len(messenger.telegram.sent(phone.chat))
    tap = {"id": "1", "from": phone.user(), "chat_instance": "1", "data": action}
    message = messenger.telegram.sent(phone.chat)[-1]
    await messenger.to_telegram(phone.update(callback_query=tap | {"message": message}))
    await messenger.work()
    return "\n".join(message["text"] for message in messenger.telegram.sent(phone.chat)[before:])


async def arrives(messenger: Messenger) -> str:
    await messenger.work()
    return str(messenger.telegram.sent(messenger.phone.chat)[-1]["text"])


async def opens_a_case(messenger: Messenger) -> None:
    await writes(messenger, "estoy en Perú")
    await writes(messenger, "mi patrona me debe S/ 1,200 del mes pasado")
    assert "SUNAFIL" in await taps(messenger, "human")
    assert "SUNAFIL" in await taps(messenger, "human:yes/pe.sunafil")


async def test_from_a_message_to_a_reply_a_referral_and_an_outcome(
    messenger: Messenger,
    sign_in: SignIn,  # noqa: F811
) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", "Ana")
    luz = await sign_in("case_worker", "pe.mtpe", "Luz")
    await opens_a_case(messenger)
    assert await writes(messenger, "soy trabajadora del hogar y me da miedo reclamar") == "", "the program is quiet"

    inbox = await ana.get("/console/cases")
    assert "Unassigned 1" in inbox
    assert "/console/cases/1" in ana.page
    case = await ana.get("/console/cases/1")
    for shown in ("me da miedo reclamar", "S/ 1,200", "Peru", "not given"):
        assert shown in case
    await ana.post("/console/cases/1/reply", text="Tranquila: reclamar es *tu* derecho.")
    answer = await arrives(messenger)
    assert "SUNAFIL" in answer
    assert "reclamar es *tu* derecho" in answer, "what staff type is text, with its stars"

    await ana.post("/console/cases/1/refer", to="pe.mtpe")
    assert "Ministerio de Trabajo" in await arrives(messenger)
    assert "/console/cases/1" not in (await luz.get("/console/cases"), luz.page)[1], "nothing before the person agrees"
    await luz.get("/console/cases/1")
    assert luz.status == 404
    await taps(messenger, "human:refer")
    assert "From SUNAFIL" in await luz.get("/console/cases")
    offered = await luz.get("/console/cases/1")
    assert "me da miedo" not in offered, "what was written is read after accepting"
    await luz.post("/console/cases/1/accept")
    assert "Ministerio de Trabajo" in await arrives(messenger)
    assert "me da miedo reclamar" in await luz.get("/console/cases/1")
    await ana.get("/console/cases/1")
    assert ana.status == 404, "the case is the other office's now"

    await luz.get("/console/cases/1")
    await luz.post("/console/cases/1/close", outcome="solved")
    assert "cerró tu caso" in await arrives(messenger)
    assert "Solved" in await luz.get("/console/cases?view=closed")
    assert "Tiene que pagarte" in await writes(messenger, "mi patrona no me paga nada desde marzo"), "the bot is back"

    figures = {row["kind"]: row["office"] for row in await CaseList(messenger.amparo.worker.cases).figures()}
    assert figures["opened"] == figures["replied"] == figures["referred"] == "pe.sunafil"
    assert figures["closed_solved"] == "pe.mtpe"
    messenger.amparo.worker.now = lambda: utc_now() + dt.timedelta(days=8)
    assert await messenger.amparo.worker.remind() == 1
    question = await arrives(messenger)
    assert "caso" not in question, "who looks over a shoulder learns nothing"
    assert "alegra" in await taps(messenger, "helped:1:yes")
    figures = {row["kind"]: row["office"] for row in await CaseList(messenger.amparo.worker.cases).figures()}
    assert figures["helped_yes"] == "pe.mtpe"


async def test_danger_alerts_the_staff_on_their_own_telegram_and_nothing_shows_it(
    messenger: Messenger,
    sign_in: SignIn,  # noqa: F811
) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", "Ana")
    await ana.get("/console/alerts")
    page = await ana.post("/console/alerts/link")
    code = re.search(r"/start (staff-[\w-]+)", page)
    assert code
    own = Phone(messenger.telegram, chat=77)
    assert "urgent" in await writes(messenger, f"/start {code[1]}", own)
    assert "too old" in await writes(messenger, f"/start {code[1]}", Phone(messenger.telegram, chat=78, language="en"))
    await opens_a_case(messenger)
    answer = await writes(messenger, "me está pegando ahora mismo, ayuda")
    assert "105" in answer
    assert "SUNAFIL" not in answer
    alert = messenger.telegram.sent(77)[-1]["text"]
    assert "https://bot.example.org/console/cases/1" in alert
    assert "pegando" not in alert
    inbox = await ana.get("/console/cases")
    assert "Urgent cases waiting for an answer: 1" in inbox
    assert "me está pegando" in await ana.get("/console/cases/1")


async def test_on_whatsapp_a_reply_after_the_window_waits_for_the_person(
    messenger: Messenger,
    sign_in: SignIn,  # noqa: F811
    clock: Clock,
) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", "Ana")
    handset = messenger.handset

    async def whatsapp(text: str = "", button: str = "") -> None:
        chosen = {"type": "button_reply", "button_reply": {"id": button, "title": "x"}}
        context = {"from": "1", "id": "wamid.x"}
        tap = handset.message("interactive", interactive=chosen, context=context)
        await messenger.to_whatsapp(tap if button else handset.text(text))
        await messenger.work()

    for text in ("estoy en Perú", "mi patrona no me pagó el mes pasado"):
        await whatsapp(text)
    await whatsapp(button="human")
    await whatsapp(button="human:yes/pe.sunafil")
    clock.passes(minutes=30)
    assert "23 hours" in await ana.get("/console/cases/1")
    async with messenger.amparo.mailbox.engine.begin() as connection:
        await connection.execute(update(addresses).values(wrote_at=utc_now() - dt.timedelta(hours=25)))
    assert "24 hours have passed" in await ana.get("/console/cases/1")
    before = len(messenger.whatsapp.sent(handset.address))
    await ana.post("/console/cases/1/reply", text="Ven el lunes")
    await messenger.work()
    assert len(messenger.whatsapp.sent(handset.address)) == before
    assert "when the person writes" in ana.words
    await whatsapp("¿hola?")
    assert any("Ven el lunes" in said(message) for message in messenger.whatsapp.sent(handset.address))
