"""Helper mode: staff asks the bot for somebody at the counter, and prints the answer with the addresses.

Each person at the counter is an anonymous conversation of its own, on a channel where nobody reads along.
"""

from __future__ import annotations

import asyncio
import dataclasses
import secrets
from typing import Any

from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from bot.casework import Casework
from bot.channels import markup
from bot.channels.payloads import answer_of
from bot.channels.webchat import COUNTER
from bot.messages import Answer, Button
from bot.storage import database
from bot.storage.mailbox import Letter
from bot.storage.records import person_key
from bot.storage.staff import Member
from bot.web.console.desk import CASE_WORKERS, Desk, text_of

COOKIE = "amparo_counter"
WAIT, LOOK = 6.0, 0.05
"""Seconds to wait for an answer, and between two looks."""
BEGUN = "👋"
"""What stands for the first tap, which nobody made."""
PRINTED = 2
"""Answers on a printed page: the last ones that are about something."""
SMALL = ("feedback:", "languages", "privacy", "erase", "learn:", "start:", "human")
"""Choices that make no sense at a counter."""


@dataclasses.dataclass(frozen=True)
class Said:
    """One line of the conversation."""

    mine: bool
    body: Markup | str


@dataclasses.dataclass(frozen=True)
class Place:
    """An address on the printed page."""

    name: str
    address: str
    phones: tuple[str, ...]
    url: str


class CounterHelp:
    """The conversation at the counter."""

    def __init__(self, desk: Desk, work: Casework) -> None:
        self.desk, self.work = desk, work
        self.router = APIRouter(prefix="/console/helper")
        self.router.get("")(self.page)
        self.router.get("/print")(self.sheet)
        self.router.post("/say")(self.say)
        self.router.post("/fresh")(self.fresh)

    async def page(self, request: Request) -> Response:
        """The conversation so far."""
        session = await self.desk.member(request, CASE_WORKERS)
        letters = await self._letters(request)
        answers = [answer_of(letter.payload) for letter in letters if letter.direction == "out"]
        values: dict[str, Any] = {
            "said": [_said(letter) for letter in letters if letter.payload.get("label") != BEGUN],
            "buttons": _buttons(answers[-1]) if answers and letters[-1].direction == "out" else (),
            "pending": bool(letters) and letters[-1].direction == "in",
            "printable": any(_about(answer) for answer in answers),
            "spoken": _spoken(letters),
            "all_languages": self.desk.catalogues.offered(),
        }
        return self.desk.page(request, "helper.html", session, **values)

    async def say(self, request: Request) -> Response:
        """Ask something, or tap a button."""
        session = await self.desk.member(request, CASE_WORKERS)
        fields = await self.desk.form(request, session)
        text, button = text_of(fields, "text", self.desk.settings.text_limit).strip(), text_of(fields, "button", 200)
        if not text and not button:
            return self.desk.go("/console/helper")
        token = request.cookies.get(COOKIE) or secrets.token_urlsafe(24)
        await self._keep(token, session.member, text=text, button=button, label=text_of(fields, "label", 60))
        return self.desk.go("/console/helper#last", **{COOKIE: token})

    async def fresh(self, request: Request) -> Response:
        """The next person: what the one before said is erased, and the bot greets in the language chosen."""
        session = await self.desk.member(request, CASE_WORKERS)
        fields = await self.desk.form(request, session)
        if person := self._person(request):
            async with self.desk.engine.begin() as connection:
                await self.work.records.forget(connection, person)
            await database.wipe_traces(self.desk.engine)
        await self.desk.note(session, "counter_begun", "")
        token, language = secrets.token_urlsafe(24), text_of(fields, "language", 3)
        if language in self.desk.catalogues.languages:
            await self._keep(token, session.member, text="", button=f"start:{language}", label=BEGUN)
        return self.desk.go("/console/helper", **{COOKIE: token})

    async def sheet(self, request: Request) -> Response:
        """One page to hand over: the last answers, their amounts, and where to go."""
        session = await self.desk.member(request, CASE_WORKERS)
        letters = await self._letters(request)
        answers = [answer_of(letter.payload) for letter in letters if letter.direction == "out"]
        chosen = [answer for answer in answers if _about(answer)][-PRINTED:]
        words = self.desk.catalogues.words(_spoken(letters) or session.member.language)
        values: dict[str, Any] = {
            "parts": [Markup(markup.html(answer.text)) for answer in chosen],  # noqa: S704 - our own Markdown
            "places": self._places(chosen),
            "footer": words.say("paper_footer", day=words.date(self.desk.now().date())),
            "spoken": words.language.code,
        }
        return self.desk.page(request, "helper_print.html", session, **values)

    async def _keep(self, token: str, me: Member, *, text: str, button: str, label: str) -> None:
        person, now = self._key(token), self.desk.now()
        payload = {"text": text, "button": button, "label": label, "language": me.language}
        payload |= {"sent_at": now.isoformat()}
        key = f"{person[:16]}{secrets.token_urlsafe(12)}"
        await self.work.mailbox.keep(COUNTER, key, person, payload, now)
        self.work.wake()
        waited = 0.0
        while waited < WAIT and await self.work.mailbox.waiting(person):
            await asyncio.sleep(LOOK)
            waited += LOOK

    async def _letters(self, request: Request) -> list[Letter]:
        person = self._person(request)
        return await self.work.mailbox.thread(person) if person else []

    def _person(self, request: Request) -> str:
        token = request.cookies.get(COOKIE, "")
        return self._key(token) if token else ""

    def _key(self, token: str) -> str:
        return person_key(self.desk.secret, COUNTER, token)

    def _places(self, answers: list[Answer]) -> list[Place]:
        """The offices that the answers name, with their addresses; those of the person's topic, each once."""
        library, found = self.desk.shelf.library, dict[str, Place]()
        for door in (door for answer in answers for door in answer.doors):
            office = library.office(door.id)
            address = ", ".join(part for part in (office.address, office.city) if part) if office else ""
            found[door.id] = Place(office.name if office else door.name, address, door.phones, door.url)
        return list(found.values())


def _said(letter: Letter) -> Said:
    if letter.direction == "in":
        return Said(mine=True, body=str(letter.payload.get("label") or letter.payload.get("text", "")))
    return Said(mine=False, body=Markup(markup.html(answer_of(letter.payload).text)))  # noqa: S704 - our own Markdown


def _buttons(answer: Answer) -> tuple[Button, ...]:
    return tuple(button for button in answer.buttons if not button.action.startswith(SMALL))


def _about(answer: Answer) -> bool:
    """Whether an answer is worth printing: it is about something, and no question of the bot."""
    return bool(answer.page or answer.doors or answer.sources or answer.document)


def _spoken(letters: list[Letter]) -> str:
    said = [str(letter.payload.get("language", "")) for letter in letters if letter.direction == "out"]
    return said[-1] if said else ""
