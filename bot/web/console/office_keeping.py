"""Offices: who helps where, when it is open, which phones it answers; and whether somebody confirmed it lately."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Any, Literal

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from bot.library import office_forms
from bot.library.amend import NoSuchPlace
from bot.library.checks import folder
from bot.library.confirming import confirmed
from bot.library.due import CONFIRM, Due, expired
from bot.library.loading import CountryContent
from bot.library.office_forms import fields_of, file_with, values_of
from bot.library.publishing import Broken, Conflict
from bot.library.schema import OfficeEntry
from bot.library.weekly import DAYS, HOLIDAYS
from bot.modules.doors import map_link, next_visit
from bot.storage.staff import Member, Session
from bot.storage.upkeep import Upkeep
from bot.web.console.desk import EDITORS, OFFICE, Desk, text_of
from bot.web.console.drafting import Drafting
from bot.web.console.hours_words import day_name, hours_in_words

ROLES = EDITORS | OFFICE
HOME = "/console/offices"
REPORTED: tuple[Literal["phone"], Literal["link"]] = ("phone", "link")


@dataclasses.dataclass(frozen=True)
class Form:
    """A form as it is shown: what was typed, the topics chosen, what is wrong."""

    fields: dict[str, str]
    topics: tuple[str, ...] = ()
    wrong: tuple[office_forms.Wrong, ...] = ()


@dataclasses.dataclass(frozen=True)
class Kept:
    """An office on its page; a new one has no name and no entry yet."""

    content: CountryContent
    name: str = ""
    office: OfficeEntry | None = None

    @property
    def address(self) -> str:
        """Its page; that of the list for a new one."""
        return f"{HOME}/{self.name}" if self.office else HOME


@dataclasses.dataclass(frozen=True)
class Line:
    """An office in the list."""

    id: str
    country: str
    office: OfficeEntry
    expired: bool
    reports: int
    waiting: bool


class OfficeKeeping:
    """List and form. Editors keep all offices, an office administrator their own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.drafting = Drafting(desk)
        self.upkeep = Upkeep(desk.engine)
        self.router = APIRouter(prefix=HOME)
        self.router.get("")(self.overview)
        self.router.get("/new/{country}")(self.new)
        self.router.post("/new/{country}")(self.add)
        self.router.get("/{name}")(self.form)
        self.router.post("/{name}")(self.save)
        self.router.post("/{name}/confirm")(self.confirm)
        self.router.post("/{name}/withdraw/{kind}")(self.withdraw)
        self.router.post("/{name}/works/{kind}")(self.works)

    async def overview(self, request: Request, country: str = "", show: str = "", text: str = "") -> Response:
        """All offices, those that need a look first. Who keeps one alone goes to it."""
        session = await self.desk.member(request, ROLES)
        if session.member.role == "office_admin":
            return self.desk.go(f"{HOME}/{session.member.office}")
        wanted = [
            line
            for line in await self._lines()
            if (not country or (line.country or "international") == country)
            and (show != "expired" or line.expired)
            and (show != "reported" or line.reports)
            and text.casefold() in f"{line.id} {line.office.name} {line.office.short} {line.office.city}".casefold()
        ]
        codes = [code or "international" for code in sorted(self.desk.shelf.library.countries)]
        values: dict[str, Any] = {"lines": wanted, "country": country, "show": show, "text": text, "codes": codes}
        template = "offices_rows.html" if request.headers.get("hx-target") == "offices" else "offices.html"
        return self.desk.page(request, template, session, **values)

    async def form(self, request: Request, name: str) -> Response:
        """An office as a form."""
        session, kept, office = await self._kept(request, name)
        return await self._form(request, session, kept, Form(fields_of(office), tuple(office.what_for)))

    async def new(self, request: Request, country: str) -> Response:
        """The form for an office that is not there yet."""
        session = await self.desk.member(request, EDITORS)
        return await self._form(request, session, Kept(self._country(country)), Form(fields_of(None)))

    async def save(self, request: Request, name: str) -> Response:
        """Check a form and send the change to the second person."""
        session, kept, _ = await self._kept(request, name)
        return await self._save(request, session, kept, await self.desk.form(request, session))

    async def add(self, request: Request, country: str) -> Response:
        """The same for a new office."""
        session = await self.desk.member(request, EDITORS)
        kept = Kept(self._country(country))
        return await self._save(request, session, kept, await self.desk.form(request, session))

    async def confirm(self, request: Request, name: str) -> Response:
        """Everything is still right: the month of the last look is changed, a second person looks at it."""
        session, kept, office = await self._kept(request, name)
        await self.desk.form(request, session)
        library, today = self.desk.shelf.library, self.desk.now().date()
        place = f"{folder(kept.content)}/offices.yaml#{name}"
        file = await asyncio.to_thread(confirmed, library, place, today, session.member.name)
        return await self._offer(session, kept, name, office.short or office.name, file, "still true")

    async def withdraw(self, request: Request, name: str, kind: str) -> Response:
        """A phone or address that people reported, and that an editor tried, is given out no more; at once."""
        session, kept, office = await self._kept(request, name)
        number = text_of(await self.desk.form(request, session), "number", 60)
        reports = (await self.upkeep.reported()).get((kind, name), 0)
        if kind == "phone" and any(phone.number == number for phone in office.phones):
            left = [phone.model_dump() for phone in office.phones if phone.number != number]
            values: dict[str, Any] = {
                "phones": [{key: value for key, value in phone.items() if value not in ("", False)} for phone in left]
            }
        elif kind == "link" and office.url:
            values, number = {"url": None}, office.url
        else:
            raise HTTPException(404)
        path, after = await asyncio.to_thread(file_with, self.desk.shelf.library, kept.content.code, name, values)
        why = f"{number} does not work ({reports} people reported it)"
        try:
            before = await self.drafting.text(path)
            await self.drafting.publish_alone(session, f"{path}#{name}", {path: (before, after)}, why)
        except (Conflict, Broken):
            return self.desk.go(kept.address, "desk_said_not_saved")
        await self._settle(session, kind, name, f"withdrew_{kind}")
        return self.desk.go(kept.address, "desk_said_withdrawn")

    async def works(self, request: Request, name: str, kind: str) -> Response:
        """An editor tried it and it works: what people reported is done with."""
        session, kept, _ = await self._kept(request, name)
        await self.desk.form(request, session)
        if kind not in REPORTED:
            raise HTTPException(404)
        await self._settle(session, kind, name, f"{kind}_works")
        return self.desk.go(kept.address, "desk_said_saved")

    async def _settle(self, session: Session, kind: str, name: str, act: str) -> None:
        async with self.desk.engine.begin() as connection:
            await self.upkeep.settle(connection, "phone" if kind == "phone" else "link", name)
            await self.desk.audit.note_in(connection, session.member.id, act, name, self.desk.now())

    async def _save(self, request: Request, session: Session, kept: Kept, fields: FormData) -> Response:
        told = {key: text_of(fields, key, 600) for key in fields}
        name, office, code = kept.name, kept.office, kept.content.code
        topics = self._topics(session.member, fields, office)
        values, wrong = values_of(told, topics, self.desk.now().date(), code)
        if office is None:
            name = f"{code}.{told.get('id', '').strip()}"
            if not office_forms.NAME.fullmatch(told.get("id", "").strip()) or self.desk.shelf.library.office(name):
                wrong.append(office_forms.Wrong("id", "desk_wrong_id"))
        elif session.member.role == "office_admin":  # an office does not say of itself what it is and how sure that is
            values |= {"kind": office.kind, "confidence": office.confidence}
            values |= {"nationality": office.nationality} if office.nationality else {}
        if not wrong:
            try:
                file = await asyncio.to_thread(file_with, self.desk.shelf.library, code, name, values)
                title = values["short"] or values["name"]
                return await self._offer(session, kept, name, title, file, text_of(fields, "why", 300))
            except NoSuchPlace:
                wrong.append(office_forms.Wrong("name", "desk_wrong_value"))
        return await self._form(request, session, kept, Form(told, tuple(topics), tuple(wrong)))

    async def _offer(
        self, session: Session, kept: Kept, name: str, title: str, file: tuple[str, str], why: str
    ) -> Response:
        path, after = file
        before = await self.drafting.text(path)
        if before == after:
            return self.desk.go(kept.address, "desk_said_same")
        number = await self.drafting.offer(session, "office", f"{path}#{name}", title, {path: (before, after)}, why)
        return self.desk.go(kept.address, "desk_said_review" if number else "desk_said_not_saved")

    async def _form(self, request: Request, session: Session, kept: Kept, form: Form) -> Response:
        today, name, office = self.desk.now().date(), kept.name, kept.office
        words = self.desk.words(request, session.member)
        reported = await self.upkeep.reported()
        link = (await self.upkeep.links()).get(office.url or "") if office else None
        values: dict[str, Any] = {
            "name": name,
            "country": kept.content,
            "office": office,
            "fields": form.fields,
            "topics": form.topics,
            "wrong": {one.field: one.key for one in form.wrong},
            "kinds": office_forms.KINDS,
            "sureness": office_forms.SURENESS,
            "spoken": [self.desk.catalogues.languages[code] for code in office_forms.LANGUAGES],
            "origins": self.desk.shelf.library.origins(),
            "days": [(day, day_name(day, words)) for day in (*DAYS, HOLIDAYS)],
            "parts": office_forms.PARTS,
            "phones": _rows(form.fields, "phone_", office_forms.PHONES),
            "visits": _rows(form.fields, "visit_on_", office_forms.VISITS),
            "hours": hours_in_words(office.hours, words) if office else [],
            "expired": bool(office and expired(office, today)),
            "confirm_days": CONFIRM.days,
            "reports": {kind: reported.get((kind, name), 0) for kind in REPORTED},
            "dead": bool(link and link.dead),
            "visit": next_visit(office, today) if office else None,
            "map": _map(form.fields),
            "waiting": name in await self._waiting(),
            "own": session.member.role == "office_admin",
        }
        return self.desk.page(request, "office.html", session, status=422 if form.wrong else 200, **values)

    async def _kept(self, request: Request, name: str) -> tuple[Session, Kept, OfficeEntry]:
        session = await self.desk.member(request, ROLES)
        if session.member.role == "office_admin" and not self.desk.may_see_office(session.member, name):
            raise HTTPException(404)
        for content in self.desk.shelf.library.countries.values():
            if office := content.offices.offices.get(name):
                return session, Kept(content, name, office), office
        raise HTTPException(404)

    def _country(self, code: str) -> CountryContent:
        content = self.desk.shelf.library.countries.get(code)
        if content is None or not code:
            raise HTTPException(404)
        return content

    def _topics(self, member: Member, fields: FormData, office: OfficeEntry | None) -> list[str]:
        """What it helps with. An office's own people do not move it to other topics."""
        if member.role == "office_admin" and office:
            return list(office.what_for)
        known = self.desk.shelf.library.topics.topics
        return [str(topic) for topic in dict.fromkeys(fields.getlist("what_for")) if topic in known]

    async def _lines(self) -> list[Line]:
        library, today = self.desk.shelf.library, self.desk.now().date()
        reported, waiting = await self.upkeep.reported(), await self._waiting()
        due = Due(library, today, await self.upkeep.visits(today - CONFIRM))
        ranks: dict[str, int] = {}
        lines = []
        for content in library.countries.values():
            for name, office in content.offices.offices.items():
                harm, visits = due.weight(content.code, office.what_for)
                reports = sum(reported.get((kind, name), 0) for kind in REPORTED)
                lines.append(Line(name, content.code, office, expired(office, today), reports, name in waiting))
                ranks[name] = harm * (visits + 1)
        return sorted(lines, key=lambda line: (-line.reports, not line.expired, -ranks[line.id], line.id))

    async def _waiting(self) -> set[str]:
        """Offices of which a change waits for the second person."""
        found = await self.drafting.drafts.in_states("review", "publishing")
        return {draft.subject.partition("#")[2] for draft in found} - {""}


def _rows(fields: dict[str, str], stem: str, most: int) -> range:
    """As many rows as are filled, and two more."""
    filled = [int(key.removeprefix(stem)) for key in fields if re.fullmatch(rf"{stem}\d+", key) and fields[key].strip()]
    return range(min(most, max(filled, default=-1) + 3))


def _map(fields: dict[str, str]) -> str:
    try:
        return map_link(float(fields.get("latitude", "")), float(fields.get("longitude", "")))
    except ValueError:
        return ""
