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

from bot.understanding import Period, Unit

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


def strip_accents(text: str) -> str:
    """The text without accents, ñ as n: phones often have neither."""
    plain = unicodedata.normalize("NFKD", text)
    return "".join(char for char in plain if not unicodedata.combining(char))


def fold(text: str, marks: str = "") -> str:
    """Small letters without accents or punctuation (but `marks`), single spaces, stretched letters once."""
    letters = strip_accents(text.casefold())
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

    def begins(self, folded: str) -> bool:
        """True when the text begins with one of the phrases, perhaps after a word such as "yesterday"."""
        texts = (f"{folded} ", f"{folded.partition(' ')[2]} ")
        return any(self.pattern.match(text) for text in texts) if self.pattern else False

    def whole(self, folded: str) -> bool:
        """True when the text is one of the phrases and nothing else."""
        return bool(self.pattern and self.pattern.fullmatch(folded))


def _expression(phrase: str) -> str:
    """One phrase as a regular expression. Where a gap stands, it brings its own spaces."""
    parts = [GAP if word == ".." else re.escape(word).replace(r"\*", r"\w*") + r"\b " for word in phrase.split()]
    return "".join(parts).rstrip(" ")


@dataclasses.dataclass(frozen=True)
class Quantities:
    """The words around numbers in one language, without accents, as parts of patterns."""

    units: Mapping[Unit, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    half: tuple[str, ...] = ()
    per: Mapping[Period, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    currencies: Mapping[str, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    """By ISO code; the key `""` holds names that many countries share, such as pesos."""
    multiples: Mapping[int, tuple[str, ...]] = dataclasses.field(default_factory=dict)
    moments: tuple[str, ...] = ()
    """Days named by today: yesterday, last Monday."""
    month_before: tuple[str, ...] = ()
    """Last month, which tells no day."""
    numbers: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Numbers in words, where no library reads them."""
    month_names: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """Month names, January first, and the French ones dateparser knows, where it does not know the language."""
    months_short: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Lexicon:
    """The words of one language."""

    language: str
    danger: Phrases
    danger_self: Phrases
    danger_unless: Phrases
    denied: Phrases
    commands: Mapping[str, Phrases]
    diary: Mapping[str, Phrases]
    """How entries of a work diary begin (in, out, paid), and how it is asked for (open)."""
    yes: Phrases
    no: Phrases
    unknown: Phrases
    follow_up: Phrases
    here: Phrases
    introduces: Phrases
    origin: Phrases
    no_papers: Phrases
    has_papers: Phrases
    work_told: Mapping[str, Phrases]
    work_suggested: Mapping[str, Phrases]
    demonyms: Mapping[str, Phrases]
    country_names: Mapping[str, Phrases]
    cities: Mapping[str, Phrases]
    """Cities and regions, by their country."""
    at: Phrases
    """What stands before a place where somebody is: in, at."""
    of: Phrases
    also_words: frozenset[str]
    """Names of countries that are other words or first names too, folded."""
    topics: Mapping[str, Phrases]
    quantities: Quantities


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
        denied=one("denied"),
        commands=many("commands"),
        diary=many("diary"),
        yes=one("yes"),
        no=one("no"),
        unknown=one("unknown"),
        follow_up=one("follow_up"),
        here=one("here"),
        introduces=one("introduces"),
        origin=one("origin"),
        no_papers=one("no_papers"),
        has_papers=one("has_papers"),
        work_told={str(kind): Phrases.of(entry.get("told") or []) for kind, entry in work.items()},
        work_suggested={str(kind): Phrases.of(entry.get("suggested") or []) for kind, entry in work.items()},
        demonyms=many("demonyms"),
        country_names=many("country_names"),
        cities=many("cities"),
        at=one("at"),
        of=one("of"),
        also_words=frozenset(fold(str(word)) for word in raw.get("also_words") or ()),
        topics=many("topics"),
        quantities=_quantities(raw.get("quantities") or {}),
    )


def _quantities(raw: Mapping[str, Any]) -> Quantities:
    def words(entries: Any) -> tuple[str, ...]:
        """Written as in the other lists: `*` for any ending."""
        ordered = sorted((strip_accents(str(entry).lower()) for entry in entries or ()), key=len, reverse=True)
        return tuple(re.escape(entry).replace(r"\*", r"\w*").replace(r"\ ", r"\s") for entry in ordered)

    def many(name: str) -> dict[Any, tuple[str, ...]]:
        return {key: words(entries) for key, entries in (raw.get(name) or {}).items()}

    return Quantities(
        units={
            unit: tuple(strip_accents(str(word)) for word in entries)
            for unit, entries in (raw.get("units") or {}).items()
        },
        half=words(raw.get("half")),
        per=many("per"),
        currencies=many("currencies"),
        multiples=many("multiples"),
        moments=words(raw.get("moments")),
        month_before=words(raw.get("month_before")),
        numbers={strip_accents(str(word)): str(value) for word, value in (raw.get("numbers") or {}).items()},
        month_names={strip_accents(str(name)): str(french) for name, french in (raw.get("month_names") or {}).items()},
        months_short=tuple(str(name) for name in raw.get("months_short") or ()),
    )
