"""Which programmes somebody could have: yes with the next step, no and why, or which fact decides."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence

from bot.law.conditions import Decision, Depends, No, decide
from bot.law.formulas import Value
from bot.library.schema import ProgrammeEntry

ENDED = ("ended", "renamed")


@dataclasses.dataclass(frozen=True)
class Outcome:
    """A programme and what is decided of it; `decision` is None for one whose conditions nobody wrote down."""

    id: str
    entry: ProgrammeEntry
    decision: Decision | None


def outcomes(programmes: Mapping[str, ProgrammeEntry], facts: Mapping[str, Value]) -> list[Outcome]:
    """Every programme that still runs, in the order to ask for them: what opens others comes before what it opens."""
    running = {name: entry for name, entry in programmes.items() if entry.status not in ENDED}
    return [Outcome(name, running[name], _decided(running[name], facts)) for name in in_sequence(running)]


def _decided(entry: ProgrammeEntry, facts: Mapping[str, Value]) -> Decision | None:
    if entry.conditions is None:
        return None
    return decide([condition.when for condition in entry.conditions], facts)


def because(outcome: Outcome) -> Mapping[str, str]:
    """Why not, in the languages there are."""
    if isinstance(outcome.decision, No) and outcome.entry.conditions:
        return outcome.entry.conditions[outcome.decision.place].because
    return {}


def next_question(found: Sequence[Outcome], askable: Sequence[str]) -> str:
    """The fact that decides most programmes still open; '' when none is left that can be asked."""
    wanted = Counter(fact for outcome in found if isinstance(outcome.decision, Depends) for fact in outcome.decision.on)
    known = [fact for fact in askable if wanted[fact]]
    return max(known, key=lambda fact: wanted[fact], default="")


def in_sequence(programmes: Mapping[str, ProgrammeEntry]) -> list[str]:
    """Programmes so that each stands before those it opens; a circle is left in the order of the file."""
    opened = {other for entry in programmes.values() for other in entry.opens if other in programmes}
    done: dict[str, None] = {}

    def put(name: str) -> None:
        if name not in done:
            done[name] = None
            for other in programmes[name].opens:
                if other in programmes:
                    put(other)

    for name in [*(name for name in programmes if name not in opened), *programmes]:
        put(name)
    return list(done)
