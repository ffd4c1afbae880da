"""Excel and PO: how the rows of a translator's sheet are written and read."""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection

HEAD = ("text", "part", "source", "translation", "behind")
BEHIND = PatternFill("solid", fgColor="FFF2CC")
WIDTHS = {"A": 44, "B": 8, "C": 70, "D": 70, "E": 8}
SHIELD = re.compile(r"^['=+\-@]")


@dataclasses.dataclass(frozen=True)
class Row:
    """One part of one text: its key, the source and its translation as it stands."""

    key: str
    part: str
    source: str
    translation: str
    version: str
    behind: bool


def write(path: Path, found: Sequence[Row]) -> None:
    """Write rows as Excel, or as PO where the name ends so."""
    if path.suffix == ".po":
        path.write_bytes(_as_po(found))
    else:
        _as_workbook(found).save(path)


def _as_workbook(found: Sequence[Row]) -> Workbook:
    """Source and translation side by side; only the translation can be written in, and what is behind is yellow."""
    book = Workbook()
    page = book.active or book.create_sheet()
    page.title = "texts"
    page.append(HEAD)
    for cell in page[1]:
        cell.font = Font(bold=True)
    for row in found:
        page.append([row.key, row.part, row.source, row.translation, "x" if row.behind else ""])
        for cell in page[page.max_row]:
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            if isinstance(cell.value, str) and SHIELD.match(cell.value):
                cell.data_type = "s"  # never a formula
        mine = page.cell(page.max_row, 4)
        mine.protection = Protection(locked=False)
        if row.behind:
            mine.fill = BEHIND
    for column, width in WIDTHS.items():
        page.column_dimensions[column].width = width
    page.freeze_panes = "A2"
    page.protection.sheet = True
    return book


def _as_po(found: Sequence[Row]) -> bytes:
    catalogue = Catalog(project="Amparo", charset="utf-8")
    for row in found:
        flags = ["fuzzy"] if row.behind and row.translation else []
        catalogue.add(row.source, row.translation, context=f"{row.key}|{row.part}", flags=flags)
    out = io.BytesIO()
    write_po(out, catalogue, width=0)
    return out.getvalue()


def read(path: Path) -> Iterator[tuple[str, str, str, str, str]]:
    """Place, text, part, source and translation of each row."""
    if path.suffix == ".po":
        catalogue = read_po(io.BytesIO(path.read_bytes()))
        for message in catalogue:
            if message.context:
                key, _, part = message.context.partition("|")
                yield f"line {message.lineno or 1}", key, part, str(message.id), str(message.string or "")
        return
    page = load_workbook(path, read_only=True, data_only=True).active
    if page is None:
        return
    for number, cells in enumerate(page.iter_rows(min_row=2, max_col=4, values_only=True), 2):
        key, part, source, translation = (str(cell).strip() if cell is not None else "" for cell in cells)
        if key:
            yield f"row {number}", key, part, source, translation
