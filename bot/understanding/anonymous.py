"""A text without whom it is about: numbers, addresses, names and every word we do not know are taken out.

Only words that at least two training phrases use stay, so that what remains cannot name anybody we never heard of.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection

from bot.understanding.lexicon import fold

ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
WORD = re.compile("\\w+(?:['`\u2019\u00b4-]\\w+)*")
SENTENCE_END = frozenset(".!?¡¿\n")
AFTER_INTRODUCTION = 3
GONE, SOME_NUMBER = "_", "0"


def anonymised(
    text: str, unknown: Collection[str], introduces: Callable[[str], bool], is_place: Callable[[str], bool]
) -> str:
    """`text` with `_` for what may name somebody. `unknown` are folded words that training never saw twice;
    `introduces` says whether a folded beginning ends by telling a name ("me llamo"); countries stay.
    """
    line = ADDRESS.sub(GONE, text)
    kept: list[str] = []
    end, name_until = 0, -1
    for number, match in enumerate(WORD.finditer(line)):
        between, word = line[end : match.start()], match.group()
        starts = number == 0 or any(char in SENTENCE_END for char in between)
        if introduces(fold(line[: match.start()])):
            name_until = number + AFTER_INTRODUCTION
        kept += [
            between,
            _kept(word, unknown, starts=starts, named=number < name_until and not word.islower(), place=is_place),
        ]
        end = match.end()
    return " ".join("".join([*kept, line[end:]]).split())


def _kept(word: str, unknown: Collection[str], *, starts: bool, named: bool, place: Callable[[str], bool]) -> str:
    folded = fold(word)
    if any(char.isdigit() for char in word):
        return word if len(word) <= 2 else SOME_NUMBER  # noqa: PLR2004 - ages and hours may stay
    if place(folded):
        return word
    capital = word[0].isupper() and not word.isupper() and not starts
    return GONE if capital or named or folded in unknown else word
