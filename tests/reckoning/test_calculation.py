"""What rules written as data give: missing facts, refusals, ranges, the law of the day, amounts that nobody checked."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.law.formulas import FormulaError
from bot.library.loading import CountryContent, Library
from bot.library.rules import Calculations, Deadlines
from bot.library.schema import Figures
from bot.reckoning.calculation import Calculator, Missing, Refused, Working
from bot.reckoning.examples import problems
from bot.reckoning.facts import FactError

TODAY = dt.date(2026, 11, 21)
SOURCE = {"title": "A law", "article": "3"}


def text(words: str) -> dict[str, str]:
    return {"es": words}


def rule(**changes: Any) -> dict[str, Any]:
    return {
        "topic": "labour_rights.dismissal",
        "name": text("Despido"),
        "facts": {
            "wage": {"kind": "money", "per": "month", "ask": text("¿Sueldo?"), "unknown_low": "minimum", "unknown_high": "minimum * 2"},
            "years": {"kind": "years", "ask": text("¿Años?"), "most": "60"},
            "cause": {"kind": "choice", "ask": text("¿Por qué?"), "choices": {"fired": text("Me echaron"), "left": text("Renuncié")}},
            "ended_on": {"kind": "date", "ask": text("¿Cuándo?"), "optional": True, "default": "today"},
        },
        "on": "ended_on",
        "refuse": [{"when": "cause == 'left'", "say": text("Por renuncia no hay."), "article": "5"}],
        "steps": [
            {"name": "per_year", "formula": "wage if ended_on >= date(2026, 3, 6) else wage / 2", "say": text("Por año"), "article": "3"},
            {"name": "owed", "formula": "min(per_year * years, wage * 12)"},
        ],
        "total": "owed",
        "sources": [SOURCE],
        "confidence": "high",
        "checked": "2026-06",
        "check_again_by": "2027-06",
    } | changes  # fmt: skip


def library_with(library: Library, calculations: dict[str, Any], tables: dict[str, Any] | None = None) -> Library:
    """The real content with a made-up country's rules beside it."""
    figures = Figures.model_validate({"figures": {"minimum": {"unit": "money", "currency": "PEN", "check_again_by": "2027-01", "values": [
        {"from": dt.date(2025, 1, 1), "value": "1000", "source": SOURCE, "checked": "2026-06"},
        {"from": dt.date(2026, 7, 1), "value": "1100", "source": SOURCE, "checked": "2026-06"},
    ]}}})  # fmt: skip
    rules = Calculations.model_validate({"calculations": calculations, "tables": tables or {}})
    country: CountryContent = dataclasses.replace(
        library.countries["pe"], code="xx", figures=figures, rules=rules, deadlines=Deadlines()
    )
    return dataclasses.replace(library, countries={"": library.countries[""], "xx": country})


@pytest.fixture
def calculator(library: Library) -> Calculator:
    return Calculator(library_with(library, {"xx.rule": rule()}))


FIRED = {"wage": "1200", "years": "3", "cause": "fired"}


def test_facts_that_are_missing_are_named_in_order(calculator: Calculator) -> None:
    result = calculator.work_out("xx.rule", {"years": "3"}, TODAY)
    assert isinstance(result, Missing)
    assert [fact.name for fact in result.facts] == ["wage", "cause"]


def test_the_working_shows_its_lines_and_sources(calculator: Calculator) -> None:
    result = calculator.work_out("xx.rule", FIRED, TODAY)
    assert isinstance(result, Working)
    assert result.amount == Decimal("3600.00")
    assert [(line.value, line.article) for line in result.lines] == [(Decimal(1200), "3")]
    assert result.sources[0].title == "A law"
    assert result.currency == "PEN"


def test_a_law_that_changed_counts_from_its_day(calculator: Calculator) -> None:
    result = calculator.work_out("xx.rule", FIRED | {"ended_on": "2026-03-05"}, TODAY)
    assert isinstance(result, Working)
    assert result.amount == Decimal("1800.00")


def test_who_is_not_covered_is_told_why_before_more_is_asked(calculator: Calculator) -> None:
    result = calculator.work_out("xx.rule", {"cause": "left"}, TODAY)
    assert isinstance(result, Refused)
    assert (result.say, result.article) == ({"es": "Por renuncia no hay."}, "5")


def test_what_is_not_known_gives_a_range(calculator: Calculator) -> None:
    result = calculator.work_out("xx.rule", FIRED | {"wage": "unknown"}, TODAY)
    assert isinstance(result, Working)
    assert (result.low, result.high) == (Decimal("3300.00"), Decimal("6600.00"))
    assert [fact.name for fact in result.unsure] == ["wage"]


def test_a_day_before_the_first_figure_is_refused(calculator: Calculator) -> None:
    result = calculator.work_out("xx.rule", FIRED | {"wage": "unknown", "ended_on": "2024-12-31"}, TODAY)
    assert isinstance(result, Refused)
    assert result.reason == "no_law_then"


@pytest.mark.parametrize(
    ("day", "doubtful", "reason"),
    [("2027-01-01", False, ""), ("2027-02-01", True, ""), ("2027-04-01", True, "withheld")],
)
def test_an_amount_nobody_checked_is_doubted_then_withheld(
    calculator: Calculator, day: str, doubtful: bool, reason: str
) -> None:
    result = calculator.work_out("xx.rule", FIRED | {"wage": "unknown", "ended_on": day}, TODAY)
    if reason:
        assert isinstance(result, Refused)
        assert result.reason == reason
    else:
        assert isinstance(result, Working)
        assert result.doubtful is doubtful


@pytest.mark.parametrize(
    ("facts", "fault"),
    [
        ({"wage": "-1"}, "least"),
        ({"wage": "NaN"}, "number"),
        ({"wage": "mucho"}, "number"),
        ({"years": "61"}, "most"),
        ({"cause": "bored"}, "choice"),
        ({"ended_on": "31-12-2024"}, "date"),
        ({"colour": "red"}, "unknown_fact"),
    ],
)
def test_values_that_cannot_be_meant_are_refused(calculator: Calculator, facts: dict[str, str], fault: str) -> None:
    with pytest.raises(FactError) as caught:
        calculator.work_out("xx.rule", facts, TODAY)
    assert caught.value.fault == fault


def test_an_unknown_rule_is_an_error(calculator: Calculator) -> None:
    with pytest.raises(LookupError):
        calculator.work_out("xx.other", {}, TODAY)


TABLE = {
    "unit": "percent",
    "versions": [{"from": dt.date(2026, 1, 1), "source": SOURCE, "checked": "2026-06", "rows": [
        {"up_to": "1000", "value": "10"}, {"up_to": "2000", "value": "20"}, {"value": "30"}]}],
}  # fmt: skip


@pytest.mark.parametrize(
    ("wage", "bracket", "by_parts"), [("1000", "10", "100"), ("1500", "20", "200"), ("3000", "30", "600")]
)
def test_brackets_of_the_law(library: Library, wage: str, bracket: str, by_parts: str) -> None:
    steps = [
        {"name": "rate", "formula": "lookup('table', wage)", "unit": "percent"},
        {"name": "owed", "formula": "progressive('table', wage)"},
    ]
    calculator = Calculator(library_with(library, {"xx.rule": rule(steps=steps)}, {"table": TABLE}))
    result = calculator.work_out("xx.rule", FIRED | {"wage": wage}, TODAY)
    assert isinstance(result, Working)
    assert (result.values["rate"], result.amount) == (Decimal(bracket), Decimal(by_parts))


def test_counts_are_worked_out_from_days_or_told_directly(library: Library) -> None:
    facts = {
        "start": {"kind": "date", "ask": text("¿Desde?")},
        "end": {"kind": "date", "ask": text("¿Hasta?"), "after": "start"},
        "years": {"kind": "years", "derive": "whole_years(start, end)"},
    }
    steps = [{"name": "owed", "formula": "years * 100"}]
    calculator = Calculator(library_with(library, {"xx.rule": rule(facts=facts, steps=steps, refuse=[], on="end")}))
    by_days = calculator.work_out("xx.rule", {"start": "2024-02-29", "end": "2026-11-20"}, TODAY)
    told = calculator.work_out("xx.rule", {"years": "2"}, TODAY)
    nothing = calculator.work_out("xx.rule", {}, TODAY)
    assert isinstance(by_days, Working)
    assert isinstance(told, Working)
    assert isinstance(nothing, Missing)
    assert by_days.amount == told.amount == Decimal(200)
    assert [fact.name for fact in nothing.facts] == ["start", "end"]
    with pytest.raises(FactError):
        calculator.work_out("xx.rule", {"start": "2026-02-01", "end": "2026-01-01"}, TODAY)


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"examples": []}, "add a worked example"),
        ({"examples": [{"facts": FIRED, "amount": "1.00"}]}, "gives 3600.00, not 1.00"),
        ({"examples": [{"facts": FIRED, "amount": "3600.00", "cites": ["99"]}]}, "does not cite 99"),
        ({"examples": [{"facts": {"wage": "1"}, "amount": "1.00"}]}, "facts missing: years, cause"),
        ({"examples": [{"facts": FIRED | {"cause": "left"}, "amount": "1.00"}]}, "refused: not_covered"),
        ({"steps": [{"name": "owed", "formula": "wage * nothing"}]}, "no such fact, earlier step or figure: nothing"),
        ({"steps": [{"name": "owed", "formula": "lookup('none', wage)"}]}, "no such table: none"),
        ({"topic": "labour_rights.nothing"}, "no such topic"),
    ],
)
def test_check_runs_the_examples_and_names_what_is_wrong(
    library: Library, changes: dict[str, Any], complaint: str
) -> None:
    found = problems(library_with(library, {"xx.rule": rule(**changes)}), TODAY)
    assert any(complaint in problem.text for problem in found), [str(problem) for problem in found]


def test_a_rule_that_divides_by_nothing_is_a_problem_not_a_crash(library: Library) -> None:
    steps = [{"name": "owed", "formula": "wage / (years - years)"}]
    content = library_with(library, {"xx.rule": rule(steps=steps, examples=[{"facts": FIRED}])})
    assert any("division by zero" in problem.text for problem in problems(content, TODAY))
    with pytest.raises(FormulaError):
        Calculator(content).work_out("xx.rule", FIRED, TODAY)


@given(st.decimals(0, 10**6, places=2), st.integers(0, 30), st.integers(0, 30))
def test_more_years_never_owe_less(library: Library, wage: Decimal, one: int, other: int) -> None:
    calculator = Calculator(library_with(library, {"xx.rule": rule()}))

    def owed(years: int) -> Any:
        result = calculator.work_out("xx.rule", {"wage": str(wage), "years": str(years), "cause": "fired"}, TODAY)
        assert isinstance(result, Working)
        assert not any(isinstance(value, float) for value in result.values.values())
        return result.amount

    assert owed(min(one, other)) <= owed(max(one, other))


@pytest.mark.parametrize("said", ["fired", "Fired", "me echaron", "FIRED "])
def test_a_choice_is_taken_by_its_id_or_its_words(calculator: Calculator, said: str) -> None:
    assert isinstance(calculator.work_out("xx.rule", FIRED | {"cause": said}, TODAY), Working)
