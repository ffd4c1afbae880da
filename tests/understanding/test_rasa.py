"""A Rasa server that is down, slow or talks nonsense never leaves a person without an answer."""

from __future__ import annotations

import asyncio
import json

import httpx
import pytest

from bot.understanding.keywords import Keywords
from bot.understanding.model_client import ModelClient
from bot.understanding.rasa import RasaInterpreter
from tests.conftest import free_port

pytestmark = pytest.mark.anyio
TOPICS = frozenset({"labour_rights.unpaid_wages", "labour_rights.harassment", "conversation.emergency"})


async def far_side(behaviour: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """An HTTP server that misbehaves on demand."""
    await reader.readuntil(b"\r\n\r\n")
    if behaviour == "hangs":
        await asyncio.sleep(30)
    body = {
        "garbage": "<html>oops",
        "empty": "{}",
        "no topics": json.dumps({"intent_ranking": []}),
        "unknown topics": json.dumps({"intent_ranking": [{"name": "pizza", "confidence": 1.0}]}),
        "lies": json.dumps({"intent_ranking": [{"name": "labour_rights.unpaid_wages", "confidence": 17}]}),
        "numbers": "17",
    }.get(behaviour, "")
    status = "500 Internal Server Error" if behaviour == "fails" else "200 OK"
    if behaviour != "cuts":
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n{body}".encode())
    writer.close()


@pytest.mark.parametrize(
    "behaviour", ["fails", "hangs", "cuts", "garbage", "empty", "no topics", "unknown topics", "lies", "numbers"]
)
async def test_a_server_that_misbehaves_is_replaced_by_keywords(keywords: Keywords, behaviour: str) -> None:
    port = free_port()
    server = await asyncio.start_server(lambda r, w: far_side(behaviour, r, w), "127.0.0.1", port)
    async with server, httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=0.3) as client:
        interpreter = RasaInterpreter(ModelClient([client], "token"), keywords, TOPICS)
        read = await interpreter.understand("mi patrona no me pagó y me insulta", "es")
        server.close()
    assert read.by == "keywords"
    assert read.topic == "labour_rights.unpaid_wages"


async def test_danger_is_seen_while_the_server_is_down(keywords: Keywords) -> None:
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{free_port()}", timeout=0.3) as client:
        interpreter = RasaInterpreter(ModelClient([client], "token"), keywords, TOPICS)
        assert (await interpreter.understand("mi patrón me tiene encerrada", "es")).danger == "others"
        assert (await interpreter.understand("ya no quiero vivir", "es")).danger == "self"


def model_answer(model: str, topic: str = "labour_rights.unpaid_wages") -> str:
    entries = [{"name": topic, "confidence": 0.9}]
    return json.dumps({"intent_ranking": entries, "emergency": 0.0, "unknown": [], "model": model})


class Far:
    """An understanding server that counts what it is asked."""

    def __init__(self, model: str = "a") -> None:
        self.model, self.asked, self.down = model, 0, False

    def __call__(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("down")
        self.asked += 1
        return httpx.Response(200, text=model_answer(self.model))

    def client(self) -> httpx.AsyncClient:
        return httpx.AsyncClient(base_url="http://far", transport=httpx.MockTransport(self))


async def test_what_was_just_asked_is_not_asked_again_until_another_model_serves(keywords: Keywords) -> None:
    far = Far()
    model = ModelClient([far.client()], "token")
    for text in ("no me pagan", "No me  pagan", "NO ME PAGAN"):
        await model.parse(text)
    assert far.asked == 1
    far.model = "b"
    await model.parse("otra pregunta")
    await model.parse("no me pagan")
    assert far.asked == 3


async def test_the_other_server_answers_when_one_is_down(keywords: Keywords) -> None:
    one, two = Far(), Far()
    model = ModelClient([one.client(), two.client()], "token")
    one.down = True
    interpreter = RasaInterpreter(model, keywords, TOPICS)
    assert [(await interpreter.understand(f"no me pagan {word}", "es")).by for word in "abc"] == ["rasa"] * 3
    assert two.asked == 3


async def test_two_at_once_go_to_two_servers(keywords: Keywords) -> None:
    one, two = Far(), Far()
    model = ModelClient([one.client(), two.client()], "token")
    await asyncio.gather(*(model.parse(f"pregunta {number}") for number in range(6)))
    assert (one.asked, two.asked) == (3, 3)


async def test_what_did_not_happen_is_no_second_problem(keywords: Keywords) -> None:
    interpreter = RasaInterpreter(ModelClient([], "token"), keywords, TOPICS)
    assert interpreter._asked("no me despidieron, renuncié. quiero mi liquidación")[1:] == ["quiero mi liquidación"]
