"""The web server: the chat page, its forms, health. Keeps letters and shows answers; it answers nothing itself."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.staticfiles import StaticFiles

from bot.clock import utc_now
from bot.library.shelf import Shelf
from bot.settings import Settings
from bot.storage.mailbox import Mailbox
from bot.translations import Catalogues
from bot.web.changes import ChangesPage
from bot.web.chat import ChatPage
from bot.web.health import Health
from bot.web.statistics import PublicStatistics

STATIC = Path(__file__).parent / "static"
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self'; "
        "form-action 'self' https:; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def web_app(
    settings: Settings,
    mailbox: Mailbox,
    shelf: Shelf,
    catalogues: Catalogues,
    *,
    secret: bytes,
    wake: Callable[[], None],
) -> FastAPI:
    """The ASGI application. `wake` tells the worker of this process that a letter came."""
    app = FastAPI(title="Amparo", docs_url=None, redoc_url=None, openapi_url=None)
    app.middleware("http")(_guard(settings.embed_origins))
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(ChangesPage(settings, shelf, catalogues).router)
    app.include_router(ChatPage(settings, mailbox, catalogues, secret, wake).router)
    app.include_router(PublicStatistics(settings, mailbox.engine, shelf, catalogues).router)
    app.include_router(Health(settings, mailbox, shelf, utc_now).router)
    return app


def _guard(
    embed_origins: Sequence[str],
) -> Callable[[Request, Callable[[Request], Awaitable[Response]]], Awaitable[Response]]:
    """Forms of other sites are refused; every answer carries the strict headers. Only the sites named may frame us."""
    headers = dict(HEADERS)
    if embed_origins:
        policy = headers["Content-Security-Policy"]
        ancestors = " ".join(["'self'", *embed_origins])
        headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", f"frame-ancestors {ancestors}")
        del headers["X-Frame-Options"]

    async def guarded(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        site = request.headers.get("sec-fetch-site", "same-origin")
        if request.method == "POST" and site not in ("same-origin", "none"):
            return Response(status_code=403)
        response = await call_next(request)
        for name, value in headers.items():
            response.headers.setdefault(name, value)
        if request.url.path == "/static/widget.js":
            response.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if not request.url.path.startswith("/static/"):
            response.headers.setdefault("Cache-Control", "no-store")
        else:
            response.headers.setdefault("Cache-Control", "public, max-age=86400")
        return response

    return guarded
