"""What a turn needs, and what comes of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from bot.conversation.invitation import Invitations
from bot.conversation.state import Conversation
from bot.library.loading import Library
from bot.messages import Answer
from bot.modules import Module
from bot.modules.forms import own, short_name
from bot.reckoning.facts import facts_of
from bot.translations import Catalogues, Words

EMERGENCY = "conversation.emergency"
CALCULATE = "conversation.calculate"
FORMS = {"calc": "calculations", "until": "deadlines", "could": "eligibility", "years": "pensions", "letter": "letters"}
"""The modules that ask for facts one at a time, by the first word of a detail: `calc:pe.general.cts`."""
LESSON = "lesson"


@dataclasses.dataclass(frozen=True)
class House:
    """What a turn needs besides the message: content, words, modules and how sure is sure."""

    library: Library
    catalogues: Catalogues
    modules: Mapping[str, Module]
    """By name: articles, offices, programmes, calculations, deadlines, lessons, emergency, housekeeping."""
    sure: float
    half_sure: float
    invitations: Invitations
    forget_days: int = 180
    """Days of silence after which everything of a person is erased."""
    speaks: bool = False
    """True where answers can be heard."""
    case_days: int = 90
    """Days after a case was closed until its texts are erased."""
    staffed: frozenset[str] = frozenset()
    """Offices in which somebody answers in this chat, where the channel allows it."""

    def labels(self, detail: str, words: Words) -> dict[str, str]:
        """The questions of a form by the names of their facts."""
        found = self.library.calculation(detail.partition(":")[2])
        if found:
            return {name: short_name(fact, words) for name, fact in facts_of(self.library, found[1]).items()}
        return {name: own(entry.short, words) or name for name, entry in self.library.questions.items()}

    def module(self, topic: str, detail: str) -> Module:
        """The module that answers a topic; `detail` may want the offices or the programmes instead of the page."""
        if topic == EMERGENCY:
            return self.modules["emergency"]
        form = detail.partition(":")[0]
        if form in FORMS:
            return self.modules[FORMS[form]]
        if form == LESSON:
            return self.modules["lessons"]
        if topic == CALCULATE:
            return self.modules["calculations"]
        if topic.startswith("conversation."):
            return self.modules["housekeeping"]
        if topic == "consular.find_consulate" and not detail:
            detail = "doors"
        return self.modules[{"doors": "offices", "programmes": "programmes"}.get(detail, "articles")]


@dataclasses.dataclass(frozen=True)
class Unclear:
    """A question that was not understood or was answered wrongly, without names, numbers and addresses."""

    text: str
    language: str
    country: str
    topic: str
    """What it was taken for."""
    reason: Literal["unsure", "not_useful"]


@dataclasses.dataclass(frozen=True)
class Remind:
    """When to remind somebody of a claim period, in UTC."""

    rule: str
    moments: tuple[dt.datetime, ...]


@dataclasses.dataclass(frozen=True)
class CaseAct:
    """What a message does to the person's case with an office: it is opened with what they agreed to share, written to,
    left for a while or for good, handed to another office; or they say whether it helped.
    """

    kind: Literal["open", "message", "contact", "pause", "resume", "leave", "refer", "helped"]
    office: str = ""
    text: str = ""
    """The words of a message; for `helped`: yes, part or no."""
    urgent: bool = False
    """True: whoever is on duty is told at once."""
    shared: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    agreed: bool = False
    """Whether the person agrees that another office reads the case."""
    case: int = 0
    """The case that helped, or did not."""


@dataclasses.dataclass(frozen=True)
class Turn:
    """What came of a message. `counts` are (kind, topic, country, language); `judged` is page, version, verdict."""

    answers: tuple[Answer, ...]
    conversation: Conversation
    counts: tuple[tuple[str, str, str, str], ...] = ()
    judged: tuple[str, str, str] | None = None
    reported: tuple[str, str] | None = None
    """What somebody found wrong (phone, link or untrue), and with which office or page."""
    forget: bool = False
    """True: erase everything kept of this person."""
    remind: Remind | None = None
    """A claim period the person wants to be reminded of."""
    forget_reminders: bool = False
    take_back: bool = False
    """True: delete earlier answers on the person's device, where the platform allows it."""
    arrived: str = ""
    """The office whose link brought somebody here just now."""
    unclear: Unclear | None = None
    """A question to learn from, which the person allowed us to keep."""
    case: CaseAct | None = None
    """What it does to the person's case with an office."""
