"""Tables as files for spreadsheets, in which no cell can run as a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from fastapi import Response
from openpyxl import Workbook

SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""A text that begins so could be taken for a formula."""
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

Cell = str | int | float | None
Rows = Sequence[Sequence[Cell]]


def harmless(cell: Cell) -> Cell:
    """A text that could be a formula with an apostrophe before it; characters no spreadsheet takes are dropped."""
    if not isinstance(cell, str):
        return cell
    clean = "".join(char for char in cell if char >= " " or char in "\t\n\r")
    return f"'{clean}" if clean.lstrip(" ").startswith(SIGNS) else clean


def as_csv(rows: Rows) -> bytes:
    """CSV with the mark by which spreadsheets know UTF-8."""
    out = io.StringIO()
    csv.writer(out).writerows([[harmless(cell) for cell in row] for row in rows])
    return ("\ufeff" + out.getvalue()).encode()


def as_excel(rows: Rows, title: str) -> bytes:
    """One sheet, its first line fixed."""
    book = Workbook()
    sheet = book.active
    sheet.title = "".join(char for char in title if char not in "[]:*?/\\'")[:31] or "Amparo"
    for number, row in enumerate(rows, 1):
        for place, cell in enumerate(row, 1):
            here = sheet.cell(number, place)
            here.value = harmless(cell)
            if isinstance(here.value, str):
                here.data_type = "s"
    sheet.freeze_panes = "B2"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def download(rows: Rows, name: str, ending: str, title: str) -> Response:
    """The table as `csv` or `xlsx`."""
    excel = ending == "xlsx"
    data, kind = (as_excel(rows, title), EXCEL) if excel else (as_csv(rows), "text/csv; charset=utf-8")
    return Response(data, media_type=kind, headers={"Content-Disposition": f'attachment; filename="{name}.{ending}"'})
