"""`calculate` and `deadline` on the command line: what they print and how they end.

Exit codes: 0 worked out, or the missing facts named; 1 no such rule; 2 a value or day that cannot be meant.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

from bot.law.formulas import FormulaError
from bot.library import loading
from bot.library.loading import Library
from bot.reckoning import report
from bot.reckoning.calculation import Calculator
from bot.reckoning.deadline import until_when
from bot.reckoning.facts import FactError
from bot.settings import Settings

UNKNOWN_RULE, BAD_VALUE = 1, 2


def library(rule: str, country: str = "") -> Library:
    """The content as it stands: of the country a rule's id begins with, or of all for a list."""
    code = country or rule.partition(".")[0]
    return loading.load(Settings(log_level="ERROR").content, only=(code,) if code else None)


def say_list(entries: list[dict[str, Any]], *, as_json: bool) -> None:
    """The rules there are."""
    if as_json:
        print(json.dumps(entries, ensure_ascii=False))
        return
    for entry in entries:
        facts = " ".join(fact["name"] for fact in entry.get("facts", []))
        print(f"{entry['id']}  {entry['name']}  {facts}".rstrip())


def calculate(library: Library, name: str, told: list[str], on: str, order: tuple[str, ...], *, as_json: bool) -> int:
    """Work out and print; the exit code."""
    try:
        facts = dict(_pair(text) for text in told)
        result = Calculator(library).work_out(name, facts, _day(on))
    except (LookupError, FactError, FormulaError, ValueError) as error:
        return _failed(error, name, as_json=as_json)
    data = report.calculation(result, name, library, order)
    if as_json:
        print(json.dumps(data, ensure_ascii=False))
    else:
        _say_working(data)
    return 0


def deadline(
    library: Library, name: str, on: str, today: str, region: str, order: tuple[str, ...], *, as_json: bool
) -> int:
    """Count and print; the exit code."""
    try:
        result = until_when(library, name, _day(on or "nothing"), _day(today), region)
    except (LookupError, ValueError) as error:
        return _failed(error, name, as_json=as_json)
    data = report.deadline(result, order)
    if as_json:
        print(json.dumps(data, ensure_ascii=False))
    else:
        _say_deadline(data)
    return 0


def _failed(error: Exception, name: str, *, as_json: bool) -> int:
    unknown = isinstance(error, LookupError)
    text = f"no such rule: {name}" if unknown else str(error)
    if as_json:
        print(json.dumps({"id": name, "amount": None, "error": text}, ensure_ascii=False))
    print(text, file=sys.stderr)
    return UNKNOWN_RULE if unknown else BAD_VALUE


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise ValueError(f"write FACT=VALUE, not {text}")
    return name.strip(), value.strip()


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text) if text else dt.datetime.now().astimezone().date()
    except ValueError as error:
        raise ValueError(f"write a day as 2026-05-03, not {text}") from error


def _say_working(data: dict[str, Any]) -> None:
    for fact in data.get("missing", []):
        choices = f" ({', '.join(fact['choices'])})" if "choices" in fact else ""
        print(f"needed: {fact['name']}, {fact['unit']}{choices}")
    if "refused" in data:
        print(f"{data['refused']}: {data['because']} {data['article']}".rstrip())
    for line in data.get("lines", []):
        print(f"{line['label']}: {line['amount']} {line['article']}".rstrip())
    if data["amount"] is not None:
        print(f"= {data['amount']} {data['currency'] or data['unit']}")
    if "means" in data:
        print(data["means"])
    for text in data.get("assumptions", []):
        print(f"assumed: {text}")
    _say_sources(data)


def _say_deadline(data: dict[str, Any]) -> None:
    print(f"{data['name']}: {data['last_day'] or 'withheld'} ({data['days_left']} days left)")
    for text in (data["first"], data["stops"], data["after"]):
        if text:
            print(text)
    _say_sources(data)


def _say_sources(data: dict[str, Any]) -> None:
    for one in data.get("sources", []):
        print(f"source: {one['title']} {one['article']} (checked {one['checked']})")
