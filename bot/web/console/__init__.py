"""The console of editors and staff. Sections are classes with a router; a new one is named here and in the menu."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from bot.web.console.alerts import Alerts
from bot.web.console.announcements import AnnouncementPages
from bot.web.console.case import CasePage
from bot.web.console.cases import CaseInbox
from bot.web.console.desk import ADMINISTRATORS, CASE_WORKERS, EDITORS, EVERYBODY, OFFICE, Desk, Section, SigninNeeded
from bot.web.console.drafting import Drafting
from bot.web.console.editing import Editing
from bot.web.console.figures import FigureDesk
from bot.web.console.helper import CounterHelp
from bot.web.console.home import Home
from bot.web.console.office_keeping import ROLES as OFFICE_KEEPERS
from bot.web.console.office_keeping import OfficeKeeping
from bot.web.console.pages import Pages
from bot.web.console.preview import Preview
from bot.web.console.questions import Questions
from bot.web.console.queues import Queues
from bot.web.console.reviewing import Reviewing
from bot.web.console.rules import Rules
from bot.web.console.sharing import Sharing
from bot.web.console.side_by_side import SideBySide
from bot.web.console.signin import Signin
from bot.web.console.statistics import StatisticsPages
from bot.web.console.team import Team

MENU = (
    Section("desk_menu_home", "/console", EVERYBODY),
    Section("desk_menu_cases", "/console/cases", CASE_WORKERS),
    Section("desk_menu_helper", "/console/helper", CASE_WORKERS),
    Section("desk_menu_queues", "/console/queues", EDITORS),
    Section("desk_menu_translations", "/console/translations", EDITORS),
    Section("desk_menu_questions", "/console/questions", EDITORS),
    Section("desk_menu_offices", "/console/offices", OFFICE_KEEPERS),
    Section("desk_menu_pages", "/console/pages", EDITORS),
    Section("desk_menu_figures", "/console/figures", EDITORS),
    Section("desk_menu_reviews", "/console/reviews", EDITORS),
    Section("desk_menu_sharing", "/console/sharing", CASE_WORKERS),
    Section("desk_menu_announcements", "/console/announcements", OFFICE),
    Section("desk_menu_statistics", "/console/statistics", EVERYBODY),
    Section("desk_menu_team", "/console/team", OFFICE),
    Section("desk_menu_audit", "/console/audit", ADMINISTRATORS),
)
STATIC = Path(__file__).parent / "static"


def add_console(app: FastAPI, desk: Desk) -> None:
    """Put the console under /console."""
    desk.sections = MENU
    team = Team(desk)
    for router in (Home(desk).router, Signin(desk).router, team.router, team.audit_router):
        app.include_router(router)
    if desk.casework:
        cases = CaseInbox(desk), CasePage(desk, desk.casework), CounterHelp(desk, desk.casework), Alerts(desk)
        for section in cases:
            app.include_router(section.router)
    for upkeep in (Queues(desk), SideBySide(desk), Questions(desk), OfficeKeeping(desk)):
        app.include_router(upkeep.router)
    drafting, preview = Drafting(desk), Preview(desk)
    reviewing = Reviewing(desk, drafting)
    for router in (
        Pages(desk, drafting).router,
        Editing(desk, drafting, preview).router,
        reviewing.history_router,
        FigureDesk(desk, drafting, preview).router,
        Rules(desk, drafting).router,
        reviewing.router,
        Sharing(desk).router,
        AnnouncementPages(desk).router,
        StatisticsPages(desk).router,
    ):
        app.include_router(router)
    app.mount("/console/static", StaticFiles(directory=STATIC), name="console_static")

    @app.exception_handler(SigninNeeded)
    async def signin_needed(request: Request, error: SigninNeeded) -> Response:
        if request.headers.get("hx-request"):
            return Response(status_code=204, headers={"HX-Redirect": error.to})
        return RedirectResponse(error.to, status_code=303)

    @app.exception_handler(HTTPException)
    async def refused(request: Request, error: HTTPException) -> Response:
        if not request.url.path.startswith("/console"):
            return Response(status_code=error.status_code, headers=error.headers)
        session = await desk.session(request)
        known = error.status_code if error.status_code in (403, 404, 409, 413) else 400
        return desk.page(request, "refused.html", session, status=error.status_code, key=f"desk_refused_{known}")
