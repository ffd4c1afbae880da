"""Announcements on both messengers: asked for in the chat, sent by day, within the window, ended by a word."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.storage.announcement import Draft
from bot.storage.announcements import Announcements
from bot.storage.news import Audience, Scope
from bot.storage.staff import Staff
from tests.channels.conftest import Messenger
from tests.conftest import NOON

pytestmark = pytest.mark.anyio
TEXT = "El consulado atiende el sábado en la plaza, de 9 a 13."


@pytest.fixture(autouse=True)
def at(messenger: Messenger) -> Any:
    """Sets the clock of the whole bot; it begins at ten in the morning in Lima."""

    def set_to(now: dt.datetime) -> None:
        messenger.amparo.worker.now = messenger.amparo.inbox.now = lambda: now

    set_to(NOON)
    return set_to


async def follow(messenger: Messenger) -> None:
    """Somebody on Telegram in Peru finds an answer useful and asks for news."""
    await messenger.to_telegram(messenger.phone.text("me despidieron, estoy en Perú, soy jornalero"))
    await messenger.work()
    await messenger.to_telegram(messenger.phone.tap("Me sirvió"))
    await messenger.work()
    await messenger.to_telegram(messenger.phone.tap("Quiero avisos"))
    await messenger.work()


async def announce(messenger: Messenger, **texts: str) -> int:
    engine = messenger.amparo.mailbox.engine
    staff, announcements = Staff(engine, b"x"), Announcements(engine)
    members = []
    for name in ("ana", "eva"):
        token = await staff.invite("administrator", "", None, NOON)
        whole = {"name": name, "email": f"{name}@ngo.example", "password": "una frase larga", "language": "es"}
        members.append(await staff.join(token, now=NOON, **whole))
    draft = Draft("pe.sunafil", "visit", {"es": TEXT} | texts, Audience(), NOON.date() + dt.timedelta(days=2), 0)
    number = await announcements.write(draft, members[0].id, NOON)
    await announcements.submit(number, 1)
    await announcements.approve(number, 1, members[1].id, Scope(), NOON)
    return number


async def go_out(messenger: Messenger) -> None:
    worker = messenger.amparo.worker
    assert worker.announcing
    await worker.announcing.round(worker.now())
    await messenger.work()
    await worker.announcing.round(worker.now())


def last(messenger: Messenger) -> str:
    return str(messenger.telegram.sent(messenger.phone.chat)[-1]["text"])


async def test_who_asked_for_news_gets_them_and_no_more_after_a_word(messenger: Messenger) -> None:
    await follow(messenger)
    number = await announce(messenger)
    await go_out(messenger)
    assert TEXT in last(messenger)
    assert "SUNAFIL" in last(messenger)
    assert messenger.phone.labels()[0] == "No más avisos"
    found = await Announcements(messenger.amparo.mailbox.engine).one(number)
    assert found
    assert (found.sent, found.state) == (1, "done")
    await messenger.to_telegram(messenger.phone.text("Sin avisos"))
    await messenger.work()
    await announce_again(messenger)
    assert "no te mando más avisos" in last(messenger)


async def announce_again(messenger: Messenger) -> None:
    engine = messenger.amparo.mailbox.engine
    announcements = Announcements(engine)
    draft = Draft("", "scam", {"es": "otra cosa"}, Audience(), NOON.date(), 0)
    number = await announcements.write(draft, 1, NOON)
    await announcements.submit(number, 1)
    assert await announcements.approve(number, 1, 2, Scope(), NOON) == 0
    await go_out(messenger)


@pytest.mark.parametrize("word", ["sin avisos", "baja", "borra todo", "no más avisos"])
async def test_a_word_withdraws_even_what_is_in_the_box(messenger: Messenger, word: str) -> None:
    await follow(messenger)
    await announce(messenger)
    worker = messenger.amparo.worker
    assert worker.announcing
    assert await worker.announcing.round(NOON) == 1
    await messenger.to_telegram(messenger.phone.text(word))
    while await worker.answer_next():
        pass
    await messenger.work()
    assert TEXT not in " ".join(str(shown["text"]) for shown in messenger.telegram.sent(messenger.phone.chat))


async def test_one_already_taken_by_a_sender_is_held_back_too(messenger: Messenger) -> None:
    await follow(messenger)
    await announce(messenger)
    worker = messenger.amparo.worker
    assert worker.announcing
    await worker.announcing.round(NOON)
    letter = await messenger.amparo.mailbox.take("out", NOON)
    assert letter
    assert not await worker.announcing.withdrawn(letter)
    await messenger.to_telegram(messenger.phone.text("sin avisos"))
    await worker.answer_next()
    assert await worker.announcing.withdrawn(letter)


async def test_nothing_is_announced_at_night(messenger: Messenger, at: Any) -> None:
    await follow(messenger)
    await announce(messenger)
    night = NOON + dt.timedelta(hours=12)  # ten at night in Lima
    at(night)
    await go_out(messenger)
    assert TEXT not in last(messenger)
    at(night + dt.timedelta(hours=11))
    await go_out(messenger)
    assert TEXT in last(messenger)


async def test_what_is_over_is_not_announced(messenger: Messenger, at: Any) -> None:
    await follow(messenger)
    number = await announce(messenger)
    at(NOON + dt.timedelta(days=3))
    await go_out(messenger)
    assert TEXT not in last(messenger)
    found = await Announcements(messenger.amparo.mailbox.engine).one(number)
    assert found
    assert (found.missed, found.state) == (1, "done")


async def test_who_is_discreet_sees_a_neutral_line_first(messenger: Messenger) -> None:
    await follow(messenger)
    await messenger.to_telegram(messenger.phone.text("modo discreto"))
    await messenger.work()
    await announce(messenger)
    await go_out(messenger)
    assert last(messenger).startswith("💬\n")


async def test_danger_told_after_it_was_approved_holds_it_back(messenger: Messenger) -> None:
    await follow(messenger)
    await announce(messenger)
    await messenger.to_telegram(messenger.phone.text("me pega mi patrón, ayuda"))
    await messenger.work()
    await go_out(messenger)
    assert TEXT not in " ".join(str(shown["text"]) for shown in messenger.telegram.sent(messenger.phone.chat))


async def follow_on_whatsapp(messenger: Messenger) -> str:
    await messenger.to_whatsapp(messenger.handset.text("quiero avisos"))
    await messenger.work()
    await messenger.to_whatsapp(messenger.handset.text("mándame avisos"))
    await messenger.work()
    return messenger.handset.address


async def test_outside_the_window_it_waits_until_the_person_writes(messenger: Messenger, at: Any) -> None:
    address = await follow_on_whatsapp(messenger)
    await announce(messenger)
    at(NOON + dt.timedelta(hours=26))
    before = len(messenger.whatsapp.sent(address))
    await go_out(messenger)
    assert len(messenger.whatsapp.sent(address)) == before
    await messenger.to_whatsapp(messenger.handset.text("hola"))
    await messenger.work()
    at(NOON + dt.timedelta(hours=26, minutes=16))
    await go_out(messenger)
    assert TEXT in str(messenger.whatsapp.sent(address)[-1])


@pytest.mark.parametrize(("tier", "sent"), [(250, 1), (0, 0)])
async def test_an_approved_template_carries_it_within_the_daily_tier(
    messenger: Messenger, at: Any, tier: int, sent: int
) -> None:
    amparo = messenger.amparo
    amparo.messengers.whatsapp.account.news_templates["es"] = "aviso"
    amparo.settings.whatsapp_news_templates["es"] = "aviso"
    amparo.settings.whatsapp_daily_tier = tier
    address = await follow_on_whatsapp(messenger)
    await announce(messenger)
    at(NOON + dt.timedelta(hours=26))
    await go_out(messenger)
    templates = [shown for shown in messenger.whatsapp.sent(address) if shown["type"] == "template"]
    assert len(templates) == sent
    if sent:
        said = templates[0]["template"]["components"][0]["parameters"][0]["text"]
        assert TEXT in said
        assert "\n" not in said
