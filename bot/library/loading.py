"""content/ read once into a Library; errors say file, line and what to do.

A broken file never takes the bot down: its last good copy is used and the problem is kept for editors to see.
"""

from __future__ import annotations

import dataclasses
import functools
import hashlib
import io
import re
from collections.abc import Callable, Container, Iterator
from pathlib import Path
from typing import Any, TypeVar

from babel.numbers import get_territory_currencies
from pydantic import BaseModel, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError, YAMLError

from bot.library.rules import (
    CalculationEntry,
    Calculations,
    DeadlineEntry,
    Deadlines,
    LetterEntry,
    Letters,
    Pensions,
    Question,
    Questions,
)
from bot.library.schema import (
    CountryEntry,
    Figures,
    LessonEntry,
    Lessons,
    OfficeEntry,
    Offices,
    PageEntry,
    PageFront,
    PageVariant,
    Programmes,
    Replies,
    ReplyEntry,
    Topics,
)

INTERNATIONAL = "international"
LESSONS = "lessons"
"""The folder of the lessons' texts."""
M = TypeVar("M", bound=BaseModel)
T = TypeVar("T")
TEXT_NAME = re.compile(r"(?P<topic>[a-z_]+)(\.(?P<variant>[a-z_]+))?\.(?P<language>[a-z]{2,3})\.md")
FRONT = re.compile(r"\A---\n(?P<front>.*?)^---\n(?P<body>.*)\Z", re.DOTALL | re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Problem:
    """What an editor must mend (or, as a warning, should)."""

    path: str
    line: int
    text: str
    warning: bool = False

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {'warning: ' if self.warning else ''}{self.text}"


@dataclasses.dataclass(frozen=True)
class Text:
    """One text of a page in one language. `version` is the mark of its words."""

    path: str
    country: str
    topic: str
    variant: str
    language: str
    front: PageFront
    body: str
    version: str


@dataclasses.dataclass(frozen=True)
class Article:
    """A text with what all languages of its page share, as one reader gets it."""

    text: Text
    page: PageEntry
    asked_language: str
    asked_country: str

    @property
    def general(self) -> bool:
        """True where a country has no page and the international one stands in."""
        return self.text.country == "" and self.asked_country != ""

    @property
    def stands_in(self) -> bool:
        """True where the text is not in the language that was asked for."""
        return self.text.language != self.asked_language


@dataclasses.dataclass(frozen=True)
class CountryContent:
    """All that one folder says."""

    code: str
    about: CountryEntry | None
    figures: Figures
    offices: Offices
    programmes: Programmes
    rules: Calculations
    deadlines: Deadlines
    pages: dict[str, PageEntry]
    texts: dict[tuple[str, str, str], Text]
    """By topic, variant ('' for the page itself) and language."""


@dataclasses.dataclass(frozen=True)
class Library:
    """All content, read and checked file by file. The country '' is the international folder."""

    folder: Path
    topics: Topics
    countries: dict[str, CountryContent]
    problems: tuple[Problem, ...]
    questions: dict[str, Question] = dataclasses.field(default_factory=dict)
    """Facts that calculations of several countries ask for."""
    letters: dict[str, LetterEntry] = dataclasses.field(default_factory=dict)
    pensions: Pensions = dataclasses.field(default_factory=Pensions)
    """Old-age pensions by country, and the treaties that add up years."""
    lessons: dict[str, LessonEntry] = dataclasses.field(default_factory=dict)
    """Short lessons in the order in which they are taught."""
    replies: dict[str, ReplyEntry] = dataclasses.field(default_factory=dict)
    """Replies that case workers send often."""

    def calculation(self, name: str) -> tuple[str, CalculationEntry] | None:
        """A calculation by its id, with the country whose law it is ('' for international)."""
        found = ((code, content.rules.calculations.get(name)) for code, content in self.countries.items())
        return next(((code, entry) for code, entry in found if entry), None)

    def deadline(self, name: str) -> tuple[str, DeadlineEntry] | None:
        """A claim period by its id, with its country."""
        found = ((code, content.deadlines.deadlines.get(name)) for code, content in self.countries.items())
        return next(((code, entry) for code, entry in found if entry), None)

    def offered(self) -> list[str]:
        """Countries people can choose as the place where they work."""
        hosts = [code for code, content in self.countries.items() if content.about and not content.about.skeleton]
        return sorted(code for code in hosts if self.countries[code].about.role == "host")  # type: ignore[union-attr]

    def origins(self) -> list[str]:
        """Countries people can say they come from: hosts, and those with pages for their own people elsewhere."""
        known = [code for code, content in self.countries.items() if content.about and not content.about.skeleton]
        return sorted(known)

    def country(self, code: str) -> CountryEntry | None:
        """What is known of a country, None where it has no folder."""
        content = self.countries.get(code)
        return content.about if content else None

    def currency(self, code: str) -> str:
        """The currency of a country, written about here or not; '' where there is none."""
        if about := self.country(code):
            return about.currency
        return str(next(iter(get_territory_currencies(code.upper())), "")) if code else ""

    def lesson_text(self, name: str, language: str, stand_ins: tuple[str, ...] = ()) -> Text | None:
        """The text of a lesson in a language or the first of its stand-ins, None where nothing is written."""
        texts = self.countries[""].texts if "" in self.countries else {}
        found = (texts.get((f"{LESSONS}.{name}", "", tongue)) for tongue in (language, *stand_ins, "es"))
        return next((text for text in found if text), None)

    def lesson_with(self, exercise: str) -> str:
        """The lesson a calculation is the exercise of, '' for none."""
        return next((name for name, entry in self.lessons.items() if entry.exercise == exercise), "")

    def office(self, name: str) -> OfficeEntry | None:
        """An office of any country by its id."""
        listed = (content.offices.offices.get(name) for content in self.countries.values())
        return next((office for office in listed if office), None)

    def variants(self, topic: str, country: str) -> set[str]:
        """Kinds of work for which a country's page on a topic differs."""
        content = self.countries.get(country)
        return {variant for (name, variant, _) in content.texts if name == topic and variant} if content else set()

    def article(
        self, topic: str, country: str, language: str, variants: tuple[str, ...] = (), stand_ins: tuple[str, ...] = ()
    ) -> Article | None:
        """The text to show: the country's before the international one, the kind of work's before the general one,
        the asked language before its stand-ins. None where nothing is written.
        """
        for code in dict.fromkeys((country, "")):
            content = self.countries.get(code)
            if content is None or topic not in content.pages:
                continue
            leader = content.about.language if content.about else "es"
            for variant in (*variants, ""):
                for tongue in dict.fromkeys((language, leader, *stand_ins, "es")):
                    if text := content.texts.get((topic, variant, tongue)):
                        page = with_variant(content.pages[topic], variant)
                        return Article(text, page, asked_language=language, asked_country=country)
        return None

    def behind(self) -> Iterator[tuple[Text, Text]]:
        """Translations whose source text changed since, with that source."""
        for content in self.countries.values():
            leader = content.about.language if content.about else "es"
            for text in content.texts.values():
                source = content.texts.get((text.topic, text.variant, leader))
                if source and source is not text and text.front.translated_from != source.version:
                    yield text, source


def with_variant(page: PageEntry, variant: str) -> PageEntry:
    """The page with what its variant says instead."""
    own: PageVariant | None = page.variants.get(variant)  # type: ignore[call-overload]
    if own is None:
        return page
    return page.model_copy(update={key: value for key, value in own if value is not None})


def load(folder: Path, keep: Path | None = None, only: Container[str] | None = None) -> Library:
    """Read all content, or with `only` the folders of some countries beside the international one. With `keep`, a good
    copy of each file is kept there and stands in for a broken one.
    """
    reader = _Reader(folder, keep)
    topics = reader.parsed(folder / "topics.yaml", Topics) or Topics(fields={}, topics={})
    countries = {}
    for place in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.startswith(".")):
        code = "" if place.name == INTERNATIONAL else place.name
        if code and only is not None and code not in only:
            continue
        countries[code] = _country(reader, place, code)
    questions = reader.parsed(folder / "questions.yaml", Questions, needed=False) or Questions()
    pensions = reader.parsed(folder / INTERNATIONAL / "pensions.yaml", Pensions, needed=False) or Pensions()
    letters = reader.parsed(folder / "letters.yaml", Letters, needed=False) or Letters()
    lessons = reader.parsed(folder / INTERNATIONAL / "lessons.yaml", Lessons, needed=False) or Lessons()
    replies = reader.parsed(folder / "replies.yaml", Replies, needed=False) or Replies()
    return Library(
        folder,
        topics,
        countries,
        tuple(reader.problems),
        questions.questions,
        letters.letters,
        pensions,
        lessons.lessons,
        replies.replies,
    )


def signature(folder: Path) -> float:
    """Changes when any file of content/ is written, added or removed. The history beside it (.git) does not count."""
    tops = [top for top in folder.iterdir() if top.name != ".git"]
    paths = [*tops, *(path for top in tops if top.is_dir() for path in top.rglob("*"))]
    return len(paths) + max((path.stat().st_mtime for path in paths), default=0.0)


def _country(reader: _Reader, place: Path, code: str) -> CountryContent:
    pages: dict[str, PageEntry] = {}
    texts: dict[tuple[str, str, str], Text] = {}
    for path in sorted(place.glob("*/*")):
        topic = f"{path.parent.name}.{path.name.split('.')[0]}"
        if path.suffix == ".yaml" and (page := reader.parsed(path, PageEntry)):
            pages[topic] = page
        elif path.suffix == ".md" and (text := reader.text(path, code)):
            texts[text.topic, text.variant, text.language] = text
    return CountryContent(
        code=code,
        about=reader.parsed(place / "country.yaml", CountryEntry) if code else None,
        figures=reader.parsed(place / "figures.yaml", Figures, needed=False) or Figures(figures={}),
        offices=reader.parsed(place / "offices.yaml", Offices, needed=False) or Offices(offices={}),
        programmes=reader.parsed(place / "programmes.yaml", Programmes, needed=False) or Programmes(programmes={}),
        rules=reader.parsed(place / "calculations.yaml", Calculations, needed=False) or Calculations(),
        deadlines=reader.parsed(place / "deadlines.yaml", Deadlines, needed=False) or Deadlines(),
        pages=pages,
        texts=texts,
    )


def read_text(path: str, country: str, raw: str) -> Text:
    """A text of its file; `path` is that below content/. Raises ValueError or YAMLError with what to mend."""
    folder, _, filename = path.rpartition("/")
    name = TEXT_NAME.fullmatch(filename)
    if not name:
        raise ValueError("name the file TOPIC.LANGUAGE.md or TOPIC.VARIANT.LANGUAGE.md")
    parts = FRONT.match(raw)
    if not parts:
        raise ValueError("start the file with the title between two lines of ---")
    front = _model(PageFront, parts["front"])
    body = parts["body"].strip()
    if not body:
        raise ValueError("write the text below the second line of ---")
    mark = hashlib.sha256(f"{front.title}\n{front.until}\n{body}".encode()).hexdigest()[:8]
    topic = f"{folder.rpartition('/')[2]}.{name['topic']}"
    return Text(path, country, topic, name["variant"] or "", name["language"], front, body, mark)


def parsed(model: type[M], raw: str) -> M:
    """The words of a content file as its model. Raises ValueError or YAMLError with what to mend."""
    return _model(model, raw)


def problems_of(path: str, raw: str, error: Exception) -> list[Problem]:
    """What `read_text` or `parsed` raised, as problems with their lines."""
    return list(_problems(path, raw, error))


class _Reader:
    """Reads files, keeps what was good and remembers what was not."""

    def __init__(self, folder: Path, keep: Path | None) -> None:
        self.folder, self.keep, self.problems = folder, keep, list[Problem]()

    def parsed(self, path: Path, model: type[M], *, needed: bool = True) -> M | None:
        """The file as its model, its last good copy, or None."""
        if not path.exists() and not needed:
            return None
        return self._good_or_kept(path, lambda raw: _model(model, raw))

    def text(self, path: Path, country: str) -> Text | None:
        """A page's text in one language."""
        return self._good_or_kept(path, lambda raw: self._text(path, country, raw))

    def _text(self, path: Path, country: str, raw: str) -> Text:
        return read_text(self._name(path), country, raw)

    def _good_or_kept(self, path: Path, read: Callable[[str], T]) -> T | None:
        raw = ""
        try:
            raw = path.read_text(encoding="utf-8")
            good = read(raw)
        except (OSError, ValueError, YAMLError) as error:
            self.problems.extend(_problems(self._name(path), raw, error))
            copy = self.keep / self._name(path) if self.keep else None
            return read(copy.read_text(encoding="utf-8")) if copy and copy.exists() else None
        self._keep(path, raw)
        return good

    def _keep(self, path: Path, raw: str) -> None:
        if self.keep is None:
            return
        copy = self.keep / self._name(path)
        if not copy.exists() or copy.read_text(encoding="utf-8") != raw:
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_text(raw, encoding="utf-8")

    def _name(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def _model(model: type[M], raw: str) -> M:
    """The words of a file as its model; the same words are read once, however often the content is read again."""
    return _read_once(model, raw)  # type: ignore[return-value] # the cache forgets which model it was


@functools.lru_cache(maxsize=32_768)
def _read_once(model: type[BaseModel], raw: str) -> BaseModel:
    return model.model_validate(_yaml(raw))


def _yaml(raw: str) -> Any:
    reader = YAML(typ="safe")
    return reader.load(io.StringIO(raw))


def _problems(path: str, raw: str, error: Exception) -> Iterator[Problem]:
    if isinstance(error, ValidationError):
        lines = _Lines(raw)
        for item in error.errors():
            where = ".".join(str(part) for part in item["loc"])
            yield Problem(path, lines.of(item["loc"]), f"{where}: {item['msg'].removeprefix('Value error, ')}")
    elif isinstance(error, MarkedYAMLError) and error.problem_mark:
        yield Problem(path, error.problem_mark.line + 1, f"this is not YAML: {error.problem}")
    else:
        yield Problem(path, 1, str(error))


class _Lines:
    """Finds the line of a value by its path in the YAML tree."""

    def __init__(self, raw: str) -> None:
        front = FRONT.match(raw)
        self.shift = 2 if front else 1
        self.tree = YAML().load(io.StringIO(front["front"] if front else raw))

    def of(self, loc: tuple[int | str, ...]) -> int:
        """The line of the deepest part of `loc` that stands in the file."""
        node, line = self.tree, 0
        for part in loc:
            try:
                line = node.lc.item(part)[0] if isinstance(part, int) else node.lc.key(part)[0]
                node = node[part]
            except (AttributeError, KeyError, IndexError, TypeError):
                break
        return line + self.shift
