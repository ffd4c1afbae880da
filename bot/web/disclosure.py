"""Tables in which nobody can be singled out: small counts are hidden, and so is what would give them away."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeVar

LEAST = 5
"""From so many on a count is shown."""

Cell = tuple[str, str]
K = TypeVar("K")


@dataclasses.dataclass(frozen=True)
class Guarded:
    """A table of counts with its totals. A hidden count is None; nothing is 0."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]
    cells: Mapping[Cell, int | None]
    row_totals: Mapping[str, int | None]
    column_totals: Mapping[str, int | None]
    total: int | None

    @property
    def largest(self) -> int:
        """The largest count that is shown, at least 1: the length of a whole bar."""
        return max([1, *(count or 0 for count in self.cells.values()), *(n or 0 for n in self.row_totals.values())])


def guarded(counts: Mapping[Cell, int], rows: Sequence[str], columns: Sequence[str]) -> Guarded:
    """The counts with those under five hidden, and as many more as it takes so that no total gives one away.

    The sums of rows and of columns are guarded first, each against the whole; where one is hidden, so is its line.
    Inside, in each line with something hidden at least two counts are, of five or more together.
    """
    full = {(row, column): counts.get((row, column), 0) for row in rows for column in columns}
    by_row = {row: sum(full[row, column] for column in columns) for row in rows}
    by_column = {column: sum(full[row, column] for row in rows) for column in columns}
    total = sum(by_row.values())
    no_rows, no_columns = hidden_in(by_row), hidden_in(by_column)
    hidden = {cell for cell, count in full.items() if 0 < count < LEAST or cell[0] in no_rows or cell[1] in no_columns}
    lines = [[(row, column) for column in columns] for row in rows if row not in no_rows]
    lines += [[(row, column) for row in rows] for column in columns if column not in no_columns]
    grew = True
    while grew:
        grew = False
        for line in lines:
            inside = {cell: full[cell] for cell in line}
            more = hidden_in(inside, [cell for cell in line if cell in hidden]) - hidden
            hidden |= more
            grew = grew or bool(more)
    return Guarded(
        tuple(rows),
        tuple(columns),
        {cell: None if cell in hidden else count for cell, count in full.items()},
        {row: None if row in no_rows else count for row, count in by_row.items()},
        {column: None if column in no_columns else count for column, count in by_column.items()},
        total if total == 0 or total >= LEAST else None,
    )


def hidden_in(counts: Mapping[K, int], already: Iterable[K] = ()) -> set[K]:
    """Which counts of one line must be hidden when their sum is shown: the small ones, and then the smallest others
    until at least two are hidden that are five or more together; nothings last.
    """
    hidden = {key for key, count in counts.items() if 0 < count < LEAST} | set(already)
    if not hidden:
        return hidden
    others = sorted((key for key in counts if key not in hidden), key=lambda key: (counts[key] == 0, counts[key]))
    for key in others:
        if len(hidden) > 1 and sum(counts[one] for one in hidden) >= LEAST:
            break
        hidden.add(key)
    return hidden


def a_few(count: int) -> bool:
    """Whether a count is too small to be shown."""
    return 0 < count < LEAST
