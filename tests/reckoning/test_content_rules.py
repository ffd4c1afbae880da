"""Every rule of the content: its examples, no floating point, more service never owes less, parts sum to the total."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.library.loading import Library, load
from bot.library.rules import CalculationEntry
from bot.reckoning.calculation import Calculator, Working
from bot.reckoning.examples import problems
from tests.conftest import ROOT

TODAY = dt.date(2026, 11, 21)
CONTENT = load(ROOT / "content")
RULES = [(name, entry) for country in CONTENT.countries.values() for name, entry in country.rules.calculations.items()]
CASES = [(name, entry, number) for name, entry in RULES for number in range(len(entry.examples))]


def test_check_finds_nothing_wrong(library: Library) -> None:
    assert [str(problem) for problem in problems(library, TODAY)] == []


@pytest.mark.parametrize(("name", "entry", "number"), CASES, ids=[f"{name}-{number}" for name, _, number in CASES])
def test_no_floating_point_anywhere(name: str, entry: CalculationEntry, number: int) -> None:
    example = entry.examples[number]
    result = Calculator(CONTENT).work_out(name, example.facts, example.on or TODAY)
    if isinstance(result, Working):
        assert not any(isinstance(value, float) for value in result.values.values())
        assert result.sources
        assert all(line.label.get("es") for line in result.lines)


FALLS = {"cr.calc.cesantia"}
"""Where the law itself gives fewer days a year after long service: Costa Rica, Código de Trabajo art. 29."""
SEVERANCE = [
    (name, entry)
    for name, entry in RULES
    if "years" in entry.facts and entry.topic == "labour_rights.dismissal" and name not in FALLS
]


@pytest.mark.parametrize(("name", "entry"), SEVERANCE, ids=[name for name, _ in SEVERANCE])
def test_more_years_never_owe_less_of_the_same_cause(name: str, entry: CalculationEntry) -> None:
    for example in (one for one in entry.examples if "years" in one.facts):
        owed = []
        for more in (0, 1, 5, 20):
            years = str(int(float(example.facts["years"])) + more)
            result = Calculator(CONTENT).work_out(name, example.facts | {"years": years}, example.on or TODAY)
            if isinstance(result, Working):
                owed.append(result.low)
        assert owed == sorted(owed)  # type: ignore[type-var]
