"""Where somebody on duty is told of urgent cases: their own Telegram, linked by themselves."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response

from bot.storage.alerts import StaffLinks
from bot.storage.staff import Session
from bot.web.console.desk import CASE_WORKERS, Desk


class Alerts:
    """A link that counts once, and the way to end it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self.links = desk, StaffLinks(desk.engine)
        self.router = APIRouter(prefix="/console/alerts")
        self.router.get("")(self.page)
        self.router.post("/link")(self.link)
        self.router.post("/unlink")(self.unlink)

    async def page(self, request: Request) -> Response:
        """Whether alerts reach this account."""
        return self._page(request, await self.desk.member(request, CASE_WORKERS))

    async def link(self, request: Request) -> Response:
        """A new link, shown once."""
        session = await self.desk.member(request, CASE_WORKERS)
        await self.desk.form(request, session)
        code = await self.links.offer(session.member.id, self.desk.now())
        await self.desk.note(session, "alert_link_made", "")
        return self._page(request, session, code)

    async def unlink(self, request: Request) -> Response:
        """Alert nobody any more."""
        session = await self.desk.member(request, CASE_WORKERS)
        await self.desk.form(request, session)
        await self.links.unlink(session.member.id)
        await self.desk.note(session, "alerts_unlinked", "")
        return self.desk.go("/console/alerts", "desk_said_saved")

    def _page(self, request: Request, session: Session, code: str = "") -> Response:
        name = self.desk.settings.telegram_username.removeprefix("@")
        values: dict[str, Any] = {"code": code, "link": f"https://t.me/{name}?start={code}" if code and name else ""}
        return self.desk.page(request, "alerts.html", session, **values)
