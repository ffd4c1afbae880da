"""How easy a text reads: the measure of its language, from 0 (hard) to 100 (a child reads it).

Spanish: Fernández Huerta (1959). English: Flesch (1948). Portuguese: Martins and others (1996). French: Kandel and
Moles (1958). There is none for Creole. Syllables are those at which a word may be hyphenated.
"""

from __future__ import annotations

import dataclasses
import functools
import re

import pyphen

LOCALES = {"es": "es", "en": "en_US", "pt": "pt_BR", "fr": "fr"}
LIMITS = {"es": 70.0, "en": 55.0, "pt": 55.0, "fr": 75.0}
"""Below it a text is listed: it asks for more school than our readers had. Hyphenation finds fewer syllables than
speech, in Spanish and French most, so their limits stand higher than the authors of the measures would put them.
"""
WORD = re.compile(r"[^\W\d_]+")
SENTENCE_END = re.compile(r"[.!?;:\n]+")
MARKS = re.compile(r"\*\*|\{[a-z0-9_]+\}|^\s*(?:\d+\.|-)\s+", re.MULTILINE)


@dataclasses.dataclass(frozen=True)
class Formula:
    """score = base - per_sentence * words a sentence - per_word * syllables a word."""

    base: float
    per_sentence: float
    per_word: float


FORMULAS = {
    "es": Formula(206.84, 1.02, 60.0),
    "en": Formula(206.835, 1.015, 84.6),
    "pt": Formula(248.835, 1.015, 84.6),
    "fr": Formula(207.0, 1.015, 73.6),
}


def reading_ease(text: str, language: str) -> float | None:
    """The score of a text; None for a language without a measure, and for a text without words."""
    formula = FORMULAS.get(language)
    plain = MARKS.sub(" ", text)
    words = WORD.findall(plain)
    sentences = [part for part in SENTENCE_END.split(plain) if WORD.search(part)]
    if formula is None or not words:
        return None
    syllables = sum(_syllables(word.lower(), language) for word in words)
    score = (
        formula.base - formula.per_sentence * len(words) / len(sentences) - formula.per_word * syllables / len(words)
    )
    return round(max(0.0, min(100.0, score)), 1)


@functools.lru_cache(maxsize=65_536)
def _syllables(word: str, language: str) -> int:
    return len(_dictionary(language).positions(word)) + 1


@functools.cache
def _dictionary(language: str) -> pyphen.Pyphen:
    return pyphen.Pyphen(lang=LOCALES[language], left=1, right=1)
