"""How a reply to a module's own question is read: an amount, a number, a day, a yes, a choice, "I don't know"."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import re
from decimal import Decimal

from dateutil.relativedelta import relativedelta
from price_parser import Price
from rapidfuzz import fuzz

from bot.conversation.state import OpenQuestion
from bot.reckoning.facts import UNKNOWN
from bot.understanding import Span, Understanding

COUNTED = {"days": "day", "weeks": "week", "months": "month", "years": "year", "hours": "hour"}
ALIKE = 85
YEAR_FIRST = re.compile(r"\b((?:19|20)\d\d)[-/.](\d{1,2})[-/.](\d{1,2})\b")
PERIOD = re.compile(r"\d{4}-\d{2}\D+\d{4}-\d{2}")
SHORT = 6
TEXT_LIMIT = 300
MONTHS = {"month": Decimal(1), "year": Decimal(12)}
WEEKS_A_YEAR = 52


@dataclasses.dataclass(frozen=True)
class Reply:
    """The value a text gives, or why it gives none: `fault` names what to say."""

    value: str = ""
    fault: str = ""


def read_reply(asked: OpenQuestion, text: str, read: Understanding, today: dt.date) -> Reply:
    """The value of a reply, as `reckoning.facts` reads values."""
    if read.said == "unknown":
        return Reply(UNKNOWN)
    if asked.kind == "yes_no":
        return _yes_no(read)
    if asked.kind == "choice":
        return _choice(asked, text)
    if asked.kind == "date":
        return _day(text, read, today)
    if asked.kind == "periods":
        return Reply(text) if PERIOD.search(text) else Reply(fault="fault_date")
    if asked.kind == "text":
        return Reply(" ".join(text.split())[:TEXT_LIMIT])
    if asked.kind == "numbers":
        found = re.findall(r"\d+(?:[.,]\d+)?", text)
        return Reply(" ".join(number.replace(",", ".") for number in found)) if found else Reply(fault="fault_number")
    if asked.kind == "money":
        return _money(asked, text, read)
    return _count(asked, text, read)


def _yes_no(read: Understanding) -> Reply:
    if read.said in ("yes", "no"):
        return Reply(read.said)
    topics = {"conversation.affirm": "yes", "conversation.deny": "no"}
    return Reply(topics[read.topic]) if read.topic in topics else Reply(fault="fault_yes_no")


def _choice(asked: OpenQuestion, text: str) -> Reply:
    scores = [fuzz.partial_ratio(text.casefold(), label.casefold()) for label in asked.labels]
    best = max(scores, default=0)
    if best >= ALIKE and scores.count(best) == 1:
        return Reply(asked.choices[scores.index(best)])
    return Reply(fault="fault_choice")


def _day(text: str, read: Understanding, today: dt.date) -> Reply:
    """A day, a month (its first day), or how long ago."""
    if written := YEAR_FIRST.search(text):
        with contextlib.suppress(ValueError):
            return Reply(dt.date(*(int(part) for part in written.groups())).isoformat())
    if read.facts.days:
        return Reply(read.facts.days[-1].date.isoformat())
    if read.facts.spans:
        return Reply(_ago(read.facts.spans[0], today).isoformat())
    return Reply(fault="fault_date")


def _ago(span: Span, today: dt.date) -> dt.date:
    if span.unit in MONTHS:
        return today - relativedelta(months=int(span.count * MONTHS[span.unit]))
    per_unit = {"week": 7, "fortnight": 15}
    return today - dt.timedelta(days=int(span.count * per_unit.get(span.unit, 1)))


def _money(asked: OpenQuestion, text: str, read: Understanding) -> Reply:
    if read.facts.amounts:
        amount = read.facts.amounts[0]
        if amount.per and asked.per and amount.per != asked.per:
            return Reply(fault=f"fault_per_{asked.per}")
        return Reply(str(amount.value))
    number = _bare(text)
    return Reply(str(number)) if number is not None else Reply(fault="fault_number")


def _count(asked: OpenQuestion, text: str, read: Understanding) -> Reply:
    unit = COUNTED.get(asked.kind, "")
    for span in read.facts.spans:
        if span.unit == unit:
            return Reply(str(span.count))
        if unit == "month" and span.unit == "year":
            return Reply(str(span.count * 12))
        if unit == "week" and span.unit in MONTHS:
            return Reply(str(round(span.count * MONTHS[span.unit] * WEEKS_A_YEAR / 12)))
    number = _bare(text)
    return Reply(str(number)) if number is not None else Reply(fault="fault_number")


def _bare(text: str) -> Decimal | None:
    """The one number of a short text."""
    found = re.findall(r"\d[\d.,' ]*", text)
    if len(found) != 1 or len(text.split()) > SHORT:
        return None
    return Price.fromstring(found[0].strip().replace(" ", "").replace("'", "")).amount
