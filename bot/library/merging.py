"""Two changes of one file brought together where they touch different lines."""

from __future__ import annotations

import difflib


def merged(base: str, ours: str, theirs: str) -> str | None:
    """`theirs` with our change of `base` too; None where both changed the same lines, or lines that touch."""
    lines = base.splitlines(keepends=True)
    own = _changes(lines, ours.splitlines(keepends=True))
    other = _changes(lines, theirs.splitlines(keepends=True))
    for start, end, _ in own:
        if any(start <= upto and to <= end for to, upto, _ in other):
            return None
    for start, end, new in sorted([*own, *other], reverse=True):
        lines[start:end] = new
    return "".join(lines)


def _changes(base: list[str], changed: list[str]) -> list[tuple[int, int, list[str]]]:
    matcher = difflib.SequenceMatcher(None, base, changed, autojunk=False)
    return [(start, end, changed[to:upto]) for kind, start, end, to, upto in matcher.get_opcodes() if kind != "equal"]
