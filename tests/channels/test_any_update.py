"""Whatever a platform may send has exactly one outcome: answered, or ignored for a stated reason."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.channels import Channel, Ignored, Left, Moved, Undelivered
from bot.channels.telegram import Telegram, open_bot
from bot.channels.whatsapp import Account, WhatsApp
from bot.messages import Message
from tests.conftest import NOON

PAYLOADS = Path(__file__).parent / "payloads"
RECORDED = sorted(PAYLOADS.glob("*/*.json"))
OUTCOMES = (Message, Ignored, Left, Moved, Undelivered)


@pytest.fixture(scope="module")
def channels() -> dict[str, Channel]:
    account = Account("111222333", "token", "secret", "https://graph.example", {})
    bot = open_bot("7:token", "https://telegram.example")
    return {"telegram": Telegram(bot, 2000), "whatsapp": WhatsApp(account, 2000, {})}


def outcomes(channel: Channel, update: dict[str, Any]) -> list[object]:
    found = []
    for piece in channel.pieces(update):
        outcome = channel.read(dict(piece.payload) | {"kept_at": NOON.isoformat()}, "person", "1")
        assert isinstance(outcome, OUTCOMES)
        if isinstance(outcome, Ignored):
            assert outcome.reason
        if isinstance(outcome, Message):
            assert outcome.text or outcome.button or outcome.location or outcome.unreadable
        found.append(outcome)
    return found


@pytest.mark.parametrize("path", RECORDED, ids=[f"{path.parent.name}-{path.stem}" for path in RECORDED])
def test_every_recorded_payload_has_the_outcome_it_names(channels: dict[str, Channel], path: Path) -> None:
    recorded = json.loads(path.read_text())
    found = outcomes(channels[path.parent.name], recorded["payload"])
    assert [type(outcome).__name__ for outcome in found] == recorded["outcomes"]
    if "means" in recorded:
        for name, value in recorded["means"].items():
            assert getattr(found[0], name) == value, name


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=12), inside, max_size=4),
    max_leaves=12,
)


@st.composite
def damaged(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A recorded payload with one thing in it replaced or gone."""
    path = draw(st.sampled_from(RECORDED))
    payload = json.loads(path.read_text())["payload"]
    place = payload
    while True:
        key = draw(st.sampled_from(sorted(place))) if isinstance(place, dict) else draw(st.integers(0, len(place) - 1))
        below = place[key]
        if not isinstance(below, dict | list) or not below or draw(st.booleans()):
            break
        place = below
    if draw(st.booleans()):
        place[key] = draw(JSON)
    else:
        place.pop(key)
    return path.parent.name, payload


@given(damaged())
@settings(max_examples=400, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
def test_damaged_payloads_are_read_or_refused_in_words(
    channels: dict[str, Channel], found: tuple[str, dict[str, Any]]
) -> None:
    """`pieces` never raises; what `read` makes no sense of raises an ordinary error, which the worker gives up on."""
    name, payload = found
    for piece in channels[name].pieces(payload):
        try:
            outcome = channels[name].read(dict(piece.payload) | {"kept_at": NOON.isoformat()}, "person", "1")
        except (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError):
            continue
        assert isinstance(outcome, OUTCOMES)


@given(JSON.filter(lambda value: isinstance(value, dict)))
def test_any_object_at_all_is_no_update(channels: dict[str, Channel], update: dict[str, Any]) -> None:
    for channel in channels.values():
        assert channel.pieces(update) == []
