"""What to look at next: past its date, dead, reported, behind, missing; the most harm first."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections import Counter
from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot.library.amend import NoSuchPlace
from bot.library.confirming import confirmed, needs_second
from bot.library.due import Due, Task, office_sources, ranked
from bot.library.loading import INTERNATIONAL, TEXT_NAME, CountryContent, Library
from bot.library.publishing import Broken, Conflict
from bot.library.schema import SourceEntry
from bot.storage.upkeep import ENOUGH, Link, Upkeep
from bot.web.console.desk import EDITORS, Desk, text_of
from bot.web.console.drafting import Drafting

HOME = "/console/queues"
KINDS = ("overdue", "reported", "link", "phone", "office", "soon", "behind", "missing")
PAGE = 50
VISITS = dt.timedelta(days=90)
"""Days over which visits are counted."""
PAGE_PARTS = 3


@dataclasses.dataclass(frozen=True)
class Look:
    """What one looks at before saying that it is still true."""

    place: str
    title: str
    country: str
    says: tuple[str, ...]
    sources: tuple[SourceEntry, ...]
    edit: str
    checked: dt.date
    texts: tuple[str, ...] = ()
    """Names of the page's texts, whose reports are done with when it is confirmed."""


class Queues:
    """The list and the one click that says: checked, still true."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.drafting = Drafting(desk)
        self.upkeep = Upkeep(desk.engine)
        self.router = APIRouter(prefix=HOME)
        self.router.get("")(self.overview)
        self.router.get("/look")(self.look)
        self.router.post("/look")(self.confirm)

    async def overview(self, request: Request, kind: str = "", country: str = "", page: int = 1) -> Response:
        """One queue, or all of them mixed by harm."""
        session = await self.desk.member(request, EDITORS)
        tasks = await self.tasks()
        if country:
            tasks = [task for task in tasks if (task.country or INTERNATIONAL) == country]
        counts: Counter[str] = Counter(task.kind for task in tasks)
        wanted = [task for task in tasks if not kind or task.kind == kind]
        pages = max(1, -(-len(wanted) // PAGE))
        page = min(max(page, 1), pages)
        values: dict[str, Any] = {
            "tasks": wanted[(page - 1) * PAGE : page * PAGE],
            "counts": counts,
            "total": sum(counts.values()),
            "kinds": [one for one in KINDS if counts[one]],
            "kind": kind if kind in KINDS else "",
            "country": country,
            "codes": [code or INTERNATIONAL for code in sorted(self.desk.shelf.library.countries)],
            "number": page,
            "pages": pages,
            "act": self._act,
            "link_checks": self.desk.settings.link_checks,
        }
        return self.desk.page(request, "queues.html", session, **values)

    async def look(self, request: Request, place: str = "") -> Response:
        """What the content says now, beside its sources."""
        session = await self.desk.member(request, EDITORS)
        found = self._look(place)
        outdated = await self.upkeep.outdated()
        values = {"look": found, "second": needs_second(place), "times": sum(outdated.get(n, 0) for n in found.texts)}
        return self.desk.page(request, "look.html", session, **values)  # type: ignore[arg-type]

    async def confirm(self, request: Request) -> Response:
        """Checked, still true. Pages at once; amounts, claim periods and phones by a second person."""
        session = await self.desk.member(request, EDITORS)
        place = text_of(await self.desk.form(request, session), "place", 300)
        found, now = self._look(place), self.desk.now()
        try:
            path, after = await asyncio.to_thread(
                confirmed, self.desk.shelf.library, place, now.date(), session.member.name
            )
            files = {path: (await self.drafting.text(path), after)}
            if needs_second(place):
                number = await self.drafting.offer(session, "confirmed", place, found.title, files, "still true")
                return self.desk.go(HOME, "desk_said_review" if number else "desk_said_not_saved")
            await self.drafting.publish_alone(session, path, files, "looked at, still true")
        except (Conflict, Broken, NoSuchPlace):
            return self.desk.go(HOME, "desk_said_not_saved")
        async with self.desk.engine.begin() as connection:
            for text in found.texts:
                await self.upkeep.look_at(connection, text, now)
        return self.desk.go(HOME, "desk_said_still_true")

    async def tasks(self) -> list[Task]:
        """All queues, the most harm first."""
        library, today = self.desk.shelf.library, self.desk.now().date()
        due = Due(library, today, await self.upkeep.visits(today - VISITS))
        found, addresses = await asyncio.to_thread(lambda: (due.tasks(), due.addresses()))
        links = await self.upkeep.links()
        for one in addresses:
            link = links.get(one.address)
            if link and link.dead:
                found.append(_dead(one.place, one.title, one.country, link, due.weight(one.country, one.topics)))
        found += await self._reported(due)
        waiting = {draft.subject for draft in await self.drafting.drafts.in_states("review", "publishing")}
        return [task for task in ranked(found) if task.place not in waiting]

    async def _reported(self, due: Due) -> list[Task]:
        """Pages that people called outdated, and phones and addresses that two people found dead."""
        found: list[Task] = []
        reports, outdated = await self.upkeep.reported(), Counter(await self.upkeep.outdated())
        for (kind, target), times in reports.items():
            if kind == "untrue":
                outdated[target] = max(outdated[target], times)
            elif times >= ENOUGH and (home := _home_of(self.desk.shelf.library, target)) is not None:
                office = home.offices.offices[target]
                harm, visits = due.weight(home.code, office.what_for)
                title, place = office.short or office.name, f"{_folder(home)}/offices.yaml#{target}"
                sources = office_sources(office)
                wrong: Any = "phone" if kind == "phone" else "link"
                found.append(Task(wrong, home.code, place, title, harm, visits, sources=sources, times=times))
        for name, times in outdated.items():
            parts = name.split("/")
            content = self.desk.shelf.library.countries.get("" if parts[0] == INTERNATIONAL else parts[0])
            named = TEXT_NAME.fullmatch(parts[-1])
            if content is None or named is None or len(parts) != PAGE_PARTS or not times:
                continue
            topic = f"{parts[1]}.{named['topic']}"
            text = content.texts.get((topic, named["variant"] or "", named["language"]))
            if text and topic in content.pages:
                harm, visits = due.weight(content.code, [topic])
                place = f"{_folder(content)}/{topic.replace('.', '/')}.yaml"
                task = Task("reported", content.code, place, text.front.title, harm, visits, topic=topic, times=times)
                found.append(dataclasses.replace(task, sources=tuple(content.pages[topic].sources)))
        return found

    def _act(self, task: Task) -> str:
        """Where a task is done."""
        folder, file = task.place.split("/")[0], task.place.partition("#")
        if task.kind in ("behind", "missing"):
            content = self.desk.shelf.library.countries[task.country]
            leader = content.about.language if content.about else "es"
            variant = f".{task.variant}" if task.variant else ""
            if task.language == leader or (task.topic, task.variant, leader) not in content.texts:
                end = f"?variant={task.variant}" if task.variant else ""
                return f"/console/pages/edit/{folder}/{task.topic}/{task.language}{end}"
            return f"/console/translations/{folder}/{task.language}?key={task.topic}{variant}#text"
        if file[0].endswith("/offices.yaml"):
            return f"/console/offices/{file[2]}"
        if file[0].endswith("/programmes.yaml"):
            return ""
        return f"{HOME}/look?place={task.place.replace('#', '%23')}"

    def _look(self, place: str) -> Look:
        """An entry that can be confirmed. Raises HTTPException 404 for a place that is none."""
        path, _, name = place.partition("#")
        folder, _, file = path.partition("/")
        content = self.desk.shelf.library.countries.get("" if folder == INTERNATIONAL else folder)
        if content is None:
            raise HTTPException(404)
        found = _entry(content, place, file, name)
        if found is None:
            raise HTTPException(404)
        return found


def _entry(content: CountryContent, place: str, file: str, name: str) -> Look | None:
    code, folder = content.code, _folder(content)
    if file == "figures.yaml" and (figure := content.figures.figures.get(name)):
        last = figure.values[-1]
        says = tuple(f"{one.from_:%Y-%m-%d}: {one.value} {figure.currency}".strip() for one in figure.values[-2:])
        edit = f"/console/figures/{folder}/figure/{name}"
        return Look(place, name, code, says, (last.source,), edit, last.checked)
    if file == "deadlines.yaml" and (deadline := content.deadlines.deadlines.get(name)):
        says, edit = (f"{deadline.count} {deadline.unit}",), f"/console/figures/{folder}/deadline/{name}"
        return Look(place, _said(deadline.name), code, says, tuple(deadline.sources), edit, deadline.checked)
    if file == "calculations.yaml" and (rule := content.rules.calculations.get(name)):
        says = tuple(f"{_said(step.say)}: {step.formula}" for step in rule.steps if step.say)
        return Look(place, _said(rule.name), code, says, tuple(rule.sources), "", rule.checked)
    topic = file.removesuffix(".yaml").replace("/", ".")
    page = content.pages.get(topic) if file.endswith(".yaml") and not name else None
    if page is None:
        return None
    leader = content.about.language if content.about else "es"
    texts = {key: text for key, text in content.texts.items() if key[0] == topic}
    shown = [text for (_, _, language), text in sorted(texts.items()) if language == leader]
    says = tuple(f"{text.front.title}\n\n{text.body}" for text in shown)
    title = shown[0].front.title if shown else topic
    names = tuple(text.path for text in texts.values())
    edit = f"/console/pages/edit/{folder}/{topic}/{leader}"
    return Look(place, title, code, says, tuple(page.sources), edit, page.checked, names)


def _dead(place: str, title: str, country: str, link: Link, weight: tuple[int, int]) -> Task:
    source = SourceEntry(title=link.address, url=link.address)
    task = Task("link", country, place, title, *weight, day=link.failed_since, sources=(source,))
    return dataclasses.replace(task, detail=link.why)


def _home_of(library: Library, office: str) -> CountryContent | None:
    every = library.countries.values()
    return next((content for content in every if office in content.offices.offices), None)


def _said(texts: Mapping[str, str]) -> str:
    return texts.get("es") or next(iter(texts.values()), "")


def _folder(content: CountryContent) -> str:
    return content.code or INTERNATIONAL
