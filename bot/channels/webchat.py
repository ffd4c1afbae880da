"""The chat page and the terminal: forms come in, answers wait in the outgoing box until the page fetches them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.messages import Message


class WebChat:
    """Reads the payload that the page, or the terminal, kept: text, button, language, sent_at."""

    pulled = True

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
            language_hint=str(payload.get("language", "")),
            unreadable="too_long" if len(text) > self.text_limit else "",
        )

    async def send(self, address: str, payload: Mapping[str, Any]) -> None:
        """The page fetches its answers itself."""
        raise NotImplementedError("answers of a pulled channel are never sent")
