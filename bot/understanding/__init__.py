"""What a message is about: a topic with its confidence, and the facts it tells."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Literal, Protocol

Danger = Literal["", "others", "self", "asked"]
Period = Literal["", "hour", "day", "week", "fortnight", "month", "year"]
Unit = Literal["hour", "day", "week", "fortnight", "month", "year"]


@dataclasses.dataclass(frozen=True)
class Amount:
    """An amount of money somebody named. `currency` is an ISO code, '' when only "$" or nothing was said."""

    value: Decimal
    currency: str = ""
    per: Period = ""


@dataclasses.dataclass(frozen=True)
class Span:
    """A length of time somebody named, such as two and a half years."""

    count: Decimal
    unit: Unit


@dataclasses.dataclass(frozen=True)
class Day:
    """A day somebody named; with the precision of a month it is the month's first."""

    date: dt.date
    precision: Literal["day", "month"] = "day"


@dataclasses.dataclass(frozen=True)
class Facts:
    """What a text says besides its topic. Empty where it does not say."""

    countries: tuple[str, ...] = ()
    """Countries named as places, in the order they stand, without those in `here` and `origin`."""
    mentioned: tuple[str, ...] = ()
    """Countries whose name stands there, perhaps as another word or somebody's name: they count only where the
    person's own country is not known.
    """
    here: str = ""
    """The country the person says they are in."""
    origin: str = ""
    """The country the person says they come from."""
    work: str = ""
    work_told: bool = False
    """True when the kind of work was said outright ("soy jornalero"), not only suggested by a word."""
    papers: bool | None = None
    amounts: tuple[Amount, ...] = ()
    spans: tuple[Span, ...] = ()
    days: tuple[Day, ...] = ()


@dataclasses.dataclass(frozen=True)
class Understanding:
    """How a text was read. `ranking` is the likeliest topics with their confidence, best first."""

    ranking: tuple[tuple[str, float], ...] = ()
    language: str = ""
    """The language of the text; '' where it is too short to tell."""
    facts: Facts = Facts()
    danger: Danger = ""
    """Somebody is in danger now, by words or by model: from others, or from themselves. `asked`: danger is asked about,
    quoted or past, which is no alarm but wants the hotline beside the answer.
    """
    follow_up: bool = False
    """A short text that leans on what was said before: "¿y en España?"."""
    command: str = ""
    """An action named outright: menu, erase, human and the like."""
    said: Literal["", "yes", "no", "unknown"] = ""
    """The whole text is a yes, a no or an "I don't know"."""
    diary: Literal["", "in", "out", "paid"] = ""
    """The text begins as an entry of a work diary does: came, left, was paid."""
    second: str = ""
    """Another problem told in the same message."""
    second_share: float = 0.0
    """How sure that one is, from 0 to 1."""
    anonymous: str = ""
    """The text without names, numbers and addresses; '' when that could not be made sure of."""
    by: str = "keywords"
    """Which interpreter read it: rasa or keywords."""

    @property
    def topic(self) -> str:
        """The likeliest topic, '' when there is none."""
        return self.ranking[0][0] if self.ranking else ""

    @property
    def confidence(self) -> float:
        """How sure the reading is, 0 to 1."""
        return self.ranking[0][1] if self.ranking else 0.0


class Interpreter(Protocol):
    """Something that understands texts."""

    async def understand(self, text: str, language: str) -> Understanding:
        """Read `text`; `language` is the conversation's, a hint. Never raises for what a person wrote."""
        ...
