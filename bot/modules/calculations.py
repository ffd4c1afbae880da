"""How much: which calculations there are, the facts one after the other, and the working with its articles."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from bot.law.formulas import Value
from bot.library.loading import Library
from bot.library.rules import CalculationEntry
from bot.messages import Answer, Ask, Button, Door, Request
from bot.modules import doors, lessons
from bot.modules.forms import SPANS, fault_text, own, question, short_name, source_line, told_text, value_text
from bot.reckoning.calculation import Calculator, Line, Missing, Refused, Working
from bot.reckoning.facts import UNKNOWN, Fact, FactError, facts_of
from bot.translations import Catalogues, Words

MOST = 8
CONFIRM = 1


@dataclasses.dataclass(frozen=True)
class Calculations:
    """Answers `calc:ID`; without an id, lists what can be worked out for the person's country and work."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """The list, the next fact to ask for, or the working."""
        words = self.catalogues.words(request.language)
        name = request.detail.partition(":")[2]
        found = self.library.calculation(name)
        if found is None:
            return self._list(request, words)
        country, entry = found
        facts = facts_of(self.library, entry)
        told = {key: value for key, value in request.told.items() if key in facts}
        try:
            calculator, today = Calculator(self.library), request.day.date()
            result = calculator.work_out(name, told, today, asking=True, home=request.country)
        except FactError as error:
            done = sum(fact != error.name for fact in told)  # the one to tell again is not done
            return question(facts[error.name], words, done, 1, fault_text(error, facts, words, country))
        if isinstance(result, Missing):
            return question(result.first, words, _known(told), len(result.facts), _hint(result.first, told, words))
        if isinstance(result, Refused):
            return self._refused(result, entry, request, words)
        return self._working(result, entry, facts, told, request, words)

    def _list(self, request: Request, words: Words) -> Answer | Ask:
        """What can be worked out; the calculations of the topic talked about come first."""
        if not request.country:
            return Ask("country", tuple(self.library.offered()))
        if not request.work and not request.facts.get("work_asked"):
            return Ask("work", ("domestic", "live_in", "agricultural", "own_account", "general"))
        offered = sorted(
            fitting(self.library, request.country, request.work),
            key=lambda item: request.likely.index(item[1].topic) if item[1].topic in request.likely else MOST,
        )
        buttons = tuple(Button(own(entry.name, words), f"calc:{name}") for name, entry in offered)
        if not buttons:
            return Answer(words.say("calc_none"), topic=request.topic, buttons=_ways_on(request, words))
        start = int(request.detail.partition("/")[2] or 0) if "/" in request.detail else 0
        page = buttons[start : start + MOST]
        more = (Button(words.say("button_more"), f"topic:{request.topic}/calc:/{start + MOST}"),)
        return Answer(
            words.say("calc_choose"),
            topic=request.topic,
            buttons=(*page, *(more if len(buttons) > start + MOST else ())),
        )

    def _working(
        self,
        result: Working,
        entry: CalculationEntry,
        facts: dict[str, Fact],
        told: dict[str, str],
        request: Request,
        words: Words,
    ) -> Answer:
        currency, country = result.currency, result.country
        amount = value_text(result.low, result.unit, words, currency, country)
        if result.low != result.high:
            high = value_text(result.high, result.unit, words, currency, country)
            amount = words.say("calc_between", low=amount, high=high)
        way_on = lessons.way_on(self.library, result.id, request, words)
        to_do = way_on is not None and any(line.unit == "none" for line in result.lines)
        said = [
            told_text(facts[name], result.values[name], words, currency, country)
            for name in told
            if name in result.values and told[name] != UNKNOWN and not (way_on and facts[name].kind == "yes_no")
        ]
        taken = [told_text(fact, value, words, currency, country) for fact, value in result.assumed if fact.entry.ask]
        taken += [filled(own(clause.say, words), result, self.library, words) for clause in result.assumptions]
        parts = [
            f"**{own(entry.name, words)}: {amount}**",
            _listed(
                words.say("exercise_list" if to_do else "calc_working"),
                [self._line(line, result, words) for line in result.lines],
            ),
            _listed(words.say("calc_told"), said),
            _listed(words.say("calc_assumed"), taken),
            words.say("calc_unsure", facts="; ".join(short_name(fact, words) for fact in result.unsure))
            if result.unsure
            else "",
            f"⚠️ {words.say('calc_doubtful')}" if result.doubtful else "",
            filled(own(result.means, words), result, self.library, words),
        ]
        if way_on:
            return self._exercise([*parts, way_on.text], way_on, result, entry, words)
        office, shown = self._office(entry, request, words)
        parts += [
            f"{words.say('calc_confirm')}\n{office}" if office else words.say("calc_estimate"),
            source_line(result.sources, words),
        ]
        return Answer(
            "\n\n".join(part for part in parts if part),
            topic=entry.topic,
            buttons=(
                Button(words.say("button_change"), "change"),
                Button(words.say("button_letter"), f"letter:demand/{result.id}"),
                Button(words.say("button_pdf"), "pdf"),
                *_ways_on(request, words),
            ),
            sources=result.sources,
            doors=shown,
        )

    def _line(self, line: Line, result: Working, words: Words) -> str:
        """A line of the working; one without a unit is only said, unless its value is a yes or no."""
        label = filled(own(line.label, words), result, self.library, words)
        if line.unit == "none" and not isinstance(line.value, bool):
            return label
        article = f" ({line.article})" if line.article else ""
        return f"{label}: {value_line(line.value, result, words, line.unit)}{article}"

    def _exercise(
        self, parts: list[str], way_on: lessons.WayOn, result: Working, entry: CalculationEntry, words: Words
    ) -> Answer:
        """The working as the exercise of a lesson: no law, so no office and no letter; the way on instead."""
        return Answer(
            "\n\n".join(part for part in parts if part),
            topic=entry.topic,
            buttons=(
                *way_on.next_button,
                Button(words.say("button_change"), "change"),
                *way_on.other_buttons,
                Button(words.say("button_pdf"), "pdf"),
            ),
            sources=result.sources,
            lesson=way_on.lesson,
        )

    def _refused(self, result: Refused, entry: CalculationEntry, request: Request, words: Words) -> Answer:
        why = own(result.say, words) if result.say else words.say(f"calc_{result.reason}")
        if way_on := lessons.way_on(self.library, request.detail.partition(":")[2], request, words):
            text = f"**{own(entry.name, words)}**\n\n{why}"
            change = Button(words.say("button_change"), "change")
            return Answer(text, entry.topic, (change, *way_on.other_buttons), result.sources)
        office, shown = self._office(entry, request, words)
        article = f" ({result.article})" if result.article else ""
        parts = [f"**{own(entry.name, words)}**", why + article, office, source_line(result.sources, words)]
        return Answer(
            "\n\n".join(part for part in parts if part),
            topic=entry.topic,
            buttons=(Button(words.say("button_change"), "change"), *_ways_on(request, words)),
            sources=result.sources,
            doors=shown,
        )

    def _office(self, entry: CalculationEntry, request: Request, words: Words) -> tuple[str, tuple[Door, ...]]:
        about = self.library.country(request.country)
        zone = about.time_zone if about else "UTC"
        wanted = entry.ask_office or list(self.library.topics.topics[entry.topic].offices)
        chosen = doors.fitting(self.library, dataclasses.replace(request, topic=entry.topic), wanted)[:CONFIRM]
        pairs = [doors.shown(name, office, words, request.day, zone) for name, office in chosen]
        return "\n".join(line for line, _ in pairs), tuple(door for _, door in pairs)


def _known(told: dict[str, str]) -> int:
    return sum(value != UNKNOWN for value in told.values())


def _hint(fact: Fact, told: dict[str, str], words: Words) -> str:
    """Where to find what the person does not know, when the calculation cannot do without it."""
    if told.get(fact.name) != UNKNOWN:
        return ""
    return f"{words.say('calc_find')} {own(fact.entry.help, words)}".strip()


def fitting(library: Library, country: str, work: str, topic: str = "") -> list[tuple[str, CalculationEntry]]:
    """The calculations of a country for a kind of work, those of it alone first; of a topic, where one is named."""
    content = library.countries.get(country)
    kinds = {"live_in": ("live_in", "domestic")}.get(work, (work or "general",))
    entries = content.rules.calculations.items() if content else ()
    chosen = [
        (name, entry)
        for name, entry in entries
        if (not topic or entry.topic == topic) and (not entry.works or set(kinds) & set(entry.works))
    ]
    return sorted(chosen, key=lambda item: (not item[1].works, "general" in item[1].works and work != "general"))


def buttons_for(library: Library, request: Request, words: Words, most: int) -> Iterable[Button]:
    """Buttons to the calculations and claim periods of the topic that was answered."""
    entries = fitting(library, request.country, request.work, request.topic)[:most]
    alone = len(entries) == 1
    for name, entry in entries:
        yield Button(words.say("button_calc") if alone else own(entry.name, words), f"calc:{name}")


def _ways_on(request: Request, words: Words) -> tuple[Button, ...]:
    return (
        Button(words.say("button_calc_other"), "topic:conversation.calculate"),
        Button(words.say("button_doors"), f"topic:{request.topic}/doors"),
    )


def _listed(title: str, lines: list[str]) -> str:
    return "\n".join([f"**{title}**", "", *(f"- {line}" for line in lines)]) if lines else ""


def value_line(value: Value, working: Working, words: Words, unit: str = "") -> str:
    """A value of a working as the reader's language writes it."""
    return value_text(value, unit or working.unit, words, working.currency, working.country)


def filled(text: str, working: Working, library: Library, words: Words) -> str:
    """A text of a working with the values it names in braces."""
    found = library.calculation(working.id)
    if found is None:
        return text
    kinds = {step.name: str(step.unit) for step in found[1].steps}
    kinds |= {name: str(fact.kind) for name, fact in facts_of(library, found[1]).items()}
    for name, value in working.values.items():
        if f"{{{name}}}" in text:
            kind = kinds.get(name, "number")
            text = text.replace(f"{{{name}}}", value_line(value, working, words, "number" if kind in SPANS else kind))
    return text
