"""Loops that run beside the web server: answer what came in, send what goes out, chores."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metrics
from bot.announcing import Announcing
from bot.casework import FOLLOW_UP, alert_answer, follow_up_answer
from bot.channels import (
    Channel,
    Destination,
    Ignored,
    Left,
    Moved,
    SendLater,
    Undeliverable,
    Undelivered,
    WindowClosed,
)
from bot.channels.payloads import payload_of
from bot.clock import utc_now
from bot.conversation.house import House, Turn
from bot.conversation.state import Conversation
from bot.conversation.turn import take_turn
from bot.messages import Answer, Button, Message
from bot.settings import Settings
from bot.storage import database
from bot.storage.alerts import START, StaffLinks
from bot.storage.cases import Alert, Cases
from bot.storage.mailbox import Letter, LostLeaseError, Mailbox, as_utc
from bot.storage.reach import Reach
from bot.storage.records import Records
from bot.storage.reminders import Reminders
from bot.storage.upkeep import Upkeep
from bot.understanding import Interpreter, Understanding

log = structlog.get_logger()

IDLE = 0.2
"""Seconds between looks into an empty box; a kept letter wakes the loops at once."""
CHORES_EVERY = 5.0
SEEN_FOR = dt.timedelta(days=2)
"""How long it is remembered that a letter came, without its words."""
KEEP_TRYING = dt.timedelta(hours=24)
"""How long an answer is tried to be sent, however often it failed."""
LONGEST_PAUSE = dt.timedelta(minutes=5)
FLEETING = dt.timedelta(minutes=10)
WITH_PEOPLE = ("telegram", "whatsapp", "web")
"""Channels on which an office can read along and answer."""
ALERTS = "telegram"
"""Where staff are told of urgent cases: the bot may write first there."""
TAKE_BACK = dt.timedelta(hours=48)
"""How long Telegram lets a bot delete what it sent."""


@dataclasses.dataclass
class Worker:
    """Answers letters. `house` is asked for anew each turn, because content may be read again meanwhile."""

    mailbox: Mailbox
    records: Records
    reach: Reach
    reminders: Reminders
    interpreter: Interpreter
    channels: Mapping[str, Channel]
    house: Callable[[], House]
    refresh: Callable[[], None]
    """Reads the content again when it changed."""
    settings: Settings
    cases: Cases
    now: Callable[[], dt.datetime] = utc_now
    hear: Callable[[Message, Channel], Awaitable[str]] | None = None
    """Writes down a voice message; None where no speech model is set up."""
    speak: Callable[[str, str], Awaitable[str]] | None = None
    """The file of a text spoken in a language; None where no voice is set up."""
    write: Callable[[Mapping[str, Any]], Awaitable[str]] | None = None
    """The file of a paper."""
    announcing: Announcing | None = None
    """News of offices for people who asked for them."""
    awake: asyncio.Event = dataclasses.field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Run all loops until cancelled."""
        async with asyncio.TaskGroup() as group:
            for _ in range(self.settings.workers):
                group.create_task(self._loop(self.answer_next))
            for _ in range(self.settings.senders):
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
            waited = (self.now() - as_utc(letter.kept_at)).total_seconds()
            metrics.ANSWER_SECONDS.labels(letter.channel).observe(max(waited, 0.0))
            metrics.LETTERS.labels(letter.channel, "in", "answered").inc()
        return True

    async def _answer(self, letter: Letter) -> None:
        """Understanding happens outside the transaction; state, answers and the finished letter are one."""
        channel = self.channels[letter.channel]
        incoming = channel.read(letter.payload, letter.person, str(letter.id))
        if not isinstance(incoming, Message):
            await self._note(letter, incoming)
            return
        stored = await self.records.load(letter.person)
        helper = await self.cases.helper(letter.person)
        conversation = Conversation.model_validate(stored or {}).with_(helper=helper)
        message = await self._heard(incoming, channel)
        if channel.name == ALERTS and message.button.startswith(f"start:{START}"):
            await self._link(letter, message, channel)
            return
        read = await self._understand(message, conversation)
        turn = take_turn(message, read, conversation, await self._staffed_house(channel))
        await self._store(letter, channel, turn)

    async def _staffed_house(self, channel: Channel) -> House:
        """With the offices that answer in this chat now: accounts come and go while the content stays."""
        if channel.name not in WITH_PEOPLE:
            return self.house()
        return dataclasses.replace(self.house(), staffed=await self.cases.staffed())

    async def _link(self, letter: Letter, message: Message, channel: Channel) -> None:
        """Somebody of the staff links this chat, to be told of urgent cases here."""
        now = self.now()
        language = await StaffLinks(self.mailbox.engine).take(message.button.removeprefix("start:"), letter.person, now)
        words = self.house().catalogues.words(language or message.language_hint[:2] or "es")
        text = words.say("staff_linked") if language else words.say("staff_not_linked")
        async with self.mailbox.engine.begin() as connection:
            await self.mailbox.finish(connection, letter, now + SEEN_FOR, keep_words=False)
            payloads = channel.fit(payload_of(Answer(text)))
            await self.mailbox.put_out(connection, letter, payloads, now, now + SEEN_FOR, delivered=channel.pulled)

    async def _store_opinion(self, connection: AsyncConnection, letter: Letter, turn: Turn) -> None:
        """What the person thought of an answer, said is wrong, or lets us learn from."""
        day = self.now().date()
        if turn.judged:
            await self.records.judge(connection, day, *turn.judged)
        if turn.reported:
            await Upkeep(self.mailbox.engine).report(connection, day, letter.person, *turn.reported)
        if turn.unclear:
            await self.records.learn_from(connection, day, dataclasses.asdict(turn.unclear))

    async def _store_case(self, connection: AsyncConnection, letter: Letter, turn: Turn) -> None:
        if turn.case:
            alerts = await self.cases.act(connection, letter.person, letter.channel, turn.case, self.now())
            await self._alert(connection, letter, alerts)

    async def _alert(self, connection: AsyncConnection, letter: Letter, alerts: Sequence[Alert]) -> None:
        """Tell the staff on duty of an urgent case, each in their own chat; nothing of it shows in the person's."""
        channel, now, house = self.channels.get(ALERTS), self.now(), self.house()
        if channel is None:
            return
        for alert in alerts:
            entry = house.library.office(alert.office)
            words = house.catalogues.words(alert.language)
            name = (entry.short or entry.name) if entry else alert.office
            answer = alert_answer(alert, name, words, self.settings.public_address)
            key = f"alert.{letter.id}.{alert.person[:16]}"
            await self.mailbox.post(
                connection, ALERTS, alert.person, key, channel.fit(payload_of(answer)), now=now,
                keep_until=now + SEEN_FOR,
            )  # fmt: skip

    async def _note(self, letter: Letter, incoming: Ignored | Left | Moved | Undelivered) -> None:
        """What is no message and wants no answer."""
        now = self.now()
        log.info("noted", letter=letter.id, what=type(incoming).__name__, why=getattr(incoming, "reason", ""))
        if isinstance(incoming, Moved):
            await self.reach.move(letter.person, letter.channel, incoming.sender)
        if isinstance(incoming, Undelivered):
            person = await self.reach.who_got(incoming.message)
            await self.mailbox.undelivered(person or letter.person, incoming.message, incoming.reason, now)
        async with self.mailbox.engine.begin() as connection:
            await self.mailbox.finish(connection, letter, now + SEEN_FOR, keep_words=False)
            if isinstance(incoming, Left):
                await self.records.forget(connection, letter.person)
        if isinstance(incoming, Left):
            await database.wipe_traces(self.mailbox.engine)

    async def _heard(self, message: Message, channel: Channel) -> Message:
        """A voice message as text, where that is set up; else as it is."""
        if not message.sound or self.hear is None:
            return message
        text = await self.hear(message, channel)
        return dataclasses.replace(message, text=text, unreadable="") if text else message

    async def _understand(self, message: Message, conversation: Conversation) -> Understanding:
        if message.button or not message.text.strip():
            return Understanding()
        read = await self.interpreter.understand(message.text, conversation.language)
        sure, half_sure = self.settings.sure, self.settings.half_sure
        how_sure = "sure" if read.confidence >= sure else "half_sure" if read.confidence >= half_sure else "unsure"
        metrics.UNDERSTOOD.labels(read.by, how_sure).inc()
        return read

    async def _store(self, letter: Letter, channel: Channel, turn: Turn) -> None:
        now = self.now()
        keep_until = now + (dt.timedelta(hours=self.settings.keep_hours) if channel.pulled else SEEN_FOR)
        farewell = await self._farewell(letter, channel) if turn.forget else {}
        if turn.take_back and not channel.pulled:
            farewell = {"take_back": await self.reach.sent_to(letter.person)}
        extra = {"language": turn.conversation.language, "discreet": turn.conversation.discreet} | farewell
        payloads = [part for answer in turn.answers for part in _parts(answer, channel, extra)]
        async with self.mailbox.engine.begin() as connection:
            await self.mailbox.finish(connection, letter, keep_until, keep_words=channel.pulled)
            if turn.forget:
                await self.records.forget(connection, letter.person)
                keep_until = now + FLEETING
            else:
                state = turn.conversation.model_dump(mode="json")
                await self.records.save(connection, letter.person, letter.channel, state, now)
                if self.announcing:
                    await self.announcing.follow(connection, letter, turn.conversation, now)
            await self.mailbox.put_out(connection, letter, payloads, now, keep_until, delivered=channel.pulled)
            await self.records.count(connection, now.date(), turn.counts, turn.conversation.office)
            if turn.forget_reminders:
                await self.reminders.cancel(connection, letter.person)
            if turn.remind:
                spoken = turn.conversation.language
                await self.reminders.put(
                    connection, letter.person, letter.channel, turn.remind.rule, spoken, turn.remind.moments
                )
            if turn.arrived:
                await self.records.arrived(connection, now.date(), turn.arrived, letter.channel)
            await self._store_opinion(connection, letter, turn)
            await self._store_case(connection, letter, turn)
        if turn.forget:
            await database.wipe_traces(self.mailbox.engine)

    async def _farewell(self, letter: Letter, channel: Channel) -> dict[str, Any]:
        """Somebody who is forgotten has no address any more: their last answer carries it, and what to take back."""
        known = None if channel.pulled else await self.reach.address(letter.person)
        if known is None:
            return {}
        return {"to": self.reach.seal(known.address), "take_back": await self.reach.sent_to(letter.person)}

    async def send_next(self) -> bool:
        """Send one answer; False when none is due."""
        letter = await self.mailbox.take("out", self.now())
        if letter is None:
            return False
        async with self._trying(letter):
            await self._send(letter, self.channels[letter.channel])
            metrics.LETTERS.labels(letter.channel, "out", "sent").inc()
        return True

    async def _send(self, letter: Letter, channel: Channel) -> None:
        """Send in turn, as fast as the platform allows."""
        now = self.now()
        to = await self._destination(letter, channel, now)
        if to is None:
            raise Undeliverable("no address")
        gaps = [(channel.name, channel.overall), (letter.person, channel.each)]
        later = await self.reach.wait([gap for gap in gaps if gap[1]], now)
        if later:
            await self.mailbox.postpone(letter, later)
            return
        payload = await self._written(await self._spoken(letter.payload))
        if self.announcing and await self.announcing.withdrawn(letter):
            raise LostLeaseError(letter.id)
        if back := payload.get("take_back"):
            await channel.take_back(to, back)
        try:
            sent = await channel.send(to, payload)
        finally:
            if paper := payload.get("document_file"):
                await asyncio.to_thread(Path(str(paper)).unlink, missing_ok=True)
        async with self.mailbox.engine.begin() as connection:
            await self.mailbox.finish(connection, letter, self.now() + SEEN_FOR, keep_words=False)
            if "to" not in letter.payload:
                await self.reach.was_sent(connection, letter.person, sent.messages, self.now())

    async def _destination(self, letter: Letter, channel: Channel, now: dt.datetime) -> Destination | None:
        if sealed := letter.payload.get("to"):
            opened = self.reach.open(str(sealed))
            return Destination(opened) if opened else None
        known = await self.reach.address(letter.person)
        if known is None:
            return None
        return Destination(known.address, open_window=not channel.window or now - known.wrote_at < channel.window)

    async def _spoken(self, payload: dict[str, Any]) -> dict[str, Any]:
        """With the file of an answer that is to be heard, where speech is set up; else the answer is read."""
        if not payload.get("spoken") or self.speak is None:
            return payload
        file = await self.speak(str(payload.get("text", "")), str(payload.get("language", "")))
        return payload | {"sound_file": file} if file else payload

    async def _written(self, payload: dict[str, Any]) -> dict[str, Any]:
        """With the file of a paper that goes with it. One that cannot be made is not sent; its words went before."""
        paper = payload.get("document")
        if not paper or self.write is None:
            return payload
        return payload | {"document_file": await self.write(paper), "document_name": paper["name"]}

    @contextlib.asynccontextmanager
    async def _trying(self, letter: Letter) -> AsyncIterator[None]:
        """Put a letter back when something fails, each time later, and give it up after some tries."""
        try:
            yield
        except LostLeaseError:
            log.info("lease_lost", letter=letter.id)
        except SendLater as wait:
            until = self.now() + dt.timedelta(seconds=wait.seconds)
            if wait.everybody:
                await self.reach.hold(letter.channel, until)
            await self.mailbox.postpone(letter, until)
        except WindowClosed:
            await self.mailbox.hold(letter, "the 24 hours are over and there is no template")
        except Undeliverable as refusal:
            metrics.LETTERS.labels(letter.channel, letter.direction, "undeliverable").inc()
            log.warning("undeliverable", letter=letter.id, reason=refusal.reason, gone=refusal.gone)
            await self.mailbox.put_back(letter, self.now(), refusal.reason, give_up=True)
            if refusal.gone:
                await self._forget(letter.person)
        except Exception as error:
            await self._failed(letter, error)

    async def _failed(self, letter: Letter, error: Exception) -> None:
        """Try again later, or give up."""
        give_up = letter.attempts >= self.settings.attempts
        if letter.direction == "out":  # a platform that is away for an evening must cost nobody an answer
            give_up = give_up and self.now() - as_utc(letter.kept_at) > KEEP_TRYING
        log.warning(
            "letter_failed", letter=letter.id, kind=type(error).__name__, attempts=letter.attempts, given_up=give_up
        )
        metrics.FAILURES.labels(f"letter_{letter.direction}", type(error).__name__).inc()
        if give_up:
            metrics.LETTERS.labels(letter.channel, letter.direction, "given_up").inc()
        later = self.now() + min(dt.timedelta(seconds=2.0 ** min(letter.attempts, 16)), LONGEST_PAUSE)
        await self.mailbox.put_back(letter, later, type(error).__name__, give_up=give_up)
        if give_up and letter.direction == "in":
            await self._apologise(letter)

    async def _forget(self, person: str) -> None:
        """Somebody who blocked the bot is forgotten as promised."""
        async with self.mailbox.engine.begin() as connection:
            await self.records.forget(connection, person)
        await database.wipe_traces(self.mailbox.engine)

    async def _apologise(self, letter: Letter) -> None:
        """A letter that cannot be answered still gets a word, so that nobody waits in vain."""
        channel = self.channels[letter.channel]
        words = self.house().catalogues.words((await self._language(letter)) or "es")
        now = self.now()
        keep_until = now + dt.timedelta(hours=self.settings.keep_hours)
        async with self.mailbox.engine.begin() as connection:
            payloads = channel.fit(payload_of(Answer(words.say("given_up"))))
            await self.mailbox.put_out(connection, letter, payloads, now, keep_until, delivered=channel.pulled)

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

    async def remind(self) -> int:
        """Send the reminders that are due; how many. Their words tell nothing to who looks over a shoulder."""
        now = self.now()
        async with self.mailbox.engine.begin() as connection:
            due = await self.reminders.take_due(connection, now)
            for one in due:
                channel = self.channels.get(one.channel)
                if channel is None:
                    continue
                words = self.house().catalogues.words(one.language or "es")
                buttons = (
                    Button(words.say("button_remind_see"), f"until:{one.rule}"),
                    Button(words.say("button_remind_off"), "remind:off"),
                )
                answer = Answer(words.say("reminder"), buttons=buttons)
                if one.rule.startswith(FOLLOW_UP):
                    answer = follow_up_answer(one.rule, words)
                payloads = channel.fit(payload_of(answer))
                until = now + dt.timedelta(hours=self.settings.keep_hours)
                key = f"reminder.{one.id}"
                await self.mailbox.post(connection, one.channel, one.person, key, payloads, now=now, keep_until=until)
        if due:
            self.awake.set()
        return len(due)

    async def tidy(self) -> None:
        """One round of chores."""
        await asyncio.to_thread(self.refresh)
        now = self.now()
        await self.remind()
        if self.announcing and await self.announcing.round(now):
            self.awake.set()
        letters = await self.mailbox.purge(now)
        silent = await self.records.forget_silent(now - dt.timedelta(days=self.settings.forget_days))
        await self.reach.forget_sent(now - TAKE_BACK)
        await self.cases.tidy(now, self.settings.case_days, self.settings.forget_days)
        await self.records.forget_unclear(now.date() - dt.timedelta(days=self.settings.learn_days))
        if letters or silent:
            log.info("tidied", letters=letters, conversations=silent)


def _parts(answer: Answer, channel: Channel, extra: dict[str, Any]) -> list[dict[str, Any]]:
    """What goes out for an answer. A paper is a message of its own, after the words; a page shows it as a link."""
    payload = payload_of(answer) | extra
    if answer.document is None or channel.pulled:
        return channel.fit(payload)
    return [*channel.fit(payload | {"document": None}), payload | {"text": "", "buttons": [], "offered": None}]
