"""The tables of the figures: named, sliced, ordered, and as rows for spreadsheets."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping

from bot.library.loading import Library
from bot.translations import Words
from bot.web.disclosure import Guarded, a_few
from bot.web.tables_out import Cell

HOUR = 3600
CLOSED, HELPED = "closed_", "helped_"


@dataclasses.dataclass(frozen=True)
class Named:
    """A table with its words. `bare`: only its sums are shown."""

    name: str
    caption: str
    head: str
    table: Guarded
    row_names: Mapping[str, str]
    column_names: Mapping[str, str]
    bare: bool = False
    note: str = ""

    @property
    def empty(self) -> bool:
        """Nothing was counted."""
        return not self.table.rows or self.table.total == 0


def sliced(whole: Guarded, rows: bool, value: str) -> Guarded:  # noqa: FBT001 - which side of the table
    """The sums of one side of a guarded table, or with `value` that line of the other side."""
    names = whole.rows if rows else whole.columns
    totals = whole.row_totals if rows else whole.column_totals
    total = whole.total
    if value:
        other = whole.column_totals if rows else whole.row_totals
        totals = {name: whole.cells.get((name, value) if rows else (value, name), 0) for name in names}
        total = other.get(value, 0)
    return Guarded(names, (), {}, totals, {}, total)


def longest_first(table: Guarded) -> Guarded:
    """By what is shown, so that the order tells nothing of what is hidden; lines of nothing are left out."""
    kept = [name for name in table.rows if table.row_totals[name] != 0]
    order = sorted(kept, key=lambda name: (-(table.row_totals[name] or 0), name))
    return dataclasses.replace(table, rows=tuple(order))


def of_cases(
    times: Mapping[tuple[str, str], int],
    seconds: Mapping[tuple[str, str], int],
    offices: Mapping[str, str],
    words: Words,
) -> list[Named]:
    """What became of cases by office, and how many hours the first reply and the end took on average."""
    counted: dict[tuple[str, str], int] = {}
    took: dict[tuple[str, str], list[int]] = {}
    for (office, kind), count in times.items():
        column = "closed" if kind.startswith(CLOSED) else "helped" if kind == f"{HELPED}yes" else kind
        counted[office, column] = counted.get((office, column), 0) + count
        if column in ("replied", "closed"):
            sums = took.setdefault((office, column), [0, 0])
            sums[0] += count
            sums[1] += seconds[office, kind]
    columns = ("opened", "replied", "referred", "closed", "helped")
    names = {column: words.say("desk_case_" + column) for column in columns}
    rows = sorted(offices)
    # its columns do not add up to anything, so hiding what is small is enough
    cells = {(row, column): counted.get((row, column), 0) for row in rows for column in columns}
    shown = {cell: None if a_few(count) else count for cell, count in cells.items()}
    table = Guarded(tuple(rows), columns, shown, {}, {}, sum(counted.values()))
    # of few cases the time could be somebody's own
    hours = {key: -(-spent // (count * HOUR)) for key, (count, spent) in took.items() if table.cells.get(key)}
    average = Guarded(
        tuple(rows),
        ("replied", "closed"),
        {(row, column): hours.get((row, column)) for row in rows for column in ("replied", "closed")},
        {},
        {},
        table.total,
    )
    lasting = {"replied": words.say("desk_hours_to_reply"), "closed": words.say("desk_hours_to_close")}
    head = words.say("desk_office")
    return [
        Named("cases", words.say("desk_figures_cases"), head, table, offices, names),
        Named("times", words.say("desk_figures_times"), head, average, offices, lasting),
    ]


def freshness(library: Library, words: Words, today: dt.date) -> Named:
    """Pages by country: within their check date, past it. They are no people: nothing is hidden."""
    cells: dict[tuple[str, str], int | None] = {}
    codes = sorted((code for code in library.countries if code), key=words.country)
    for code in codes:
        pages = library.countries[code].pages.values()
        late = sum(page.check_again_by is not None and page.check_again_by < today for page in pages)
        cells |= {(code, "fresh"): len(pages) - late, (code, "late"): late}
    rows = {code: (cells[code, "fresh"] or 0) + (cells[code, "late"] or 0) for code in codes}
    columns = {column: sum(cells[code, column] or 0 for code in codes) for column in ("fresh", "late")}
    table = Guarded(tuple(codes), ("fresh", "late"), cells, rows, columns, sum(rows.values()))
    names = {"fresh": words.say("desk_pages_fresh"), "late": words.say("desk_pages_late")}
    countries = {code: words.country(code) for code in codes}
    return Named("pages", words.say("desk_figures_pages"), words.say("desk_side_country"), table, countries, names)


def rows_of(named: Named, words: Words) -> list[list[Cell]]:
    """For spreadsheets, with the sums where the page shows them."""
    table, hidden = named.table, words.say("desk_hidden")
    sums = bool(table.row_totals)
    head: list[Cell] = [named.head, *(named.column_names.get(name, name) for name in table.columns)]
    rows: list[list[Cell]] = [[*head, *([words.say("desk_total")] if sums else [])]]
    for row in table.rows:
        counts = [table.cells[row, column] for column in table.columns]
        counts += [table.row_totals[row]] if sums else []
        rows.append([named.row_names.get(row, row), *(hidden if count is None else count for count in counts)])
    return rows
