"""The facts a calculation needs: what is asked, and how a value given as text is read."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Literal

from bot.law.formulas import Value, names_in
from bot.library.loading import Library
from bot.library.rules import CalculationEntry, FactEntry, FactKind, Question

UNKNOWN = "unknown"
"""What stands for "I don't know" in place of a value."""
LARGEST = Decimal(10) ** 12
MONTHS = (1, 12)
LONGEST = 1200
"""Months of one period at most."""
EARLIEST, LATEST = dt.date(1950, 1, 1), dt.date(2100, 1, 1)
TRUE, FALSE = ("yes", "true", "sí", "si", "1"), ("no", "false", "0")

Fault = Literal["number", "date", "choice", "yes_no", "least", "most", "before", "unknown_fact"]


class FactError(ValueError):
    """A value that cannot be meant. `fault` says why, `limit` against what."""

    def __init__(self, name: str, fault: Fault, limit: str = "") -> None:
        super().__init__(f"{name}: {fault}{' ' + limit if limit else ''}")
        self.name, self.fault, self.limit = name, fault, limit


@dataclasses.dataclass(frozen=True)
class Fact:
    """A fact to ask for, with what questions.yaml and the calculation say of it together."""

    name: str
    kind: FactKind
    entry: FactEntry

    @property
    def asked(self) -> bool:
        """True where chat asks for it."""
        return self.entry.asked or not self.entry.optional


def facts_of(library: Library, entry: CalculationEntry) -> dict[str, Fact]:
    """The facts of a calculation, in the order in which they are asked."""
    return {name: _whole(name, own, library.questions) for name, own in entry.facts.items()}


def only_to_derive(entry: CalculationEntry) -> set[str]:
    """Facts that nothing needs but the derivation of others: days, where years and months may be told instead."""
    derived = {name for fact in entry.facts.values() if fact.derive for name in names_in(fact.derive)}
    rules = [step.formula for step in entry.steps] + [step.when for step in entry.steps if step.when]
    rules += [clause.when for clause in (*entry.refuse, *entry.means, *entry.assumptions) if clause.when]
    for fact in entry.facts.values():
        rules += [text for text in (fact.when, fact.default, fact.unknown_low, fact.unknown_high) if text]
    used = {name for text in rules for name in names_in(text)}
    return (derived & set(entry.facts)) - used


def _whole(name: str, own: FactEntry, shared: Mapping[str, Question]) -> Fact:
    common = shared.get(own.like or name)
    if common is None:
        return Fact(name, own.kind or "number", own)
    empty = FactEntry()
    given = {field: value for field, value in common if getattr(own, field) == getattr(empty, field)}
    whole = own.model_copy(update=given)
    return Fact(name, whole.kind or "number", whole)


def read(fact: Fact, text: str) -> Value:
    """A value given as text: amounts with a point for decimals, dates as 2026-11-21, choices by their id.

    Raises FactError.
    """
    said = text.strip()
    if fact.kind == "choice":
        return _choice(fact, said)
    if fact.kind == "yes_no":
        return _yes_no(fact, said.casefold())
    if fact.kind == "date":
        return _day(fact, said)
    if fact.kind == "numbers":
        return _numbers(fact, said)
    if fact.kind == "periods":
        return _months(fact, said)
    return _number(fact, said)


def _choice(fact: Fact, said: str) -> str:
    """The id of a choice; its words in any language, or other marks between the words of the id, are taken too."""
    typed = _joined(said)
    for choice, texts in fact.entry.choices.items():
        if typed in {_joined(choice), *(_joined(text) for text in texts.values())}:
            return choice
    raise FactError(fact.name, "choice", ", ".join(fact.entry.choices))


def _joined(text: str) -> str:
    return "_".join(re.findall(r"\w+", text.casefold().replace("_", " ")))


def _yes_no(fact: Fact, said: str) -> bool:
    first = (re.findall(r"\w+", said) or [""])[0]
    if first not in (*TRUE, *FALSE):
        raise FactError(fact.name, "yes_no")
    return first in TRUE


def _day(fact: Fact, said: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(said)
    except ValueError as error:
        raise FactError(fact.name, "date") from error
    if not EARLIEST <= day <= LATEST:
        raise FactError(fact.name, "date")
    return day


def _numbers(fact: Fact, said: str) -> tuple[Decimal, ...]:
    """Numbers, perhaps each with a name before it: `8 9 8`, `AR:10, BO:8`."""
    parts = [part for part in re.split(r"[,;\s]+", said.strip("[]{}() ")) if part.strip("'\"")]
    values = [part.rpartition(":")[2].strip("'\"[]{}()") for part in parts]
    found = [_number(fact, value) for value in values if value]
    if not found:
        raise FactError(fact.name, "number")
    return tuple(found)


def _months(fact: Fact, said: str) -> tuple[Decimal, ...]:
    """Every month of periods such as `PE 2000-01 2006-12, ES 2006-07 2015-06`, those that overlap once."""
    spans = re.findall(r"(\d{4})-(\d{2})\D+(\d{4})-(\d{2})", said)
    if not spans:
        raise FactError(fact.name, "date")
    months: set[int] = set()
    for year, month, last_year, last_month in spans:
        first, last = int(year) * 12 + int(month), int(last_year) * 12 + int(last_month)
        if last < first or not (MONTHS[0] <= int(month) <= MONTHS[1] and MONTHS[0] <= int(last_month) <= MONTHS[1]):
            raise FactError(fact.name, "date")
        months.update(range(first, min(last, first + LONGEST) + 1))
    return tuple(Decimal(month) for month in sorted(months))


def _number(fact: Fact, said: str) -> Decimal:
    try:
        number = Decimal(said)
    except InvalidOperation as error:
        raise FactError(fact.name, "number") from error
    if not number.is_finite() or abs(number) > LARGEST:
        raise FactError(fact.name, "number")
    least = fact.entry.least if fact.entry.least is not None else Decimal(0)
    if number < least:
        raise FactError(fact.name, "least", str(least))
    if fact.entry.most is not None and number > fact.entry.most:
        raise FactError(fact.name, "most", str(fact.entry.most))
    return number
