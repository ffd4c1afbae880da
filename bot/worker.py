"""Loops that run beside the web server: answer what came in, send what goes out, chores."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping

import structlog

from bot.channels import Channel
from bot.channels.payloads import payload_of
from bot.clock import utc_now
from bot.conversation.house import House, Turn
from bot.conversation.state import Conversation
from bot.conversation.turn import take_turn
from bot.messages import Answer, Message
from bot.settings import Settings
from bot.storage import database
from bot.storage.mailbox import Letter, LostLeaseError, Mailbox
from bot.storage.records import Records
from bot.understanding import Interpreter, Understanding

log = structlog.get_logger()

IDLE = 0.2
"""Seconds between looks into an empty box; a kept letter wakes the loops at once."""
CHORES_EVERY = 5.0
SEEN_FOR = dt.timedelta(days=2)
"""How long it is remembered that a letter came, without its words."""
FLEETING = dt.timedelta(minutes=10)


@dataclasses.dataclass
class Worker:
    """Answers letters. `house` is asked for anew each turn, because content may be read again meanwhile."""

    mailbox: Mailbox
    records: Records
    interpreter: Interpreter
    channels: Mapping[str, Channel]
    house: Callable[[], House]
    refresh: Callable[[], None]
    """Reads the content again when it changed."""
    settings: Settings
    now: Callable[[], dt.datetime] = utc_now
    awake: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Run all loops until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.settings.workers):
                group.create_task(self._loop(self.answer_next))
            group.create_task(self._loop(self.send_next))
            group.create_task(self._chores())

    async def _loop(self, step: Callable[[], Awaitable[bool]]) -> None:
        while True:
            try:
                busy = await step()
            except Exception as error:  # a database that is away comes back: the loop must not end
                log.warning("loop_failed", step=getattr(step, "__name__", ""), kind=type(error).__name__)
                busy = False
                await asyncio.sleep(1.0)
            if not busy:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self.awake.wait(), IDLE)
                self.awake.clear()

    async def answer_next(self) -> bool:
        """Answer one letter; False when none is due."""
        letter = await self.mailbox.take("in", self.now())
        if letter is None:
            return False
        async with self._trying(letter):
            await self._answer(letter)
        return True

    async def _answer(self, letter: Letter) -> None:
        """Understanding happens outside the transaction; state, answers and the finished letter are one."""
        channel = self.channels[letter.channel]
        message = channel.read(letter.payload, letter.person, str(letter.id))
        stored = await self.records.load(letter.person)
        conversation = Conversation.model_validate(stored or {})
        read = await self._understand(message, conversation)
        turn = take_turn(message, read, conversation, self.house())
        await self._store(letter, channel, turn)

    async def _understand(self, message: Message, conversation: Conversation) -> Understanding:
        if message.button or not message.text.strip():
            return Understanding()
        return await self.interpreter.understand(message.text, conversation.language)

    async def _store(self, letter: Letter, channel: Channel, turn: Turn) -> None:
        now = self.now()
        keep_until = now + (dt.timedelta(hours=self.settings.keep_hours) if channel.pulled else SEEN_FOR)
        async with self.mailbox.engine.begin() as connection:
            await self.mailbox.finish(connection, letter, keep_until, keep_words=channel.pulled)
            if turn.forget:
                await self.records.forget(connection, letter.person)
                keep_until = now + FLEETING
            else:
                state = turn.conversation.model_dump(mode="json")
                await self.records.save(connection, letter.person, letter.channel, state, now)
            language = {"language": turn.conversation.language}
            payloads = [payload_of(answer) | language for answer in turn.answers]
            await self.mailbox.put_out(connection, letter, payloads, now, keep_until, delivered=channel.pulled)
            await self.records.count(connection, now.date(), turn.counts)
            if turn.judged:
                await self.records.judge(connection, now.date(), *turn.judged)
        if turn.forget:
            await database.wipe_traces(self.mailbox.engine)

    async def send_next(self) -> bool:
        """Send one answer; False when none is due."""
        letter = await self.mailbox.take("out", self.now())
        if letter is None:
            return False
        async with self._trying(letter):
            await self.channels[letter.channel].send(letter.person, letter.payload)
            async with self.mailbox.engine.begin() as connection:
                await self.mailbox.finish(connection, letter, self.now() + SEEN_FOR, keep_words=False)
        return True

    @contextlib.asynccontextmanager
    async def _trying(self, letter: Letter) -> AsyncIterator[None]:
        """Put a letter back when something fails, each time later, and give it up after some tries."""
        try:
            yield
        except LostLeaseError:
            log.info("lease_lost", letter=letter.id)
        except Exception as error:
            give_up = letter.attempts >= self.settings.attempts
            log.warning(
                "letter_failed", letter=letter.id, kind=type(error).__name__, attempts=letter.attempts, given_up=give_up
            )
            later = self.now() + dt.timedelta(seconds=2.0**letter.attempts)
            await self.mailbox.put_back(letter, later, type(error).__name__, give_up=give_up)
            if give_up and letter.direction == "in":
                await self._apologise(letter)

    async def _apologise(self, letter: Letter) -> None:
        """A letter that cannot be answered still gets a word, so that nobody waits in vain."""
        channel = self.channels[letter.channel]
        words = self.house().catalogues.words((await self._language(letter)) or "es")
        now = self.now()
        keep_until = now + dt.timedelta(hours=self.settings.keep_hours)
        async with self.mailbox.engine.begin() as connection:
            payload = payload_of(Answer(words.say("given_up")))
            await self.mailbox.put_out(connection, letter, [payload], now, keep_until, delivered=channel.pulled)

    async def _language(self, letter: Letter) -> str:
        stored = await self.records.load(letter.person)
        return str((stored or {}).get("language", ""))

    async def _chores(self) -> None:
        """Erase what may no longer be kept."""
        while True:
            try:
                await self.tidy()
            except Exception as error:
                log.warning("chores_failed", kind=type(error).__name__)
            await asyncio.sleep(CHORES_EVERY)

    async def tidy(self) -> None:
        """One round of chores."""
        await asyncio.to_thread(self.refresh)
        now = self.now()
        letters = await self.mailbox.purge(now)
        silent = await self.records.forget_silent(now - dt.timedelta(days=self.settings.forget_days))
        if letters or silent:
            log.info("tidied", letters=letters, conversations=silent)
