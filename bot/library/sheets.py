"""Texts for translators as an Excel sheet or a PO catalogue, out and in again without loss.

What comes back is checked: the figures named in braces must be those of the source, titles must fit a button, and a
text must still be what a phone can show. A row that is wrong is named and left out; the others are written.
"""

from __future__ import annotations

import dataclasses
import io
import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font, PatternFill, Protection

from bot.library.checks import BODY_LIMIT, PLACEHOLDER
from bot.library.loading import Library, Text
from bot.library.schema import PageFront

HEAD = ("text", "part", "source", "translation", "behind")
PARTS = ("title", "until", "body")
BEHIND = PatternFill("solid", fgColor="FFF2CC")
TITLE_LIMIT = 72
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


def rows(library: Library, country: str, language: str) -> list[Row]:
    """All parts of a country's texts, with their translation into a language."""
    content = library.countries[country]
    leader = content.about.language if content.about else "es"
    found = []
    for (topic, variant, spoken), text in sorted(content.texts.items()):
        if spoken != leader or spoken == language:
            continue
        other = content.texts.get((topic, variant, language))
        behind = other is None or other.front.translated_from != text.version
        for part in PARTS:
            source = _part(text, part)
            if source:
                key = f"{topic}.{variant}" if variant else topic
                found.append(Row(key, part, source, _part(other, part) if other else "", text.version, behind))
    return found


def write(path: Path, found: list[Row]) -> None:
    """Write rows as Excel, or as PO where the name ends so."""
    if path.suffix == ".po":
        path.write_bytes(_as_po(found))
    else:
        _as_workbook(found).save(path)


def take(library: Library, country: str, language: str, path: Path) -> tuple[int, list[str]]:
    """Read translations back and write the texts; how many were written, and what was wrong, by row."""
    known = {(row.key, row.part): row for row in rows(library, country, language)}
    problems: list[str] = []
    told: dict[str, dict[str, str]] = {}
    refused: set[str] = set()
    for place, key, part, translation in _read(path):
        row = known.get((key, part))
        if row is None:
            problems.append(f"{place}: there is no text '{key}' with a part '{part}'")
        elif translation and (problem := _problem(row, translation)):
            problems.append(f"{place}: {key}, {part}: {problem}")
            refused.add(key)
        elif translation:
            told.setdefault(key, {})[part] = translation
    written = 0
    for key, parts in told.items():
        wanted = {row.part for (name, _), row in known.items() if name == key}
        if key in refused:
            continue
        if missing := wanted - set(parts):
            problems.append(f"{key}: not translated whole, missing {', '.join(sorted(missing))}: left as it was")
            continue
        written += _store(library, country, language, key, parts, known)
    return written, problems


def _part(text: Text, part: str) -> str:
    return {"title": text.front.title, "until": text.front.until, "body": text.body}[part]


def _problem(row: Row, translation: str) -> str:
    ours, theirs = sorted(PLACEHOLDER.findall(row.source)), sorted(PLACEHOLDER.findall(translation))
    if ours != theirs:
        return f"the figures in braces must stay: {', '.join(ours) or 'none'}, not {', '.join(theirs) or 'none'}"
    if row.part == "title" and len(translation) > TITLE_LIMIT:
        return f"a title has at most {TITLE_LIMIT} characters"
    if row.part == "body" and len(translation) > BODY_LIMIT:
        return f"{len(translation)} characters: a phone shows {BODY_LIMIT}"
    return ""


def _store(
    library: Library,
    country: str,
    language: str,
    key: str,
    parts: dict[str, str],
    known: dict[tuple[str, str], Row],
) -> int:
    """Write a text; 0 when it stands like that already."""
    row = known[key, "title"]
    same = all(known[key, part].translation == text for part, text in parts.items())
    if same and not row.behind:
        return 0
    field, _, name = key.partition(".")
    path = library.folder / (country or "international") / field / f"{name}.{language}.md"
    front = PageFront(title=parts["title"], until=parts.get("until", ""), translated_from=row.version)
    lines = ["---", f"title: {_quoted(front.title)}"]
    if front.until:
        lines.append(f"until: {_quoted(front.until)}")
    lines += [f'translated_from: "{front.translated_from}"', "---", parts["body"], ""]
    path.write_text("\n".join(lines), encoding="utf-8")
    return 1


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _as_workbook(found: list[Row]) -> Workbook:
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


def _as_po(found: list[Row]) -> bytes:
    catalogue = Catalog(project="Amparo", charset="utf-8")
    for row in found:
        flags = ["fuzzy"] if row.behind and row.translation else []
        catalogue.add(row.source, row.translation, context=f"{row.key}|{row.part}", flags=flags)
    out = io.BytesIO()
    write_po(out, catalogue, width=0)
    return out.getvalue()


def _read(path: Path) -> Iterator[tuple[str, str, str, str]]:
    """Place, text, part and translation of each row."""
    if path.suffix == ".po":
        catalogue = read_po(io.BytesIO(path.read_bytes()))
        for message in catalogue:
            if message.context:
                key, _, part = message.context.partition("|")
                yield f"line {message.lineno or 1}", key, part, str(message.string or "")
        return
    page = load_workbook(path, read_only=True, data_only=True).active
    if page is None:
        return
    for number, cells in enumerate(page.iter_rows(min_row=2, max_col=4, values_only=True), 2):
        key, part, _, translation = (str(cell).strip() if cell is not None else "" for cell in cells)
        if key:
            yield f"row {number}", key, part, translation
