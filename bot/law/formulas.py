"""Formulas as editors write them: arithmetic on amounts, days and choices, in exact decimals.

`monthly_wage * months / 12`, `min(comp, cap)`, `'x' if cause == 'resigned' else 'y'`. No names but those given, no
attributes, no powers, no floating point. What a function counts is said in its docstring; docs/calculations.md lists
them for editors.
"""

from __future__ import annotations

import ast
import datetime as dt
import decimal
import operator
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import simpleeval
from dateutil.relativedelta import relativedelta

Value = Decimal | bool | str | dt.date | tuple[Decimal, ...]
CONTEXT = decimal.Context(prec=34, rounding=decimal.ROUND_HALF_UP)
CENT = Decimal("0.01")


class FormulaError(ValueError):
    """A formula that cannot be read, or that cannot be worked out with the values given."""


def cents(amount: Decimal) -> Decimal:
    """Rounded to hundredths, halves up."""
    return amount.quantize(CENT, decimal.ROUND_HALF_UP)


def whole(amount: Decimal) -> Decimal:
    """Rounded to a whole number, halves up."""
    return amount.quantize(Decimal(1), decimal.ROUND_HALF_UP)


def rounded(amount: Decimal, places: Decimal) -> Decimal:
    """Rounded to so many places, halves up; negative places round to tens, hundreds…"""
    return amount.quantize(Decimal(1).scaleb(-int(places)), decimal.ROUND_HALF_UP) + 0


def floor(amount: Decimal) -> Decimal:
    """Down to a whole number."""
    return amount.to_integral_value(decimal.ROUND_FLOOR)


def ceil(amount: Decimal) -> Decimal:
    """Up to a whole number."""
    return amount.to_integral_value(decimal.ROUND_CEILING)


def days(start: dt.date, end: dt.date) -> Decimal:
    """Calendar days from `start` to `end`, both counted; 0 when `end` comes before."""
    return Decimal(max(0, (end - start).days + 1))


def days360(start: dt.date, end: dt.date) -> Decimal:
    """Days with every month as 30, both ends counted, as many payrolls count; 0 when `end` comes before."""
    span = (end.year - start.year) * 360 + (end.month - start.month) * 30 + min(end.day, 30) - min(start.day, 30) + 1
    return Decimal(max(0, span))


def _gone(start: dt.date, end: dt.date) -> relativedelta:
    """Time worked from `start` to `end`, both days worked."""
    return relativedelta(max(end + dt.timedelta(days=1), start), start)


def whole_years(start: dt.date, end: dt.date) -> Decimal:
    """Complete years worked, both days counted."""
    return Decimal(_gone(start, end).years)


def whole_months(start: dt.date, end: dt.date) -> Decimal:
    """Complete months worked, both days counted: 10 March to 9 April is one."""
    gone = _gone(start, end)
    return Decimal(gone.years * 12 + gone.months)


def started_months(start: dt.date, end: dt.date) -> Decimal:
    """Months worked, one that was only begun as a whole one."""
    gone = _gone(start, end)
    return Decimal(gone.years * 12 + gone.months + bool(gone.days))


def months_after_years(start: dt.date, end: dt.date) -> Decimal:
    """Complete months beyond the complete years, 0 to 11."""
    return Decimal(_gone(start, end).months)


def days_after_months(start: dt.date, end: dt.date) -> Decimal:
    """Days beyond the complete months."""
    return Decimal(_gone(start, end).days)


def days_after_years(start: dt.date, end: dt.date) -> Decimal:
    """Days since the last anniversary of `start`, both counted."""
    return days(start + relativedelta(years=_gone(start, end).years), end)


def last_anniversary(start: dt.date, end: dt.date) -> dt.date:
    """The last day on which a complete year was over, or `start`."""
    return start + relativedelta(years=_gone(start, end).years)


def date(year: Decimal, month: Decimal, day: Decimal) -> dt.date:
    """A day of the calendar."""
    return dt.date(int(year), int(month), int(day))


def add_days(day: dt.date, count: Decimal) -> dt.date:
    """So many days later."""
    return day + dt.timedelta(days=int(count))


def add_months(day: dt.date, count: Decimal) -> dt.date:
    """The same day so many months later, or the last of that month."""
    return day + relativedelta(months=int(count))


def days_in_year(day: dt.date) -> Decimal:
    """365 or 366."""
    return Decimal((dt.date(day.year + 1, 1, 1) - dt.date(day.year, 1, 1)).days)


def excess(amounts: Sequence[Decimal], limit: Decimal) -> Decimal:
    """The sum of what each amount has above the limit."""
    return sum((max(Decimal(0), amount - limit) for amount in amounts), Decimal(0))


def total(amounts: Sequence[Decimal]) -> Decimal:
    """The sum of a list."""
    return sum(amounts, Decimal(0))


def one_of(value: Value, *others: Value) -> bool:
    """Whether a choice is one of some."""
    return value in others


FUNCTIONS: Mapping[str, Callable[..., Any]] = {
    "min": min,
    "max": max,
    "abs": abs,
    "cents": cents,
    "whole": whole,
    "round": rounded,
    "floor": floor,
    "ceil": ceil,
    "days": days,
    "days360": days360,
    "whole_years": whole_years,
    "whole_months": whole_months,
    "started_months": started_months,
    "months_after_years": months_after_years,
    "days_after_months": days_after_months,
    "days_after_years": days_after_years,
    "last_anniversary": last_anniversary,
    "date": date,
    "add_days": add_days,
    "add_months": add_months,
    "days_in_year": days_in_year,
    "year": lambda day: Decimal(day.year),
    "month": lambda day: Decimal(day.month),
    "day": lambda day: Decimal(day.day),
    "sum": total,
    "first": lambda amounts: amounts[0],
    "count": lambda amounts: Decimal(len(amounts)),
    "excess": excess,
    "one_of": one_of,
}
LOOKUPS = ("lookup", "progressive", "at")
"""Functions that need the tables and figures of a country; the calculator supplies them."""

OPERATORS = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
    ast.USub: operator.neg,
    ast.Not: operator.not_,
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


class _Exact(simpleeval.SimpleEval):  # type: ignore[misc]
    """simpleeval with numbers read as decimals, and nothing but arithmetic and comparison."""

    def __init__(self, names: Mapping[str, Value], functions: Mapping[str, Callable[..., Any]]) -> None:
        super().__init__(operators=OPERATORS, functions=dict(functions), names=names)
        for node in (ast.Attribute, ast.Subscript, ast.Assign, ast.AugAssign, ast.JoinedStr):
            self.nodes.pop(node, None)
        self.nodes[ast.Constant] = self._exact

    @staticmethod
    def _exact(node: ast.Constant) -> Any:
        if isinstance(node.value, int | float) and not isinstance(node.value, bool):
            return Decimal(repr(node.value))
        return node.value


def names_in(formula: str) -> set[str]:
    """The names a formula needs, without its functions.

    Raises FormulaError for what is no formula.
    """
    tree = _parsed(formula)
    called = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    unknown = called - set(FUNCTIONS) - set(LOOKUPS)
    if unknown:
        raise FormulaError(f"no such function: {', '.join(sorted(unknown))}")
    functions = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and id(node) not in functions}


def _parsed(formula: str) -> ast.Expression:
    try:
        return ast.parse(formula.strip(), mode="eval")
    except SyntaxError as error:
        raise FormulaError(f"this is no formula: {formula}") from error


def work_out(
    formula: str, names: Mapping[str, Value], functions: Mapping[str, Callable[..., Any]] | None = None
) -> Value:
    """The value of a formula.

    Raises FormulaError where it cannot be read or worked out: an unknown name, a division by zero, dates and numbers
    mixed.
    """
    with decimal.localcontext(CONTEXT):
        try:
            value = _Exact(names, {**FUNCTIONS, **(functions or {})}).eval(formula.strip())
        except FormulaError:
            raise
        except decimal.DivisionByZero as error:
            raise FormulaError(f"division by zero in: {formula}") from error
        except (simpleeval.InvalidExpression, SyntaxError, TypeError, ValueError, ArithmeticError, AttributeError) as e:
            raise FormulaError(f"{formula}: {e}") from e
    if isinstance(value, bool | Decimal | str | dt.date | tuple):
        return value
    if isinstance(value, int):
        return Decimal(value)
    raise FormulaError(f"{formula}: gives no number, day, choice or yes or no")
