"""What the modules that ask for facts share: a fact as a question, a value in words, a value that cannot be meant."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from bot.law.formulas import Value
from bot.library.schema import Texts
from bot.messages import Ask, Source
from bot.reckoning.facts import Fact, FactError
from bot.reckoning.report import in_language
from bot.translations import Words

SPANS = {"days": "day", "weeks": "week", "months": "month", "years": "year", "hours": "hour"}
SOURCES_SHOWN = 3


def own(texts: Texts | None, words: Words) -> str:
    """A text in the reader's language or its stand-in."""
    return in_language(texts, (words.language.code, *words.language.stand_ins, "es")) if texts else ""


def question(fact: Fact, words: Words, done: int, left: int, fault: str = "") -> Ask:
    """A fact as the question a person is asked."""
    entry = fact.entry
    return Ask(
        fact=fact.name,
        choices=tuple(entry.choices),
        text=own(entry.ask, words) or fact.name,
        help=own(entry.help, words),
        kind=fact.kind,
        per=entry.per,
        labels=tuple(own(texts, words) for texts in entry.choices.values()),
        unsure=entry.unknown_low is not None or entry.default is not None,
        fault=fault,
        done=done,
        left=left,
    )


def fault_text(error: FactError, facts: dict[str, Fact], words: Words, country: str) -> str:
    """Why a value cannot be meant, as a person reads it."""
    if error.fault in ("least", "most"):
        return words.say(f"fault_{error.fault}", limit=words.number(Decimal(error.limit), country))
    if error.fault == "before":
        other = facts.get(error.limit)
        return words.say("fault_before", other=own(other.entry.ask, words) if other else "")
    return words.say(f"fault_{error.fault if error.fault in ('number', 'date', 'yes_no') else 'choice'}")


def value_text(value: Value, kind: str, words: Words, currency: str, country: str) -> str:
    """A value as the reader's language writes it."""
    if isinstance(value, bool):
        return words.say("yes" if value else "no")
    if isinstance(value, dt.date):
        return words.date(value)
    if isinstance(value, tuple):
        return ", ".join(value_text(part, "number", words, currency, country) for part in value)
    if not isinstance(value, Decimal):
        return str(value)
    if kind == "money":
        return words.money(value.quantize(Decimal("0.01")), currency, country)
    if kind == "percent":
        return words.percent(value, country)
    if kind in SPANS:
        return words.span(round(value, 2).normalize() + 0, SPANS[kind])
    return words.number(round(value, 4), country)


def told_text(fact: Fact, value: Value, words: Words, currency: str, country: str) -> str:
    """A fact told, as `question: value`."""
    if fact.kind == "choice":
        shown = own(fact.entry.choices.get(str(value)), words) or str(value)
    else:
        shown = value_text(value, fact.kind, words, currency, country)
    return f"{short_name(fact, words)}: **{shown}**"


def short_name(fact: Fact, words: Words) -> str:
    """A fact's name in a list or on a button."""
    return own(fact.entry.short, words) or own(fact.entry.ask, words).strip("¿?") or fact.name


def source_line(sources: tuple[Source, ...], words: Words) -> str:
    """The sources in one line, with the month they were checked."""
    named = [
        source.title + (f", {words.say('article')} {source.article}" if source.article else "")
        for source in sources[:SOURCES_SHOWN]
    ]
    checked = [source.checked for source in sources if source.checked]
    when = f" · {words.say('checked_in', month=words.month(min(checked)))}" if checked else ""
    return f"📖 {'; '.join(named)}{when}"
