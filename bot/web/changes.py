"""What changed in the content, for everybody: a page in five languages and a feed, without signing in."""

from __future__ import annotations

import asyncio
import datetime as dt
import itertools
from email.utils import format_datetime
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from babel import negotiate_locale
from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates

from bot.library.changes import Change, History, title
from bot.library.shelf import Shelf
from bot.settings import Settings
from bot.translations import Catalogues, Words

SHOWN = 300
IN_FEED = 60
KIND = "changed_"


class ChangesPage:
    """Routes /changes and /changes.rss."""

    def __init__(self, settings: Settings, shelf: Shelf, catalogues: Catalogues) -> None:
        self.settings, self.shelf, self.catalogues = settings, shelf, catalogues
        self.history = History(settings.content)
        self.templates = Jinja2Templates(Path(__file__).parent / "templates")
        self.router = APIRouter()
        self.router.get("/changes")(self.page)
        self.router.get("/changes.rss")(self.feed)

    async def page(self, request: Request, language: str = "", country: str = "") -> Response:
        """The changes by month, the newest first."""
        words = self._words(request, language)
        found = await asyncio.to_thread(self.history.changes)
        codes = sorted({change.country for change in found if change.country}, key=words.country)
        wanted = [change for change in found if not country or change.country == country][:SHOWN]
        months = [
            (words.month(month), [(change, line(change, words, self.shelf)) for change in group])
            for month, group in itertools.groupby(wanted, key=lambda change: change.day.replace(day=1))
        ]
        values = {
            "say": words.say,
            "words": words,
            "months": months,
            "codes": codes,
            "country": country if country in codes else "",
            "languages": self.catalogues.offered(),
        }
        return self.templates.TemplateResponse(request, "changes.html", values)

    async def feed(self, request: Request, language: str = "", country: str = "") -> Response:
        """The same as RSS 2.0."""
        words = self._words(request, language)
        found = await asyncio.to_thread(self.history.changes)
        wanted = [change for change in found if not country or change.country == country][:IN_FEED]
        home = f"{self.settings.public_address.rstrip('/') or str(request.base_url).rstrip('/')}/changes"
        items = "".join(_item(change, line(change, words, self.shelf), home) for change in wanted)
        body = (
            '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0"><channel>'
            f"<title>{escape('Amparo: ' + words.say('changes_title'))}</title><link>{escape(home)}</link>"
            f"<description>{escape(words.say('changes_hint'))}</description>"
            f"<language>{escape(words.language.code)}</language>{items}</channel></rss>\n"
        )
        return Response(body, media_type="application/rss+xml; charset=utf-8")

    def _words(self, request: Request, language: str) -> Words:
        offered = [one.code for one in self.catalogues.offered()]
        if language in offered:
            return self.catalogues.words(language)
        asked = [part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").split(",")]
        return self.catalogues.words(str(negotiate_locale(asked, offered) or "es"))


def line(change: Change, words: Words, shelf: Shelf) -> str:
    """'Perú: cambió un monto: Sueldo mínimo'."""
    where = words.country(change.country) if change.country else words.say("changes_everywhere")
    said = words.say(f"{KIND}{change.kind}")
    order = (words.language.code, *words.language.stand_ins, "es")
    what = f"{change.times}" if change.times > 1 else title(change, shelf.library, order)
    return f"{where}: {said}: {what}" if what else f"{where}: {said}"


def _item(change: Change, said: str, home: str) -> str:
    at = dt.datetime.combine(change.day, dt.time(12), dt.UTC)
    mark = f"{change.commit}/{change.path or change.country}/{change.kind}/{change.name}"
    return (
        f"<item><title>{escape(said)}</title><link>{escape(home)}</link>"
        f"<guid isPermaLink={quoteattr('false')}>{escape(mark)}</guid>"
        f"<pubDate>{format_datetime(at)}</pubDate></item>"
    )
