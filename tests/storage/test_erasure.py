"""Erasing leaves nothing: not in the tables and not in the bytes of the database file."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app import Amparo
from bot.clock import utc_now
from bot.storage.case_list import CaseList
from bot.storage.records import person_key
from bot.storage.staff import Staff

pytestmark = pytest.mark.anyio
SAID = "mi patrona Josefina Zapallito no me pago en la calle Tomatillo"


async def say(amparo: Amparo, person: str, text: str, key: str) -> None:
    payload = {"text": text, "sent_at": utc_now().isoformat(), "language": "es"}
    await amparo.mailbox.keep("web", key, person, payload, utc_now())
    while await amparo.worker.answer_next():
        pass


def bytes_on_disk(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("amparo.db*"))


@pytest.mark.parametrize(
    "words", ["borra todo", "Borrar todo.", "erase everything", "apaga tudo", "efface tout", "efase tout bagay"]
)
async def test_erase_in_words_leaves_nothing_in_the_file(amparo: Amparo, words: str) -> None:
    person = person_key(amparo.secret, "web", "anna")
    await say(amparo, person, SAID, "k1")
    await say(amparo, person, "estoy en Peru, soy jornalera", "k2")
    assert b"Zapallito" in bytes_on_disk(amparo.settings.data)
    await say(amparo, person, words, "k3")
    left = bytes_on_disk(amparo.settings.data)
    for word in (b"Zapallito", b"Tomatillo", b"jornalera", words.encode()):
        assert word not in left
    assert await amparo.records.load(person) is None
    kept = await amparo.mailbox.thread(person)
    assert [letter.direction for letter in kept] == ["out"]
    assert kept[0].payload["fleeting"]


async def test_the_people_in_the_tables_have_no_names(amparo: Amparo) -> None:
    person = person_key(amparo.secret, "web", "+51987654321")
    await say(amparo, person, "hola", "k1")
    assert b"987654321" not in bytes_on_disk(amparo.settings.data)


async def test_a_case_is_erased_too(amparo: Amparo) -> None:
    token = await Staff(amparo.mailbox.engine, amparo.secret).invite("case_worker", "pe.sunafil", None, utc_now())
    await Staff(amparo.mailbox.engine, amparo.secret).join(
        token, name="Ana", email="ana@ngo.example", password="una frase que nadie adivina", language="es", now=utc_now()
    )
    person = person_key(amparo.secret, "web", "anna")

    async def tap(button: str) -> None:
        payload = {"button": button, "sent_at": utc_now().isoformat(), "language": "es"}
        await amparo.mailbox.keep("web", f"tap {button}", person, payload, utc_now())
        while await amparo.worker.answer_next():
            pass

    for button in ("country:pe", "topic:labour_rights.unpaid_wages", "human", "human:yes/pe.sunafil"):
        await tap(button)
    await say(amparo, person, SAID, "k1")
    found = await CaseList(amparo.worker.cases).file(1)
    assert found
    assert found.lines[-1].text == SAID
    await tap("erase")
    assert await CaseList(amparo.worker.cases).file(1) is None
    left = bytes_on_disk(amparo.settings.data)
    sealed = amparo.worker.cases.seal.seal("x")[:5].encode()
    assert b"Zapallito" not in left
    assert sealed not in left, "not even in its sealed form"
