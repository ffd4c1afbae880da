"""The words of locales/LANGUAGE/words.yaml, made ready to be found in what people write.

Accents, case, punctuation and stretched letters do not matter: both sides are folded.
"""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

APOSTROPHES = re.compile("['`\u2019\u00b4]")
GAP = r"(?:\w+ ){0,3}?"


def clean(text: str, limit: int = 600) -> str:
    """Text that is safe to hand on: no control characters or lone surrogates, no leading slash (Rasa would believe
    it), at most `limit` characters.
    """
    printable = "".join(
        char if unicodedata.category(char) not in ("Cc", "Cs", "Cf", "Co", "Cn") or char == "\u200d" else " "
        for char in text
    )
    return " ".join(printable.split()).lstrip("/ ")[:limit]


def fold(text: str, marks: str = "") -> str:
    """Small letters without accents or punctuation (but `marks`), single spaces, stretched letters once."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("ñ", "n"))
    letters = "".join(char for char in plain if not unicodedata.combining(char))
    letters = APOSTROPHES.sub("", letters)
    letters = re.sub(r"(\w)\1{2,}", r"\1", letters)
    return " ".join(re.sub(rf"[^\w\s{re.escape(marks)}]", " ", letters).split())


@dataclasses.dataclass(frozen=True)
class Phrases:
    """A list of phrases as one pattern, and those with `+` apart."""

    pattern: re.Pattern[str] | None
    together: tuple[tuple[re.Pattern[str], ...], ...] = ()

    @classmethod
    def of(cls, entries: Iterable[object]) -> Phrases:
        """Compile phrases as the words files write them."""
        folded = [fold(str(entry), marks="*+.") for entry in entries]
        alone = [_expression(entry) for entry in folded if "+" not in entry]
        together = tuple(
            tuple(re.compile(rf"\b{_expression(part.strip())}") for part in entry.split("+"))
            for entry in folded
            if "+" in entry
        )
        return cls(re.compile(rf"\b(?:{'|'.join(alone)})") if alone else None, together)

    def found(self, folded: str) -> str:
        """The first phrase found in a folded text, '' when there is none."""
        if self.pattern and (match := self.pattern.search(folded)):
            return match.group() or ""
        for parts in self.together:
            if all(part.search(folded) for part in parts):
                return " + ".join(part.pattern for part in parts)
        return ""

    def whole(self, folded: str) -> bool:
        """True when the text is one of the phrases and nothing else."""
        return bool(self.pattern and self.pattern.fullmatch(folded))


def _expression(phrase: str) -> str:
    """One phrase as a regular expression. Where a gap stands, it brings its own spaces."""
    parts = [GAP if word == ".." else re.escape(word).replace(r"\*", r"\w*") + r"\b " for word in phrase.split()]
    return "".join(parts).rstrip(" ")


@dataclasses.dataclass(frozen=True)
class Lexicon:
    """The words of one language."""

    language: str
    danger: Phrases
    danger_self: Phrases
    danger_unless: Phrases
    commands: Mapping[str, Phrases]
    yes: Phrases
    no: Phrases
    unknown: Phrases
    follow_up: Phrases
    here: Phrases
    origin: Phrases
    no_papers: Phrases
    has_papers: Phrases
    work_told: Mapping[str, Phrases]
    work_suggested: Mapping[str, Phrases]
    demonyms: Mapping[str, Phrases]
    country_names: Mapping[str, Phrases]
    topics: Mapping[str, Phrases]


def load(folder: Path, languages: Iterable[str]) -> dict[str, Lexicon]:
    """The lexicons of the languages that have a words.yaml."""
    paths = {language: folder / language / "words.yaml" for language in languages}
    reader = YAML(typ="safe")
    return {code: _lexicon(code, reader.load(path)) for code, path in paths.items() if path.exists()}


def _lexicon(language: str, raw: Mapping[str, Any]) -> Lexicon:
    def one(name: str) -> Phrases:
        return Phrases.of(raw.get(name) or [])

    def many(name: str) -> dict[str, Phrases]:
        return {str(key): Phrases.of(entries) for key, entries in (raw.get(name) or {}).items()}

    work = raw.get("work") or {}
    return Lexicon(
        language=language,
        danger=one("danger"),
        danger_self=one("danger_self"),
        danger_unless=one("danger_unless"),
        commands=many("commands"),
        yes=one("yes"),
        no=one("no"),
        unknown=one("unknown"),
        follow_up=one("follow_up"),
        here=one("here"),
        origin=one("origin"),
        no_papers=one("no_papers"),
        has_papers=one("has_papers"),
        work_told={str(kind): Phrases.of(entry.get("told") or []) for kind, entry in work.items()},
        work_suggested={str(kind): Phrases.of(entry.get("suggested") or []) for kind, entry in work.items()},
        demonyms=many("demonyms"),
        country_names=many("country_names"),
        topics=many("topics"),
    )
