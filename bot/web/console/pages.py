"""The list of all pages with filters, and the map of what is written where."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Literal
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from bot.library.loading import INTERNATIONAL, Library
from bot.modules.articles import topic_name
from bot.storage.visits import verdicts, visits
from bot.web.console.desk import EDITORS, Desk
from bot.web.console.drafting import Drafting
from bot.web.console.places import Place, country_name, every

State = Literal["published", "draft", "review", "due", "behind", "missing"]
STATES: tuple[State, ...] = ("published", "draft", "review", "due", "behind", "missing")
SORTS = ("place", "age", "visits", "useful")
PAGE = 30
LONG_NUMBER = 9
LATELY = dt.timedelta(days=90)
FEW = 5
"""Fewer people than this are not told apart from none."""
FRESH, AGEING = 183, 365
"""Days since the last check: up to the first a page is fresh, up to the second it ages, then it is old."""


@dataclasses.dataclass(frozen=True)
class Row:
    """A text in the list. `useful` is the share in percent of those who said whether it helped; None: too few."""

    place: Place
    title: str
    states: frozenset[State]
    checked: dt.date | None
    visits: int
    useful: int | None

    @property
    def visits_shown(self) -> str:
        """Visits, where they are enough to name nobody."""
        return str(self.visits) if self.visits >= FEW else f"<{FEW}"


class Pages:
    """Routes of the list and the map."""

    def __init__(self, desk: Desk, drafting: Drafting) -> None:
        self.desk, self.drafting = desk, drafting
        self.router = APIRouter(prefix="/console/pages")
        self.router.get("")(self.overview)
        self.router.get("/map")(self.map)

    async def overview(self, request: Request) -> Response:
        """The list. The address says country, topic, language, state, sort, start; an unknown filter finds nothing."""
        session = await self.desk.member(request, EDITORS)
        words, library = self.desk.words(request, session.member), self.desk.shelf.library
        asked = request.query_params
        chosen = {name: asked.get(name, "")[:80] for name in ("country", "topic", "language", "state", "sort")}
        first, sort = asked.get("start", ""), chosen["sort"]
        start = int(first) if first.isdecimal() and len(first) < LONG_NUMBER else 0
        rows = [row for row in await self._rows(library, words) if _fits(row, chosen)]
        rows.sort(key=lambda row: _order(row, sort, words))
        start = min(start, len(rows))
        values: dict[str, Any] = {
            "rows": rows[start : start + PAGE],
            "total": len(rows),
            "start": start,
            "page": PAGE,
            "chosen": chosen,
            "query": urlencode({name: value for name, value in chosen.items() if value}),
            "states": STATES,
            "sorts": SORTS,
            "today": self.desk.now().date(),
        }
        return self.desk.page(request, "pages.html", session, **self._choices(words), **values)

    async def map(self, request: Request, language: str = "es") -> Response:
        """Countries by topics in one language: written and how fresh, or missing. Each cell opens the editor."""
        session = await self.desk.member(request, EDITORS)
        words, library = self.desk.words(request, session.member), self.desk.shelf.library
        language = language if language in self.desk.catalogues.languages else "es"
        today = self.desk.now().date()
        codes = sorted(library.countries, key=lambda code: (code != "", country_name(code, words)))
        lines = []
        for topic, entry in library.topics.topics.items():
            if entry.in_menu:
                cells = [
                    (Place(code, topic, "", language), _mark(library, code, topic, language, today)) for code in codes
                ]
                lines.append((topic_name(library, topic, words), cells))
        counted = [mark for _, cells in lines for _, mark in cells]
        values: dict[str, Any] = {
            "lines": lines,
            "codes": codes,
            "language": language,
            "counts": {mark: counted.count(mark) for mark in ("fresh", "ageing", "old", "missing")},
        }
        return self.desk.page(request, "map.html", session, **self._choices(words), **values)

    def _choices(self, words: Any) -> dict[str, Any]:
        library = self.desk.shelf.library
        return {
            "countries": [(code or INTERNATIONAL, country_name(code, words)) for code in sorted(library.countries)],
            "topics": [
                (name, topic_name(library, name, words)) for name, one in library.topics.topics.items() if one.in_menu
            ],
            "tongues": self.desk.catalogues.offered(),
            "name_of": lambda code: country_name(code, words),
        }

    async def _rows(self, library: Library, words: Any) -> Sequence[Row]:
        since = self.desk.now().date() - LATELY
        seen, judged = await visits(self.desk.engine, since), await verdicts(self.desk.engine, since)
        under_way = await self.drafting.drafts.in_states("writing", "review", "publishing")
        drafted = {draft.subject for draft in under_way if draft.state == "writing"}
        reviewed = {draft.subject for draft in under_way if draft.state != "writing"}
        behind = {text.path for text, _ in library.behind()}
        today = self.desk.now().date()
        offered = [language.code for language in self.desk.catalogues.offered()]
        found = []
        for place, written in every(library, offered):
            content, path = library.countries[place.country], place.text_path
            page = content.pages.get(place.topic)
            text = content.texts.get((place.topic, place.variant, place.language))
            states: set[State] = {"published"} if written else {"missing"}
            states |= {"due"} if written and page and page.check_again_by < today else set()
            states |= {"behind"} if path in behind else set()
            states |= {"draft"} if path in drafted else set()
            states |= {"review"} if path in reviewed else set()
            title = text.front.title if text else topic_name(library, place.topic, words)
            count = seen.get((place.country, place.topic, place.language), 0)
            checked = page.checked if page and written else None
            found.append(Row(place, title, frozenset(states), checked, count, _useful(judged.get(path, {}))))
        return found


def _fits(row: Row, chosen: Mapping[str, str]) -> bool:
    place = row.place
    return (
        chosen["country"] in ("", place.country or INTERNATIONAL)
        and chosen["topic"] in ("", place.topic)
        and chosen["language"] in ("", place.language)
        and (not chosen["state"] or chosen["state"] in row.states)
    )


def _order(row: Row, sort: str, words: Any) -> tuple[Any, ...]:
    place = (country_name(row.place.country, words), row.place.topic, row.place.variant, row.place.language)
    if sort == "age":
        return (row.checked or dt.date.max, *place)
    if sort == "visits":
        return (-row.visits, *place)
    if sort == "useful":
        return (101 if row.useful is None else row.useful, *place)
    return place


def _useful(said: Mapping[str, int]) -> int | None:
    total = sum(said.values())
    return round(100 * said.get("useful", 0) / total) if total >= FEW else None


def _mark(library: Library, code: str, topic: str, language: str, today: dt.date) -> str:
    content = library.countries[code]
    page = content.pages.get(topic)
    if page is None or not any(name == topic and tongue == language for name, _, tongue in content.texts):
        return "missing"
    age = (today - page.checked).days
    return "fresh" if age <= FRESH else "ageing" if age <= AGEING else "old"
