"""The form of a page: a text and what all its languages share, from the files, from what was typed, and into files."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml.error import YAMLError
from starlette.datastructures import FormData

from bot.library import amend, pages
from bot.library.loading import parsed, problems_of
from bot.library.schema import PageEntry
from bot.storage.staff import Member
from bot.web.console.desk import text_of
from bot.web.console.places import Place

SOURCES_MOST, ROWS_MOST = 12, 12
MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")
CONFIDENCES = ("high", "medium", "low")
SOURCE_PARTS = ("title", "article", "url")
TITLE_MOST = 72
CHECK_AGAIN_AFTER = 365
"""Days after which a page is looked at again, where nobody says otherwise."""


@dataclasses.dataclass(frozen=True)
class PageForm:
    """What stands in the form; all of it as it was typed."""

    title: str = ""
    until: str = ""
    body: str = ""
    why: str = ""
    follows: bool = False
    """The translation says what its source says now."""
    checked: str = ""
    check_again_by: str = ""
    confidence: str = "medium"
    sources: tuple[dict[str, str], ...] = ()
    offices: tuple[str, ...] = ()
    related: tuple[str, ...] = ()

    def kept(self) -> dict[str, Any]:
        """As JSON, for the draft."""
        return dataclasses.asdict(self) | {
            name: list(getattr(self, name)) for name in ("sources", "offices", "related")
        }

    def shared(self, old: PageEntry | None, member: Member) -> dict[str, Any]:
        """What all languages share, as the file writes it. Empty rows are left out."""
        values: dict[str, Any] = {
            "checked": self.checked,
            "check_again_by": self.check_again_by,
            "confidence": self.confidence,
            "sources": [
                {name: line(source[name]) for name in SOURCE_PARTS if source.get(name, "").strip()}
                for source in self.sources
                if any(source.get(name, "").strip() for name in SOURCE_PARTS)
            ],
            "offices": [office for office in dict.fromkeys(self.offices) if office],
            "related": [topic for topic in dict.fromkeys(self.related) if topic],
        }
        before = pages.plain(old) if old else {}
        same = before.get("checked") == self.checked
        return values | {"checked_by": str(before.get("checked_by", "")) if same else line(member.name)}


def line(text: str) -> str:
    """A text on one line, without what no file takes."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def kept_form(fields: Mapping[str, Any]) -> PageForm:
    """The form of a draft."""
    known = {field.name for field in dataclasses.fields(PageForm)}
    values = {name: value for name, value in fields.items() if name in known}
    return PageForm(**(values | {name: tuple(values.get(name, ())) for name in ("sources", "offices", "related")}))


def published_form(raw: str | None, shared: PageEntry | None, day: dt.date) -> PageForm:
    """The form of a page as it is published; of a new one, with today's month."""
    title, until, _, body = pages.parts_of(raw)
    if shared is None:
        again = day + dt.timedelta(days=CHECK_AGAIN_AFTER)
        form = PageForm(checked=f"{day:%Y-%m}", check_again_by=f"{again:%Y-%m}", sources=({"title": ""},))
        return dataclasses.replace(form, title=title, until=until, body=body, follows=True)
    values = pages.plain(shared)
    return PageForm(
        title,
        until,
        body,
        follows=raw is None,
        checked=values["checked"],
        check_again_by=values["check_again_by"],
        confidence=values["confidence"],
        sources=tuple({name: str(source.get(name, "")) for name in SOURCE_PARTS} for source in values["sources"]),
        offices=tuple(values["offices"]),
        related=tuple(values["related"]),
    )


def typed_form(fields: FormData) -> PageForm:
    """The form as it was sent; `act` may say that a row of sources comes or goes."""
    columns = {name: _listed(fields, f"source_{name}", 300) for name in SOURCE_PARTS}
    count = min(max((len(column) for column in columns.values()), default=0), SOURCES_MOST)
    sources = [{name: _nth(columns[name], number) for name in SOURCE_PARTS} for number in range(count)]
    act = text_of(fields, "act", 40)
    if act == "add_source" and len(sources) < SOURCES_MOST:
        sources.append(dict.fromkeys(SOURCE_PARTS, ""))
    elif (gone := act.removeprefix("remove_source_")) != act and gone.isdigit() and int(gone) < len(sources):
        del sources[int(gone)]
    body = text_of(fields, "body", 8000).replace("\r\n", "\n").replace("\r", "\n")
    return PageForm(
        title=text_of(fields, "title", 300),
        until=text_of(fields, "until", 400),
        body="".join(letter for letter in body if letter.isprintable() or letter in "\n\u200d"),
        why=text_of(fields, "why", 500),
        follows=bool(text_of(fields, "follows", 5)),
        checked=text_of(fields, "checked", 10).strip(),
        check_again_by=text_of(fields, "check_again_by", 10).strip(),
        confidence=text_of(fields, "confidence", 10),
        sources=tuple(sources),
        offices=tuple(_listed(fields, "office", 80)[:ROWS_MOST]),
        related=tuple(_listed(fields, "related", 80)[:ROWS_MOST]),
    )


def problems_in(form: PageForm) -> list[str]:
    """Keys of what must be mended before the files can be made."""
    found = []
    if not line(form.title):
        found.append("desk_problem_title")
    if len(line(form.title)) > TITLE_MOST:
        found.append("desk_problem_title_long")
    if not form.body.strip():
        found.append("desk_problem_body")
    if not MONTH.fullmatch(form.checked) or not MONTH.fullmatch(form.check_again_by):
        found.append("desk_problem_month")
    named = [source for source in form.sources if any(source.get(name, "").strip() for name in SOURCE_PARTS)]
    whole = [s for s in named if s.get("title", "").strip() and (s.get("article", "") + s.get("url", "")).strip()]
    if not named or not any(whole) or not all(s.get("title", "").strip() for s in named):
        found.append("desk_problem_source")
    urls = [source.get("url", "").strip() for source in named]
    if not all(re.fullmatch(r"https?://[^\s<>()]+", url) for url in urls if url):
        found.append("desk_problem_url")
    return found


def files_of(
    form: PageForm, place: Place, raw: str | None, raw_shared: str | None, source: str, member: Member
) -> dict[str, tuple[str | None, str | None]]:
    """The files that a form makes: by path, before and after; only those that differ.

    `source` is the mark of the text that a translation follows, '' for the leading language. Raises ValueError or
    YAMLError for a file that cannot be read.
    """
    _, _, followed, _ = pages.parts_of(raw)
    mark = source if source and (form.follows or not followed) else followed
    told = pages.text_file(line(form.title), line(form.until), mark, form.body, like=raw)
    old = parsed(PageEntry, raw_shared) if raw_shared is not None else None
    shared = pages.shared_file(raw_shared, form.shared(old, member))
    if place.variant and (old is None or place.variant not in old.variants):
        below = ("variants",) if old is None or not old.variants else ("variants", place.variant)
        shared = amend.write(shared, below, {place.variant: {}} if len(below) == 1 else {})
    found = {place.text_path: (raw, told), place.shared_path: (raw_shared, shared)}
    return {path: pair for path, pair in found.items() if pair[0] != pair[1]}


def page_of(form: PageForm, member: Member) -> tuple[PageEntry, list[str]]:
    """What all languages share as the bot reads it, with what is wrong with it; with stand-ins where it is not whole,
    for a preview.
    """
    values = form.shared(None, member)
    try:
        return PageEntry.model_validate(values), []
    except ValueError as error:
        told = [problem.text for problem in problems_of("", "", error)]
    good = {
        "checked": form.checked if MONTH.fullmatch(form.checked) else "2000-01",
        "check_again_by": form.check_again_by if MONTH.fullmatch(form.check_again_by) else "2099-01",
        "checked_by": "",
        "confidence": form.confidence if form.confidence in CONFIDENCES else "medium",
        "sources": [{"title": source.get("title") or "…"} for source in values["sources"]] or [{"title": "…"}],
        "offices": values["offices"],
        "related": [],
    }
    try:
        return PageEntry.model_validate(good), told
    except (ValueError, YAMLError):
        return PageEntry.model_validate(good | {"offices": []}), told


def _listed(fields: FormData, name: str, most: int) -> list[str]:
    return [value.replace("\x00", "")[:most] for value in fields.getlist(name) if isinstance(value, str)]


def _nth(column: Sequence[str], number: int) -> str:
    return column[number] if number < len(column) else ""


def wrong_months(typed: Mapping[str, str]) -> list[str]:
    """Keys of what is wrong with the months of a form: when something was checked, and when to look again."""
    checked, again = typed.get("checked", ""), typed.get("check_again_by", "")
    if not MONTH.fullmatch(checked) or (again and not MONTH.fullmatch(again)):
        return ["desk_problem_month"]
    return ["desk_problem_again"] if again and again < checked else []
