"""What editors should look at next: past its date, nearly so, behind, missing, not confirmed; the most harm first.

Harm is the urgency of a topic (content/topics.yaml, 0 to 100), multiplied by how often people were answered with it.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from bot.library.checks import PLACEHOLDER, folder
from bot.library.loading import CountryContent, Library
from bot.library.rules import CalculationEntry, DeadlineEntry
from bot.library.schema import OfficeEntry, SourceEntry

Kind = Literal["overdue", "soon", "link", "phone", "reported", "behind", "missing", "office"]
SOON = dt.timedelta(days=60)
CONFIRM = dt.timedelta(days=180)
"""An office that nobody confirmed for so long has expired."""
NO_TOPIC = 50
"""Harm where no topic says."""


@dataclasses.dataclass(frozen=True)
class Task:
    """One thing to look at. `place` is the file and, behind '#', the entry in it. `day` is when it was or is due."""

    kind: Kind
    country: str
    place: str
    title: str
    harm: int
    visits: int
    day: dt.date | None = None
    detail: str = ""
    sources: tuple[SourceEntry, ...] = ()
    topic: str = ""
    variant: str = ""
    language: str = ""
    times: int = 0
    """How many people said so."""

    @property
    def score(self) -> int:
        """Harm times visits; what nobody asked for yet still counts once."""
        return self.harm * (self.visits + 1)


@dataclasses.dataclass(frozen=True)
class Address:
    """A web address that the content gives out, and the topics it stands for."""

    address: str
    country: str
    place: str
    title: str
    topics: tuple[str, ...]


Visits = Mapping[tuple[str, str], int]
"""How often each (country, topic) was answered."""


class Due:
    """The tasks of a library on a day."""

    def __init__(self, library: Library, day: dt.date, visits: Visits) -> None:
        self.library, self.day, self.visits = library, day, visits

    def tasks(self) -> list[Task]:
        """All that follows from the content alone, the most harm first."""
        found: list[Task] = []
        for content in self.library.countries.values():
            found += [*self._pages(content), *self._rules(content), *self._figures(content), *self._offices(content)]
            found += self._missing(content)
        found += self._behind()
        return ranked(found)

    def weight(self, country: str, topics: Sequence[str]) -> tuple[int, int]:
        """Harm and visits of topics in a country; the international part is read from everywhere."""
        known = self.library.topics.topics
        harm = max((known[topic].urgency for topic in topics if topic in known), default=NO_TOPIC)
        if country:
            return harm, sum(self.visits.get((country, topic), 0) for topic in topics)
        wanted = set(topics)
        return harm, sum(times for (_, topic), times in self.visits.items() if topic in wanted)

    def addresses(self) -> list[Address]:
        """Every web address of pages, figures, offices and programmes, the most read first; each address once."""
        found: dict[str, Address] = {}
        for one in self._addresses():
            if one.address not in found:
                found[one.address] = one
        ranks = {one.address: self.weight(one.country, one.topics) for one in found.values()}
        return sorted(found.values(), key=lambda one: -ranks[one.address][0] * (ranks[one.address][1] + 1))

    def _dated(self, due: dt.date) -> Kind | None:
        if due < self.day:
            return "overdue"
        return "soon" if due - self.day <= SOON else None

    def _pages(self, content: CountryContent) -> Iterator[Task]:
        for topic, page in content.pages.items():
            if kind := self._dated(page.check_again_by):
                place = f"{folder(content)}/{topic.replace('.', '/')}.yaml"
                title = self._title(content, topic)
                harm, visits = self.weight(content.code, [topic])
                day = page.check_again_by
                yield Task(
                    kind, content.code, place, title, harm, visits, day, sources=tuple(page.sources), topic=topic
                )

    def _rules(self, content: CountryContent) -> Iterator[Task]:
        rows: list[tuple[str, str, CalculationEntry | DeadlineEntry]] = [
            ("calculations.yaml", name, entry) for name, entry in content.rules.calculations.items()
        ]
        rows += [("deadlines.yaml", name, entry) for name, entry in content.deadlines.deadlines.items()]
        for file, name, entry in rows:
            if kind := self._dated(entry.check_again_by):
                harm, visits = self.weight(content.code, [entry.topic])
                place, title = f"{folder(content)}/{file}#{name}", _said(entry.name, name)
                day, sources = entry.check_again_by, tuple(entry.sources)
                yield Task(kind, content.code, place, title, harm, visits, day, sources=sources, topic=entry.topic)

    def _figures(self, content: CountryContent) -> Iterator[Task]:
        used = defaultdict(set)
        for text in content.texts.values():
            for name in PLACEHOLDER.findall(text.body + text.front.until):
                used[name].add(text.topic)
        for name, figure in content.figures.figures.items():
            kind = self._dated(figure.check_again_by) if figure.check_again_by else None
            if kind:
                harm, visits = self.weight(content.code, sorted(used[name]))
                last = figure.values[-1]
                place, detail = f"{folder(content)}/figures.yaml#{name}", f"{last.value} {figure.currency}".strip()
                day = figure.check_again_by
                yield Task(kind, content.code, place, name, harm, visits, day, detail, (last.source,))

    def _offices(self, content: CountryContent) -> Iterator[Task]:
        for name, office in content.offices.offices.items():
            due = office.checked + CONFIRM
            if due < self.day:
                harm, visits = self.weight(content.code, office.what_for)
                title = office.short or office.name
                place, sources = f"{folder(content)}/offices.yaml#{name}", office_sources(office)
                yield Task("office", content.code, place, title, harm, visits, due, sources=sources)

    def _missing(self, content: CountryContent) -> Iterator[Task]:
        about = content.about
        if content.code and (about is None or about.role == "origin" or about.skeleton):
            return
        languages = tuple(dict.fromkeys((about.language, *about.languages))) if about else ("es", "en")
        for topic, entry in self.library.topics.topics.items():
            if not entry.in_menu:
                continue
            harm, visits = self.weight(content.code, [topic])
            written = {language for (name, variant, language) in content.texts if name == topic and not variant}
            for language in languages if topic in content.pages else languages[:1]:
                if language not in written:
                    place = f"{folder(content)}/{topic.replace('.', '/')}.{language}.md"
                    title = self._title(content, topic)
                    yield Task("missing", content.code, place, title, harm, visits, topic=topic, language=language)

    def _behind(self) -> Iterator[Task]:
        for text, _ in self.library.behind():
            harm, visits = self.weight(text.country, [text.topic])
            task = Task("behind", text.country, text.path, text.front.title, harm, visits, topic=text.topic)
            yield dataclasses.replace(task, variant=text.variant, language=text.language)

    def _addresses(self) -> Iterator[Address]:
        for content in self.library.countries.values():
            at, code = folder(content), content.code
            for topic, page in content.pages.items():
                every = [*page.sources, *(one for other in page.variants.values() for one in other.sources or [])]
                place = f"{at}/{topic.replace('.', '/')}.yaml"
                title = self._title(content, topic)
                yield from (Address(one.url, code, place, title, (topic,)) for one in every if one.url)
            for name, office in content.offices.offices.items():
                title, topics = office.short or office.name, tuple(office.what_for)
                if office.url:
                    yield Address(office.url, code, f"{at}/offices.yaml#{name}", title, topics)
            for name, programme in content.programmes.programmes.items():
                if programme.source.url:
                    place, topics = f"{at}/programmes.yaml#{name}", tuple(programme.topics)
                    yield Address(programme.source.url, code, place, programme.name, topics)
            for name, figure in content.figures.figures.items():
                if url := figure.values[-1].source.url:
                    yield Address(url, code, f"{at}/figures.yaml#{name}", name, ())

    def _title(self, content: CountryContent, topic: str) -> str:
        leader = content.about.language if content.about else "es"
        if text := content.texts.get((topic, "", leader)):
            return text.front.title
        entry = self.library.topics.topics.get(topic)
        return _said(entry.name, topic) if entry else topic


def ranked(tasks: Sequence[Task]) -> list[Task]:
    """The most harm first, then what was due longest."""
    return sorted(tasks, key=lambda task: (-task.score, task.day or dt.date.max, task.place))


def expired(office: OfficeEntry, day: dt.date) -> bool:
    """True when nobody confirmed an office for 180 days."""
    return day - office.checked > CONFIRM


def office_sources(office: OfficeEntry) -> tuple[SourceEntry, ...]:
    """Where to look an office up."""
    return (SourceEntry(title=office.short or office.name, url=office.url),) if office.url else ()


def _said(texts: Mapping[str, str], otherwise: str) -> str:
    return texts.get("es") or next(iter(texts.values()), otherwise)
