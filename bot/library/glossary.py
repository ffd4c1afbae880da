"""The words to use and to avoid in each language: locales/LANGUAGE/glossary.yaml."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from pathlib import Path

from pydantic import Field
from ruamel.yaml import YAML

from bot.library.loading import Library, Problem
from bot.library.schema import Entry


class TermEntry(Entry):
    """One thing, the words for it, and those that people do not understand or that hurt."""

    use: str
    avoid: list[str] = Field(default=[], description="words or phrases; * stands for any ending")
    note: str = ""


class GlossaryEntry(Entry):
    """locales/LANGUAGE/glossary.yaml"""

    terms: dict[str, TermEntry]


@dataclasses.dataclass(frozen=True)
class Found:
    """A word to avoid that stands in a text: which line of it, the word, and what to write instead."""

    line: int
    word: str
    use: str


@dataclasses.dataclass(frozen=True)
class Glossary:
    """The terms of one language, ready to be looked for."""

    terms: dict[str, TermEntry]
    pattern: re.Pattern[str]
    instead: dict[str, str]

    def found(self, text: str) -> Iterator[Found]:
        """Every word of a text that should be another."""
        for number, line in enumerate(text.splitlines(), 1):
            for match in self.pattern.finditer(line):
                name = next(name for name, said in match.groupdict().items() if said)
                yield Found(number, match.group(), self.instead[name])


def load(locales: Path) -> dict[str, Glossary]:
    """The glossaries of all languages that have one. Raises pydantic's ValidationError for one that is wrong."""
    reader = YAML(typ="safe")
    return {
        path.parent.name: _glossary(GlossaryEntry.model_validate(reader.load(path)))
        for path in sorted(locales.glob("*/glossary.yaml"))
    }


def problems(library: Library, glossaries: dict[str, Glossary]) -> Iterator[Problem]:
    """Words to avoid in what editors wrote, with the word to write instead."""
    for content in library.countries.values():
        for text in content.texts.values():
            glossary = glossaries.get(text.language)
            if glossary is None:
                continue
            raw = (library.folder / text.path).read_text(encoding="utf-8")
            for found in glossary.found(raw):
                told = f"'{found.word}' is hard or hurts: write {found.use}"
                yield Problem(text.path, found.line, told, warning=True)


def _glossary(entry: GlossaryEntry) -> Glossary:
    words = [(word, term.use) for term in entry.terms.values() for word in term.avoid]
    parts = [f"(?P<w{number}>{_expression(word)})" for number, (word, _) in enumerate(words)]
    pattern = re.compile("|".join(parts) or r"(?!)", re.IGNORECASE)
    return Glossary(entry.terms, pattern, {f"w{number}": use for number, (_, use) in enumerate(words)})


def _expression(word: str) -> str:
    return r"\b" + r"\w*".join(re.escape(part) for part in word.split("*")) + r"\b"
