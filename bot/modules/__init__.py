"""The kinds of answer: each module answers a Request, or says which fact it lacks. It never waits and never sends."""

from __future__ import annotations

from typing import Protocol

from bot.messages import Answer, Ask, Request


class Module(Protocol):
    """One kind of answer."""

    def answer(self, request: Request) -> Answer | Ask:
        """The answer to `request`, or the fact that is missing for it."""
        ...
