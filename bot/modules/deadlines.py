"""Until when: asks for the day it happened, and says the last day, what is left, what to do first."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.library.loading import Library
from bot.library.rules import DeadlineEntry, FactEntry
from bot.messages import Answer, Ask, Button, Request
from bot.modules import doors
from bot.modules.forms import fault_text, own, question, source_line
from bot.reckoning.deadline import LastDay, until_when
from bot.reckoning.facts import Fact, FactError, read
from bot.translations import Catalogues, Words

HAPPENED = "happened_on"


@dataclasses.dataclass(frozen=True)
class Deadlines:
    """Answers `until:ID`; without an id, lists the claim periods of the person's country."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """The list, the question for the day, or the last day."""
        words = self.catalogues.words(request.language)
        name = request.detail.partition(":")[2]
        found = self.library.deadline(name)
        if found is None:
            return self._list(request, words)
        country, entry = found
        fact = Fact(HAPPENED, "date", FactEntry(kind="date", ask=entry.ask))
        today = local_day(self.library, country, request.day)
        told = request.told.get(HAPPENED, "")
        if not told:
            return question(fact, words, 0, 1)
        try:
            event = read(fact, told)
        except FactError as error:
            return question(fact, words, 0, 1, fault_text(error, {HAPPENED: fact}, words, country))
        if not isinstance(event, dt.date):
            return question(fact, words, 0, 1)
        if event > today:
            return question(fact, words, 0, 1, words.say("fault_future"))
        return self._last_day(until_when(self.library, name, event, today), entry, request, words)

    def _list(self, request: Request, words: Words) -> Answer | Ask:
        if not request.country:
            return Ask("country", tuple(self.library.offered()))
        entries = fitting(self.library, request.country, request.work)
        buttons = tuple(Button(own(entry.name, words), f"until:{name}") for name, entry in entries)
        key = "until_choose" if buttons else "until_none"
        return Answer(words.say(key), topic=request.topic, buttons=buttons)

    def _last_day(self, result: LastDay, entry: DeadlineEntry, request: Request, words: Words) -> Answer:
        about = self.library.country(result.country)
        wanted = entry.ask_office or list(self.library.topics.topics[entry.topic].offices)
        there = dataclasses.replace(request, topic=entry.topic, country=result.country or request.country)
        chosen = doors.fitting(self.library, there, wanted)[:2]
        zone = about.time_zone if about else "UTC"
        pairs = [doors.shown(name, office, words, request.day, zone) for name, office in chosen]
        parts = [
            _verdict(result, entry, words),
            words.say("until_counted", event=own(entry.event, words), day=words.date(result.event)),
            f"**{words.say('until_first')}** {own(entry.first, words)}"
            if result.left >= 0
            else own(entry.after, words),
            f"**{words.say('until_stops')}** {own(entry.stops, words)}" if entry.stops and result.left >= 0 else "",
            f"_{words.say('until_earliest')}_" if result.earliest and result.left >= 0 else "",
            f"⚠️ {words.say('until_doubtful')}" if result.doubtful else "",
            "\n".join(line for line, _ in pairs),
            source_line(result.sources, words),
        ]
        remind = (Button(words.say("button_remind"), f"remind:{result.id}"),) if _worth_reminding(result) else ()
        return Answer(
            "\n\n".join(part for part in parts if part),
            topic=entry.topic,
            buttons=(
                *remind,
                Button(words.say("button_change"), "change"),
                Button(words.say("button_doors"), f"topic:{entry.topic}/doors"),
            ),
            sources=result.sources,
            doors=tuple(door for _, door in pairs),
        )


def _verdict(result: LastDay, entry: DeadlineEntry, words: Words) -> str:
    if result.withheld:
        return words.say("until_withheld")
    day = words.date(result.day)
    if result.left < 0:
        return words.say("until_over", name=own(entry.name, words), day=day)
    left = words.span(Decimal(result.left), "day")
    if result.left == 0:
        return words.say("until_today", name=own(entry.name, words), day=day)
    text = words.say("until_last_day", name=own(entry.name, words), day=day, left=left)
    if result.working_left is not None:
        text += " " + words.say("until_working", count=result.working_left)
    return text


def _worth_reminding(result: LastDay) -> bool:
    return result.left > 1 and not result.withheld


def local_day(library: Library, country: str, moment: dt.datetime) -> dt.date:
    """What day it is in a country."""
    about = library.country(country)
    return moment.astimezone(ZoneInfo(about.time_zone if about else "UTC")).date()


def fitting(library: Library, country: str, work: str, topic: str = "") -> list[tuple[str, DeadlineEntry]]:
    """The claim periods of a country for a kind of work; of a topic, where one is named."""
    content = library.countries.get(country)
    kinds = {"live_in": ("live_in", "domestic")}.get(work, (work or "general",))
    entries = content.deadlines.deadlines.items() if content else ()
    chosen = [
        (name, entry)
        for name, entry in entries
        if (not topic or entry.topic == topic) and (not entry.works or set(kinds) & set(entry.works))
    ]
    return sorted(chosen, key=lambda item: not item[1].works)


def buttons_for(library: Library, request: Request, words: Words) -> Iterable[Button]:
    """A button to the claim period of the topic that was answered."""
    for name, _ in fitting(library, request.country, request.work, request.topic)[:1]:
        yield Button(words.say("button_until"), f"until:{name}")
