"""The console of editors and staff. Sections are classes with a router; a new one is named here and in the menu."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse
from fastapi.staticfiles import StaticFiles
from starlette.exceptions import HTTPException

from bot.web.console.desk import ADMINISTRATORS, EVERYBODY, OFFICE, Desk, Section, SigninNeeded
from bot.web.console.home import Home
from bot.web.console.signin import Signin
from bot.web.console.team import Team

MENU = (
    Section("desk_menu_home", "/console", EVERYBODY),
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
