"""What people ask and what comes of it. Only sums, of finished weeks; small ones stay hidden."""

from __future__ import annotations

import dataclasses
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot.storage.staff import Member
from bot.storage.statistics import QUESTIONS, UNDERSTOOD, VERDICTS, Statistics
from bot.translations import Words
from bot.web.console.desk import EVERYBODY, Desk
from bot.web.console.office_choice import office_name, offices_by_country
from bot.web.console.statistics_tables import Named, freshness, longest_first, of_cases, rows_of, sliced
from bot.web.disclosure import Guarded, guarded
from bot.web.periods import Period, chosen, periods, short_day
from bot.web.tables_out import download

SIDES = ("topic", "country", "language")
OTHER = {"topic": "country", "country": "topic", "language": "topic"}
OF_OFFICE = frozenset({"case_worker", "office_admin"})


@dataclasses.dataclass(frozen=True)
class View:
    """What is looked at. `office`: '' for everybody's figures. `within`: a side and its value, or two empty texts."""

    period: Period
    office: str
    within: tuple[str, str]


class StatisticsPages:
    """An office sees the figures of the people its link brought; editors and administrators those of all."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.statistics = Statistics(desk.engine)
        self.router = APIRouter(prefix="/console/statistics")
        self.router.get("")(self.page)
        self.router.get("/{table}.{ending}")(self.file)

    async def page(self, request: Request, period: str = "", office: str = "", within: str = "") -> Response:
        """All figures of a quarter."""
        session = await self.desk.member(request, EVERYBODY)
        me = session.member
        words = self.desk.words(request, me)
        view = self._view(me, period, office, within)
        tables = await self._tables(me, view, words)
        values: dict[str, Any] = {
            "tables": tables,
            "view": view,
            "within": within if view.within[0] else "",
            "periods": periods(self.desk.now().date()),
            "offices": offices_by_country(self.desk.shelf.library, words) if me.role == "administrator" else [],
            "of_office": office_name(self.desk.shelf.library, view.office) if view.office else "",
            "sides": self._sides(words),
            "headline": _headline(tables),
            "date": words.date,
        }
        return self.desk.page(request, "statistics.html", session, **values)

    async def file(
        self, request: Request, table: str, ending: str, period: str = "", office: str = "", within: str = ""
    ) -> Response:
        """One of the tables for spreadsheets."""
        session = await self.desk.member(request, EVERYBODY)
        words = self.desk.words(request, session.member)
        view = self._view(session.member, period, office, within)
        found = next((one for one in await self._tables(session.member, view, words) if one.name == table), None)
        if found is None or ending not in ("csv", "xlsx"):
            raise HTTPException(404)
        return download(rows_of(found, words), f"amparo-{table}-{view.period.name}", ending, found.caption)

    def _view(self, member: Member, period: str, office: str, within: str) -> View:
        """What this member may look at. Raises HTTPException 403 for the figures of another office."""
        if member.role != "administrator":
            own = member.office if member.role in OF_OFFICE else ""
            if office not in ("", own):
                raise HTTPException(403)
            office = own
        elif office and self.desk.shelf.library.office(office) is None:
            raise HTTPException(404)
        side, _, value = within.partition(":")
        known = side in SIDES and len(value) <= 60 and value.isprintable()  # noqa: PLR2004 - as long as a topic
        return View(chosen(period, self.desk.now().date()), office, (side, value) if known else ("", ""))

    async def _tables(self, member: Member, view: View, words: Words) -> list[Named]:
        """Every table, each guarded as a whole before a part of it is shown."""
        since, until, weeks = view.period.since, view.period.until, view.period.weeks
        asked = self.statistics
        office = view.office or None
        found = []
        by_week = await asked.by("week", "kind", since, until, kinds=(*QUESTIONS, *VERDICTS), office=office)
        week_names = {week: words.say("desk_week_of", day=short_day(week)) for week in weeks}
        understood: dict[tuple[str, str], int] = {}
        for (week, kind), count in by_week.items():
            if kind in QUESTIONS:
                key = (week, "understood" if kind in UNDERSTOOD else "unsure")
                understood[key] = understood.get(key, 0) + count
        kinds = {"understood": words.say("desk_kind_understood"), "unsure": words.say("desk_kind_unsure")}
        table = guarded(understood, weeks, tuple(kinds))
        found.append(Named("weeks", words.say("desk_figures_weeks"), words.say("desk_week"), table, week_names, kinds))
        verdicts = {verdict: words.say("desk_kind_" + verdict) for verdict in VERDICTS}
        judged = {key: count for key, count in by_week.items() if key[1] in VERDICTS}
        found.append(
            Named(
                "useful",
                words.say("desk_figures_useful"),
                words.say("desk_week"),
                guarded(judged, weeks, VERDICTS),
                week_names,
                verdicts,
            )
        )
        found += [await self._side(side, view, words) for side in SIDES]
        found += await self._of_offices(member, view, words, week_names)
        if view.office == "":
            found.append(freshness(self.desk.shelf.library, words, self.desk.now().date()))
        return found

    async def _side(self, side: str, view: View, words: Words) -> Named:
        """By topic, country or language; inside another side, the slice of the table of both."""
        other = view.within[0] if view.within[0] not in ("", side) else OTHER[side]
        first, second = sorted((side, other))  # one table whichever way it is looked at
        counts = await self.statistics.by(
            first, second, view.period.since, view.period.until, office=view.office or None
        )
        whole = guarded(counts, sorted({one for one, _ in counts}), sorted({one for _, one in counts}))
        value = view.within[1] if view.within[0] not in ("", side) else ""
        table = longest_first(sliced(whole, side == first, value))
        caption = words.say("desk_figures_" + side)
        if value:
            caption = f"{caption} · {self._sides(words)[other].get(value, value)}"
        names = self._sides(words)[side] | {"": words.say("desk_not_told")}
        if side == "country":  # people ask from countries that have no pages yet
            names = {code: words.country(code) for code in table.rows if code} | names
        return Named(f"{side}s", caption, words.say("desk_side_" + side), table, names, {}, bare=True)

    async def _of_offices(self, member: Member, view: View, words: Words, week_names: dict[str, str]) -> list[Named]:
        """Growth by link, and what became of cases."""
        since, until = view.period.since, view.period.until
        library = self.desk.shelf.library
        came = await self.statistics.arrivals(since, until, view.office)
        columns = tuple(sorted({name for _, name in came}))
        names = {"telegram": "Telegram", "whatsapp": "WhatsApp", "web": words.say("desk_share_web")}
        names |= {name: office_name(library, name) for name in columns if name not in names}
        growth = guarded(came, view.period.weeks, columns)
        found = [Named("links", words.say("desk_figures_links"), words.say("desk_week"), growth, week_names, names)]
        if view.office == "" and member.role == "administrator":
            counts = await self.statistics.by("office", "language", since, until, office="")
            whole = guarded(counts, sorted({one for one, _ in counts}), sorted({one for _, one in counts}))
            offices = {name: office_name(library, name) for name in whole.rows}
            by_office = longest_first(sliced(whole, True, ""))
            head, caption = words.say("desk_office"), words.say("desk_figures_offices")
            found.append(Named("offices", caption, head, by_office, offices, {}, bare=True))
        if view.office or member.role == "administrator":
            times, seconds = await self.statistics.cases(since, until, view.office)
            offices = {name: office_name(library, name) for name, _ in times}
            found += of_cases(times, seconds, offices, words)
        return found

    def _sides(self, words: Words) -> dict[str, dict[str, str]]:
        """Names of topics, countries and languages."""
        library = self.desk.shelf.library
        topics = library.topics.topics.items()
        return {
            "topic": {key: entry.name.get(words.language.code) or entry.name["es"] for key, entry in topics},
            "country": {code: words.country(code) for code in library.countries if code},
            "language": {language.code: language.name for language in self.desk.catalogues.offered()},
        }


def _headline(tables: list[Named]) -> dict[str, int | None]:
    """Questions, and of a hundred how many were understood and found useful; None where that could tell too much."""
    weeks, useful = tables[0].table, tables[1].table
    return {
        "questions": weeks.total,
        "understood": _share(weeks, "understood"),
        "useful": _share(useful, "useful"),
    }


def _share(table: Guarded, column: str) -> int | None:
    part = table.column_totals.get(column)
    return round(100 * part / table.total) if part and table.total else None
