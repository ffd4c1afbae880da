"""The chat page. Works without JavaScript; a small script saves reloads. The conversation lives in the mailbox."""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

import structlog
from babel import negotiate_locale
from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse
from fastapi.templating import Jinja2Templates
from markupsafe import Markup

from bot.channels import markup
from bot.channels.payloads import answer_of
from bot.clock import utc_now
from bot.conversation.invitation import Invitation, Invitations
from bot.documents import Documents
from bot.settings import Settings
from bot.storage import database
from bot.storage.mailbox import Letter, Mailbox
from bot.storage.records import Records, person_key
from bot.translations import Catalogues

log = structlog.get_logger()

LONGEST = 64
COOKIE, SIZE, LANGUAGE = "amparo", "amparo_size", "amparo_language"
BODY_LIMIT = 64 * 1024
WAIT, LONG_WAIT = 4.0, 20.0
"""Seconds: for an answer to a form, and for one to a waiting page."""
FIRST_LOOK, LAST_LOOK, LONGER = 0.02, 0.25, 1.3
"""Seconds between looks for an answer: often at first, then less and less."""
SMALL_ACTIONS = ("feedback:", "privacy", "languages", "erase")


@dataclasses.dataclass(frozen=True)
class Line:
    """One bubble of the page."""

    id: int
    mine: bool
    body: Markup | str
    paper: str = ""
    """The name of the paper that goes with it."""


class ChatPage:
    """Routes of the page. A visitor is a random cookie, known in the database only by its keyed hash."""

    def __init__(
        self, settings: Settings, mailbox: Mailbox, catalogues: Catalogues, secret: bytes, wake: Callable[[], None]
    ) -> None:
        self.settings, self.mailbox, self.catalogues, self.secret, self.wake = (
            settings,
            mailbox,
            catalogues,
            secret,
            wake,
        )
        self.records = Records(mailbox.engine)
        self.documents = Documents(settings.data / "papers")
        self.invitations = Invitations(secret)
        self.templates = Jinja2Templates(Path(__file__).parent / "templates")
        self.router = APIRouter()
        self.router.get("/", response_class=HTMLResponse)(self.page)
        self.router.get("/embed")(self.embed)
        self.router.get("/new", response_class=HTMLResponse)(self.new)
        self.router.get("/paper/{number}")(self.paper)
        self.router.post("/say")(self.say)
        self.router.post("/language")(self.language)
        self.router.post("/size")(self.size)
        self.router.post("/fresh")(self.fresh)
        self.router.post("/exit")(self.exit)

    async def page(self, request: Request) -> Response:
        """The whole conversation; with `start`, the code of an office's link, its first answer is there already."""
        code = request.query_params.get("start", "")[:LONGEST]
        return await self._arrive(request, code) if code else await self._page(request, "chat.html")

    async def embed(self, request: Request, office: str = "", language: str = "") -> Response:
        """Where the frame in an office's own site begins: its link's code, made here."""
        spoken = language if language in self.catalogues.languages else self._language_of(request)
        try:
            code = self.invitations.code(Invitation(spoken, office[:2] if "." in office else "", office))
        except ValueError:  # an office nobody knows: the chat opens without it
            return RedirectResponse("/", status_code=303)
        return RedirectResponse(f"/?start={code}", status_code=303)

    async def _arrive(self, request: Request, code: str) -> Response:
        """Keep the arrival once for each visitor and code, then show the page as always."""
        token = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
        person = person_key(self.secret, "web", token)
        tap = {"button": f"start:{code}", "label": "👋", "nonce": f"start-{code}"}
        problem, _ = await self._keep(tap, person, self._language_of(request))
        if not problem:
            await self._wait_for_answer(person, WAIT)
        response = RedirectResponse("/", status_code=303)
        self._set(response, COOKIE, token)
        return response

    async def new(self, request: Request, after: int = 0) -> Response:
        """What came after a letter, as soon as there is something."""
        await self._wait_for_answer(self._person(request), LONG_WAIT)
        return await self._page(request, "fragment.html", after=after)

    async def paper(self, request: Request, number: int) -> Response:
        """The paper of one of the visitor's own answers; nobody else's."""
        letters = await self.mailbox.thread(self._person(request), after=number - 1)
        letter = next((one for one in letters if one.id == number and one.direction == "out"), None)
        document = answer_of(letter.payload).document if letter else None
        if document is None:
            return Response(status_code=404)
        try:
            data = await self.documents.data({"kind": document.kind, "said": document.said})
        except Exception as error:
            log.error("paper_failed", kind=type(error).__name__)
            return Response(status_code=503)
        kind = "text/csv; charset=utf-8" if document.kind == "csv" else "application/pdf"
        name = "".join(char for char in document.name if char.isascii() and (char.isalnum() or char in ".-_"))
        return Response(data, media_type=kind, headers={"Content-Disposition": f'inline; filename="{name}"'})

    async def say(self, request: Request) -> Response:
        """Keep a message, wait a little for the answer and show it."""
        form = await _form(request)
        token = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
        person = person_key(self.secret, "web", token)
        problem, status = await self._keep(form, person, self._language_of(request))
        if not problem:
            await self._wait_for_answer(person, WAIT)
        if request.headers.get("x-fragment"):
            after = int(form["after"]) if form.get("after", "").isdigit() else 0
            response = await self._page(
                request, "fragment.html", person=person, after=after, problem=problem, status=status
            )
        elif problem:
            response = await self._page(
                request, "chat.html", person=person, problem=problem, status=status, typed=form.get("text", "")
            )
        else:
            response = RedirectResponse("/#last", status_code=303)
        self._set(response, COOKIE, token)
        return response

    async def _keep(self, form: dict[str, str], person: str, language: str) -> tuple[str, int]:
        """Keep the message; the words and status to show when it could not be."""
        words = self.catalogues.words(language)
        if form.get("too_large"):
            return words.say("unreadable_too_long"), 413
        payload = {
            "text": form.get("text", ""),
            "button": form.get("button", ""),
            "label": form.get("label", "")[:60],
            "language": language,
            "sent_at": utc_now().isoformat(),
        }
        try:
            if await self.mailbox.waiting(person) >= self.settings.waiting_limit:
                return words.say("too_many"), 429
            nonce = form.get("nonce") or secrets.token_urlsafe(12)
            await self.mailbox.keep("web", f"{person[:16]}{nonce[:60]}", person, payload, utc_now())
        except Exception as error:  # nothing was kept: say so, and leave the words in the form
            log.error("letter_not_kept", kind=type(error).__name__)
            return words.say("out_of_order"), 503
        self.wake()
        return "", 200

    async def language(self, request: Request) -> Response:
        """Change the language of the page and of the conversation."""
        form = await _form(request)
        code = form.get("language", "")
        response = RedirectResponse("/", status_code=303)
        if code in self.catalogues.languages:
            self._set(response, LANGUAGE, code)
            if request.cookies.get(COOKIE):
                person = self._person(request)
                button = {
                    "button": f"language:{code}",
                    "label": self.catalogues.languages[code].name,
                    "nonce": form.get("nonce", ""),
                }
                await self._keep(button, person, code)
                await self._wait_for_answer(person, WAIT)
        return response

    async def size(self, request: Request) -> Response:
        """Switch between normal and larger text."""
        response = RedirectResponse("/", status_code=303)
        self._set(response, SIZE, "" if request.cookies.get(SIZE) else "large")
        return response

    async def fresh(self, request: Request) -> Response:
        """Forget this conversation and start anew, for the next person on the same device."""
        response = RedirectResponse("/", status_code=303)
        await self._forget(request, response)
        return response

    async def exit(self, request: Request) -> Response:
        """Leave at once: forget, clear what the browser holds, and show something harmless."""
        response = RedirectResponse(self.settings.exit_address, status_code=303)
        response.headers["Clear-Site-Data"] = '"cache", "cookies", "storage"'
        await self._forget(request, response)
        return response

    async def _forget(self, request: Request, response: Response) -> None:
        response.delete_cookie(COOKIE)
        if not request.cookies.get(COOKIE):
            return
        try:
            async with self.mailbox.engine.begin() as connection:
                await self.records.forget(connection, self._person(request))
            await database.wipe_traces(self.mailbox.engine)
        except Exception as error:  # the person must get away whatever the database says; the purge erases later
            log.error("not_forgotten_yet", kind=type(error).__name__)

    async def _page(
        self,
        request: Request,
        template: str,
        *,
        person: str = "",
        after: int = 0,
        problem: str = "",
        status: int = 200,
        typed: str = "",
    ) -> Response:
        letters = await self._thread(person or self._person(request))
        words = self.catalogues.words(self._spoken(letters) or self._language_of(request))
        pending = bool(letters) and letters[-1].direction == "in"
        answers = [letter for letter in letters if letter.direction == "out"]
        buttons = answer_of(answers[-1].payload).buttons if answers and not pending else ()
        context: dict[str, Any] = {
            "say": words.say,
            "words": words,
            "languages": self.catalogues.offered(),
            "lines": [_line(letter) for letter in letters if letter.id > after],
            "last": letters[-1].id if letters else 0,
            "buttons": [
                (number, button, button.action.startswith(SMALL_ACTIONS)) for number, button in enumerate(buttons, 1)
            ],
            "pending": pending,
            "problem": problem,
            "typed": typed[: self.settings.text_limit],
            "large": bool(request.cookies.get(SIZE)),
            "nonce": secrets.token_urlsafe(9),
            "limit": self.settings.text_limit,
            "exit_address": self.settings.exit_address,
        }
        return self.templates.TemplateResponse(request, template, context, status_code=status)

    async def _thread(self, person: str) -> list[Letter]:
        if not person:
            return []
        try:
            return await self.mailbox.thread(person)
        except Exception as error:  # the page still opens, with its message and what was typed
            log.error("thread_not_read", kind=type(error).__name__)
            return []

    async def _wait_for_answer(self, person: str, seconds: float) -> None:
        """Until the newest letter is an answer, or the time is over."""
        waited, look = 0.0, FIRST_LOOK
        while person and waited < seconds and await self._pending(person):
            await asyncio.sleep(look)
            waited, look = waited + look, min(look * LONGER, LAST_LOOK)

    async def _pending(self, person: str) -> bool:
        try:
            return await self.mailbox.waiting(person) > 0
        except Exception:  # the page will say so
            return False

    def _person(self, request: Request) -> str:
        token = request.cookies.get(COOKIE, "")
        return person_key(self.secret, "web", token) if token else ""

    def _language_of(self, request: Request) -> str:
        """The language chosen on this page, else the browser's, else Spanish."""
        offered = [language.code for language in self.catalogues.offered()]
        chosen = request.cookies.get(LANGUAGE, "")
        accepted = [part.split(";")[0].strip() for part in request.headers.get("accept-language", "").split(",")]
        return chosen if chosen in offered else str(negotiate_locale([code[:2] for code in accepted], offered) or "es")

    def _spoken(self, letters: list[Letter]) -> str:
        """The language of the conversation, which follows the person."""
        spoken = [letter.payload.get("language", "") for letter in letters if letter.direction == "out"]
        return str(spoken[-1]) if spoken else ""

    def _set(self, response: Response, name: str, value: str) -> None:
        framed = bool(self.settings.embed_origins)  # in a frame of another site only such cookies come back
        response.set_cookie(
            name,
            value,
            max_age=60 * 60 * 24 * 180,
            httponly=True,
            samesite="none" if framed else "lax",
            secure=framed or self.settings.web_cookie_secure,
        )
        if framed:  # Python's cookies know this attribute only from 3.14 on
            header, cookie = response.raw_headers[-1]
            response.raw_headers[-1] = (header, cookie + b"; Partitioned")


def _line(letter: Letter) -> Line:
    if letter.direction == "out":
        answer = answer_of(letter.payload)
        body = Markup(markup.html(answer.text))  # noqa: S704 - our own Markdown, HTML off
        return Line(letter.id, mine=False, body=body, paper=answer.document.name if answer.document else "")
    return Line(letter.id, mine=True, body=str(letter.payload.get("label") or letter.payload.get("text", "")))


async def _form(request: Request) -> dict[str, str]:
    """The fields of a form, read to a limit. Odd bytes are replaced, never refused."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return {"too_large": "yes"}
    fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, errors="replace")
    return {name: values[0] for name, values in fields.items()}
