"""A message as the classifier reads it, whatever its keyboard, schooling or haste.

`tidy` makes any string safe to work on, `unfold` writes out what people shorten or fuse, and `fold` also
drops case and accents, for n-grams and for telling whether two phrases are the same.
"""

from __future__ import annotations

import re
import unicodedata

from amparo_nlu.creole import french_gloss, is_creole, split_pronouns
from amparo_nlu.word_pairs import word_pairs

LONGEST = 600
"""Characters read of a message. What matters is said by then; a longer text would hold up the others."""
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_PUNCTUATION = re.compile(r"([!?.,;:*_~-])\1+")
_WORD = re.compile(r"\w+|[^\w\s]", re.UNICODE)
_WORDS_ONLY = re.compile(r"\w+", re.UNICODE)


def tidy(text: object) -> str:
    """Any value as one line of printable text, cut at LONGEST."""
    if not isinstance(text, str):
        return ""
    text = unicodedata.normalize("NFKC", text[: LONGEST * 4])
    kept = (char if _printable(char) else " " for char in text)
    return " ".join("".join(kept).split())[:LONGEST].strip()


def strip_accents(text: str) -> str:
    """The text without accents; ñ becomes n, as on phones without it."""
    return "".join(char for char in unicodedata.normalize("NFD", text) if unicodedata.category(char) != "Mn")


def unfold(text: object) -> str:
    """Tidy lower-case text: shorthand written out, drawn-out letters shortened, Creole pronouns split."""
    line = _PUNCTUATION.sub(r"\1", _REPEATED.sub(r"\1", tidy(text).lower()))
    words = _WORD.findall(line.replace("\N{RIGHT SINGLE QUOTATION MARK}", "'"))
    if is_creole(strip_accents(line)):
        return _join([part for word in words for part in split_pronouns(word)])
    return _join([word_pairs("shorthand").get(word, word) for word in words])


def fold(text: object) -> str:
    """Only the words, unfolded, without case, accents or punctuation. Equal folds mean the same message."""
    return " ".join(_WORDS_ONLY.findall(strip_accents(unfold(text))))


def for_encoder(text: object) -> str:
    """What the sentence encoder reads. It never learnt Creole, so Creole words are glossed in French."""
    line = tidy(text)
    folded = strip_accents(line.lower())
    return french_gloss(strip_accents(unfold(line))) if is_creole(folded) else line


def for_words(text: object) -> str:
    """What words and letter groups are counted in: the folded text, and its French gloss if it is Creole."""
    folded = fold(text)
    return f"{folded} {french_gloss(folded)}" if is_creole(folded) else folded


def _printable(char: str) -> bool:
    return char.isspace() is False and unicodedata.category(char)[0] != "C"


def _join(tokens: list[str]) -> str:
    """Tokens as a line again; no space before punctuation, as the encoder saw in its own training."""
    line = " ".join(tokens)
    return re.sub(r"\s+([!?.,;:)'])", r"\1", re.sub(r"(['(¿¡])\s+", r"\1", line))
