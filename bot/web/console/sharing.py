"""The share kit of an office: links, QR codes, posters, cards and the line for its site; how many came by them."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup
from starlette.exceptions import HTTPException

from bot.conversation.invitation import Invitations
from bot.library.schema import OfficeEntry
from bot.sharing import Kit, Links
from bot.storage.statistics import Statistics
from bot.translations import Language, Words
from bot.web.console.desk import CASE_WORKERS, Desk
from bot.web.console.office_choice import office_name, offices_by_country, own_office
from bot.web.disclosure import Guarded, guarded
from bot.web.periods import short_day

FILES = {
    "poster.pdf": "application/pdf",
    "card.pdf": "application/pdf",
    "qr.svg": "image/svg+xml",
    "qr.png": "image/png",
}
WEEKS = 12


@dataclasses.dataclass(frozen=True)
class Shown:
    """The kit in one language, as the page shows it."""

    language: Language
    links: Links
    picture: Markup
    script: str


class Sharing:
    """People of an office see its kit; administrators every office's."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.invitations = Invitations(desk.secret)
        self.statistics = Statistics(desk.engine)
        self.router = APIRouter(prefix="/console/sharing")
        self.router.get("")(self.page)
        self.router.get("/{office}/all.zip")(self.everything)
        self.router.get("/{office}/{language}/{file}")(self.file)

    async def page(self, request: Request, office: str = "", topic: str = "") -> Response:
        """Links, codes and counts of an office; for administrators first the choice of one."""
        session = await self.desk.member(request, CASE_WORKERS)
        words = self.desk.words(request, session.member)
        library = self.desk.shelf.library
        name, entry = own_office(library, session.member, office)
        topic = topic if topic in library.topics.topics else ""
        values: dict[str, Any] = {
            "chosen": name,
            "topic": topic,
            "topics": [
                (key, one.name.get(words.language.code) or one.name["es"])
                for key, one in library.topics.topics.items()
                if one.in_menu
            ],
            "offices": offices_by_country(library, words) if session.member.role == "administrator" else [],
            "problem": "",
        }
        if entry is None:
            return self.desk.page(request, "sharing.html", session, **values)
        try:
            values["kits"] = await self._kits(request, name, entry, topic)
        except ValueError:  # a long name and a long topic: no link can carry both
            values |= {"problem": "desk_problem_link_long", "topic": ""}
            values["kits"] = await self._kits(request, name, entry, "")
        arrived = await self._arrived(name)
        values |= {
            "office_name": office_name(library, name),
            "arrived": arrived,
            "row_names": {week: words.say("desk_week_of", day=short_day(week)) for week in arrived.rows},
            "column_names": {"telegram": "Telegram", "whatsapp": "WhatsApp", "web": words.say("desk_share_web")},
            "public": bool(self.desk.settings.public_address),
        }
        return self.desk.page(request, "sharing.html", session, status=422 if values["problem"] else 200, **values)

    async def file(self, request: Request, office: str, language: str, file: str, topic: str = "") -> Response:
        """One file of the kit, to download."""
        session = await self.desk.member(request, CASE_WORKERS)
        name, entry = own_office(self.desk.shelf.library, session.member, office)
        known = {one.code for one in self.desk.catalogues.offered()}
        if entry is None or language not in known or file not in FILES:
            raise HTTPException(404)
        stem, ending = file.split(".")
        files = await asyncio.to_thread(_files, self._kit(request, name, entry), self._words(language), topic)
        data = files[f"{stem}.{language}.{ending}"]
        shown = f'attachment; filename="{name}.{stem}.{language}.{ending}"'
        return Response(data, media_type=FILES[file], headers={"Content-Disposition": shown})

    async def everything(self, request: Request, office: str, topic: str = "") -> Response:
        """All files in all languages, in one."""
        session = await self.desk.member(request, CASE_WORKERS)
        name, entry = own_office(self.desk.shelf.library, session.member, office)
        if entry is None:
            raise HTTPException(404)
        kit = self._kit(request, name, entry)
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for language in self.desk.catalogues.offered():
                words = self._words(language.code)
                for stem, data in (await asyncio.to_thread(_files, kit, words, topic)).items():
                    archive.writestr(f"{name}/{stem}", data)
                archive.writestr(f"{name}/site.{language.code}.txt", kit.script(words))
        headers = {"Content-Disposition": f'attachment; filename="{name}.zip"'}
        return Response(packed.getvalue(), media_type="application/zip", headers=headers)

    def _kit(self, request: Request, name: str, entry: OfficeEntry) -> Kit:
        settings = self.desk.settings
        if not settings.public_address:  # the address this page was reached under is the best there is
            settings = settings.model_copy(update={"public_address": str(request.base_url).rstrip("/")})
        return Kit(settings, self.invitations, name, entry)

    def _words(self, language: str) -> Words:
        return self.desk.catalogues.words(language)

    async def _kits(self, request: Request, name: str, entry: OfficeEntry, topic: str) -> list[Shown]:
        kit, shown = self._kit(request, name, entry), []
        for language in self.desk.catalogues.offered():
            words = self._words(language.code)
            links = kit.links(words, topic)
            code = segno.make(links.best, error="m", micro=False)
            picture = code.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=False)
            shown.append(Shown(language, links, Markup(picture), kit.script(words)))  # noqa: S704 - made here
        return shown

    async def _arrived(self, name: str) -> Guarded:
        """Who came by its links in the last weeks, this one too, by week and channel."""
        today = self.desk.now().date()
        monday = today - dt.timedelta(days=today.weekday())
        weeks = [(monday - dt.timedelta(weeks=back)).isoformat() for back in range(WEEKS)]
        came = await self.statistics.arrivals(dt.date.fromisoformat(weeks[-1]), monday + dt.timedelta(weeks=1), name)
        return guarded(came, weeks, sorted({channel for _, channel in came}))


def _files(kit: Kit, words: Words, topic: str) -> dict[str, bytes]:
    """The kit's files in one language, by name; without the topic where no link can carry it."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            paths = kit.write(Path(folder), words, topic)
        except ValueError:
            paths = kit.write(Path(folder), words)
        return {path.name: path.read_bytes() for path in paths}
