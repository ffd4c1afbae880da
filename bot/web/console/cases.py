"""The inbox: cases by who has them, urgent ones first, then who waits longest."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from bot.storage.case_list import VIEWS, CaseList
from bot.storage.cases import Cases
from bot.storage.staff import Member
from bot.web.console.case_facts import span_said, topic_said
from bot.web.console.desk import CASE_WORKERS, Desk


class CaseInbox:
    """Lists of an office's own cases; administrators see those of all offices."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.list = CaseList(Cases(desk.engine, desk.secret))
        self.router = APIRouter(prefix="/console/cases")
        self.router.get("")(self.page)

    async def page(self, request: Request, view: str = "", language: str = "") -> Response:
        """One of the lists; without a choice, the first that has something in it."""
        session = await self.desk.member(request, CASE_WORKERS)
        me, office = session.member, office_of(session.member)
        sizes = await self.list.sizes(office, me.id)
        first = next((name for name in VIEWS[:2] if sizes[name]), VIEWS[0])
        chosen = next((name for name in VIEWS if name == view), first)
        found = await self.list.find(chosen, office, me.id, language[:3])
        words, library = self.desk.words(request, me), self.desk.shelf.library
        now = self.desk.now()
        waits = {one.id: span_said(now - one.waiting_at, words) for one in found if one.waiting_at}
        values: dict[str, Any] = {
            "cases": found,
            "view": chosen,
            "views": VIEWS,
            "sizes": sizes,
            "waits": waits,
            "topics": {one.id: topic_said(library, one.topic, words) for one in found},
            "offices": {name: office_said(self.desk, name) for one in found for name in (one.office, one.referred_to)},
            "names": {member.id: member.name for member in await self.desk.staff.members(office)},
            "all_languages": self.desk.catalogues.languages,
            "language": language[:3],
        }
        return self.desk.page(request, "cases.html", session, **values)


def office_of(member: Member) -> str | None:
    """Whose cases somebody sees: of their own office, or None for all of them."""
    return None if member.role == "administrator" else member.office


def office_said(desk: Desk, name: str) -> str:
    """The name people use for an office; its id where it is gone."""
    entry = desk.shelf.library.office(name)
    return (entry.short or entry.name) if entry else name
