"""What hurts most when it is wrong, country by country: the number to call, the last day to claim, the least wage, who
tells the migration office. tests/facts/ holds these facts as they were copied from their sources, apart from content/;
here each is looked up as a worker would get it, by the same modules that answer.

A fact and the content that differ are two readings of one law: find out which is right, and change only that one.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal

import pytest
from pydantic import Field, TypeAdapter
from ruamel.yaml import YAML

from bot.law.figures import NotInForceError
from bot.library.loading import Library
from bot.library.schema import Country, EmergencyKind, Entry
from bot.messages import Answer, Request, Source
from bot.modules import doors
from bot.modules.articles import Articles
from bot.modules.emergency import Emergency
from bot.reckoning.calculation import Calculator, Working, figure_on
from bot.reckoning.deadline import until_when
from bot.translations import Catalogues
from tests.conftest import NOON

FOLDER = Path(__file__).parent / "facts"
LEAST = 20
HARMS = (
    "emergency", "dismissal_deadline", "wages_deadline", "minimum_wage", "maternity_leave", "maternity_protection",
    "irregular_status", "hours", "overtime", "severance", "notice", "annual_leave", "documents", "forced_labour",
    "inspectorate", "social_security", "work_injury", "legal_aid", "minimum_age", "live_in",
)  # fmt: skip
"""What every country answers; the first word of a fact's name says which it is."""
FOOT = ("📖", "📞", "📍", "⚠️")
"""Lines below the words of a page: a number found there says nothing about the page."""


class Fact(Entry):
    """One fact: its name, which begins with the harm it does when wrong, and where it was read."""

    fact: str
    source: str = Field(min_length=4)

    @property
    def harm(self) -> str:
        return self.fact.split()[0]


class FigureFact(Fact):
    """A number of the law as it stands on a day. `withheld`: too old by then for anything to be worked out with it."""

    kind: Literal["figure"]
    name: str
    on: dt.date
    value: Decimal = Field(alias="is")
    per: str | None = None
    withheld: bool = False


class DeadlineFact(Fact):
    """The last day to claim for something that happened on a day."""

    kind: Literal["deadline"]
    id: str
    event: dt.date
    last_day: dt.date


class EmergencyFact(Fact):
    """A number that somebody in danger is given at once."""

    kind: Literal["emergency"]
    number: str
    purpose: EmergencyKind = Field(alias="for")


class SaysFact(Fact):
    """Words of a page as it is read in the country's first language, figures filled in. `cites`: articles it names."""

    kind: Literal["says"]
    topic: str
    variant: str = ""
    all_of: tuple[str, ...] = ()
    any_of: tuple[str, ...] = ()
    none_of: tuple[str, ...] = ()
    cites: tuple[str, ...] = ()


class OfficeFact(Fact):
    """An office, with a phone or page that is shown, or with phones that must not be shown."""

    kind: Literal["office"]
    id: str
    phone: str = ""
    url: str = ""
    hidden: bool = False


class CalculationFact(Fact):
    """What a calculation gives for one person, worked out by hand."""

    kind: Literal["calculation"]
    id: str
    told: dict[str, str]
    on: dt.date
    value: Decimal = Field(alias="is")


AnyFact = Annotated[
    FigureFact | DeadlineFact | EmergencyFact | SaysFact | OfficeFact | CalculationFact, Field(discriminator="kind")
]


class Sheet(Entry):
    """The file of a country. `left_out` says why a harm has no fact there."""

    left_out: Mapping[str, str] = Field(default={})
    facts: list[AnyFact]


def read_sheets() -> dict[Country, Sheet]:
    """All files of facts by country."""
    reader = YAML(typ="safe")
    paths = sorted(FOLDER.glob("*.yaml"))
    return {path.stem: TypeAdapter(Sheet).validate_python(reader.load(path)) for path in paths}


SHEETS = read_sheets()
FACTS = [(country, fact) for country, sheet in SHEETS.items() for fact in sheet.facts]


@pytest.mark.parametrize(
    ("country", "fact"), FACTS, ids=[f"{country}-{fact.fact.replace(' ', '_')}" for country, fact in FACTS]
)
def test_content_says_the_fact(country: str, fact: AnyFact, library: Library, catalogues: Catalogues) -> None:
    reader = Reader(country, library, catalogues)
    wrong = list(reader.differs(fact))
    assert not wrong, f"tests/facts/{country}.yaml: {fact.fact}: " + "; ".join(wrong) + f" (source: {fact.source})"


def test_every_host_country_has_its_facts(library: Library) -> None:
    assert sorted(SHEETS) == library.offered()


@pytest.mark.parametrize("country", SHEETS)
def test_twenty_facts_and_every_harm(country: str) -> None:
    sheet = SHEETS[country]
    names = [fact.fact for fact in sheet.facts]
    assert len(names) == len(set(names)) >= LEAST, f"tests/facts/{country}.yaml: {len(set(names))} facts"
    told = {fact.harm for fact in sheet.facts}
    assert told | set(sheet.left_out) == set(HARMS), f"tests/facts/{country}.yaml"
    assert not told & set(sheet.left_out), f"tests/facts/{country}.yaml"


class Reader:
    """One country's content, asked as the bot asks it."""

    def __init__(self, country: str, library: Library, catalogues: Catalogues) -> None:
        about = library.country(country)
        assert about is not None, f"there is no content/{country}/country.yaml"
        self.country, self.about, self.library, self.catalogues = country, about, library, catalogues
        self.words = catalogues.words(about.language)

    def differs(self, fact: AnyFact) -> Iterable[str]:
        """In words, each way in which the content is not as the fact."""
        match fact:
            case FigureFact():
                return self._figure(fact)
            case DeadlineFact():
                return self._deadline(fact)
            case EmergencyFact():
                return self._emergency(fact)
            case SaysFact():
                return self._says(fact)
            case OfficeFact():
                return self._office(fact)
            case CalculationFact():
                return self._calculation(fact)

    def _figure(self, fact: FigureFact) -> Iterable[str]:
        where = f"content/{self.country}/figures.yaml"
        entry = self.library.countries[self.country].figures.figures.get(fact.name)
        if entry is None:
            yield f"{where} has no {fact.name}"
            return
        try:
            figure = figure_on(entry, fact.on)
        except NotInForceError as error:
            yield f"{where}, {fact.name}: {error}"
            return
        if figure.value != fact.value:
            yield f"{where} has {fact.name} {figure.value} on {fact.on}, not {fact.value}"
        if figure.withheld != fact.withheld:
            yield f"{where}: {fact.name} is {'' if figure.withheld else 'not '}withheld on {fact.on}"
        if fact.per is not None and entry.per != fact.per:
            yield f"{where} has {fact.name} per {entry.per!r}, not {fact.per!r}"

    def _deadline(self, fact: DeadlineFact) -> Iterable[str]:
        where = f"content/{self.country}/deadlines.yaml"
        try:
            result = until_when(self.library, fact.id, fact.event, fact.event)
        except LookupError:
            yield f"{where} has no {fact.id}"
            return
        if result.day != fact.last_day or result.withheld:
            yield f"{where} gives {result.day} as last day for {fact.event}, not {fact.last_day}"

    def _emergency(self, fact: EmergencyFact) -> Iterable[str]:
        where = f"content/{self.country}/country.yaml"
        if (fact.number, fact.purpose) not in {(entry.number, entry.kind) for entry in self.about.emergency_numbers}:
            yield f"{where} has no {fact.number} for {fact.purpose}"
        said = Emergency(self.library, self.catalogues).answer(self._request("conversation.emergency"))
        if not holds(said.text, fact.number):
            yield f"somebody in danger is not told {fact.number}: {said.text!r}"

    def _says(self, fact: SaysFact) -> Iterable[str]:
        answer = self._page(fact)
        if isinstance(answer, str):
            yield answer
            return
        said, where = body(answer), f"content/{answer.page}"
        missing = [words for words in fact.all_of if not holds(said, words)]
        if missing:
            yield f"{where} does not say {missing}: {said!r}"
        if fact.any_of and not any(holds(said, words) for words in fact.any_of):
            yield f"{where} says none of {fact.any_of}: {said!r}"
        if wrong := [words for words in fact.none_of if holds(said, words)]:
            yield f"{where} says {wrong}"
        cited = [citation(source) for source in answer.sources]
        if unnamed := [words for words in fact.cites if not any(holds(one, words) for one in cited)]:
            yield f"{where} does not cite {unnamed}, but {cited}"
        if not (fact.all_of or fact.any_of or fact.cites):
            yield "the fact names no words"

    def _page(self, fact: SaysFact) -> Answer | str:
        """The page as it is answered, or why it is not the one that was meant."""
        work = "general" if fact.variant in {"", "irregular"} else fact.variant
        papers = False if fact.variant == "irregular" else None
        answer = Articles(self.library, self.catalogues).answer(self._request(fact.topic, work=work, papers=papers))
        field, topic = fact.topic.split(".")
        name = ".".join(part for part in (topic, fact.variant, self.about.language, "md") if part)
        wanted = f"{self.country}/{field}/{name}"
        if not isinstance(answer, Answer) or answer.page != wanted:
            return f"content/{wanted} is not what is answered"
        return answer

    def _office(self, fact: OfficeFact) -> Iterable[str]:
        where = f"content/{self.country}/offices.yaml"
        office = self.library.office(fact.id)
        if office is None:
            yield f"{where} has no {fact.id}"
            return
        _, door = doors.shown(fact.id, office, self.words, NOON, self.about.time_zone)
        if fact.hidden and door.phones:
            yield f"{where}: {fact.id} shows {door.phones}, which nobody confirmed"
        if fact.phone and fact.phone not in door.phones:
            yield f"{where}: {fact.id} shows {door.phones}, not {fact.phone}"
        if fact.url and fact.url not in door.url:
            yield f"{where}: {fact.id} has the page {door.url!r}, not {fact.url}"
        if not (fact.hidden or fact.phone or fact.url):
            yield "the fact names neither phone nor page"

    def _calculation(self, fact: CalculationFact) -> Iterable[str]:
        where = f"content/{self.country}/calculations.yaml"
        try:
            result = Calculator(self.library).work_out(fact.id, fact.told, fact.on)
        except LookupError:
            yield f"{where} has no {fact.id}"
            return
        if not isinstance(result, Working):
            yield f"{where}: {fact.id} is not worked out: {result}"
        elif (result.low, result.high) != (fact.value, fact.value):
            yield f"{where}: {fact.id} gives {result.low} to {result.high}, not {fact.value}"

    def _request(self, topic: str, **more: Any) -> Request:
        return Request(topic, self.about.language, NOON, country=self.country, **more)


def body(answer: Answer) -> str:
    """The words of a page without its doors, sources and doubts."""
    return "\n".join(line for line in answer.text.splitlines() if not line.startswith(FOOT))


def plain(text: str) -> str:
    """Small letters, no marks of bold, single ordinary spaces."""
    return " ".join(text.replace("**", "").casefold().split())


def holds(text: str, words: str) -> bool:
    """Whether a text has these words whole: '20 días' does not stand in '120 días', nor '130' in '1,130'."""
    return re.search(rf"(?<!\w)(?<!\d[.,]){re.escape(plain(words))}(?!\w)(?![.,]\d)", plain(text)) is not None


def citation(source: Source) -> str:
    return f"{source.title}, {source.article}"


@pytest.mark.parametrize(
    ("text", "words", "held"),
    [
        ("tienes 20 días hábiles", "20 días hábiles", True),
        ("tienes **120** días", "20 días", False),
        ("al menos S/\xa01,130 al mes", "S/ 1,130", True),
        ("al menos S/\xa01,130 al mes", "130 al mes", False),
        ("no te denuncian", "te denuncian", True),
    ],
)
def test_words_are_found_whole(text: str, words: str, held: bool) -> None:
    assert holds(text, words) is held
