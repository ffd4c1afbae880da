"""What calculations.yaml, deadlines.yaml and questions.yaml may say: facts to ask, steps, conditions, worked examples.

A new country's rules are data of these forms; none needs Python. docs/calculations.md explains them to editors.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from bot.law import formulas
from bot.library.schema import Amount, Confidence, Entry, Month, SourceEntry, Texts

FactKind = Literal[
    "money",
    "number",
    "days",
    "weeks",
    "months",
    "years",
    "hours",
    "percent",
    "date",
    "choice",
    "yes_no",
    "numbers",
    "periods",
]
"""`numbers` is a list, such as the hours of each day of a week; `periods` is the months worked in some countries."""
Kind = Literal["general", "domestic", "live_in", "agricultural", "own_account"]


def _formula(text: str) -> str:
    formulas.names_in(text)  # raises what is wrong with it
    return text


Formula = Annotated[str, AfterValidator(_formula)]


class Question(Entry):
    """A fact to ask for. content/questions.yaml holds those that many calculations share."""

    kind: FactKind | None = None
    per: Literal["", "hour", "day", "week", "fortnight", "month", "year"] = ""
    unit: str = Field("", description="said to those who call the engine: 'PEN a month, before deductions'")
    ask: Texts | None = Field(None, description="the question, one line")
    short: Texts | None = Field(None, description="its name in two or three words, for lists and buttons")
    help: Texts | None = Field(None, description="where to find it, for who does not know")
    choices: dict[str, Texts] = Field(default={})
    least: Amount | None = None
    most: Amount | None = None


class FactEntry(Question):
    """A fact of one calculation; what it does not say is as in questions.yaml, under `like` or its own name."""

    like: str = ""
    when: Formula | None = Field(None, description="asked only if this holds; the facts it names are asked before")
    default: Formula | None = Field(None, description="assumed when not told; the answer says so")
    unknown_low: Formula | None = Field(None, description="for who does not know: worked out with this…")
    unknown_high: Formula | None = Field(None, description="…and with this, and shown as a range")
    derive: Formula | None = Field(None, description="worked out from other facts, when it is not told itself")
    after: str = Field("", description="a date fact that this one may not come before")
    optional: bool = Field(False, description="true: the default counts where it is not told, and it is never asked…")
    asked: bool = Field(False, description="…but in chat, where this is true too")

    @model_validator(mode="after")
    def _whole(self) -> FactEntry:
        if self.optional and self.default is None:
            raise ValueError("an optional fact needs a default")
        if (self.unknown_low is None) != (self.unknown_high is None):
            raise ValueError("write both unknown_low and unknown_high, or none")
        return self


class Step(Entry):
    """One line of the working. A step without `say` is not shown."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    formula: Formula
    say: Texts | None = None
    unit: Literal["money", "days", "weeks", "months", "years", "hours", "percent", "number", "date", "none"] = "money"
    when: Formula | None = Field(None, description="shown only if this holds; its value is worked out all the same")
    article: str = ""


class Clause(Entry):
    """Something to say when a condition holds: an assumption, a warning, or why nothing is owed."""

    say: Texts
    when: Formula | None = None
    article: str = ""


class Example(Entry):
    """A case worked out by hand: the engine must give the same. `on` is the day the question is asked."""

    on: dt.date | None = None
    facts: dict[str, str]
    gives: dict[str, str] = Field(default={}, description="steps and what they must give, to the digits written")
    amount: str | None = Field(None, description="the total, or none where the rule is refused or withheld")
    refused: bool = False
    cites: list[str] = Field([], description="articles that the lines or sources must name")
    why: str = ""


class CalculationEntry(Entry):
    """One entitlement."""

    topic: str
    works: list[Kind] = Field([], description="kinds of work it is for; none: all")
    name: Texts
    facts: dict[str, FactEntry]
    on: str = Field("", description="the fact whose day picks the law in force; none: today")
    refuse: list[Clause] = Field([], description="who is not covered, and why; the first that holds counts")
    steps: list[Step] = Field(min_length=1)
    total: str
    unit: Literal["money", "days", "weeks", "months", "years", "hours", "percent", "number", "date"] = "money"
    currency: str = Field("", pattern=r"^([A-Z]{3})?$", description="where it is not the country's")
    rounding: Literal["cents", "whole", "none"] = "cents"
    means: list[Clause] = Field([], description="what the answer means for the person; the first that holds is said")
    assumptions: list[Clause] = []
    figures: list[str] = Field([], description="figures the steps use only by name in at('…', day)")
    ask_office: list[str] = Field([], description="who can confirm it: ids or kinds of office")
    sources: list[SourceEntry] = Field(min_length=1)
    confidence: Confidence
    checked: Month
    check_again_by: Month
    note: str = ""
    examples: list[Example] = []

    @model_validator(mode="after")
    def _names_stand(self) -> CalculationEntry:
        names = [step.name for step in self.steps]
        twice = {name for name in names if names.count(name) > 1} | (set(names) & set(self.facts))
        if twice:
            raise ValueError(f"one name for two things: {', '.join(sorted(twice))}")
        if self.total not in names:
            raise ValueError(f"`total` names no step: {self.total}")
        if self.on and self.on not in self.facts:
            raise ValueError(f"`on` names no fact: {self.on}")
        return self


class Row(Entry):
    """Up to a limit, a value; the last row has no limit."""

    up_to: Amount | None = None
    value: Amount
    take: Amount = Field(Decimal(0), validate_default=False, description="a fixed sum beside the value, where there is")


class TableVersion(Entry):
    """A table from a day on."""

    from_: dt.date = Field(alias="from")
    source: SourceEntry
    checked: Month
    confidence: Confidence = "high"
    rows: list[Row] = Field(min_length=1)

    @model_validator(mode="after")
    def _limits_go_up(self) -> TableVersion:
        limits = [row.up_to for row in self.rows]
        inner = [limit for limit in limits[:-1] if limit is not None]
        last = [limits[-1]] if limits[-1] is not None else []
        if len(inner) != len(limits) - 1 or inner + last != sorted({*inner, *last}):
            raise ValueError("limits must go up; only the last row may have none")
        return self


class TableEntry(Entry):
    """Brackets of the law: contributions, taxes."""

    unit: Literal["money", "percent", "number", "days", "months", "years"] = "money"
    note: str = ""
    check_again_by: Month | None = None
    versions: list[TableVersion] = Field(min_length=1)

    @model_validator(mode="after")
    def _dates_go_up(self) -> TableEntry:
        days = [version.from_ for version in self.versions]
        if days != sorted(set(days)):
            raise ValueError("dates must go up and none may stand twice")
        return self


class Calculations(Entry):
    """xx/calculations.yaml"""

    tables: dict[str, TableEntry] = Field(default={})
    calculations: dict[str, CalculationEntry] = Field(default={})


class DeadlineExample(Entry):
    """An event and the last day to act, counted by hand."""

    on: dt.date
    last_day: dt.date
    region: str = ""
    why: str = ""


class DeadlineEntry(Entry):
    """A period to claim in. The day of the event is not counted unless `counts_first_day` says so."""

    topic: str
    works: list[Kind] = []
    name: Texts
    event: Texts = Field(description="what it runs from: 'the day you were dismissed'")
    ask: Texts = Field(description="the question for that day")
    count: int = Field(gt=0)
    unit: Literal["days", "working_days", "weeks", "months", "years"]
    working_week: Literal["Mo-Fr", "Mo-Sa"] = "Mo-Fr"
    counts_first_day: bool = False
    rolls: bool = Field(False, description="true: a last day that is no working day moves to the next one")
    not_counted: list[str] = Field([], description="parts of the year that do not count, as MM-DD/MM-DD")
    regional: bool = Field(False, description="true: regional holidays can make it later; the earliest is given")
    first: Texts = Field(description="what to do first")
    stops: Texts | None = Field(None, description="what stops the clock")
    after: Texts | None = Field(None, description="what remains when it is over")
    ask_office: list[str] = []
    sources: list[SourceEntry] = Field(min_length=1)
    confidence: Confidence
    checked: Month
    check_again_by: Month
    note: str = ""
    examples: list[DeadlineExample] = []


class Deadlines(Entry):
    """xx/deadlines.yaml"""

    deadlines: dict[str, DeadlineEntry] = Field(default={})


class LetterEntry(Entry):
    """A letter to hand over. `text` names in braces what is filled in; names of people are written by hand."""

    topic: str
    name: Texts
    asks: list[Literal["what", "amount", "since", "until"]]
    before: Texts = Field(description="what to know before handing it over")
    text: Texts


class Letters(Entry):
    """content/letters.yaml"""

    letters: dict[str, LetterEntry] = {}


class AgreementEntry(Entry):
    """A treaty under which years of contributions in one country count in another. One of two countries never reaches a
    third; one of many adds up all of its members.
    """

    name: Texts
    parties: list[str] = Field(min_length=2)
    source: SourceEntry
    confidence: Confidence
    checked: Month
    note: str = ""


class PensionEntry(Entry):
    """What a country asks for an old-age pension, and who takes the application."""

    scheme: Literal["years", "account"] = Field(description="account: paid from savings, with no minimum of years")
    months: int = Field(0, description="months of contributions that are asked for")
    rule: Texts = Field(description="the rule in one line, with ages")
    without: Texts = Field(description="what remains for who falls short")
    claim_at: Texts = Field(description="the institution that takes the one application")
    form: Texts | None = None
    source: SourceEntry
    confidence: Confidence
    checked: Month
    check_again_by: Month
    note: str = ""


class Pensions(Entry):
    """international/pensions.yaml"""

    least_months: int = Field(12, description="under so many months a country may pay nothing of its own")
    agreements: dict[str, AgreementEntry] = {}
    countries: dict[str, PensionEntry] = {}


class Questions(Entry):
    """content/questions.yaml"""

    questions: dict[str, Question] = Field(default={})
