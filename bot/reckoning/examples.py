"""The worked examples beside each rule, run: what differs is a problem of the content, with file and line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from decimal import Decimal

from bot.law.formulas import FormulaError, Value, names_in
from bot.library.loading import Library, Problem
from bot.library.rules import CalculationEntry, Example
from bot.reckoning.calculation import Calculator, Missing, Refused, Working
from bot.reckoning.deadline import until_when
from bot.reckoning.facts import Fact, FactError, facts_of

TABLE = re.compile(r"""(?:lookup|progressive)\(\s*['"](\w+)['"]""")


def problems(library: Library, today: dt.date) -> list[Problem]:
    """What is wrong with calculations and deadlines."""
    found: list[Problem] = []
    calculator = Calculator(library)
    for code, content in library.countries.items():
        path = f"{code or 'international'}/calculations.yaml"
        for name, entry in content.rules.calculations.items():
            found += [Problem(path, 1, f"{name}: {text}") for text in _wrong_names(library, code, entry)]
            for number, example in enumerate(entry.examples, 1):
                where = f"{name}, example {number}"
                for text in _differs(calculator, name, example, today):
                    found.append(Problem(path, 1, f"{where}: {text}"))
            if not entry.examples:
                found.append(Problem(path, 1, f"{name}: add a worked example"))
        found += _deadlines(library, code, today)
    return found


def _wrong_names(library: Library, country: str, entry: CalculationEntry) -> Iterator[str]:
    """Names that are no fact, no earlier step and no figure; questions that nobody wrote."""
    content = library.countries[country]
    facts = facts_of(library, entry)
    known = {*facts, *content.figures.figures, "today", "True", "False"}
    rules = [(name, text) for name, fact in facts.items() for text in _formulas_of(fact.entry)]
    for where, text in rules:
        yield from _unknown(where, text, known)
    for step in entry.steps:
        yield from _unknown(f"step {step.name}", step.formula, known)
        for table in TABLE.findall(step.formula):
            if table not in content.rules.tables:
                yield f"step {step.name}: no such table: {table}"
        known.add(step.name)
    for clause in (*entry.refuse, *entry.means, *entry.assumptions):
        yield from _unknown("when", clause.when or "True", known)
    yield from _questions(facts)
    if entry.topic not in library.topics.topics:
        yield f"no such topic: {entry.topic}"


def _unknown(where: str, formula: str, known: set[str]) -> Iterator[str]:
    for name in sorted(names_in(formula) - known):
        yield f"{where}: no such fact, earlier step or figure: {name}"


def _questions(facts: dict[str, Fact]) -> Iterator[str]:
    for fact in facts.values():
        if fact.asked and fact.entry.ask is None and fact.entry.derive is None:
            yield f"{fact.name}: write its question under `ask`, or take one of questions.yaml with `like`"
        if fact.kind == "choice" and not fact.entry.choices:
            yield f"{fact.name}: write its choices"


def _formulas_of(entry: object) -> Iterator[str]:
    for field in ("when", "default", "derive", "unknown_low", "unknown_high"):
        if text := getattr(entry, field):
            yield text


def _differs(calculator: Calculator, name: str, example: Example, today: dt.date) -> Iterator[str]:
    """Where the engine gives something else than the hand."""
    try:
        result = calculator.work_out(name, example.facts, example.on or today)
    except (FactError, FormulaError) as error:
        yield str(error)
        return
    if isinstance(result, Missing):
        yield f"facts missing: {', '.join(fact.name for fact in result.facts)}"
    elif isinstance(result, Refused):
        if not example.refused:
            yield f"refused: {result.reason}"
    elif example.refused:
        yield f"not refused, but {result.low}"
    else:
        yield from _amounts_differ(result, example)


def _amounts_differ(result: Working, example: Example) -> Iterator[str]:
    if example.amount is not None and not _same(result.low, example.amount):
        yield f"gives {result.low}, not {example.amount}"
    for step, expected in example.gives.items():
        if step not in result.values:
            yield f"no such step: {step}"
        elif not _same(result.values[step], expected):
            yield f"{step} gives {result.values[step]}, not {expected}"
    cited = " ".join([*(line.article for line in result.lines), *(f"{s.title} {s.article}" for s in result.sources)])
    for article in example.cites:
        if article not in cited:
            yield f"does not cite {article}"


def _same(value: Value, expected: str) -> bool:
    """Equal to the digits that the example gives."""
    if isinstance(value, bool):
        return expected.casefold() in (("yes", "true") if value else ("no", "false"))
    if isinstance(value, Decimal):
        hand = Decimal(expected)
        return bool(abs(value - hand) <= Decimal("0.5").scaleb(int(hand.as_tuple().exponent)))
    return str(value) == expected


def _deadlines(library: Library, country: str, today: dt.date) -> Iterator[Problem]:
    path = f"{country or 'international'}/deadlines.yaml"
    for name, entry in library.countries[country].deadlines.deadlines.items():
        if entry.topic not in library.topics.topics:
            yield Problem(path, 1, f"{name}: no such topic: {entry.topic}")
        if not entry.examples:
            yield Problem(path, 1, f"{name}: add a worked example")
        for example in entry.examples:
            given = until_when(library, name, example.on, today, example.region).day
            if given != example.last_day:
                yield Problem(path, 1, f"{name}: {example.on} gives {given}, not {example.last_day}")
