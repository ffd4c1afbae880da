"""The conversation in a terminal: the same path as any channel, letters and all."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import secrets
from collections.abc import AsyncIterator, Callable
from typing import Any

from prompt_toolkit import PromptSession

from bot.app import Amparo, open_amparo
from bot.channels import markup
from bot.channels.payloads import answer_of, payload_of
from bot.clock import utc_now
from bot.conversation.state import Conversation
from bot.messages import Answer
from bot.settings import Settings
from bot.storage.records import person_key
from bot.understanding import Understanding
from bot.understanding.server import NluServerError, NluServers


class Visitor:
    """One person at the terminal, new each time and forgotten at the end."""

    def __init__(self, amparo: Amparo, now: Callable[[], dt.datetime] = utc_now) -> None:
        """`now` is the moment at which messages are written: another day shows the law of that day."""
        self.amparo, self.now = amparo, now
        self.person = person_key(amparo.secret, "terminal", secrets.token_hex(16))
        self.seen = 0

    async def begin(self, **facts: Any) -> None:
        """Start with facts already told, as one who wrote before."""
        state = Conversation(**facts).model_dump(mode="json")
        async with self.amparo.mailbox.engine.begin() as connection:
            await self.amparo.records.save(connection, self.person, "terminal", state, utc_now())

    async def say(self, text: str) -> list[Answer]:
        """Send a text and work until it is answered."""
        return await self.send({"text": text, "sent_at": self.now().isoformat()})

    async def send(self, payload: dict[str, str]) -> list[Answer]:
        """Send what a page would send, a text or a button, and work until it is answered."""
        await self.amparo.mailbox.keep("terminal", secrets.token_hex(12), self.person, payload, utc_now())
        while await self.amparo.worker.answer_next():
            pass
        letters = await self.amparo.mailbox.thread(self.person, after=self.seen)
        self.seen = max((letter.id for letter in letters), default=self.seen)
        return [answer_of(letter.payload) for letter in letters if letter.direction == "out"]

    async def forget(self) -> None:
        """Leave nothing behind."""
        async with self.amparo.mailbox.engine.begin() as connection:
            await self.amparo.records.forget(connection, self.person)


@contextlib.asynccontextmanager
async def visit(settings: Settings, say: Any) -> AsyncIterator[Visitor]:
    """A visitor with the understanding server running; `say` gets a line when it has to be started first."""
    nlu = NluServers(settings.model_copy(update={"nlu_processes": 1}))  # one person waits for one server
    try:
        try:
            if await nlu.start():
                say("Starting the understanding server; `make run` or `make nlu` keeps one running.")
            await nlu.ready()
        except NluServerError as error:
            say(f"{error} Keywords answer meanwhile.")
        async with open_amparo(settings) as amparo:
            visitor = Visitor(amparo)
            try:
                yield visitor
            finally:
                await visitor.forget()
    finally:
        await nlu.stop()


async def chat(settings: Settings, say: Any) -> None:
    """Talk until Ctrl-D."""
    session: PromptSession[str] = PromptSession("> ")
    async with visit(settings, say) as visitor:
        while True:
            try:
                text = await session.prompt_async()
            except (EOFError, KeyboardInterrupt):
                return
            for answer in await visitor.say(text):
                say(shown(answer))


def shown(answer: Answer) -> str:
    """An answer as text with its numbered choices."""
    choices = "  ".join(f"[{number}] {button.label}" for number, button in enumerate(answer.buttons, 1))
    return f"\n{markup.plain(answer.text)}\n\n{choices}\n"


async def reading(visitor: Visitor, text: str, language: str) -> Understanding:
    """How the bot reads a text, for `ask --json`."""
    return await visitor.amparo.worker.interpreter.understand(text, language)


def as_json(answers: list[Answer], read: Understanding, conversation: Conversation) -> str:
    """The object that `ask --json` prints."""
    last = answers[-1] if answers else Answer("")
    data = payload_of(last)
    return json.dumps(
        {
            "topic": last.topic or read.topic,
            "confidence": round(read.confidence, 4),
            "language": conversation.language,
            "country": conversation.country,
            "work": conversation.work,
            "answer": "\n\n".join(answer.text for answer in answers),
            "buttons": data["buttons"],
            "sources": data["sources"],
            "offices": data["doors"],
            "page": last.page,
            "ranking": [{"topic": topic, "confidence": round(share, 4)} for topic, share in read.ranking[:5]],
            "danger": read.danger,
            "understood_by": read.by,
            "facts": {
                "amounts": [
                    {"value": str(amount.value), "currency": amount.currency, "per": amount.per}
                    for amount in read.facts.amounts
                ],
                "spans": [{"count": str(span.count), "unit": span.unit} for span in read.facts.spans],
                "dates": [day.date.isoformat()[: 10 if day.precision == "day" else 7] for day in read.facts.days],
            },
        },
        ensure_ascii=False,
    )
