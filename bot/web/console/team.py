"""Who works with the console: invitations, roles, and the log of what everybody did."""

from __future__ import annotations

from typing import Any, get_args

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot.storage.staff import OF_AN_OFFICE, Member, Refused, Role, Session
from bot.web.console.desk import ADMINISTRATORS, OFFICE, Desk, text_of

PAGE = 100


class Team:
    """Accounts: administrators manage all, office administrators those of their own office."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.router = APIRouter(prefix="/console/team")
        self.router.get("")(self.page)
        self.router.post("/invite")(self.invite)
        self.router.post("/{number}/{act}")(self.change)
        self.audit_router = APIRouter(prefix="/console/audit")
        self.audit_router.get("")(self.audit)

    async def page(self, request: Request) -> Response:
        """The list of accounts and the form to invite somebody."""
        return await self._page(request, await self.desk.member(request, OFFICE))

    async def invite(self, request: Request) -> Response:
        """Make an invitation and show its link once."""
        session = await self.desk.member(request, OFFICE)
        fields = await self.desk.form(request, session)
        role, office = text_of(fields, "role", 20), text_of(fields, "office", 80)
        if role not in self._roles(session.member):
            raise HTTPException(403)
        if session.member.role != "administrator":
            office = session.member.office
        if office and self.desk.shelf.library.office(office) is None:
            return await self._page(request, session, problem="desk_problem_office")
        try:
            token = await self.desk.staff.invite(role, office, session.member.id, self.desk.now())
        except Refused as refused:
            return await self._page(request, session, problem=refused.reason)
        await self.desk.note(session, "invited", role, office)
        address = self.desk.settings.public_address.rstrip("/") or str(request.base_url).rstrip("/")
        return await self._page(request, session, link=f"{address}/console/invite/{token}")

    async def change(self, request: Request, number: int, act: str) -> Response:
        """Disable or enable an account, end its sessions, take its second factor away."""
        session = await self.desk.member(request, OFFICE)
        await self.desk.form(request, session)
        member = await self.desk.staff.member(number)
        if member is None or not self._manages(session.member, member):
            raise HTTPException(404)
        if act == "disable" and member.id != session.member.id:
            await self.desk.staff.change(number, disabled=True)
        elif act == "enable":
            await self.desk.staff.change(number, disabled=False)
        elif act == "end":
            await self.desk.staff.end(number)
        elif act == "reset_second":
            await self.desk.staff.reset_second(number)
        else:
            raise HTTPException(404)
        await self.desk.note(session, f"account_{act}", str(number))
        return self.desk.go("/console/team", "desk_said_saved")

    async def audit(self, request: Request, before: int = 0) -> Response:
        """What everybody did, the newest first, and whether the log is whole."""
        session = await self.desk.member(request, ADMINISTRATORS)
        acts = await self.desk.audit.lines(PAGE, before)
        names = {member.id: member.name for member in await self.desk.staff.members()}
        broken = await self.desk.audit.broken_at()
        values: dict[str, Any] = {
            "acts": acts,
            "names": names,
            "broken": broken,
            "more": acts[-1].id if len(acts) == PAGE else 0,
        }
        return self.desk.page(request, "audit.html", session, **values)

    async def _page(self, request: Request, session: Session, *, link: str = "", problem: str = "") -> Response:
        me = session.member
        members = await self.desk.staff.members(None if me.role == "administrator" else me.office)
        offices = [
            (name, office.short or office.name)
            for content in self.desk.shelf.library.countries.values()
            for name, office in content.offices.offices.items()
        ]
        values: dict[str, Any] = {
            "members": members,
            "roles": self._roles(me),
            "offices": sorted(offices),
            "link": link,
        }
        status = 422 if problem else 200
        return self.desk.page(request, "team.html", session, status=status, problem=problem, **values)

    @staticmethod
    def _roles(member: Member) -> tuple[Role, ...]:
        every: tuple[Role, ...] = get_args(Role)
        return every if member.role == "administrator" else tuple(role for role in every if role in OF_AN_OFFICE)

    def _manages(self, me: Member, other: Member) -> bool:
        return me.role == "administrator" or (self.desk.may_see_office(me, other.office) and other.role in OF_AN_OFFICE)
