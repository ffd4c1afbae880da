"""How much, how long and when, as people write it: "mil doscientos al mes", "hace dos años y medio", "el 3 de mayo".

Numbers in words are read by text2num, amounts by price-parser, days by dateparser, month names come from CLDR. The
words around them (units, "al mes", "ayer") stand in locales/LANGUAGE/words.yaml.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Literal

import dateparser
from babel import Locale
from price_parser import Price
from text_to_num import alpha2digit

from bot.understanding import Amount, Day, Period, Span
from bot.understanding.lexicon import Quantities, strip_accents

NUMBER = r"\d{1,3}(?:[.,'\s]\d{3})+(?:[.,]\d{1,2})?|\d+(?:[.,]\d{1,2})?"
MARKS = r"s/\.?|us\$|rd\$|r\$|mx\$|bs\.?|b/\.?|[$€₡£]|(?<!\w)[qlg]\.?(?=\s?\d)"
BARE_FROM = 100
"""A number without currency or "a month" is money from here on: "tengo 3 hijos" is not."""
DAY_FIRST = r"\b\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}\b"
MONTH_FIRST = frozenset({"en"})
"""Languages whose writers, in the countries we serve, put the month first (United States)."""
WRITTEN = frozenset({"es", "pt", "en", "fr"})
"""Languages whose numbers in words text2num reads; Creole brings its own list."""
LINK = "de|of|del|d|le|nan"
MOST_YEARS = 70
YEARS = range(1950, 2101)
"""A bare number among these is a year: "nací en 1980"."""


class QuantityReader:
    """Reads amounts, spans of time and days with the words of all languages: people mix them."""

    def __init__(self, lexicons: Mapping[str, Quantities], locales: Mapping[str, str]) -> None:
        self.lexicons = dict(lexicons)
        self.months = {code: _month_names(locales[code], entry) for code, entry in lexicons.items() if code in locales}
        self.patterns = {code: _Patterns(entry, self.months.get(code, {})) for code, entry in lexicons.items()}

    def read(
        self, text: str, language: str, today: dt.date
    ) -> tuple[tuple[Amount, ...], tuple[Span, ...], tuple[Day, ...]]:
        """What the text tells of money, of time passed and of days; `today` is what "yesterday" counts from."""
        code = language if language in self.patterns else next(iter(self.patterns), "")
        if not code:
            return (), (), ()
        entry, patterns = self.lexicons[code], self.patterns[code]
        line = strip_accents(" ".join(text.split()).lower())
        line = self._digits(line, code, entry)
        found, line = self._days(line, code, patterns, today)
        spans, line = _spans(line, patterns)
        return _amounts(line, patterns), spans, found

    def _digits(self, line: str, code: str, entry: Quantities) -> str:
        """Numbers in words as digits. "15 mil" is multiplied first, or text2num would read two numbers."""
        for word, value in entry.numbers.items():
            line = re.sub(rf"\b{word}\b", str(value), line)
        for factor, words in entry.multiples.items():
            if not words:
                continue
            line = re.sub(rf"({NUMBER})\s?(?:{'|'.join(words)})\b", functools.partial(_multiplied, factor), line)
        if code in WRITTEN:
            try:
                return str(alpha2digit(line, code, 0.0))
            except (ValueError, IndexError):  # its grammar stumbles over some odd texts: digits are still read
                return line
        return line

    def _days(self, line: str, code: str, patterns: _Patterns, today: dt.date) -> tuple[tuple[Day, ...], str]:
        days: list[Day] = []
        if patterns.month_before and patterns.month_before.search(line):
            days.append(Day((today.replace(day=1) - dt.timedelta(days=1)).replace(day=1), "month"))
            line = patterns.month_before.sub(" ", line)
        for pattern, kind in ((patterns.date, "month"), (patterns.moment, "day"), (re.compile(DAY_FIRST), "day")):
            if pattern is None:
                continue
            for match in pattern.finditer(line):
                written = match.group()
                exact = kind == "day" or match["day"] or match["after"]
                precision: Literal["day", "month"] = "day" if exact else "month"
                day = self._day(written, code, today)
                if day:
                    days.append(Day(day.replace(day=1) if precision == "month" else day, precision))
            line = pattern.sub(" ", line)
        return tuple(dict.fromkeys(days)), line

    def _day(self, written: str, code: str, today: dt.date) -> dt.date | None:
        for own, name in self.lexicons[code].month_names.items():
            written = re.sub(rf"\b{own}\b", name, written)
        return _parsed(written, code if code in WRITTEN else "fr", today)


class _Patterns:
    """The words of one language as patterns."""

    def __init__(self, entry: Quantities, months: Mapping[str, int]) -> None:
        units = {word: unit for unit, words in entry.units.items() for word in words}
        self.units = units
        half = "|".join(entry.half) or r"(?!)"
        of_unit = "|".join(sorted(units, key=len, reverse=True)) or r"(?!)"
        self.span = re.compile(
            rf"\b(?:(?P<count>\d+(?:[.,]\d)?)(?:\s(?P<before>{half}))?|(?P<halved>{half}))"
            rf"\s(?P<unit>{of_unit})\b(?:\s(?P<half>{half})\b)?"
        )
        self.per = {
            period: re.compile(rf"^\W{{0,3}}(?:\w+\s){{0,2}}?(?:{'|'.join(words)})\b")
            for period, words in entry.per.items()
        }
        self.currencies = {
            code: re.compile(rf"^\s?(?:{'|'.join(words)})\b") for code, words in entry.currencies.items() if words
        }
        names = "|".join(sorted(months, key=len, reverse=True))
        self.date = (
            re.compile(
                rf"\b(?:(?P<day>\d{{1,2}})(?:er|ro|st|nd|rd|th|o|º)?\s(?:(?:{LINK})\s)?)?(?P<month>{names})\b\.?"
                rf"(?:\s(?P<after>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d))?(?:,?\s(?:(?:{LINK})\s)?(?P<year>(?:19|20)\d\d)\b)?"
            )
            if names
            else None
        )
        self.moment = re.compile(rf"\b(?:{'|'.join(entry.moments)})\b") if entry.moments else None
        self.month_before = re.compile(rf"\b(?:{'|'.join(entry.month_before)})\b") if entry.month_before else None


def _spans(line: str, patterns: _Patterns) -> tuple[tuple[Span, ...], str]:
    spans: list[Span] = []
    for match in patterns.span.finditer(line):
        count = _decimal(match["count"]) if match["count"] else Decimal("0.5")
        if match["half"] or match["before"]:
            count += Decimal("0.5")
        unit = patterns.units[match["unit"]]
        if 0 < count <= MOST_YEARS * 366:
            spans.append(Span(count, unit))
    return tuple(dict.fromkeys(spans)), patterns.span.sub(" ", line)


def _amounts(line: str, patterns: _Patterns) -> tuple[Amount, ...]:
    found: list[Amount] = []
    for match in re.finditer(rf"(?P<mark>{MARKS})?\s?(?<![\d.,])(?P<digits>{NUMBER})(?![\d%])", line):
        rest = line[match.end() :]
        value = _decimal(match["digits"])
        mark = (match["mark"] or "").strip().rstrip(".")
        named = next((code for code, pattern in patterns.currencies.items() if pattern.match(rest)), None)
        if named is not None:  # "" is a name too: pesos, of whichever country
            rest = patterns.currencies[named].sub("", rest, count=1)
        period: Period = next((period for period, pattern in patterns.per.items() if pattern.match(rest)), "")
        told = bool(mark or period or named is not None)
        year_like = value == int(value) and value in YEARS
        if value > 0 and (told or (value >= BARE_FROM and not year_like)):
            found.append(Amount(value, SYMBOLS.get(mark, named or ""), period))
    return tuple(dict.fromkeys(found))


SYMBOLS = {"s/": "PEN", "us$": "USD", "rd$": "DOP", "r$": "BRL", "mx$": "MXN", "bs": "BOB", "b/": "PAB", "€": "EUR",
           "₡": "CRC", "q": "GTQ", "l": "HNL", "g": "HTG"}  # fmt: skip


def _decimal(digits: str) -> Decimal:
    """'1.200', '1,200', "1'200" and '1 200' are one thousand two hundred; '12,50' and '12.5' are twelve and a half."""
    amount = Price.fromstring(digits.replace("'", "").replace(" ", "")).amount
    return amount if amount is not None else Decimal(0)


def _multiplied(factor: int, match: re.Match[str]) -> str:
    return format((_decimal(match[1]) * factor).normalize(), "f")


@functools.lru_cache(maxsize=4096)
def _parsed(written: str, code: str, today: dt.date) -> dt.date | None:
    settings: dict[str, Any] = {
        "PREFER_DATES_FROM": "past",
        "PREFER_DAY_OF_MONTH": "first",
        "DATE_ORDER": "MDY" if code in MONTH_FIRST else "DMY",
        "RELATIVE_BASE": dt.datetime.combine(today, dt.time(12)),
    }
    try:
        found = dateparser.parse(written, languages=[code], settings=settings)
    except (ValueError, OverflowError, RecursionError):
        return None
    return found.date() if found else None


def _month_names(locale: str, entry: Quantities) -> dict[str, int]:
    """Month names without accents: CLDR's, and those of the words file where CLDR has none."""
    names = {
        strip_accents(str(name).lower()): number
        for number, name in Locale.parse(locale).months["format"]["wide"].items()
    }
    names = {name: number for name, number in names.items() if not re.fullmatch(r"m\d\d|\d+", name)}
    own = {name: number for number, name in enumerate(entry.month_names, 1)}
    shortened = dict.fromkeys(entry.months_short, 0)
    return names | own | shortened
