"""All that is remembered of one person. No name, no number, none of their words."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, ConfigDict

from bot.conversation.diary import Entry
from bot.messages import Button, Location, Request
from bot.understanding import Facts, Period, Unit


class OpenQuestion(BaseModel):
    """A question that waits for its reply, and the request it holds up."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    fact: str
    topic: str
    detail: str = ""
    kind: str = ""
    """How a reply to a module's own question is read; '' for where, from where and which work."""
    per: str = ""
    choices: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    help: str = ""


class Case(BaseModel):
    """What was told, one fact after the other, for a calculation, a deadline or a form; kept for "what if"."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    topic: str
    detail: str
    """Which module and rule: `calc:pe.general.cts`."""
    told: dict[str, str] = {}
    """In the order in which it was told."""

    def with_(self, fact: str, value: str) -> Case:
        """With one fact told, as the last one."""
        return self.model_copy(update={"told": {**self.without(fact).told, fact: value}})

    def without(self, fact: str) -> Case:
        """Without one fact."""
        return self.model_copy(update={"told": {key: value for key, value in self.told.items() if key != fact}})


class Told(BaseModel):
    """How much, how long and when, as the person told it last: it prefills what is asked later."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    amount: Decimal | None = None
    currency: str = ""
    per: Period = ""
    count: Decimal | None = None
    unit: Unit = "month"
    day: dt.date | None = None
    month_only: bool = False

    def with_facts(self, facts: Facts) -> Told:
        """With what a text told of money, time passed and days; the last day named is mostly the one that counts."""
        changes: dict[str, Any] = {}
        if facts.amounts:
            wage = next((amount for amount in facts.amounts if amount.per), facts.amounts[0])
            changes |= {"amount": wage.value, "currency": wage.currency, "per": wage.per}
        if facts.spans:
            longest = next((span for span in facts.spans if span.unit in ("year", "month")), facts.spans[0])
            changes |= {"count": longest.count, "unit": longest.unit}
        if facts.days:
            changes |= {"day": facts.days[-1].date, "month_only": facts.days[-1].precision == "month"}
        return self.model_copy(update=changes)


class Helper(BaseModel):
    """The office that reads along. `paused`: the person talks to the program just now."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    office: str
    paused: bool = False


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
    told: Told = Told()
    asked: frozenset[str] = frozenset()
    """Facts that were asked for once: they are not asked for again in the same conversation."""
    topic: str = ""
    """The topic answered last, for follow-ups."""
    about: str = ""
    """The last topic that was about something, whatever was chosen in the menu since."""
    detail: str = ""
    """What was wanted of it, such as a lesson: to hear the same answer again."""
    page: str = ""
    version: str = ""
    """The page answered last, for feedback on it."""
    doors: tuple[str, ...] = ()
    """The offices named last, for saying that one does not answer."""
    open: OpenQuestion | None = None
    case: Case | None = None
    diary_open: bool = False
    diary: tuple[Entry, ...] = ()
    lessons: tuple[str, ...] = ()
    """Lessons whose exercise was done."""
    likely: tuple[str, ...] = ()
    """What the last question may have meant besides the topic answered: for "no, the other one"."""
    learn: bool | None = None
    """True: the person lets us learn from questions we did not understand. None: not asked yet."""
    unclear: str = ""
    """The last such question without names and numbers, only until the next message, while the person is asked."""
    offered: tuple[Offered, ...] = ()
    welcomed: bool = False
    discreet: bool = False
    """True: notifications show nothing, and answers are taken back when all is erased."""
    news: bool | None = None
    """True: the person wants news of offices. False: they want none any more. None: never said."""
    danger_on: dt.date | None = None
    """The day danger was told last: nothing is announced for a while after."""
    quiet: bool = False
    """True after an opt-out: nothing is sent that the person did not ask for just now."""
    office: str = ""
    """The office whose link brought the person here: their first door."""
    helper: Helper | None = None
    """The office that reads along, as its cases say: told anew before each turn."""
    giving_contact: bool = False
    """True while the next text is the phone and name that the person gives to that office."""
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
        if facts.amounts or facts.spans or facts.days:
            changes["told"] = self.told.with_facts(facts)
        return self.with_(**changes) if changes else self

    def offering(self, buttons: tuple[Button, ...]) -> Conversation:
        """Remember the buttons of the last answer."""
        return self.with_(offered=tuple(Offered(label=button.label, action=button.action) for button in buttons))

    def request(
        self, topic: str, day: dt.datetime, detail: str = "", country: str = "", place: Location | None = None
    ) -> Request:
        """A question about `topic`, with all that is known. `country` is for a question about another country, `place`
        is used for this question alone and never kept.
        """
        return Request(
            topic=topic,
            language=self.language,
            day=day,
            country=country or self.country,
            origin=self.origin,
            work=self.work,
            papers=self.papers,
            detail=detail,
            office=self.office,
            place=place,
            likely=tuple(topic for topic in (self.topic, *self.likely) if topic),
            told=self.case.told if self.case and self.case.detail == detail else {},
            facts={f"{fact}_asked": True for fact in self.asked} | {"lessons": self.lessons},
        )
