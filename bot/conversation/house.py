"""What a turn needs, and what comes of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping

from bot.conversation.state import Conversation
from bot.library.loading import Library
from bot.messages import Answer
from bot.modules import Module
from bot.translations import Catalogues

EMERGENCY = "conversation.emergency"


@dataclasses.dataclass(frozen=True)
class House:
    """What a turn needs besides the message: content, words, modules and how sure is sure."""

    library: Library
    catalogues: Catalogues
    modules: Mapping[str, Module]
    """By name: articles, offices, programmes, emergency, housekeeping."""
    sure: float
    half_sure: float

    def module(self, topic: str, detail: str) -> Module:
        """The module that answers a topic; `detail` may want the offices or the programmes instead of the page."""
        if topic == EMERGENCY:
            return self.modules["emergency"]
        if topic.startswith("conversation."):
            return self.modules["housekeeping"]
        if topic == "consular.find_consulate" and not detail:
            detail = "doors"
        return self.modules[{"doors": "offices", "programmes": "programmes"}.get(detail, "articles")]


@dataclasses.dataclass(frozen=True)
class Turn:
    """What came of a message. `counts` are (kind, topic, country, language); `judged` is page, version, verdict."""

    answers: tuple[Answer, ...]
    conversation: Conversation
    counts: tuple[tuple[str, str, str, str], ...] = ()
    judged: tuple[str, str, str] | None = None
    forget: bool = False
    """True: erase everything kept of this person."""
