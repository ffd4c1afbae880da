"""What every section of the console works with: who is signed in, forms, pages, the log of acts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hmac
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from babel import negotiate_locale
from fastapi import Request, Response
from fastapi.responses import RedirectResponse
from fastapi.templating import Jinja2Templates
from sqlalchemy.ext.asyncio import AsyncEngine
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from bot.casework import Casework
from bot.library.shelf import Shelf
from bot.settings import Settings
from bot.storage.audit import Audit
from bot.storage.staff import Member, Role, Session, Staff
from bot.translations import Catalogues, Words

COOKIE, LANGUAGE, FLASH = "amparo_staff", "amparo_staff_language", "amparo_staff_said"
HOME, SIGNIN, SECOND = "/console", "/console/signin", "/console/second"
LANGUAGES = ("es", "pt", "en", "fr")
UPLOAD_LIMIT = 8 * 1024 * 1024
"""Bytes of a form with a file at most."""
EVERYBODY: frozenset[Role] = frozenset({"editor", "reviewer", "case_worker", "office_admin", "administrator"})
EDITORS: frozenset[Role] = frozenset({"editor", "reviewer", "administrator"})
CASE_WORKERS: frozenset[Role] = frozenset({"case_worker", "office_admin", "administrator"})
OFFICE: frozenset[Role] = frozenset({"office_admin", "administrator"})
ADMINISTRATORS: frozenset[Role] = frozenset({"administrator"})


@dataclasses.dataclass(frozen=True)
class Section:
    """An entry of the menu: key of its name, address, who sees it."""

    key: str
    href: str
    roles: frozenset[Role]


class SigninNeeded(Exception):
    """Nobody is signed in, or the second factor is missing; `to` is where that is mended."""

    def __init__(self, to: str) -> None:
        super().__init__(to)
        self.to = to


@dataclasses.dataclass
class Desk:
    """The parts that sections share. `now` gives the moment in UTC."""

    settings: Settings
    engine: AsyncEngine
    shelf: Shelf
    catalogues: Catalogues
    staff: Staff
    audit: Audit
    secret: bytes
    now: Callable[[], dt.datetime]
    sections: tuple[Section, ...] = ()
    casework: Casework | None = None
    """What staff do with cases; None where the console stands without a bot."""

    def __post_init__(self) -> None:
        self.templates = Jinja2Templates(Path(__file__).parent / "templates")

    async def session(self, request: Request) -> Session | None:
        """Who is signed in, whole or not; None for nobody."""
        token = request.cookies.get(COOKIE, "")
        return await self.staff.session(token, self.now()) if token else None

    async def member(self, request: Request, roles: frozenset[Role] = EVERYBODY) -> Session:
        """The session of somebody with one of these roles.

        Raises SigninNeeded where nobody is signed in whole, HTTPException 403 for a role that may not.
        """
        session = await self.session(request)
        if session is None:
            wanted = request.url.path if request.method == "GET" else HOME
            raise SigninNeeded(f"{SIGNIN}?next={quote(wanted)}")
        if not session.whole:
            raise SigninNeeded(SECOND)
        if session.member.role not in roles:
            raise HTTPException(403)
        return session

    def may_see_office(self, member: Member, office: str) -> bool:
        """An office sees its own only; administrators see all."""
        return member.role == "administrator" or (bool(office) and member.office == office)

    async def form(self, request: Request, session: Session | None = None) -> FormData:
        """The fields of a form, with the proof that it came from our own page when somebody is signed in.

        Raises HTTPException 413 for one that is too large, 403 for a forged one.
        """
        if int(request.headers.get("content-length") or 0) > UPLOAD_LIMIT:
            raise HTTPException(413)
        read = 0
        receive = request.receive

        async def counted() -> Any:
            nonlocal read
            message = await receive()
            read += len(message.get("body", b""))
            if read > UPLOAD_LIMIT:  # the length in the head may lie
                raise HTTPException(413)
            return message

        request._receive = counted  # noqa: SLF001 - Starlette offers no other way to bound what a form reads
        fields = await request.form(max_files=4, max_fields=2000)
        proof = str(fields.get("csrf") or request.headers.get("x-csrf", ""))
        if session is not None and not hmac.compare_digest(proof.encode(), session.csrf.encode()):
            raise HTTPException(403)
        return fields

    def words(self, request: Request, member: Member | None = None) -> Words:
        """The console's words: in the member's language, else the one chosen here, else the browser's."""
        chosen = request.cookies.get(LANGUAGE, "")
        if chosen not in LANGUAGES:
            accepted = [
                part.split(";")[0].strip()[:2] for part in request.headers.get("accept-language", "").split(",")
            ]
            chosen = str(negotiate_locale(accepted, LANGUAGES) or "es")
        return self.catalogues.words(member.language if member and member.language in LANGUAGES else chosen)

    def page(
        self,
        request: Request,
        template: str,
        session: Session | None = None,
        *,
        status: int = 200,
        **values: Any,
    ) -> Response:
        """A page of the console in its frame. What it says to everybody: say, words, me, csrf, menu, flash."""
        member = session.member if session and session.whole else None
        words = self.words(request, member)
        here = request.url.path
        context: dict[str, Any] = {
            "say": words.say,
            "words": words,
            "me": member,
            "csrf": session.csrf if session else "",
            "menu": [section for section in self.sections if member and member.role in section.roles],
            "here": here,
            "languages": [self.catalogues.languages[code] for code in LANGUAGES],
            "flash": _flash(request, words),
            "library": self.shelf.library,
            "moment": self.now(),
        }
        response = self.templates.TemplateResponse(request, template, context | values, status_code=status)
        if request.cookies.get(FLASH):
            response.delete_cookie(FLASH, path=HOME)
        return response

    def go(self, to: str, said: str = "", **cookies: str) -> Response:
        """Send the browser on, after a form; `said` is the key of a line that the next page shows once."""
        response = RedirectResponse(to, status_code=303)
        if said:
            self.set_cookie(response, FLASH, said)
        for name, value in cookies.items():
            self.set_cookie(response, name, value)
        return response

    def set_cookie(self, response: Response, name: str, value: str) -> None:
        """A cookie of the console alone, which scripts and other sites cannot read."""
        response.set_cookie(
            name, value, httponly=True, samesite="lax", secure=self.settings.web_cookie_secure, path=HOME
        )

    async def note(self, session: Session | None, act: str, what: str, detail: str = "") -> None:
        """Put an act into the log. `detail` never holds words of people who ask for help."""
        await self.audit.note(session.member.id if session else None, act, what, self.now(), detail)


def local(to: str) -> str:
    """An address to go on to after signing in, if it is one of the console's own."""
    parts = urlsplit(to)
    ours = not parts.scheme and not parts.netloc and to.startswith(HOME) and "\\" not in to and ".." not in to
    return to if ours and to.isprintable() else HOME


def client_of(request: Request) -> str:
    """Where a request comes from, for slowing guesses down; uvicorn fills it in behind a trusted proxy too."""
    return request.client.host if request.client else ""


def _flash(request: Request, words: Words) -> str:
    key = request.cookies.get(FLASH, "")
    if not key.startswith("desk_said_"):
        return ""
    try:
        return words.say(key)
    except KeyError:
        return ""


def text_of(fields: FormData | Mapping[str, Any], name: str, most: int = 4000) -> str:
    """A field as text, cut to a length; '' where it is missing or a file. NUL characters, which no database takes,
    are dropped.
    """
    value = fields.get(name, "")
    return value.replace("\x00", "")[:most] if isinstance(value, str) else ""
