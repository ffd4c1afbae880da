"""Workings and last days as plain objects, for `--json` and for other programs. Amounts are text with a point."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from bot.law.formulas import Value, cents
from bot.library.loading import Library
from bot.library.rules import Clause
from bot.library.schema import Texts
from bot.messages import Source
from bot.reckoning.calculation import Missing, Refused, Working
from bot.reckoning.deadline import LastDay
from bot.reckoning.facts import Fact, facts_of

FINE = Decimal("0.0001")


def in_language(texts: Texts, order: Iterable[str]) -> str:
    """A text in the first language there is of an order of languages, else in any."""
    return next((texts[code] for code in order if texts.get(code)), next(iter(texts.values()), ""))


def plain(value: Value, unit: str) -> str:
    """A value as text: money with two decimals, other numbers with up to four, days as 2026-11-21."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        if unit == "money":
            return str(cents(value))
        shown = value.quantize(FINE) if value != value.to_integral_value() else value.quantize(Decimal(1))
        return f"{shown:f}".rstrip("0").rstrip(".") if "." in f"{shown:f}" else f"{shown:f}"
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, tuple):
        return " ".join(plain(part, unit) for part in value)
    return str(value)


def filled(text: str, values: dict[str, Value], kinds: dict[str, str]) -> str:
    """A text with the values it names in braces."""
    for name, value in values.items():
        if f"{{{name}}}" in text:
            text = text.replace(f"{{{name}}}", plain(value, kinds.get(name, "number")))
    return text


def calculation(
    result: Working | Missing | Refused, name: str, library: Library, order: tuple[str, ...]
) -> dict[str, Any]:
    """The object that `calculate --json` prints."""
    if isinstance(result, Missing):
        return {"id": name, "amount": None, "missing": [fact(entry, order) for entry in result.facts]}
    if isinstance(result, Refused):
        why = in_language(result.say, order) if result.say else ""
        return {
            "id": name,
            "amount": None,
            "refused": result.reason,
            "because": why,
            "article": result.article,
            "sources": [source(entry) for entry in result.sources],
        }
    found = library.calculation(name)
    kinds = {line.name: line.unit for line in result.lines}
    if found:
        kinds |= {step.name: step.unit for step in found[1].steps}
        kinds |= {entry.name: entry.kind for entry in facts_of(library, found[1]).values()}
    values = dict(result.values)
    data: dict[str, Any] = {
        "id": name,
        "amount": plain(result.low, result.unit),
        "currency": result.currency,
        "unit": result.unit,
        "lines": [
            {
                "label": filled(in_language(line.label, order), values, kinds),
                "amount": plain(line.value, line.unit),
                "unit": line.unit,
                "article": line.article,
                "name": line.name,
            }
            for line in result.lines
        ],
        "assumptions": _assumptions(result, values, kinds, order),
        "sources": [source(entry) for entry in result.sources],
        "doubtful": result.doubtful,
    }
    if result.means:
        data["means"] = filled(in_language(result.means, order), values, kinds)
    if result.low != result.high:
        data["range"] = [plain(result.low, result.unit), plain(result.high, result.unit)]
    return data


def _assumptions(result: Working, values: dict[str, Value], kinds: dict[str, str], order: tuple[str, ...]) -> list[str]:
    said = [filled(in_language(clause.say, order), values, kinds) for clause in result.assumptions]
    return said + [f"{entry.name} = {plain(value, entry.kind)}" for entry, value in result.assumed]


def clause(entry: Clause, order: tuple[str, ...]) -> str:
    """A clause in words."""
    return in_language(entry.say, order)


def fact(entry: Fact, order: tuple[str, ...]) -> dict[str, Any]:
    """A fact to ask for, with unit and choices."""
    own = entry.entry
    data: dict[str, Any] = {"name": entry.name, "kind": entry.kind, "unit": own.unit or own.per or entry.kind}
    if own.per:
        data["per"] = own.per
    if own.choices:
        data["choices"] = {choice: in_language(texts, order) for choice, texts in own.choices.items()}
    if own.ask:
        data["ask"] = in_language(own.ask, order)
    if own.help:
        data["help"] = in_language(own.help, order)
    data["required"] = not own.optional
    if own.default is not None:
        data["default"] = own.default
    if own.unknown_low is not None:
        data["unknown"] = True
    return data


def source(entry: Source) -> dict[str, str]:
    """A source with the month it was checked."""
    checked = entry.checked.isoformat()[:7] if entry.checked else ""
    return {"title": entry.title, "article": entry.article, "url": entry.url, "checked": checked}


def listed(library: Library, country: str, order: tuple[str, ...]) -> list[dict[str, Any]]:
    """What can be worked out: ids, and the facts each needs with unit and choices."""
    return [
        {
            "id": name,
            "country": code or "international",
            "topic": entry.topic,
            "works": entry.works,
            "name": in_language(entry.name, order),
            "unit": entry.unit,
            "facts": [fact(one, order) for one in facts_of(library, entry).values()],
        }
        for code, content in library.countries.items()
        if country in ("", code or "international")
        for name, entry in content.rules.calculations.items()
    ]


def deadlines_listed(library: Library, country: str, order: tuple[str, ...]) -> list[dict[str, Any]]:
    """The claim periods: ids and what each runs from."""
    return [
        {
            "id": name,
            "country": code or "international",
            "topic": entry.topic,
            "works": entry.works,
            "name": in_language(entry.name, order),
            "event": in_language(entry.event, order),
            "count": entry.count,
            "unit": entry.unit,
        }
        for code, content in library.countries.items()
        if country in ("", code or "international")
        for name, entry in content.deadlines.deadlines.items()
    ]


def deadline(result: LastDay, order: tuple[str, ...]) -> dict[str, Any]:
    """The object that `deadline --json` prints."""
    entry = result.entry
    return {
        "id": result.id,
        "event": result.event.isoformat(),
        "last_day": None if result.withheld else result.day.isoformat(),
        "days_left": None if result.withheld else result.left,
        "working_days_left": None if result.withheld else result.working_left,
        "over": not result.withheld and result.left < 0,
        "earliest_possible": result.earliest,
        "period": {"count": entry.count, "unit": entry.unit},
        "name": in_language(entry.name, order),
        "first": in_language(entry.first, order),
        "stops": in_language(entry.stops, order) if entry.stops else "",
        "after": in_language(entry.after, order) if entry.after else "",
        "sources": [source(one) for one in result.sources],
        "doubtful": result.doubtful,
        "withheld": result.withheld,
    }
