"""Conditions with three outcomes: yes, no because of one, or which facts decide. What is not known is never a no."""

from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping, Sequence

from bot.law import formulas
from bot.law.formulas import Value


@dataclasses.dataclass(frozen=True)
class Yes:
    """All conditions hold."""


@dataclasses.dataclass(frozen=True)
class No:
    """The condition at this place does not hold."""

    place: int


@dataclasses.dataclass(frozen=True)
class Depends:
    """Facts that are not known and decide."""

    on: tuple[str, ...]


Decision = Yes | No | Depends


def decide(conditions: Sequence[str], facts: Mapping[str, Value]) -> Decision:
    """Whether all conditions hold. One that fails settles it, however much is unknown.

    Raises FormulaError for a condition that cannot be worked out with the facts it names.
    """
    open_facts: dict[str, None] = {}
    for place, condition in enumerate(conditions):
        held = holds(condition, facts)
        if held is False:
            return No(place)
        if held is None:
            open_facts |= dict.fromkeys(sorted(formulas.names_in(condition) - set(facts)))
    return Depends(tuple(open_facts)) if open_facts else Yes()


def holds(condition: str, facts: Mapping[str, Value]) -> bool | None:
    """Whether a condition holds; None where that hangs on what is not known. `a or b` holds as soon as one does."""
    return _holds(ast.parse(condition.strip(), mode="eval").body, facts)


def _holds(node: ast.expr, facts: Mapping[str, Value]) -> bool | None:
    if isinstance(node, ast.BoolOp):
        parts = [_holds(part, facts) for part in node.values]
        settles = isinstance(node.op, ast.Or)
        if settles in parts:
            return settles
        return None if None in parts else not settles
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
        inner = _holds(node.operand, facts)
        return None if inner is None else not inner
    text = ast.unparse(node)
    return bool(formulas.work_out(text, facts)) if formulas.names_in(text) <= set(facts) else None
