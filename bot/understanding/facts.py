"""The facts a text tells besides its topic: countries, kind of work, papers, amounts, days."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Literal, NamedTuple

from babel import Locale
from rapidfuzz import process
from rapidfuzz.distance import OSA

from bot.understanding import Facts
from bot.understanding.lexicon import Lexicon, Phrases, fold
from bot.understanding.quantities import QuantityReader

WORK_ORDER = ("live_in", "domestic", "agricultural", "own_account", "general")
NEAR = 0.84
"""How like a country's name a misspelt word must be: one slip in seven letters, so that jabón stays soap."""


ALONE = 3
"""Words at most of a text that names a place and says nothing else: "y en Chile?"."""

Kind = Literal["name", "city", "demonym", "misspelt"]


class Mention(NamedTuple):
    """A word that may name a country: where it stands, the country's code, the word."""

    start: int
    code: str
    name: str
    kind: Kind


class FactReader:
    """Finds facts with the words of all languages: people mix them."""

    def __init__(self, lexicons: Mapping[str, Lexicon], locales: Mapping[str, str]) -> None:
        self.lexicons = list(lexicons.values())
        self.quantities = QuantityReader({code: entry.quantities for code, entry in lexicons.items()}, locales)
        self.names = _country_names(locales)
        self.long_names = [name for name in self.names if len(name) >= 5 and " " not in name]  # noqa: PLR2004
        ordered = sorted(self.names, key=len, reverse=True)
        self.name_pattern = re.compile(rf"\b(?:{'|'.join(re.escape(name) for name in ordered)})\b")

    def read(self, text: str, language: str, today: dt.date) -> Facts:
        """All facts of a text in `language`; `today` is what "yesterday" counts from."""
        folded = fold(text)
        amounts, spans, days = self.quantities.read(text, language, today)
        here, origin, others, mentioned = self._places(folded)
        work, told = self._work(folded)
        return Facts(
            countries=tuple(others),
            mentioned=tuple(mentioned),
            here=here,
            origin=origin,
            work=work,
            work_told=told,
            papers=self._papers(folded),
            amounts=amounts,
            spans=spans,
            days=days,
        )

    def country(self, text: str) -> str:
        """The one country a short reply names, '' when none or several."""
        here, origin, others, mentioned = self._places(fold(text))
        found = {code for code in (here, origin, *others, *mentioned) if code}
        return found.pop() if len(found) == 1 else ""

    def is_place(self, folded: str) -> bool:
        """True for the name of a country, or of those who come from one. A city could tell who somebody is."""
        return any(mention.kind != "city" for mention in self._mentions(folded))

    def _places(self, folded: str) -> tuple[str, str, list[str], list[str]]:
        """Country told as here, as origin, the others named as places, and those only mentioned. A demonym says where
        somebody is from.
        """
        here = origin = ""
        placed: list[str] = []
        mentioned: list[str] = []
        alone = len(folded.split()) <= ALONE
        for mention in self._mentions(folded):
            code, before = mention.code, folded[: mention.start].rstrip()
            if mention.kind == "demonym":
                if _ends_with([lexicon.origin for lexicon in self.lexicons], before):
                    origin = origin or code
            elif _ends_with([lexicon.here for lexicon in self.lexicons], before):
                here = here or code
            elif _ends_with([lexicon.origin for lexicon in self.lexicons], before):
                origin = origin or code
            elif alone or self._is_placed(mention, before):
                placed.append(code)
            elif mention.kind != "city":
                mentioned.append(code)
        known = (here, origin)
        others = [code for code in dict.fromkeys(placed) if code not in known]
        return here, origin, others, [code for code in dict.fromkeys(mentioned) if code not in (*known, *others)]

    def _is_placed(self, mention: Mention, before: str) -> bool:
        """Whether the words before a name say that it is a place."""
        strict = mention.kind in ("city", "misspelt") or any(
            mention.name in entry.also_words for entry in self.lexicons
        )
        return any(
            _stands_last(entry.at, before) or (not strict and _stands_last(entry.of, before)) for entry in self.lexicons
        )

    def _mentions(self, folded: str) -> list[Mention]:
        """Where countries stand in the text."""
        found = [
            Mention(match.start(), self.names[match.group()], match.group(), "name")
            for match in self.name_pattern.finditer(folded)
        ]
        for lexicon in self.lexicons:
            lists: tuple[tuple[Kind, Mapping[str, Phrases]], ...] = (
                ("name", lexicon.country_names),
                ("city", lexicon.cities),
                ("demonym", lexicon.demonyms),
            )
            for kind, phrases in lists:
                for code, entry in phrases.items():
                    if entry.pattern and (match := entry.pattern.search(folded)):
                        found.append(Mention(match.start(), code, match.group().strip(), kind))
        return sorted(found or self._misspelt(folded))

    def _misspelt(self, folded: str) -> list[Mention]:
        found = []
        for match in re.finditer(r"\w{5,}", folded):
            best = process.extractOne(
                match.group(), self.long_names, scorer=OSA.normalized_similarity, score_cutoff=NEAR
            )
            if best:
                found.append(Mention(match.start(), self.names[best[0]], best[0], "misspelt"))
        return found

    def _work(self, folded: str) -> tuple[str, bool]:
        for told in (True, False):
            for kind in WORK_ORDER:
                for lexicon in self.lexicons:
                    phrases = (lexicon.work_told if told else lexicon.work_suggested).get(kind)
                    if phrases and phrases.found(folded):
                        return kind, told
        return "", False

    def _papers(self, folded: str) -> bool | None:
        if any(lexicon.no_papers.found(folded) for lexicon in self.lexicons):
            return False
        if any(lexicon.has_papers.found(folded) for lexicon in self.lexicons):
            return True
        return None


def _stands_last(phrases: Phrases, before: str) -> bool:
    """True when a text ends with one of the phrases, nothing between."""
    tail = " ".join(before.split()[-3:])
    found = phrases.pattern.finditer(tail) if phrases.pattern else ()
    return any(match.end() == len(tail) for match in found)


def _ends_with(phrases: list[Phrases], before: str) -> bool:
    """True when a text ends with one of the phrases, an article or a word or two between allowed."""
    tail = " ".join(before.split()[-5:])
    for entry in phrases:
        if entry.pattern and any(len(tail[match.end() :].split()) <= 1 for match in entry.pattern.finditer(tail)):
            return True
    return False


def _country_names(locales: Mapping[str, str]) -> dict[str, str]:
    """Folded country names of every language, from CLDR."""
    names: dict[str, str] = {}
    for locale in locales.values():
        for code, name in Locale.parse(locale).territories.items():
            folded = fold(str(name))
            if re.fullmatch(r"[A-Z]{2}", code) and code != "ZZ" and len(folded) >= 4:  # noqa: PLR2004
                names.setdefault(folded, code.lower())
    return names
