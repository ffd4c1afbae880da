"""Which of the offered languages a text is in."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence

from py3langid import langid

SHORTEST = 2
"""Words a text needs before it can change the language of a conversation."""
PRIOR = 0.8
"""Weight of the conversation's language: people seldom change it."""


class LanguageGuess:
    """Guesses among the offered languages only."""

    def __init__(self, languages: Sequence[str]) -> None:
        self.languages = tuple(languages)
        # A private call of py3langid 0.4, pinned for that: the public one has no probabilities for a chosen set.
        self._identifier = langid._load_identifier(norm_probs=True, langs=list(languages))  # noqa: SLF001
        self.guess = functools.lru_cache(maxsize=4096)(self._guess)

    def _guess(self, text: str, current: str) -> str:
        """The language of `text`; '' when it is too short to tell. `current` is the conversation's, or ''."""
        if len([word for word in text.split() if any(char.isalpha() for char in word)]) < SHORTEST:
            return ""
        scores = {str(code): float(share) for code, share in self._identifier.rank(text.lower())}
        others = max(1, len(self.languages) - 1)
        weighed = {
            code: math.log(scores.get(code, 0.0) + 1e-12)
            + math.log(PRIOR if code == current else (1 - PRIOR) / others if current else 1 / (others + 1))
            for code in self.languages
        }
        return max(weighed, key=lambda code: weighed[code])
