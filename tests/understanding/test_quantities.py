"""How much, how long and when: read from what people write, in five languages."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding import Amount, Day, Span
from bot.understanding.keywords import Keywords

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("language", "text", "amounts"),
    [
        ("es", "gano S/ 1,200 al mes", [("1200", "PEN", "month")]),
        ("es", "trabajo desde marzo y gano mil doscientos al mes", [("1200", "", "month")]),
        ("es", "1.200.000 pesos", [("1200000", "", "")]),
        ("es", "500 lucas mensuales", [("500000", "", "month")]),
        ("es", "15 mil pesos a la quincena", [("15000", "", "fortnight")]),
        ("es", "me paga 60 quetzales por día", [("60", "GTQ", "day")]),
        ("es", "me pagan 230 diarios", [("230", "", "day")]),
        ("es", "me deben 850,50 euros", [("850.50", "EUR", "")]),
        ("es", "tengo 3 hijos y trabajo 12 horas diarias", []),
        ("es", "nací en 1980", []),
        ("pt", "ganho mil e quinhentos reais por mês", [("1500", "BRL", "month")]),
        ("pt", "R$ 1.412,00", [("1412.00", "BRL", "")]),
        ("en", "I make 12 dollars an hour", [("12", "USD", "hour")]),
        ("en", "he pays $7.25/hr", [("7.25", "", "hour")]),
        ("fr", "je gagne mille deux cents euros par mois", [("1200", "EUR", "month")]),
        ("ht", "m te touche 500 dola pa mwa", [("500", "USD", "month")]),
    ],
)
def test_money(keywords: Keywords, language: str, text: str, amounts: list[tuple[str, str, str]]) -> None:
    expected = tuple(Amount(Decimal(value), currency, per) for value, currency, per in amounts)  # type: ignore[arg-type]
    assert keywords.facts.read(text, language, TODAY).amounts == expected


@pytest.mark.parametrize(
    ("language", "text", "spans"),
    [
        ("es", "hace dos años y medio", [("2.5", "year")]),
        ("es", "medio año", [("0.5", "year")]),
        ("es", "llevo 8 meses", [("8", "month")]),
        ("pt", "há dois anos e meio", [("2.5", "year")]),
        ("en", "after two and a half years", [("2.5", "year")]),
        ("fr", "depuis trois semaines", [("3", "week")]),
        ("ht", "pandan twa mwa", [("3", "month")]),
    ],
)
def test_how_long(keywords: Keywords, language: str, text: str, spans: list[tuple[str, str]]) -> None:
    expected = tuple(Span(Decimal(count), unit) for count, unit in spans)  # type: ignore[arg-type]
    assert keywords.facts.read(text, language, TODAY).spans == expected


@pytest.mark.parametrize(
    ("language", "text", "days"),
    [
        ("es", "me despidieron el 3 de mayo", [("2026-05-03", "day")]),
        ("es", "desde marzo", [("2026-03-01", "month")]),
        ("es", "no me pagó el mes pasado", [("2026-10-01", "month")]),
        ("en", "he did not pay me last month", [("2026-10-01", "month")]),
        ("es", "entré en enero de 2023, me botaron ayer", [("2023-01-01", "month"), ("2026-11-20", "day")]),
        ("es", "me echaron el 3/5/2026", [("2026-05-03", "day")]),
        ("pt", "fui demitido em 3 de maio", [("2026-05-03", "day")]),
        ("en", "I was fired on May 3, 2026", [("2026-05-03", "day")]),
        ("fr", "le 3 mai on m'a renvoyé", [("2026-05-03", "day")]),
        ("ht", "yo revoke m 3 me 2026", [("2026-05-03", "day")]),
        ("es", "el 31/2/2026", []),
    ],
)
def test_days(keywords: Keywords, language: str, text: str, days: list[tuple[str, str]]) -> None:
    expected = tuple(Day(dt.date.fromisoformat(day), precision) for day, precision in days)  # type: ignore[arg-type]
    assert keywords.facts.read(text, language, TODAY).days == expected


@given(st.text(max_size=400), st.sampled_from(["es", "pt", "en", "fr", "ht"]))
def test_no_text_breaks_the_reading_of_numbers(keywords: Keywords, text: str, language: str) -> None:
    facts = keywords.facts.read(text, language, TODAY)
    assert all(amount.value > 0 for amount in facts.amounts)
    assert all(span.count > 0 for span in facts.spans)


@given(st.integers(min_value=100, max_value=10_000_000))
def test_thousands_are_read_however_they_are_parted(keywords: Keywords, value: int) -> None:
    for written in (f"{value}", f"{value:,}", f"{value:,}".replace(",", ".")):
        facts = keywords.facts.read(f"me debe {written} pesos", "es", TODAY)
        assert [amount.value for amount in facts.amounts] == [value]
