"""Telegram as its users meet it: the real python-telegram-bot against a far side that misbehaves."""

from __future__ import annotations

import asyncio
import datetime as dt
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.channels import Destination, SendLater
from bot.channels.payloads import payload_of
from bot.conversation.invitation import Invitation, Invitations
from bot.messages import Answer, Button
from bot.storage.tables import addresses, letters
from bot.voice import Speech
from tests.channels.conftest import Messenger
from tests.fakes.telegram import Phone

pytestmark = pytest.mark.anyio
FILE, SIZE = {"file_id": "f", "file_unique_id": "u"}, {"width": 1, "height": 1}


async def says(bot: Messenger, text: str) -> str:
    assert (await bot.to_telegram(bot.phone.text(text))).status_code == 200
    await bot.work()
    return str(bot.telegram.sent(bot.phone.chat)[-1]["text"])


async def test_a_conversation_with_buttons(messenger: Messenger) -> None:
    first = await says(messenger, "mi patrona no me pagó el mes pasado")
    assert "¿En qué país" in first
    await messenger.to_telegram(messenger.phone.tap("Perú"))
    await messenger.work()
    assert "<b>Qué hacer</b>" in messenger.telegram.sent(5)[-1]["text"]
    assert messenger.telegram.asked("answerCallbackQuery")
    assert messenger.telegram.asked("sendChatAction")


async def test_the_pressed_choice_is_shown_and_the_old_buttons_are_gone(messenger: Messenger) -> None:
    await says(messenger, "no me pagan")
    await messenger.to_telegram(messenger.phone.tap("Perú"))
    await asyncio.sleep(0.2)  # what people see at once happens beside
    keyboard = messenger.telegram.sent(5)[0]["reply_markup"]["inline_keyboard"]
    assert [[key["text"] for key in row] for row in keyboard] == [["✓ Perú"]]


async def test_a_forged_update_is_refused_and_nothing_kept(messenger: Messenger) -> None:
    for secret in ("", "wrong"):
        assert (await messenger.to_telegram(messenger.phone.text("hola"), secret=secret)).status_code == 401
    assert await stored(messenger) == []


async def test_the_same_update_twice_is_answered_once(messenger: Messenger) -> None:
    update = messenger.phone.text("hola")
    for _ in range(2):
        await messenger.to_telegram(update)
    await messenger.work()
    assert len(messenger.telegram.sent(5)) == 1


async def test_too_many_requests_wait_exactly_as_long_as_asked(messenger: Messenger) -> None:
    start = dt.datetime(2026, 11, 21, 12, 0, tzinfo=dt.UTC)
    worker = messenger.amparo.worker
    worker.now = lambda: start
    messenger.amparo.inbox.now = lambda: start
    messenger.telegram.misbehaviour.todo = ["429:7"]
    await messenger.to_telegram(messenger.phone.text("hola"))
    await messenger.work()
    assert messenger.telegram.sent(5) == []
    worker.now = lambda: start + dt.timedelta(seconds=6.9)
    await messenger.work()
    assert messenger.telegram.sent(5) == []
    worker.now = lambda: start + dt.timedelta(seconds=7)
    await messenger.work()
    assert len(messenger.telegram.sent(5)) == 1


@pytest.mark.parametrize("failure", ["500", "502"])
async def test_a_far_side_that_fails_is_tried_again(messenger: Messenger, failure: str) -> None:
    messenger.telegram.misbehaviour.todo = [failure if failure == "500" else "502:Bad Gateway"]
    await messenger.to_telegram(messenger.phone.text("hola"))
    await messenger.work()
    later = messenger.amparo.worker.now() + dt.timedelta(minutes=1)
    messenger.amparo.worker.now = lambda: later
    await messenger.work()
    assert len(messenger.telegram.sent(5)) == 1


async def test_an_evening_without_telegram_costs_nobody_an_answer(messenger: Messenger) -> None:
    start = messenger.amparo.worker.now()
    messenger.telegram.misbehaviour.todo = ["500"] * 12
    await messenger.to_telegram(messenger.phone.text("hola"))
    for minutes in range(0, 180, 6):
        messenger.amparo.worker.now = lambda minutes=minutes: start + dt.timedelta(minutes=minutes)
        await messenger.work()
    assert messenger.telegram.misbehaviour.todo == []
    assert len(messenger.telegram.sent(5)) == 1


async def test_somebody_who_blocked_the_bot_is_forgotten(messenger: Messenger) -> None:
    await says(messenger, "no me pagan")
    change = {
        "chat": {"id": 5, "type": "private"}, "from": messenger.phone.user(), "date": 1,
        "old_chat_member": {"status": "member", "user": {"id": 7, "is_bot": True, "first_name": "A"}},
        "new_chat_member": {"status": "kicked", "user": {"id": 7, "is_bot": True, "first_name": "A"}, "until_date": 0},
    }  # fmt: skip
    await messenger.to_telegram(messenger.phone.update(my_chat_member=change))
    await messenger.work()
    assert await stored(messenger, "addresses") == []


async def test_an_answer_to_somebody_who_blocked_the_bot_forgets_them_too(messenger: Messenger) -> None:
    messenger.telegram.blocked.add(5)
    await messenger.to_telegram(messenger.phone.text("hola"))
    await messenger.work()
    assert await stored(messenger, "addresses") == []


async def test_erasing_takes_the_messages_back_and_says_what_it_cannot(messenger: Messenger) -> None:
    await says(messenger, "no me pagan")
    farewell = await says(messenger, "/delete")
    assert "solo puedes borrarlos tú" in farewell
    assert [message["text"] for message in messenger.telegram.sent(5)] == [farewell]
    assert await stored(messenger, "addresses") == []


async def test_discreet_answers_begin_with_a_line_that_tells_nothing(messenger: Messenger) -> None:
    await says(messenger, "modo discreto")
    assert (await says(messenger, "no me pagan")).splitlines()[:2] == ["💬", ""]


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({"sticker": FILE | SIZE | {"type": "regular", "is_animated": False, "is_video": False}}, "dibujos"),
        ({"photo": [FILE | SIZE]}, "archivo"),
        ({"voice": FILE | {"duration": 3}}, "audios"),
        ({"contact": {"phone_number": "1", "first_name": "x"}}, "contacto"),
        ({"document": FILE}, "archivo"),
        ({"location": {"latitude": -12.05, "longitude": -77.04}}, "Perú"),
    ],
    ids=["sticker", "photo", "voice", "contact", "document", "place"],
)  # fmt: skip
async def test_whatever_somebody_sends_gets_a_sensible_word(messenger: Messenger, content: dict, words: str) -> None:
    await says(messenger, "hola")
    await messenger.to_telegram(messenger.phone.message(**content))
    await messenger.work()
    assert words in messenger.telegram.sent(5)[-1]["text"]


async def test_an_edited_message_is_answered_as_it_reads_now(messenger: Messenger) -> None:
    await says(messenger, "hola")
    await messenger.to_telegram(
        messenger.phone.update(edited_message=messenger.phone.raw(text="no me pagan", edit_date=2))
    )
    await messenger.work()
    assert "¿En qué país" in messenger.telegram.sent(5)[-1]["text"]


async def test_a_group_gets_no_case_talked_about_in_it(messenger: Messenger) -> None:
    group = Phone(messenger.telegram, chat=-100)
    chat = {"chat": {"id": -100, "type": "supergroup", "title": "Vecinas"}}
    await messenger.to_telegram(group.message(text="mi patrona no me paga", **chat))
    await messenger.work()
    assert messenger.telegram.sent(-100) == []
    await messenger.to_telegram(group.message(text="@amparo_test_bot mi patrona no me paga", **chat))
    await messenger.work()
    assert "en privado" in messenger.telegram.sent(-100)[-1]["text"]
    link = messenger.telegram.sent(-100)[-1]["reply_markup"]["inline_keyboard"][0][0]["url"]
    assert link == "https://t.me/amparo_test_bot?start=group"


async def test_a_chat_that_moved_keeps_its_state(messenger: Messenger) -> None:
    await says(messenger, "estoy en Perú")
    await messenger.to_telegram(messenger.phone.message(migrate_to_chat_id=77))
    await messenger.work()
    moved = Phone(messenger.telegram, chat=77)
    await messenger.to_telegram(moved.text("¿qué sabes de mí?"))
    await messenger.work()
    assert "Perú" in messenger.telegram.sent(77)[-1]["text"]


async def test_long_answers_are_split_between_blocks_with_the_buttons_below_the_last(messenger: Messenger) -> None:
    channel = messenger.amparo.messengers.telegram
    text = "\n\n".join(f"**{number}** " + "palabra " * 60 for number in range(20))
    fitted = channel.fit(payload_of(Answer(text, buttons=(Button("Menú", "menu"),))) | {"language": "es"})
    assert len(fitted) > 1
    assert all(len(part["text"]) <= 4096 and part["text"].count("<b>") == part["text"].count("</b>") for part in fitted)
    assert [bool(part["buttons"]) for part in fitted] == [False] * (len(fitted) - 1) + [True]


async def test_a_long_action_is_sent_as_its_number(messenger: Messenger) -> None:
    channel = messenger.amparo.messengers.telegram
    await channel.send(Destination("5"), payload_of(Answer("x", buttons=(Button("a", "menu"), Button("b", "é" * 40)))))
    keyboard = messenger.telegram.sent(5)[-1]["reply_markup"]["inline_keyboard"]
    assert [key["callback_data"] for row in keyboard for key in row] == ["menu", "number:2"]


async def test_commands_and_texts_are_set_for_every_language(messenger: Messenger) -> None:
    await messenger.amparo.messengers.telegram.introduce(messenger.amparo.messengers.texts)
    languages = {call.get("language_code") for call in messenger.telegram.asked("setMyCommands")}
    assert languages == {None, "es", "pt", "en", "fr", "ht"}
    for call in messenger.telegram.asked("setMyDescription"):
        assert 0 < len(call["description"]) <= 512
    for call in messenger.telegram.asked("setMyShortDescription"):
        assert 0 < len(call["short_description"]) <= 120


async def test_polling_keeps_before_it_acknowledges(messenger: Messenger) -> None:
    messenger.telegram.updates = [messenger.phone.text("hola"), messenger.phone.text("no me pagan")]
    channel, kept = messenger.amparo.messengers.telegram, []

    async def keep(update: dict) -> None:
        kept.append(update)
        await messenger.amparo.inbox.keep(channel, update)
        if len(kept) == 2:
            raise asyncio.CancelledError

    with pytest.raises(asyncio.CancelledError):
        await channel.poll(keep)
    assert len(messenger.telegram.updates) == 2, "both are handed out again after a crash"
    await messenger.work()
    assert len(messenger.telegram.sent(5)) == 2


async def test_waiting_is_no_failed_try(messenger: Messenger) -> None:
    messenger.telegram.misbehaviour.todo = ["429:3"]
    with pytest.raises(SendLater) as wait:
        await messenger.amparo.messengers.telegram.send(Destination("5"), payload_of(Answer("x")))
    assert (wait.value.seconds, wait.value.everybody) == (3, True)


async def test_markup_that_telegram_refuses_is_sent_bare(messenger: Messenger) -> None:
    messenger.telegram.misbehaviour.todo = ["400:Bad Request: can't parse entities: x"]
    await messenger.amparo.messengers.telegram.send(Destination("5"), payload_of(Answer("<b>hola</b>")))
    assert messenger.telegram.sent(5)[-1]["text"] == "hola"


async def stored(messenger: Messenger, what: str = "letters") -> list:
    table = {"letters": letters, "addresses": addresses}[what]
    async with messenger.amparo.mailbox.engine.connect() as connection:
        return list((await connection.execute(select(table))).all())


@pytest.mark.skipif(not Speech(Path()).available, reason="espeak-ng is not installed")
async def test_an_answer_can_be_heard(messenger: Messenger) -> None:
    await says(messenger, "mi patrona no me pagó el mes pasado")
    await messenger.to_telegram(messenger.phone.tap("Perú"))
    await messenger.work()
    await messenger.to_telegram(messenger.phone.tap("🔊 Escuchar"))
    await messenger.work()
    assert len(messenger.telegram.asked("sendVoice")) == 1


async def test_a_link_with_an_offices_code_lands_there(messenger: Messenger) -> None:
    code = Invitations(messenger.amparo.secret).code(Invitation("fr", "pe", "pe.sunafil"))
    await says(messenger, f"/start {code}")
    stored = await messenger.amparo.records.load((await stored_people(messenger))[0])
    assert stored
    assert (stored["language"], stored["country"], stored["office"]) == ("fr", "pe", "pe.sunafil")
    assert [times for _, _, times in await messenger.amparo.records.arrivals("pe.sunafil")] == [1]


async def stored_people(messenger: Messenger) -> list[str]:
    return [row.person for row in await stored(messenger, "addresses")]


async def test_turning_discreet_takes_back_what_was_said_before(messenger: Messenger) -> None:
    await says(messenger, "no me pagan")
    told = await says(messenger, "modo discreto")
    assert "solo puedes borrarlos tú" in told
    assert len(messenger.telegram.sent(5)) == 1
