"""Translating side by side: source and translation of each text, what changed since, and sheets out and in."""

from __future__ import annotations

import asyncio
import dataclasses
import tempfile
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException

from bot.library import sheets, uploads, workbooks
from bot.library.amend import NoSuchPlace
from bot.library.changes import text_before
from bot.library.checks import PLACEHOLDER
from bot.library.differences import Piece
from bot.library.differences import words as pieces_of
from bot.library.loading import INTERNATIONAL, CountryContent, Text
from bot.library.uploads import NotTaken
from bot.library.workbooks import Row
from bot.storage.staff import Session
from bot.web.console.desk import EDITORS, Desk, text_of
from bot.web.console.drafting import Drafting
from bot.web.console.places import country_of

HOME = "/console/translations"
PAGE = 12
"""Texts on a page."""
MEDIA = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".po": "text/x-gettext-translation; charset=utf-8",
}
PROBLEMS_SHOWN = 200


@dataclasses.dataclass(frozen=True)
class Pair:
    """A text and its translation, part by part. `since` shows what changed in the source since it was translated."""

    key: str
    rows: tuple[Row, ...]
    since: tuple[Piece, ...] = ()
    unknown: bool = False
    """True: it changed, and nobody knows any more from what."""
    waiting: bool = False

    @property
    def behind(self) -> bool:
        """Whether something is to be done."""
        return any(row.behind for row in self.rows)

    @property
    def written(self) -> bool:
        """Whether there is a translation at all."""
        return any(row.translation for row in self.rows)


class SideBySide:
    """Routes of translating. All that is changed goes to a second person."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.drafting = Drafting(desk)
        self.router = APIRouter(prefix=HOME)
        self.router.get("")(self.overview)
        self.router.get("/{country}/{language}")(self.texts)
        self.router.post("/{country}/{language}")(self.save)
        self.router.get("/{country}/{language}/sheet{kind}")(self.sheet)
        self.router.post("/{country}/{language}/sheet")(self.take)

    async def overview(self, request: Request) -> Response:
        """Countries and languages, with how many texts wait in each."""
        session = await self.desk.member(request, EDITORS)
        library = self.desk.shelf.library
        behind = [text for text, _ in library.behind()]
        languages = [language.code for language in self.desk.catalogues.offered()]
        lines = []
        for code, content in sorted(library.countries.items()):
            leader = _leader(content)
            sources = {(topic, variant) for topic, variant, language in content.texts if language == leader}
            cells = []
            for language in languages:
                written = {(topic, variant) for topic, variant, tongue in content.texts if tongue == language}
                late = sum(text.country == code and text.language == language for text in behind)
                cells.append((language, None if language == leader else (len(sources - written), late)))
            lines.append((code or INTERNATIONAL, cells))
        spoken = [self.desk.catalogues.languages[code] for code in languages]
        values: dict[str, Any] = {"lines": lines, "spoken": spoken}
        return self.desk.page(request, "translations.html", session, **values)

    async def texts(
        self, request: Request, country: str, language: str, key: str = "", show: str = "", page: int = 1
    ) -> Response:
        """The texts side by side: those to do, all, or one."""
        session = await self.desk.member(request, EDITORS)
        content = self._content(country, language)
        return await self._page(request, session, content, language, key=key, show=show, page=page)

    async def save(self, request: Request, country: str, language: str) -> Response:
        """Check one translated text and send it to the second person."""
        session = await self.desk.member(request, EDITORS)
        content = self._content(country, language)
        fields = await self.desk.form(request, session)
        key, version = text_of(fields, "key", 300), text_of(fields, "version", 8)
        rows = [row for row in await self._rows(content, language) if row.key == key]
        if not rows:
            raise HTTPException(404)
        told = {row.part: _clean(text_of(fields, f"part_{row.part}", 6000), row.part) for row in rows}
        wrong = {row.part: self._problem(row, told[row.part], version) for row in rows}
        if any(wrong.values()):
            typed = {f"part_{part}": text for part, text in told.items()}
            return await self._page(request, session, content, language, key=key, typed=typed, wrong=wrong)
        try:
            files = await asyncio.to_thread(self._files, content, language, key, told, rows[0].version)
        except (NoSuchPlace, ValueError):
            raise HTTPException(409) from None
        back = f"{HOME}/{country}/{language}"
        if not files:
            return self.desk.go(back, "desk_said_same")
        sent = [await self._offer(session, path, f"{key} · {language}", after, key) for path, after in files.items()]
        return self.desk.go(back, "desk_said_review" if all(sent) else "desk_said_not_saved")

    async def sheet(self, request: Request, country: str, language: str, kind: str) -> Response:
        """All texts as a sheet for a translator's own program."""
        session = await self.desk.member(request, EDITORS)
        content = self._content(country, language)
        if kind not in MEDIA:
            raise HTTPException(404)
        rows = await self._rows(content, language)
        raw = await asyncio.to_thread(_written, rows, kind)
        await self.desk.note(session, "sheet_taken_out", f"{country} {language} {kind}")
        head = {"Content-Disposition": f'attachment; filename="{country}-{language}{kind}"'}
        return Response(raw, media_type=MEDIA[kind], headers=head)

    async def take(self, request: Request, country: str, language: str) -> Response:
        """Read a sheet back: each row that is wrong is named, the others go to the second person."""
        session = await self.desk.member(request, EDITORS)
        content = self._content(country, language)
        fields = await self.desk.form(request, session)
        upload = fields.get("sheet")
        if not isinstance(upload, UploadFile) or not upload.filename:
            return await self._page(request, session, content, language, refused="desk_upload_none")
        raw = await upload.read()
        try:
            kind = await asyncio.to_thread(uploads.look, upload.filename, raw)
            files, written, problems = await asyncio.to_thread(self._taken, content, language, kind, raw)
        except NotTaken as refused:
            return await self._page(request, session, content, language, refused=f"desk_upload_{refused.reason}")
        except Exception:  # a sheet that another program wrote in its own way: whatever it breaks, it is not read
            return await self._page(request, session, content, language, refused="desk_upload_broken")
        title = f"{country} · {language} · {written}"
        for path, after in files.items():
            await self._offer(session, path, title, after, upload.filename[:100])
        result: dict[str, Any] = {"written": written, "files": len(files), "problems": problems[:PROBLEMS_SHOWN]}
        return await self._page(request, session, content, language, result=result)

    # How it is done

    async def _offer(self, session: Session, path: str, title: str, after: str, why: str) -> bool:
        before = await self.drafting.text(path)
        if before == after:
            return True
        files = {path: (before, after)}
        return bool(await self.drafting.offer(session, "translation", path, title, files, why))

    def _content(self, country: str, language: str) -> CountryContent:
        content = country_of(self.desk.shelf.library, country)
        if language not in self.desk.catalogues.languages or language == _leader(content):
            raise HTTPException(404)
        return content

    async def _rows(self, content: CountryContent, language: str) -> list[Row]:
        return await asyncio.to_thread(sheets.rows, self.desk.shelf.library, content.code, language)

    def _files(
        self, content: CountryContent, language: str, key: str, told: dict[str, str], version: str
    ) -> dict[str, str]:
        if sheets.RULE in told:
            library = self.desk.shelf.library
            return sheets.rule_files(library, content.code, language, {key: told[sheets.RULE]})[0]
        path, after = sheets.page_file(content.code, language, key, told, version)
        return {path: after}

    def _taken(
        self, content: CountryContent, language: str, kind: str, raw: bytes
    ) -> tuple[dict[str, str], int, list[str]]:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"sheet{kind}"
            path.write_bytes(raw)
            return sheets.taken(self.desk.shelf.library, content.code, language, path)

    def _problem(self, row: Row, translation: str, version: str) -> str:
        if not translation:
            return "desk_wrong_empty"
        if row.version and version != row.version:
            return "desk_wrong_source"
        if sorted(PLACEHOLDER.findall(row.source)) != sorted(PLACEHOLDER.findall(translation)):
            return "desk_wrong_braces"
        if not sheets.problem_of(row, row.source, translation):
            return ""
        return "desk_wrong_long" if row.part in ("title", "body") else "desk_wrong_value"

    async def _page(
        self,
        request: Request,
        session: Session,
        content: CountryContent,
        language: str,
        *,
        key: str = "",
        show: str = "",
        page: int = 1,
        **more: Any,
    ) -> Response:
        rows: dict[str, list[Row]] = {}
        for row in await self._rows(content, language):
            rows.setdefault(row.key, []).append(row)
        wanted = [one for one in rows if one == key] if key else list(rows)
        if not key and show != "all":
            wanted = [one for one in wanted if any(row.behind for row in rows[one])]
        pages = max(1, -(-len(wanted) // PAGE))
        page = min(max(page, 1), pages)
        waiting = {draft.subject for draft in await self.drafting.drafts.in_states("review", "publishing")}
        shown = wanted[(page - 1) * PAGE : page * PAGE]
        pairs = await asyncio.to_thread(self._pairs, content, language, {one: rows[one] for one in shown}, waiting)
        values: dict[str, Any] = {
            "country": content.code or INTERNATIONAL,
            "language": self.desk.catalogues.languages[language],
            "leader": self.desk.catalogues.languages[_leader(content)],
            "pairs": pairs,
            "todo": sum(any(row.behind for row in found) for found in rows.values()),
            "all": len(rows),
            "key": key,
            "show": show,
            "number": page,
            "pages": pages,
            "typed": {},
            "wrong": {},
            "refused": "",
            "result": None,
        }
        values |= more
        status = 422 if values["refused"] or any(values["wrong"].values()) else 200
        return self.desk.page(request, "side_by_side.html", session, status=status, **values)

    def _pairs(
        self, content: CountryContent, language: str, rows: dict[str, list[Row]], waiting: set[str]
    ) -> list[Pair]:
        pairs = []
        for key, found in rows.items():
            if found[0].part == sheets.RULE:
                path = f"{content.code or INTERNATIONAL}/{key.partition(':')[0]}"
                pairs.append(Pair(key, tuple(found), waiting=path in waiting))
                continue
            field, _, name = key.partition(".")
            place = f"{content.code or INTERNATIONAL}/{field}/{name}"
            topic, variant = f"{field}.{name.partition('.')[0]}", name.partition(".")[2]
            own, source = (content.texts.get((topic, variant, one)) for one in (language, _leader(content)))
            since, unknown = self._since(own, source)
            pairs.append(Pair(key, tuple(found), since, unknown, f"{place}.{language}.md" in waiting))
        return pairs

    def _since(self, own: Text | None, source: Text | None) -> tuple[tuple[Piece, ...], bool]:
        """What changed in the source since it was translated; True where that is not known any more."""
        if own is None or source is None or own.front.translated_from == source.version:
            return (), False
        old = text_before(self.drafting.publisher, source.path, own.front.translated_from)
        now = "\n\n".join(part for part in (source.front.title, source.front.until, source.body) if part)
        return (pieces_of(old, now), False) if old else ((), True)


def _leader(content: CountryContent) -> str:
    return content.about.language if content.about else "es"


def _clean(text: str, part: str) -> str:
    """As the file keeps it: line breaks of one kind in a body, none in a title."""
    if part == "body":
        return "\n".join(line.rstrip() for line in text.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    return " ".join(text.split())


def _written(rows: list[Row], kind: str) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"sheet{kind}"
        workbooks.write(path, rows)
        return path.read_bytes()
