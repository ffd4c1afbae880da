"""Announcements: written, previewed, counted, approved by a second person, sent bit by bit, and what came of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from bot.storage.announcement import KINDS, Announcement, Conflict, Draft, Kind
from bot.storage.announcements import Announcements
from bot.storage.news import Audience, News
from bot.storage.staff import Session
from bot.web.console.announcement_preview import previews
from bot.web.console.desk import OFFICE, Desk, text_of
from bot.web.console.office_choice import office_name, offices_by_country, scope_of
from bot.web.disclosure import a_few

HERE = "/console/announcements"
LONGEST = 700
"""Letters of an announcement; with its head and foot it is one message on every channel."""
LANGUAGES = ("es", "pt", "en", "fr", "ht")
SPREADS = (0, 2, 6, 24, 48)
"""Hours over which one may be spread."""
FURTHEST = dt.timedelta(days=60)
PARTS = ("countries", "origins", "languages", "topics", "offices")


class AnnouncementPages:
    """Office administrators announce for their office, administrators for all; nobody approves their own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.announcements, self.news = Announcements(desk.engine), News(desk.engine)
        self.router = APIRouter(prefix=HERE)
        self.router.get("")(self.page)
        self.router.get("/new")(self.new)
        self.router.post("/new")(self.write)
        self.router.post("/count")(self.count)
        self.router.get("/{number}")(self.one)
        self.router.get("/{number}/edit")(self.edit)
        self.router.post("/{number}/edit")(self.change)
        self.router.post("/{number}/{act}")(self.act)

    async def page(self, request: Request) -> Response:
        """All announcements one may see, the newest first."""
        session = await self.desk.member(request, OFFICE)
        me = session.member
        found = await self.announcements.all(None if me.role == "administrator" else me.office)
        names = {one.office: self._sender(one.office) for one in found}
        return self.desk.page(request, "announcements.html", session, found=found, names=names, a_few=a_few)

    async def new(self, request: Request) -> Response:
        """An empty form."""
        session = await self.desk.member(request, OFFICE)
        until = self.desk.now().date() + dt.timedelta(days=7)
        draft = Draft(session.member.office, "visit", {}, Audience(), until, SPREADS[1])
        return self._form(request, session, draft)

    async def write(self, request: Request) -> Response:
        """Keep a new draft."""
        session = await self.desk.member(request, OFFICE)
        fields = await self.desk.form(request, session)
        draft, problems = self._draft(fields, session)
        if problems:
            return self._form(request, session, draft, problems, until=text_of(fields, "until", 20))
        number = await self.announcements.write(draft, session.member.id, self.desk.now())
        await self.desk.note(session, "announcement_written", str(number), draft.office)
        return self.desk.go(f"{HERE}/{number}", "desk_said_saved")

    async def edit(self, request: Request, number: int) -> Response:
        """The form of one that has not gone out."""
        session = await self.desk.member(request, OFFICE)
        one = await self._mine(session, number)
        if one.state not in ("draft", "submitted"):
            raise HTTPException(409)
        draft = Draft(one.office, one.kind, one.texts, one.audience, one.until, one.spread_hours)
        return self._form(request, session, draft, one=one, version=one.version)

    async def change(self, request: Request, number: int) -> Response:
        """Keep it changed; who has seen it before must see it again."""
        session = await self.desk.member(request, OFFICE)
        one = await self._mine(session, number)
        fields = await self.desk.form(request, session)
        draft, problems = self._draft(fields, session, one)
        version = _number(text_of(fields, "version", 10))
        if not problems:
            try:
                await self.announcements.change(number, version, draft, session.member.id, self.desk.now())
            except Conflict:
                problems = ["desk_problem_changed_meanwhile"]
        if problems:
            until = text_of(fields, "until", 20)
            return self._form(request, session, draft, problems, one=one, version=version, until=until)
        await self.desk.note(session, "announcement_changed", str(number), draft.office)
        return self.desk.go(f"{HERE}/{number}", "desk_said_saved")

    async def one(self, request: Request, number: int) -> Response:
        """How it looks, whom it reaches, what came of it, and what can be done."""
        session = await self.desk.member(request, OFFICE)
        return await self._one(request, session, await self._mine(session, number))

    async def count(self, request: Request) -> Response:
        """Whom the form would reach as it stands, while it is written."""
        session = await self.desk.member(request, OFFICE)
        draft, _ = self._draft(await self.desk.form(request, session), session)
        reached = await self._reached(draft.audience, draft.office)
        return self.desk.page(request, "announcement_reached.html", session, reached=reached, a_few=a_few)

    async def act(self, request: Request, number: int, act: str) -> Response:
        """Submit, give back, approve, pause, go on, stop."""
        session = await self.desk.member(request, OFFICE)
        one = await self._mine(session, number)
        fields = await self.desk.form(request, session)
        version, now = _number(text_of(fields, "version", 10)), self.desk.now()
        try:
            if act == "submit":
                await self.announcements.submit(number, version)
            elif act == "give_back":
                await self.announcements.give_back(number, version)
            elif act == "approve":
                if one.until < now.date():
                    return await self._one(request, session, one, "desk_problem_until")
                scope = scope_of(self.desk.shelf.library, one.office)
                await self.announcements.approve(number, version, session.member.id, scope, now)
            elif act == "pause":
                await self.announcements.pause(number)
            elif act == "go_on":
                await self.announcements.go_on(number, now)
            elif act == "stop":
                await self.announcements.stop(number)
            else:
                raise HTTPException(404)
        except Conflict:
            fresh = await self._mine(session, number)
            own = act == "approve" and fresh.changed_by == session.member.id
            problem = "desk_problem_own_approval" if own else "desk_problem_changed_meanwhile"
            return await self._one(request, session, fresh, problem)
        await self.desk.note(session, f"announcement_{act}", str(number), one.office)
        return self.desk.go(f"{HERE}/{number}", f"desk_said_announcement_{act}")

    async def _mine(self, session: Session, number: int) -> Announcement:
        """One that the member may see. Raises HTTPException 404 also for those of other offices."""
        one = await self.announcements.one(number)
        me = session.member
        if one is None or not (me.role == "administrator" or (one.office and one.office == me.office)):
            raise HTTPException(404)
        return one

    def _sender(self, office: str) -> str:
        return office_name(self.desk.shelf.library, office) if office else "Amparo"

    async def _reached(self, audience: Audience, office: str) -> dict[str, int]:
        scope = scope_of(self.desk.shelf.library, office)
        return await self.news.reached(audience, scope, self.desk.now().date())

    async def _one(self, request: Request, session: Session, one: Announcement, problem: str = "") -> Response:
        names = {member.id: member.name for member in await self.desk.staff.members()}
        values: dict[str, Any] = {
            "one": one,
            "names": names,
            "sender": self._sender(one.office),
            "reached": await self._reached(one.audience, one.office) if one.state in ("draft", "submitted") else {},
            "waiting": await self.announcements.waiting(one.id),
            "previews": previews(one, self._sender(one.office), self.desk.catalogues, LANGUAGES),
            "own": one.changed_by == session.member.id,
            "problem": problem,
            "a_few": a_few,
            "template_languages": self.desk.settings.whatsapp_news_templates,
        } | self._choices(request, session)
        return self.desk.page(request, "announcement.html", session, status=409 if problem else 200, **values)

    def _draft(self, fields: FormData, session: Session, before: Announcement | None = None) -> tuple[Draft, list[str]]:
        """What stands in the form, and the keys of what is to be mended."""
        library, problems = self.desk.shelf.library, []
        office = session.member.office if session.member.role != "administrator" else text_of(fields, "office", 80)
        if before is not None:
            office = before.office
        elif office and library.office(office) is None:
            problems.append("desk_problem_office")
        texts = {code: text_of(fields, f"text_{code}", 4000).replace("\r\n", "\n").strip() for code in LANGUAGES}
        if not texts["es"]:
            problems.append("desk_problem_spanish")
        if any(len(text) > LONGEST for text in texts.values()):
            problems.append("desk_problem_long")
        kind: Kind = next((one for one in KINDS if one == text_of(fields, "kind", 12)), "other")
        today = self.desk.now().date()
        try:
            until = dt.date.fromisoformat(text_of(fields, "until", 20))
        except ValueError:
            until = dt.date.min
        if not today <= until <= today + FURTHEST:
            problems.append("desk_problem_until")
            until = today
        spread = _number(text_of(fields, "spread", 3))
        chosen = {
            part: tuple(dict.fromkeys(str(one)[:80] for one in fields.getlist(part) if one))[:300] for part in PARTS
        }
        audience = Audience(**chosen)
        kept = {code: text for code, text in texts.items() if text}
        return Draft(office, kind, kept, audience, until, spread if spread in SPREADS else SPREADS[0]), problems

    def _form(
        self,
        request: Request,
        session: Session,
        draft: Draft,
        problems: list[str] | None = None,
        *,
        one: Announcement | None = None,
        version: int = 0,
        until: str = "",
    ) -> Response:
        values: dict[str, Any] = {
            "draft": draft,
            "until": until or draft.until.isoformat(),
            "problems": problems or [],
            "number": one.id if one else 0,
            "version": version,
            "sender": self._sender(draft.office),
            "longest": LONGEST,
            "kinds": KINDS,
            "spreads": SPREADS,
            "today": self.desk.now().date().isoformat(),
        } | self._choices(request, session)
        return self.desk.page(request, "announcement_edit.html", session, status=422 if problems else 200, **values)

    def _choices(self, request: Request, session: Session) -> dict[str, Any]:
        """What the parts of an audience can be: (value, name) by part."""
        words, library = self.desk.words(request, session.member), self.desk.shelf.library
        places = [code for code in library.countries if code]
        nationalities = {
            office.nationality for content in library.countries.values() for office in content.offices.offices.values()
        }
        from_ = sorted({*places, *library.origins(), *(code for code in nationalities if code)})
        fields = [
            (code, names.get(words.language.code) or names["es"]) for code, names in library.topics.fields.items()
        ]
        topics = [
            (key, entry.name.get(words.language.code) or entry.name["es"])
            for key, entry in library.topics.topics.items()
            if entry.in_menu
        ]
        offices = offices_by_country(library, words) if session.member.role == "administrator" else []
        return {
            "offices": offices,
            "choices": {
                "countries": sorted(((code, words.country(code)) for code in places), key=lambda pair: pair[1]),
                "origins": sorted(((code, words.country(code)) for code in from_), key=lambda pair: pair[1]),
                "languages": [(code, self.desk.catalogues.languages[code].name) for code in LANGUAGES],
                "topics": [*((code, f"{name} …") for code, name in fields if code != "conversation"), *topics],
                "offices": [pair for _, group in offices for pair in group],
            },
        }


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() else 0
