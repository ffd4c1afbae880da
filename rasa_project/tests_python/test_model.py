"""The trained model as the server loads it: it answers whatever it is sent, fast, with probabilities."""

from __future__ import annotations

import asyncio
import os
import statistics
import time
from typing import Any

import pytest

from amparo_nlu.phrases import PROJECT
from amparo_nlu.topic_model import ALARM

MODEL = PROJECT / "models" / "current.tar.gz"
ODD = [
    "", " ", "😀😀😀", "🙏", "مرحبا كيف أجدد جواز سفري", "\u202eolá\u202c", "a\0b", "\x07\x1b[31m", "\ud83d",
    "x" * 600,
    "no me pagaron " * 60, "12345", "?!?!", "\n\n\t", "<b>hola</b> **x** [a](b)", '{"a": 1}',
    "ñ́́́́", "ﬀ", "你好",
]  # fmt: skip
CLEAR = {
    "mi patrona no me pagó el mes pasado": "labour_rights.unpaid_wages",
    "where is the consulate of my country": "consular.find_consulate",
    "bonjour": "conversation.greet",
    "mesi anpil": "conversation.thanks",
}
SLOW_PARSE = 0.060
"""Seconds that half of the parses may take on a busy machine."""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(not MODEL.exists(), reason="no model: run train.py")]


@pytest.fixture(scope="module")
def agent() -> Any:
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    from rasa.core.agent import Agent  # noqa: PLC0415 - ten seconds

    return Agent.load(str(MODEL))


def parse(agent: Any, text: str) -> dict[str, Any]:
    return asyncio.run(agent.parse_message(text))


@pytest.mark.parametrize("text", ODD)
def test_odd_text_is_parsed(agent: Any, text: str) -> None:
    parsed = parse(agent, text)
    confidences = [entry["confidence"] for entry in parsed["intent_ranking"]]
    assert len(confidences) == 10
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 1 for confidence in (*confidences, parsed["emergency"]))
    assert sum(confidences) <= 1 + 1e-6
    assert parsed["intent"] == parsed["intent_ranking"][0]


@pytest.mark.parametrize(("text", "topic"), CLEAR.items())
def test_clear_messages_are_understood(agent: Any, text: str, topic: str) -> None:
    assert parse(agent, text)["intent"]["name"] == topic


@pytest.mark.parametrize(
    "text",
    ["me está pegando ahora ayúdenme", "socorro ele vai me matar", "help he locked me in and has a knife"],
)
def test_danger_raises_the_alarm(agent: Any, text: str) -> None:
    assert parse(agent, text)["emergency"] >= ALARM


def test_case_and_accents_change_little(agent: Any) -> None:
    assert (
        parse(agent, "NO ME PAGARON EL AGUINALDO")["intent"]["name"]
        == parse(agent, "no me pagaron el aguinaldo")["intent"]["name"]
    )


def test_a_parse_is_fast(agent: Any) -> None:
    times = []
    for number in range(40):
        began = time.perf_counter()
        parse(agent, f"mi jefe me debe {number} días de trabajo")
        times.append(time.perf_counter() - began)
    assert statistics.median(times) < SLOW_PARSE
