"""Amounts of a country: what is in force, which pages say it, and a form for a new value."""

from __future__ import annotations

import asyncio
import datetime as dt
from decimal import Decimal, InvalidOperation
from typing import Any

from fastapi import APIRouter, Request, Response
from ruamel.yaml.error import YAMLError
from starlette.exceptions import HTTPException

from bot.law.figures import NotInForceError
from bot.library import amend
from bot.library.checks import PLACEHOLDER
from bot.library.loading import INTERNATIONAL, CountryContent, Problem, parsed
from bot.library.schema import Figures as FiguresFile
from bot.modules.articles import figure_text
from bot.reckoning.calculation import dated
from bot.storage.staff import Session
from bot.translations import Words
from bot.web.console.desk import EDITORS, Desk, text_of
from bot.web.console.drafting import Drafting
from bot.web.console.page_form import CHECK_AGAIN_AFTER, CONFIDENCES, line, wrong_months
from bot.web.console.places import Place, country_name, country_of
from bot.web.console.preview import Preview, with_figures

SHOWN_PAGES = 12
THOUSANDS = 3
JUMP = Decimal(2)
"""A new value this many times the old one, or less than its part, is asked about: a slip of a zero is quickly made."""


class FigureDesk:
    """Routes of amounts, and the list of all that a country's law puts in numbers."""

    def __init__(self, desk: Desk, drafting: Drafting, preview: Preview) -> None:
        self.desk, self.drafting, self.previews = desk, drafting, preview
        self.router = APIRouter(prefix="/console/figures")
        self.router.get("")(self.overview)
        self.router.get("/{country}/figure/{name}")(self.figure)
        self.router.post("/{country}/figure/{name}")(self.new_value)

    async def overview(self, request: Request, country: str = "") -> Response:
        """All of one country on one page; without a country, the choice of one."""
        session = await self.desk.member(request, EDITORS)
        words, library = self.desk.words(request, session.member), self.desk.shelf.library
        content = country_of(library, country) if country else None
        values: dict[str, Any] = {
            "countries": sorted((country_name(code, words), code or INTERNATIONAL) for code in library.countries),
            "country": country,
            "content": content,
            "rows": self._rows(content, words) if content else [],
            "waiting": {draft.title for draft in await self.drafting.drafts.in_states("review")},
        }
        return self.desk.page(request, "figures.html", session, **values)

    async def figure(self, request: Request, country: str, name: str) -> Response:
        """An amount: its history, the pages that say it, and the form for a new value."""
        session = await self.desk.member(request, EDITORS)
        return await self._figure(request, session, *self._known(country, name), {})

    async def new_value(self, request: Request, country: str, name: str) -> Response:
        """Show what a new value changes, then send it to review."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        content, name = self._known(country, name)
        names = ("from", "value", "title", "article", "url", "checked", "confidence", "check_again_by", "why")
        typed = {key: line(text_of(fields, key, 300)) for key in names}
        wrong = self._wrong_value(content, name, typed)
        path = f"{country}/figures.yaml"
        raw = await self.drafting.text(path) or ""
        if wrong:
            return await self._figure(request, session, content, name, typed, wrong=wrong)
        files = {path: (raw, _with_value(raw, name, typed))}
        told = await self.drafting.problems(files)
        if found := [one for one in told if not one.warning]:
            return await self._figure(request, session, content, name, typed, broken=found)
        if text_of(fields, "act", 10) != "send":
            after = files[path][1]
            return await self._figure(request, session, content, name, typed, after=after, told=told)
        words = self.desk.words(request, session.member)
        shown = figure_text(
            dated(parsed(FiguresFile, files[path][1]).figures[name]).on(_day(typed["from"])), words, content.code
        )
        title = f"{country_name(content.code, words)} · {name.replace('_', ' ')} · {shown}"
        why = typed["why"] or f"{name}: {typed['title']}"
        number = await self.drafting.offer(session, "figure", path, title, files, why)
        if number is None:
            raise HTTPException(409)
        return self.desk.go(f"/console/reviews/{number}", "desk_said_sent")

    # How it is done

    def _known(self, country: str, name: str) -> tuple[CountryContent, str]:
        content = country_of(self.desk.shelf.library, country)
        if name not in content.figures.figures:
            raise HTTPException(404)
        return content, name

    def _rows(
        self, content: CountryContent, words: Words
    ) -> list[tuple[str, str, dt.date | None, dt.date | None, int, str]]:
        """Figures: name, value today, since when, to check again by, pages that say it, note."""
        found, day = [], self.desk.now().date()
        for name, entry in content.figures.figures.items():
            try:
                figure = dated(entry).on(day)
                value, since = figure_text(figure, words, content.code), figure.since
            except NotInForceError:
                value, since = "…", None
            used = len(self._users(content, name))
            found.append((name, value, since, entry.check_again_by, used, entry.note))
        return sorted(found, key=lambda row: (-row[4], row[0]))

    def _users(self, content: CountryContent, name: str) -> list[Place]:
        return [
            Place(content.code, topic, variant, language)
            for (topic, variant, language), text in content.texts.items()
            if name in PLACEHOLDER.findall(text.body + text.front.until)
        ]

    def _wrong_value(self, content: CountryContent, name: str, typed: dict[str, str]) -> list[str]:
        wrong = []
        last = content.figures.figures[name].values[-1]
        try:
            day = _day(typed["from"])
            wrong += [] if day > last.from_ else ["desk_problem_from"]
        except ValueError:
            wrong.append("desk_problem_date")
        typed["value"] = _plain_number(typed["value"], content.figures.figures[name].unit)
        try:
            value = Decimal(typed["value"])
            wrong += [] if value.is_finite() and value >= 0 else ["desk_problem_amount"]
        except InvalidOperation:
            wrong.append("desk_problem_amount")
        if not typed["title"] or not (typed["article"] or typed["url"]):
            wrong.append("desk_problem_source")
        if typed["url"] and not typed["url"].startswith(("https://", "http://")):
            wrong.append("desk_problem_url")
        if typed["confidence"] not in CONFIDENCES:
            wrong.append("desk_problem_choice")
        return wrong + wrong_months(typed)

    async def _figure(
        self,
        request: Request,
        session: Session,
        content: CountryContent,
        name: str,
        typed: dict[str, str],
        **values: Any,
    ) -> Response:
        entry, today = content.figures.figures[name], self.desk.now().date()
        words = self.desk.words(request, session.member)
        again = today + dt.timedelta(days=CHECK_AGAIN_AFTER)
        blank = {"checked": f"{today:%Y-%m}", "check_again_by": f"{again:%Y-%m}", "confidence": "high"}
        after = values.pop("after", None)
        seen, jump = [], False
        if after:
            figures = parsed(FiguresFile, after)
            old, new = entry.values[-1].value, figures.figures[name].values[-1].value
            jump = bool(old) and not old / JUMP <= new <= old * JUMP
            seen = await asyncio.to_thread(self._seen, content, name, figures, _day(typed["from"]))
        context: dict[str, Any] = {
            "content": content,
            "name": name,
            "entry": entry,
            "country": content.code or INTERNATIONAL,
            "country_name": country_name(content.code, words),
            "typed": blank | typed,
            "now": self._now(content, name, words),
            "users": self._users(content, name),
            "seen": seen,
            "ready": after is not None,
            "jump": jump,
            "wrong": [],
            "broken": list[Problem](),
            "told": list[Problem](),
            "confidences": CONFIDENCES,
            "shown": lambda value: _shown(entry, value, words, content.code),
        } | values
        status = 422 if context["wrong"] or context["broken"] else 200
        return self.desk.page(request, "figure.html", session, status=status, **context)

    def _now(self, content: CountryContent, name: str, words: Words) -> str:
        try:
            return figure_text(dated(content.figures.figures[name]).on(self.desk.now().date()), words, content.code)
        except NotInForceError:
            return ""

    def _seen(self, content: CountryContent, name: str, figures: FiguresFile, day: dt.date) -> list[tuple[Place, Any]]:
        """The pages that say a figure, as a person reads them from the day on which it changes."""
        library = with_figures(self.desk.shelf.library, content.code, figures)
        found = []
        for place in self._users(content, name)[:SHOWN_PAGES]:
            answer = self.previews.answer(library, place, day)
            if answer:
                found.append((place, self.previews.bubbles(answer, "web")[0]))
        return found


def _with_value(raw: str, name: str, typed: dict[str, str]) -> str:
    source = {key: typed[key] for key in ("title", "article", "url") if typed[key]}
    item = {
        "from": _day(typed["from"]),
        "value": amend.Quoted(typed["value"]),
        "source": {key: amend.Quoted(value) for key, value in source.items()},
        "checked": typed["checked"],
        "confidence": typed["confidence"],
    }
    changed = amend.append(raw, ("figures", name, "values"), item)
    if typed["check_again_by"]:
        changed = amend.write(changed, ("figures", name, "check_again_by"), typed["check_again_by"])
    return changed


def _day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)


def _plain_number(text: str, unit: str) -> str:
    """'S/ 1.234,50', '1,234.50' or '1 234' as '1234.50' and '1234'; what cannot be a number stays and is refused.

    Three digits behind the only mark are thousands in money, and a fraction elsewhere.
    """
    digits = "".join(letter for letter in text if letter.isdigit() or letter in ".,")
    if not digits or any(letter.isalpha() for letter in text.replace("S/", "").replace("R$", "").replace("Bs", "")):
        return text
    last = max(digits.rfind("."), digits.rfind(","))
    tail = digits[last + 1 :] if last >= 0 else ""
    one_mark = sum(digits.count(mark) for mark in ".,") == 1
    if last >= 0 and (len(tail) != THOUSANDS or (one_mark and unit != "money")):
        whole = digits[:last].replace(".", "").replace(",", "")
        return f"{whole or '0'}.{tail}" if tail else whole
    return digits.replace(".", "").replace(",", "")


def _shown(entry: Any, value: Any, words: Words, country: str) -> str:
    try:
        return figure_text(dated(entry).on(value.from_), words, country)
    except (NotInForceError, YAMLError):
        return str(value.value)
