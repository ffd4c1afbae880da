"""What a calculation need not ask, because the person told it before: pay for the same time, the day it happened."""

from __future__ import annotations

from collections.abc import Mapping

from bot.conversation.state import Told
from bot.reckoning.facts import Fact

ENDS = ("dismissal_date", "end_date")


def prefill(facts: Mapping[str, Fact], told: Told) -> dict[str, str]:
    """Values for facts that were told; the working shows each, and each can be changed."""
    known: dict[str, str] = {}
    for name, fact in facts.items():
        if fact.kind == "money" and told.amount is not None and told.per and told.per == fact.entry.per:
            known.setdefault(name, str(told.amount))
            told = told.model_copy(update={"amount": None})
        ends = name in ENDS or fact.entry.like in ENDS
        if fact.kind == "date" and ends and told.day is not None and not told.month_only:
            known[name] = told.day.isoformat()
    return known
