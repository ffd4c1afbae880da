"""The first page after signing in: what each section is for, in a line."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from bot.web.console.desk import Desk


class Home:
    """One card a section that the member may open."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.router = APIRouter(prefix="/console")
        self.router.get("")(self.page)

    async def page(self, request: Request) -> Response:
        """The cards."""
        session = await self.desk.member(request)
        return self.desk.page(request, "home.html", session)
