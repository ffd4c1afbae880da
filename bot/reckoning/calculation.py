"""Works an entitlement out: from facts told, with the law in force on their day, line by line, in exact decimals."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Literal

from bot.law import formulas
from bot.law.figures import GRACE, DatedFigure, DatedValue, Figure, NotInForceError
from bot.law.formulas import Value
from bot.library.loading import Library
from bot.library.rules import CalculationEntry, Clause, TableEntry, TableVersion
from bot.library.schema import FigureEntry, SourceEntry, Texts
from bot.messages import Source
from bot.reckoning.facts import UNKNOWN, Fact, FactError, facts_of, only_to_derive, read

Rounding = Literal["cents", "whole", "none"]


@dataclasses.dataclass(frozen=True)
class Line:
    """One line of the working."""

    name: str
    label: Texts
    value: Value
    unit: str
    article: str = ""


@dataclasses.dataclass(frozen=True)
class Missing:
    """Facts that are still needed, in the order to ask them; `first` is what to ask now."""

    facts: tuple[Fact, ...]

    @property
    def first(self) -> Fact:
        """The next fact to ask for."""
        return self.facts[0]


@dataclasses.dataclass(frozen=True)
class Refused:
    """Not owed, or not to be worked out: why. `say` is None where the law of that day is not known."""

    say: Texts | None
    article: str = ""
    reason: Literal["not_covered", "no_law_then", "withheld"] = "not_covered"
    sources: tuple[Source, ...] = ()


@dataclasses.dataclass(frozen=True)
class Working:
    """What is owed and how it was worked out. `low` and `high` differ where a fact was not known. `country` is whose
    law it is, or for an international rule where the person is: amounts are in its money.
    """

    id: str
    country: str
    low: Value
    high: Value
    unit: str
    currency: str
    lines: tuple[Line, ...]
    assumptions: tuple[Clause, ...]
    assumed: tuple[tuple[Fact, Value], ...]
    """Facts that were not told and what was taken for them."""
    unsure: tuple[Fact, ...]
    """Facts the person does not know: the amount is a range."""
    sources: tuple[Source, ...]
    doubtful: bool
    values: Mapping[str, Value]
    means: Texts | None = None
    """What the answer means for the person, in a sentence."""

    @property
    def amount(self) -> Value:
        """The amount, or the lower end of the range."""
        return self.low


class Calculator:
    """Works out calculations of one library."""

    def __init__(self, library: Library) -> None:
        self.library = library

    def work_out(
        self, name: str, told: Mapping[str, str], today: dt.date, *, asking: bool = False, home: str = ""
    ) -> Working | Missing | Refused:
        """What `told` gives for a calculation. Values are text, as `facts.read` reads them. `asking`: facts with a
        default that chat asks for are missing too. `home`: the country in whose money an international calculation is.

        Raises LookupError for an unknown id, FactError for a value that cannot be meant, FormulaError for a rule that
        cannot be worked out (which `check` finds).
        """
        found = self.library.calculation(name)
        if found is None:
            raise LookupError(name)
        country, entry = found
        facts = facts_of(self.library, entry)
        for given in told:
            if given not in facts:
                raise FactError(given, "unknown_fact", ", ".join(facts))
        try:
            result = self._range(name, country, entry, facts, told, today, asking=asking)
        except NotInForceError:
            return Refused(None, reason="no_law_then", sources=sources_of(entry.sources, entry.checked))
        if isinstance(result, Working) and not country:
            currency = entry.currency or self.library.currency(home)
            return dataclasses.replace(result, country=home, currency=currency)
        return result

    def _range(
        self,
        name: str,
        country: str,
        entry: CalculationEntry,
        facts: dict[str, Fact],
        told: Mapping[str, str],
        today: dt.date,
        *,
        asking: bool,
    ) -> Working | Missing | Refused:
        """With facts that are not known, once with the lowest and once with the highest."""
        low = _Run(self.library, country, entry, facts, told, today, high=False, asking=asking)
        reached = low.start()
        if reached is not None:
            return reached
        working = low.working(name)
        if not low.unsure or isinstance(working, Refused):
            return working
        high = _Run(self.library, country, entry, facts, told, today, high=True, asking=asking)
        if (stopped := high.start()) is not None:
            return stopped
        other = high.working(name)
        if isinstance(other, Refused):
            return other
        ends = sorted((working.low, other.low), key=lambda value: value if isinstance(value, Decimal) else Decimal(0))
        return dataclasses.replace(working, low=ends[0], high=ends[1])


class _Run:
    """One working with one set of values."""

    def __init__(
        self,
        library: Library,
        country: str,
        entry: CalculationEntry,
        facts: dict[str, Fact],
        told: Mapping[str, str],
        today: dt.date,
        *,
        high: bool,
        asking: bool,
    ) -> None:
        self.entry, self.facts, self.told, self.high, self.country = entry, facts, told, high, country
        self.asking = asking
        content = library.countries[country]
        about = library.country(country)
        self.currency = entry.currency or (about.currency if about else "")
        self.law = _Law(content.figures.figures, content.rules.tables, today)
        self.values = _Names(self.law)
        self.values["today"] = today
        self.assumed: list[tuple[Fact, Value]] = []
        self.unsure: list[Fact] = []

    def start(self) -> Missing | Refused | None:
        """Read the facts; what is missing, or who is not covered."""
        missing: dict[str, Fact] = {}
        helpers = only_to_derive(self.entry)
        self._day_of_law(early=True)
        for fact in self.facts.values():
            if not self._wanted(fact):
                continue
            said = self.told.get(fact.name, "")
            if said and said != UNKNOWN:
                self.values[fact.name] = read(fact, said)
                self._in_order(fact)
            elif fact.entry.derive is not None and said != UNKNOWN:
                for need in self._derive(fact):
                    missing[need.name] = need
            elif not self._assume(fact, told_unknown=said == UNKNOWN) and fact.name not in helpers:
                missing[fact.name] = fact
            self._day_of_law(early=False)
            if refused := self._refused():
                return refused
        return Missing(tuple(missing.values())) if missing else None

    def _derive(self, fact: Fact) -> list[Fact]:
        """Work a fact out from others; those that are not known yet."""
        needs = [name for name in self.facts if name in formulas.names_in(fact.entry.derive or "")]
        lacking = [self.facts[name] for name in needs if name not in self.values]
        if not lacking:
            self.values[fact.name] = self._value(fact.entry.derive or "")
        elif fact.entry.optional and self._assume(fact, told_unknown=False):
            return []
        return lacking

    def _wanted(self, fact: Fact) -> bool:
        """Whether a fact matters for this person; one that hangs on a fact still missing may."""
        if fact.entry.when is None:
            return True
        needs = formulas.names_in(fact.entry.when) & set(self.facts)
        if not needs <= set(self.values):
            return not any(need in self.facts and not self._possible(self.facts[need]) for need in needs)
        return bool(self._value(fact.entry.when))

    def _possible(self, fact: Fact) -> bool:
        return fact.name in self.values or self._wanted(fact)

    def _assume(self, fact: Fact, *, told_unknown: bool) -> bool:
        """Take what the rule takes for a fact that is not told; False when it has to be asked."""
        entry = fact.entry
        if told_unknown and entry.unknown_low is not None and entry.unknown_high is not None:
            self.values[fact.name] = self._value(entry.unknown_high if self.high else entry.unknown_low)
            self.unsure.append(fact)
            return True
        silent = entry.optional and not (self.asking and entry.asked)
        if entry.default is None or not (told_unknown or silent):
            return False
        needs = formulas.names_in(entry.default) & set(self.facts)
        if not needs <= set(self.values):
            return False
        self.values[fact.name] = self._value(entry.default)
        self.assumed.append((fact, self.values[fact.name]))
        return True

    def _in_order(self, fact: Fact) -> None:
        day, other = self.values[fact.name], self.values.get(fact.entry.after)
        if isinstance(day, dt.date) and isinstance(other, dt.date) and day < other:
            raise FactError(fact.name, "before", fact.entry.after)

    def _day_of_law(self, *, early: bool) -> None:
        """The law of the day that the rule names, as soon as that day is known."""
        said = self.told.get(self.entry.on, "") if early else ""
        day = self.values.get(self.entry.on)
        if isinstance(day, dt.date):
            self.law.day = day
        elif said and said != UNKNOWN:
            self.law.day = read(self.facts[self.entry.on], said)  # type: ignore[assignment]

    def _refused(self) -> Refused | None:
        known = set(self.values)
        for clause in self.entry.refuse:
            needs = formulas.names_in(clause.when or "True")
            steps = {step.name for step in self.entry.steps}
            ready = needs & set(self.facts) <= known and not needs & steps
            if ready and self._value(clause.when or "True"):
                return self._refusal(clause)
        return None

    def _refusal(self, clause: Clause) -> Refused:
        return Refused(clause.say, clause.article, sources=sources_of(self.entry.sources, self.entry.checked))

    def working(self, name: str) -> Working | Refused:
        """Every step in turn."""
        entry = self.entry
        lines: list[Line] = []
        for step in entry.steps:
            value = self._value(step.formula)
            self.values[step.name] = value
            if step.say is not None and (step.when is None or self._value(step.when)):
                lines.append(Line(step.name, step.say, value, step.unit, step.article))
        for clause in entry.refuse:
            if self._value(clause.when or "True"):
                return self._refusal(clause)
        sources = sources_of(entry.sources, entry.checked)
        overdue = self.law.day > entry.check_again_by
        if self.law.withheld or self.law.day > entry.check_again_by + GRACE:
            return Refused(None, reason="withheld", sources=sources)
        total = self._rounded(self.values[entry.total])
        used = [source for source in self.law.sources if source not in sources]
        return Working(
            id=name,
            country=self.country,
            low=total,
            high=total,
            unit=entry.unit,
            currency=self.currency if entry.unit == "money" else "",
            lines=tuple(lines),
            assumptions=tuple(c for c in entry.assumptions if c.when is None or self._value(c.when)),
            assumed=tuple(self.assumed),
            unsure=tuple(self.unsure),
            sources=(*sources, *used),
            doubtful=overdue or self.law.doubtful or entry.confidence != "high",
            values=dict(self.values),
            means=next((c.say for c in entry.means if c.when is None or self._value(c.when)), None),
        )

    def _rounded(self, value: Value) -> Value:
        if not isinstance(value, Decimal):
            return value
        how: Mapping[Rounding, Callable[[Decimal], Decimal]] = {"cents": formulas.cents, "whole": formulas.whole}
        return how[self.entry.rounding](value) if self.entry.rounding in how else value

    def _value(self, formula: str) -> Value:
        return formulas.work_out(formula, self.values, self.law.functions)


class _Names(dict[str, Value]):
    """Facts and steps; a name that is neither is a figure of the country."""

    def __init__(self, law: _Law) -> None:
        super().__init__()
        self.law = law

    def __missing__(self, name: str) -> Value:
        return self.law.figure(name, self.law.day)


class _Law:
    """Figures and tables of a country on a day; remembers which were used and whether they are still sure."""

    def __init__(self, figures: Mapping[str, FigureEntry], tables: Mapping[str, TableEntry], day: dt.date) -> None:
        self.figures, self.tables, self.day = figures, tables, day
        self.sources: list[Source] = []
        self.doubtful = self.withheld = False
        self.functions: dict[str, Callable[..., Decimal]] = {
            "at": self.figure,
            "lookup": self.lookup,
            "progressive": self.progressive,
        }

    def figure(self, name: str, day: dt.date) -> Decimal:
        """A figure on a day. Raises FormulaError for an unknown one, NotInForceError for a day before the first."""
        if name not in self.figures:
            raise formulas.FormulaError(f"no such fact, step or figure: {name}")
        figure = dated(self.figures[name]).on(day)
        self._used(figure.law, doubtful=figure.doubtful, withheld=figure.withheld)
        return figure.value

    def lookup(self, name: str, amount: Decimal) -> Decimal:
        """The value of the bracket an amount lies in."""
        for row in self._version(name).rows:
            if row.up_to is None or amount <= row.up_to:
                return row.value
        raise formulas.FormulaError(f"{name} has no row for {amount}")

    def progressive(self, name: str, amount: Decimal) -> Decimal:
        """Each part of an amount at the percentage of its own bracket, summed up."""
        version, below, owed = self._version(name), Decimal(0), Decimal(0)
        for row in version.rows:
            top = amount if row.up_to is None else min(amount, row.up_to)
            owed += max(Decimal(0), top - below) * row.value / 100
            below = row.up_to if row.up_to is not None else amount
        return owed

    def _version(self, name: str) -> TableVersion:
        if name not in self.tables:
            raise formulas.FormulaError(f"no such table: {name}")
        table = self.tables[name]
        in_force = [version for version in table.versions if version.from_ <= self.day]
        if not in_force:
            raise NotInForceError(f"no {name} before {table.versions[0].from_}")
        version = in_force[-1]
        again = table.check_again_by if version is table.versions[-1] else None
        overdue = again is not None and self.day > again
        withheld = again is not None and self.day > again + GRACE
        source = source_of(version.source, version.checked)
        self._used(source, doubtful=overdue or version.confidence != "high", withheld=withheld)
        return version

    def _used(self, source: Source, *, doubtful: bool, withheld: bool) -> None:
        if source not in self.sources:
            self.sources.append(source)
        self.doubtful = self.doubtful or doubtful
        self.withheld = self.withheld or withheld


def dated(entry: FigureEntry) -> DatedFigure:
    """A figure of the files as the law's arithmetic uses it."""
    values = tuple(
        DatedValue(value.from_, value.value, source_of(value.source, value.checked), value.confidence == "high")
        for value in entry.values
    )
    return DatedFigure(entry.unit, values, entry.currency, entry.check_again_by)


def figure_on(entry: FigureEntry, day: dt.date) -> Figure:
    """A figure as it stands on a day. Raises NotInForceError for a day before the first."""
    return dated(entry).on(day)


def source_of(entry: SourceEntry, checked: dt.date) -> Source:
    """A source as an answer shows it."""
    return Source(entry.title, entry.article, str(entry.url or ""), checked)


def sources_of(entries: list[SourceEntry], checked: dt.date) -> tuple[Source, ...]:
    """Sources as an answer shows them."""
    return tuple(source_of(entry, checked) for entry in entries)
