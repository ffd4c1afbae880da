"""Channels read what came in and send answers. They know nothing of law or dialogue."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from bot.messages import Message


class Channel(Protocol):
    """One way to reach people."""

    name: str
    pulled: bool
    """True when people's devices fetch their answers themselves, as the chat page does."""

    def read(self, payload: Mapping[str, Any], person: str, letter: str) -> Message:
        """The message in a kept payload; `letter` names the letter it came in. Raises ValueError or KeyError when it
        makes no sense.
        """
        ...

    async def send(self, address: str, payload: Mapping[str, Any]) -> None:
        """Send an answer that `payload_of` made. Raises OSError when it should be tried again."""
        ...
