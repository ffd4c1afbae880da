"""All that is remembered of one person. No name, no number, none of their words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.messages import Button, Request
from bot.understanding import Facts


class OpenQuestion(BaseModel):
    """A question that waits for its reply, and the request it holds up."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    fact: str
    topic: str
    detail: str = ""


class Offered(BaseModel):
    """A button that was offered last, so that its number works as an answer."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    label: str
    action: str


class Conversation(BaseModel):
    """The state of one conversation; unknown keys are ignored, so that an older version can read a newer one."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    language: str = ""
    language_chosen: bool = False
    country: str = ""
    origin: str = ""
    work: str = ""
    papers: bool | None = None
    asked: frozenset[str] = frozenset()
    """Facts that were asked for once: they are not asked for again in the same conversation."""
    topic: str = ""
    """The topic answered last, for follow-ups."""
    page: str = ""
    version: str = ""
    """The page answered last, for feedback on it."""
    open: OpenQuestion | None = None
    offered: tuple[Offered, ...] = ()
    welcomed: bool = False
    calm: bool = False
    """True after a danger answer: no feedback is asked for next."""

    def with_(self, **changes: Any) -> Conversation:
        """A copy with some things changed."""
        return self.model_copy(update=changes)

    def with_facts(self, facts: Facts) -> Conversation:
        """With what a text told: where, from where, which work, with or without papers."""
        changes: dict[str, Any] = {}
        if facts.here:
            changes["country"] = facts.here
        if facts.origin:
            changes["origin"] = facts.origin
        if facts.work and (facts.work_told or not self.work):
            changes["work"] = facts.work
        if facts.papers is not None:
            changes["papers"] = facts.papers
        return self.with_(**changes) if changes else self

    def offering(self, buttons: tuple[Button, ...]) -> Conversation:
        """Remember the buttons of the last answer."""
        return self.with_(offered=tuple(Offered(label=button.label, action=button.action) for button in buttons))

    def request(self, topic: str, day: dt.datetime, detail: str = "", country: str = "") -> Request:
        """A question about `topic`, with all that is known. `country` is for a question about another country."""
        return Request(
            topic=topic,
            language=self.language,
            day=day,
            country=country or self.country,
            origin=self.origin,
            work=self.work,
            papers=self.papers,
            detail=detail,
            facts={f"{fact}_asked": True for fact in self.asked},
        )
