"""Whether the bot lives, can take messages, and how it is doing: for load balancers, operators and Prometheus."""

from __future__ import annotations

import datetime as dt
import hmac
import ipaddress
from collections.abc import Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from bot import metrics
from bot.library.loading import Library
from bot.library.shelf import Shelf
from bot.settings import Settings
from bot.storage import database
from bot.storage.mailbox import Mailbox


class Health:
    """`/live`: the process answers. `/ready`: messages can be kept. `/health`: how it is. `/metrics`: in numbers."""

    def __init__(self, settings: Settings, mailbox: Mailbox, shelf: Shelf, now: Callable[[], dt.datetime]) -> None:
        self.settings, self.mailbox, self.shelf, self.now = settings, mailbox, shelf, now
        self.router = APIRouter()
        self.router.get("/live")(self.live)
        self.router.get("/ready")(self.ready)
        self.router.get("/health")(self.health)
        self.router.get("/metrics")(self.metrics)

    async def live(self) -> Response:
        """Always 200 while the process answers: a database that is away is no reason to start it anew."""
        return PlainTextResponse("ok")

    async def ready(self) -> Response:
        """503 while messages cannot be kept: no database, or one that was not brought up to date yet."""
        try:
            behind = await database.behind(self.mailbox.engine)
        except Exception as error:  # whatever the database says, the answer is: not ready
            return JSONResponse({"ready": False, "kind": type(error).__name__}, status_code=503)
        return JSONResponse({"ready": not behind}, status_code=503 if behind else 200)

    async def health(self) -> JSONResponse:
        """Whether letters can be kept, how old the oldest waiting one is, and content that editors must mend."""
        try:
            body = {
                "oldest_waiting_seconds": round(await self.mailbox.oldest_waiting(self.now()), 1),
                "given_up": await self.mailbox.given_up(),
                "held": await self.mailbox.held(),
                "content_problems": [str(problem) for problem in self.shelf.library.problems],
            }
        except Exception as error:  # whatever the database says, the answer is: not healthy
            return JSONResponse({"status": "no database", "kind": type(error).__name__}, status_code=503)
        return JSONResponse({"status": "ok", **body})

    async def metrics(self, request: Request) -> Response:
        """Prometheus' text format, for this machine or for who has the token."""
        if not self._may_read(request):
            return Response(status_code=403)
        try:
            metrics.QUEUE_AGE.set(await self.mailbox.oldest_waiting(self.now()))
            metrics.GIVEN_UP.set(await self.mailbox.given_up())
            metrics.HELD.set(await self.mailbox.held())
        except Exception as error:  # the rest is told all the same; this failure too
            metrics.FAILURES.labels("metrics", type(error).__name__).inc()
        metrics.CONTENT_PROBLEMS.set(len(self.shelf.library.problems))
        metrics.STALE_PAGES.set(stale_pages(self.shelf.library, self.now().date()))
        return Response(generate_latest(metrics.REGISTRY), media_type=CONTENT_TYPE_LATEST)

    def _may_read(self, request: Request) -> bool:
        token = self.settings.metrics_token.get_secret_value()
        if token:
            given = request.headers.get("authorization", "").removeprefix("Bearer ")
            return hmac.compare_digest(given.encode(), token.encode())
        host = request.client.host if request.client else ""
        forwarded = request.headers.get("x-forwarded-for") or request.headers.get("forwarded")
        try:
            return ipaddress.ip_address(host).is_loopback and not forwarded
        except ValueError:
            return False


def stale_pages(library: Library, today: dt.date) -> int:
    """Pages whose day to check again has passed."""
    pages = (page for content in library.countries.values() for page in content.pages.values())
    return sum(page.check_again_by < today for page in pages)
