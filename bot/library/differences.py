"""What differs between two versions of a content file, for people who do not read code: words of a text, values of a
form. Also whether a change is only one of spelling.
"""

from __future__ import annotations

import dataclasses
import difflib
import io
import re
from collections.abc import Iterator
from typing import Any, Literal

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.library.pages import parts_of

SPELLING_MOST = 40
"""Characters that may differ for a change to count as one of spelling."""
WORD = re.compile(r"\s+|[^\s]+")


@dataclasses.dataclass(frozen=True)
class Piece:
    """A stretch of a text: in both versions, only in the old, or only in the new."""

    kind: Literal["same", "gone", "new"]
    text: str


@dataclasses.dataclass(frozen=True)
class Row:
    """A part that differs: where it stands, and the words before and after, as pieces."""

    where: tuple[str, ...]
    pieces: tuple[Piece, ...]


def rows(path: str, before: str | None, after: str | None) -> list[Row]:
    """All parts of a file that differ, in its order."""
    if path.endswith(".md"):
        names = ("title", "until", "translated_from", "body")
        pairs = zip(names, parts_of(before), parts_of(after), strict=True)
        return [Row((name,), words(old, new)) for name, old, new in pairs if old != new and name != "translated_from"]
    try:
        old, new = dict(_leaves(_read(before))), dict(_leaves(_read(after)))
    except YAMLError:
        return [Row(("file",), words(before or "", after or ""))]
    places = list(dict.fromkeys([*new, *old]))
    return [
        Row(place, words(old.get(place, ""), new.get(place, "")))
        for place in places
        if old.get(place) != new.get(place)
    ]


def words(before: str, after: str) -> tuple[Piece, ...]:
    """The words of both versions in reading order."""
    old, new = WORD.findall(before), WORD.findall(after)
    found: list[Piece] = []
    for kind, start, end, to, upto in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[start:end])))
            continue
        if start != end:
            found.append(Piece("gone", "".join(old[start:end])))
        if to != upto:
            found.append(Piece("new", "".join(new[to:upto])))
    return tuple(found)


def only_spelling(path: str, before: str | None, after: str | None) -> bool:
    """Whether a change of a text mends letters alone: no figure, no digit, nothing in bold, little at all.

    Words like "not" are letters too: who publishes such a change answers for it.
    """
    if before is None or after is None or not path.endswith(".md"):
        return False
    _, until, _, old_body = parts_of(before)
    _, new_until, _, new_body = parts_of(after)
    if until != new_until or re.findall(r"\d|\{[^}]*\}", before) != re.findall(r"\d|\{[^}]*\}", after):
        return False
    if re.findall(r"\*\*.*?\*\*", old_body) != re.findall(r"\*\*.*?\*\*", new_body):
        return False
    blocks = difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
    return sum(max(end - start, upto - to) for kind, start, end, to, upto in blocks if kind != "equal") <= SPELLING_MOST


def _read(raw: str | None) -> Any:
    return YAML(typ="safe").load(io.StringIO(raw or ""))


def _leaves(node: Any, place: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    if isinstance(node, dict):
        for key, value in node.items():
            yield from _leaves(value, (*place, str(key)))
    elif isinstance(node, list) and any(isinstance(one, dict | list) for one in node):
        for number, value in enumerate(node, 1):
            yield from _leaves(value, (*place, str(number)))
    elif isinstance(node, list):
        yield place, ", ".join(str(one) for one in node)
    elif node is not None:
        yield place, str(node)
