"""The chat page and the terminal: forms come in, answers wait in the outgoing box until the page fetches them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from bot.channels import Destination, Piece, Sent
from bot.messages import Location, Message

COUNTER = "counter"
"""The channel on which staff use the bot for somebody who stands before them."""


class WebChat:
    """Reads the payload that the page, or the terminal, kept: text, button, language, sent_at."""

    pulled = True
    window = None
    overall = 0.0
    each = 0.0

    def __init__(self, text_limit: int, name: str = "web") -> None:
        self.text_limit, self.name = text_limit, name

    def read(self, payload: Mapping[str, Any], person: str, letter: str) -> Message:
        """See Channel."""
        text = str(payload.get("text", ""))
        return Message(
            channel=self.name,
            person=person,
            id=letter,
            sent_at=dt.datetime.fromisoformat(str(payload["sent_at"])),
            text="" if len(text) > self.text_limit else text,
            button=str(payload.get("button", ""))[:200],
            location=_place(payload),
            language_hint=str(payload.get("language", "")),
            unreadable="too_long" if len(text) > self.text_limit else "",
        )

    def pieces(self, update: Mapping[str, Any]) -> list[Piece]:
        """The page keeps its letters itself."""
        raise NotImplementedError(update)

    async def received(self, update: Mapping[str, Any]) -> None:
        """The page shows itself that an answer is on its way."""

    def fit(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """A page shows any answer whole."""
        return [dict(payload)]

    async def send(self, to: Destination, payload: Mapping[str, Any]) -> Sent:
        """The page fetches its answers itself."""
        raise NotImplementedError("answers of a pulled channel are never sent")

    async def sound(self, name: str) -> bytes:
        """Nobody sends sound to the page."""
        raise NotImplementedError(name)

    async def take_back(self, to: Destination, messages: Sequence[str]) -> None:
        """What was erased is gone from the page with the next look."""


def _place(payload: Mapping[str, Any]) -> Location | None:
    try:
        return Location(float(payload["latitude"]), float(payload["longitude"]))
    except (KeyError, TypeError, ValueError):
        return None
