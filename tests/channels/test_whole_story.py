"""One whole story on both messengers, from an office's link to erasing, words and doors included."""

from __future__ import annotations

import pytest

from bot.conversation.invitation import Invitation, Invitations
from tests.channels.conftest import Messenger
from tests.fakes.whatsapp import said

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize("channel", ["telegram", "whatsapp"])
async def test_from_the_link_to_the_answer_the_doors_the_opt_out_and_the_end(
    messenger: Messenger, channel: str
) -> None:
    code = Invitations(messenger.amparo.secret).code(Invitation("es", "pe", "pe.defensa_publica"))

    async def send(update: dict) -> str:
        await (messenger.to_telegram(update) if channel == "telegram" else messenger.to_whatsapp(update))
        before = len(shown())
        await messenger.work()
        return "\n".join(shown()[before:])

    def shown() -> list[str]:
        if channel == "telegram":
            return [message["text"] for message in messenger.telegram.sent(5)]
        return [said(message) for message in messenger.whatsapp.sent(messenger.handset.address)]

    phone = messenger.phone if channel == "telegram" else messenger.handset
    await send(phone.text(f"/start {code}" if channel == "telegram" else f"Hola. [{code}]"))
    answer = await send(phone.text("mi patrona me debe S/ 1,200 del mes pasado"))
    assert "Tiene que pagarte" in answer
    assert "S/ 1,200" in answer
    assert "SUNAFIL" in answer
    place = {"latitude": -12.05, "longitude": -77.04}
    doors = await send(
        phone.message(location=place) if channel == "telegram" else phone.message("location", location=place)
    )
    assert "Perú" in doors
    assert doors.index("Defensa Pública") < doors.index("SUNAFIL"), "the office that invited comes first"
    assert "no te mandaré nada" in await send(phone.text("BAJA"))
    assert "Tiene que pagarte" in await send(phone.text("mi patrona no me paga nada desde marzo"))
    farewell = await send(phone.text("borra todo"))
    assert "Borré" in farewell or "Borré" in "\n".join(shown())
    assert await messenger.amparo.records.arrivals("pe.defensa_publica")


async def test_near_me_asks_for_a_place_with_the_platforms_own_button(messenger: Messenger) -> None:
    for text in ("estoy en Perú", "¿dónde está el ministerio de trabajo para denunciar?"):
        await messenger.to_telegram(messenger.phone.text(text))
        await messenger.to_whatsapp(messenger.handset.text(text))
        await messenger.work()
    telegram, whatsapp = messenger.amparo.messengers.telegram, messenger.amparo.messengers.whatsapp
    for channel, update in ((telegram, messenger.phone.update), (whatsapp, None)):
        assert channel
        if update:
            tap = {"id": "1", "from": messenger.phone.user(), "chat_instance": "1", "data": "near"}
            message = messenger.telegram.sent(5)[-1]
            await messenger.to_telegram(update(callback_query=tap | {"message": message}))
        else:
            chosen = {"type": "button_reply", "button_reply": {"id": "near", "title": "Cerca de mí"}}
            context = {"from": "1", "id": "wamid.x"}
            await messenger.to_whatsapp(messenger.handset.message("interactive", interactive=chosen, context=context))
        await messenger.work()
    assert messenger.telegram.sent(5)[-1]["reply_markup"]["keyboard"][0][0]["request_location"] is True
    assert messenger.whatsapp.sent(messenger.handset.address)[-1]["interactive"]["type"] == "location_request_message"
