"""WhatsApp as its users meet it: the real pywa against a far side that checks Meta's limits and misbehaves."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac

import pytest
from sqlalchemy import select

from bot.storage.tables import addresses, letters
from tests.channels.conftest import Messenger
from tests.fakes.whatsapp import Handset, said, signed

pytestmark = pytest.mark.anyio


async def says(bot: Messenger, text: str, handset: Handset | None = None) -> str:
    phone = handset or bot.handset
    assert (await bot.to_whatsapp(phone.text(text))).status_code == 200
    await bot.work()
    return said(bot.whatsapp.sent(phone.address)[-1])


async def test_a_conversation_with_lists_and_buttons(messenger: Messenger) -> None:
    assert "¿En qué país" in await says(messenger, "mi patrona no me pagó el mes pasado")
    await messenger.to_whatsapp(messenger.handset.tap("Perú"))
    await messenger.work()
    texts = [said(message) for message in messenger.whatsapp.sent(messenger.handset.address)]
    assert any("*Qué hacer*" in text for text in texts)


async def test_a_menu_that_fits_no_list_is_numbered_and_numbers_work(messenger: Messenger) -> None:
    await says(messenger, "hola")
    chosen = {"type": "list_reply", "list_reply": {"id": "menu:labour_rights", "title": "x"}}
    context = {"from": "1", "id": "wamid.x"}
    await messenger.to_whatsapp(messenger.handset.message("interactive", interactive=chosen, context=context))
    await messenger.work()
    assert "1. " in said(messenger.whatsapp.sent(messenger.handset.address)[-1])
    await says(messenger, "1")
    assert messenger.whatsapp.sent(messenger.handset.address)[-1]


async def test_verification_wants_our_token(messenger: Messenger) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "42"}
    good = await messenger.web.get("/whatsapp", params=asked | {"hub.verify_token": "verify"})
    assert (good.status_code, good.text) == (200, "42")
    assert (await messenger.web.get("/whatsapp", params=asked | {"hub.verify_token": "no"})).status_code == 403


async def test_a_payload_that_meta_did_not_sign_is_refused_and_nothing_kept(messenger: Messenger) -> None:
    body, headers = signed(messenger.handset.text("hola"))
    for forged in ({}, {"X-Hub-Signature-256": "sha256=00"}, headers | {"X-Hub-Signature-256": "x"}):
        assert (await messenger.web.post("/whatsapp", content=body, headers=forged)).status_code == 401
    changed = await messenger.web.post("/whatsapp", content=body.replace(b"hola", b"adio"), headers=headers)
    assert changed.status_code == 401
    assert await rows(messenger, letters) == []


@pytest.mark.parametrize("body", [b"{", b"[]", b"[" * 100_000])
async def test_signed_nonsense_is_refused_too(messenger: Messenger, body: bytes) -> None:
    digest = hmac.new(b"app secret", body, hashlib.sha256).hexdigest()
    answer = await messenger.web.post("/whatsapp", content=body, headers={"X-Hub-Signature-256": f"sha256={digest}"})
    assert answer.status_code == 400


async def test_somebody_is_the_same_with_and_without_a_user_id(messenger: Messenger) -> None:
    old = Handset(messenger.whatsapp, user="")
    await says(messenger, "estoy en Perú", old)
    both = Handset(messenger.whatsapp)
    assert "Perú" in await says(messenger, "¿qué sabes de mí?", both)
    hidden = Handset(messenger.whatsapp, phone="")
    assert "Perú" in await says(messenger, "¿qué sabes de mí?", hidden)


async def test_nothing_readable_is_stored_of_the_number(messenger: Messenger) -> None:
    await says(messenger, "hola")
    stored = [str(row) for table in (letters, addresses) for row in await rows(messenger, table)]
    assert stored
    assert not any(messenger.handset.phone in row or messenger.handset.user in row for row in stored)


async def test_outside_the_window_a_message_is_kept_until_the_person_writes(messenger: Messenger) -> None:
    await messenger.to_whatsapp(messenger.handset.text("hola"))
    worker = messenger.amparo.worker
    await worker.answer_next()
    late = worker.now() + dt.timedelta(hours=25)
    worker.now = lambda: late
    await messenger.work()
    assert messenger.whatsapp.sent(messenger.handset.address) == []
    assert "held" in [row.state for row in await rows(messenger, letters)]
    messenger.amparo.inbox.now = lambda: late
    await messenger.to_whatsapp(messenger.handset.text("¿sigues ahí?"))
    await messenger.work()
    assert len(messenger.whatsapp.sent(messenger.handset.address)) == 2


async def test_outside_the_window_an_approved_template_asks_the_person_to_write(messenger: Messenger) -> None:
    messenger.amparo.messengers.whatsapp.account.templates["es"] = "te_respondimos"
    messenger.whatsapp.misbehaviour.todo = ["131047:window closed"]
    await messenger.to_whatsapp(messenger.handset.text("hola"))
    await messenger.work()
    assert [message["type"] for message in messenger.whatsapp.sent(messenger.handset.address)] == ["template"]


@pytest.mark.parametrize(("code", "seconds"), [("130429", 2), ("131056", 6)])
async def test_too_fast_waits_and_loses_nothing(messenger: Messenger, code: str, seconds: int) -> None:
    messenger.whatsapp.misbehaviour.todo = [code]
    await messenger.to_whatsapp(messenger.handset.text("hola"))
    await messenger.work()
    assert messenger.whatsapp.sent(messenger.handset.address) == []
    later = messenger.amparo.worker.now() + dt.timedelta(seconds=seconds + 1)
    messenger.amparo.worker.now = lambda: later
    await messenger.work()
    assert len(messenger.whatsapp.sent(messenger.handset.address)) == 1


async def test_what_can_never_arrive_is_given_up_with_its_reason(messenger: Messenger) -> None:
    messenger.whatsapp.misbehaviour.todo = ["131026:undeliverable"]
    await messenger.to_whatsapp(messenger.handset.text("hola"))
    await messenger.work()
    given_up = [row for row in await rows(messenger, letters) if row.state == "given_up"]
    assert [row.failure for row in given_up] == ["whatsapp 131026"]


async def test_a_report_that_an_answer_did_not_arrive_is_kept_for_the_staff(messenger: Messenger) -> None:
    await says(messenger, "hola")
    failed = {
        "id": messenger.whatsapp.sent(messenger.handset.address)[-1]["id"], "status": "failed", "timestamp": "1",
        "recipient_id": messenger.handset.phone, "errors": [{"code": 131026, "title": "x", "message": "x"}],
    }  # fmt: skip
    await messenger.to_whatsapp(messenger.handset.payload(statuses=[failed], contacts=[]))
    await messenger.work()
    assert "whatsapp 131026" in [row.failure for row in await rows(messenger, letters)]


@pytest.mark.parametrize(
    ("kind", "content", "words"),
    [
        ("image", {"id": "1", "mime_type": "image/jpeg", "sha256": "x"}, "archivo"),
        ("audio", {"id": "1", "mime_type": "audio/ogg", "sha256": "x", "voice": True}, "audios"),
        ("document", {"id": "1", "mime_type": "application/pdf", "sha256": "x", "filename": "a.pdf"}, "archivo"),
        ("sticker", {"id": "1", "mime_type": "image/webp", "sha256": "x", "animated": False}, "dibujos"),
        ("location", {"latitude": -12.05, "longitude": -77.04}, "Perú"),
    ],
)
async def test_whatever_somebody_sends_gets_a_sensible_word(
    messenger: Messenger, kind: str, content: dict, words: str
) -> None:
    await says(messenger, "hola")
    await messenger.to_whatsapp(messenger.handset.message(kind, **{kind: content}))
    await messenger.work()
    texts = [said(message) for message in messenger.whatsapp.sent(messenger.handset.address)[1:]]
    assert any(words in text for text in texts), texts


async def test_a_number_change_keeps_the_state(messenger: Messenger) -> None:
    old = Handset(messenger.whatsapp, user="")
    await says(messenger, "estoy en Perú", old)
    system = {"type": "user_changed_number", "body": "x", "wa_id": "56922222222", "customer": old.phone}
    await messenger.to_whatsapp(old.message("system", system=system))
    await messenger.work()
    new = Handset(messenger.whatsapp, phone="56922222222", user="")
    assert "Perú" in await says(messenger, "¿qué sabes de mí?", new)


@pytest.mark.parametrize("text", ["BAJA", "stop", "SAIR", "Parar", "ARRÊT", "sispann", "unsubscribe"])
async def test_opting_out_is_confirmed_once_and_writing_again_is_answered(messenger: Messenger, text: str) -> None:
    await says(messenger, "hola")
    before = len(messenger.whatsapp.sent(messenger.handset.address))
    await says(messenger, text)
    assert len(messenger.whatsapp.sent(messenger.handset.address)) == before + 1
    stored = await messenger.amparo.records.load((await rows(messenger, addresses))[0].person)
    assert stored
    assert stored["quiet"] is True
    assert "¿En qué país" in await says(messenger, "no me pagan")


async def test_cancel_leaves_only_the_open_question(messenger: Messenger) -> None:
    await says(messenger, "no me pagan")
    await says(messenger, "cancelar")
    stored = await messenger.amparo.records.load((await rows(messenger, addresses))[0].person)
    assert stored
    assert (stored["open"], stored["quiet"]) == (None, False)


async def rows(messenger: Messenger, table) -> list:
    async with messenger.amparo.mailbox.engine.connect() as connection:
        return list((await connection.execute(select(table))).all())
