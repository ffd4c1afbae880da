"""What staff do with a case. Each act is stored, logged and told to the person in one transaction."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Literal

from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import Channel
from bot.channels.markup import literal
from bot.channels.payloads import payload_of
from bot.library.loading import Library
from bot.messages import Answer, Button
from bot.storage.audit import Audit
from bot.storage.cases import Alert, CaseFile, Cases
from bot.storage.mailbox import Mailbox
from bot.storage.reach import Reach
from bot.storage.records import Records
from bot.storage.reminders import Reminders
from bot.storage.staff import Member
from bot.storage.tables import cases
from bot.translations import Catalogues, Words

Outcome = Literal["solved", "part", "not", "lost", "none"]
OUTCOMES: tuple[Outcome, ...] = ("solved", "part", "not", "lost", "none")
ASKED_LATER = frozenset({"solved", "part", "not"})
"""Outcomes after which the person is asked whether it helped…"""
ASK_AFTER = (dt.timedelta(days=7), dt.timedelta(days=30))
"""…and when."""
FOLLOW_UP = "case:"
"""How the rule of such a reminder begins."""
KEEP_ON_PAGE = dt.timedelta(days=7)
"""How long a reply waits on the chat page, whose visitors come back when they can."""


class NotNowError(Exception):
    """A case is not in the state this needs: somebody was quicker, or the person left. `key` is what to say."""

    def __init__(self, key: str) -> None:
        super().__init__(key)
        self.key = key


@dataclasses.dataclass(frozen=True)
class Window:
    """Whether the platform lets us write to the person freely. `left`: for how long still; None: for ever.
    `template`: outside of it, an approved message can ask the person to write.
    """

    open: bool
    left: dt.timedelta | None = None
    template: bool = False


@dataclasses.dataclass(frozen=True)
class _Act:
    """Who did what, when; `detail` for the log, never words of the person."""

    by: Member
    name: str
    now: dt.datetime
    detail: str = ""


@dataclasses.dataclass
class Casework:
    """Acts of staff. `wake` tells the worker of this process that something is to be sent."""

    cases: Cases
    mailbox: Mailbox
    reach: Reach
    records: Records
    reminders: Reminders
    audit: Audit
    channels: Mapping[str, Channel]
    library: Callable[[], Library]
    catalogues: Catalogues
    wake: Callable[[], None]
    templates: bool = False
    """Whether WhatsApp has an approved template."""

    async def window(self, found: CaseFile, now: dt.datetime) -> Window:
        """Whether a reply would be sent now."""
        channel = self.channels.get(found.channel)
        if channel is None or channel.window is None:
            return Window(open=channel is not None)
        known = await self.reach.address(found.person)
        left = channel.window - (now - known.wrote_at) if known else dt.timedelta(0)
        return Window(left > dt.timedelta(0), max(left, dt.timedelta(0)), self.templates)

    async def reply(self, found: CaseFile, by: Member, text: str, now: dt.datetime, translated: str = "") -> None:
        """Answer in the person's chat, in the case worker's words, or in their translation with those below."""
        self._must_be_open(found)
        words = self._words(found)
        shown = literal(text)
        if translated:
            shown = f"{literal(translated)}\n\n_{words.say('handover_translated')}_\n\n{shown}"
        said = _said(f"{words.say('handover_says', office=self.name(found.office))}\n\n{shown}", _here(words, found))
        changes: dict[str, Any] = {"waiting_at": None, "paused": False, "staff": found.staff or by.id}
        async with self.mailbox.engine.begin() as connection:
            line = await self.cases.add(
                connection, found.id, "staff", text, now, by=by.id, office=found.office, translated=translated
            )
            await self._tell(connection, found, f"case-reply.{line}", said, now)
            if found.replied_at is None:
                changes["replied_at"] = now
                await self.cases.count(connection, found, "replied", now, now - found.opened_at)
            await self._done(connection, found, _Act(by, "replied", now), changes)
        self.wake()

    async def note(self, found: CaseFile, by: Member, text: str, now: dt.datetime) -> None:
        """Write something down for the colleagues; the person and other offices never see it."""
        async with self.mailbox.engine.begin() as connection:
            await self.cases.add(connection, found.id, "note", text, now, by=by.id, office=found.office)
            await self._done(connection, found, _Act(by, "noted", now), {})

    async def assign(self, found: CaseFile, by: Member, to: int | None, now: dt.datetime) -> None:
        """Give a case to a colleague, or to nobody."""
        async with self.mailbox.engine.begin() as connection:
            await self._done(connection, found, _Act(by, "assigned", now, str(to or "")), {"staff": to})

    async def refer(self, found: CaseFile, by: Member, to: str, now: dt.datetime) -> None:
        """Ask the person whether another office may take over; it sees nothing before they agree."""
        self._must_be_open(found)
        if found.referral:
            raise NotNowError("desk_problem_referred")
        words = self._words(found)
        text = words.say("handover_refer_ask", office=self.name(found.office), other=self.name(to))
        buttons = (
            Button(words.say("button_refer_yes"), "human:refer"),
            Button(words.say("button_refer_no"), "human:keep"),
        )
        changes = {"referral": "asked", "referred_to": to}
        await self._act(found, _Act(by, "refer", now, to), _said(text, buttons), changes)

    async def accept(self, found: CaseFile, by: Member, now: dt.datetime) -> None:
        """Take over a case that another office hands on."""
        self._must_be_offered(found)
        words = self._words(found)
        said = _said(words.say("handover_accepted", office=self.name(found.referred_to)), _here(words, found))
        changes = {"office": found.referred_to, "staff": by.id, "referral": "", "referred_to": ""}
        await self._act(found, _Act(by, "accepted", now, found.office), said, changes, figure="referred")

    async def decline(self, found: CaseFile, by: Member, now: dt.datetime) -> None:
        """Say no to a case that another office would hand on."""
        self._must_be_offered(found)
        words = self._words(found)
        text = words.say("handover_declined", other=self.name(found.referred_to), office=self.name(found.office))
        changes = {"referral": "", "referred_to": ""}
        await self._act(found, _Act(by, "declined", now), _said(text, _here(words, found)), changes)

    async def close(self, found: CaseFile, by: Member, outcome: Outcome, now: dt.datetime) -> None:
        """End a case, with what came of it; later the person is asked whether it helped."""
        self._must_be_open(found)
        words = self._words(found)
        buttons = (Button(words.say("button_menu"), "menu"), Button(words.say("button_human"), "human"))
        said = _said(words.say("handover_closed", office=self.name(found.office)), buttons)
        changes: dict[str, Any] = {"state": "closed", "outcome": outcome, "closed_at": now, "waiting_at": None}
        changes |= {"referral": "", "referred_to": "", "urgent": False}
        await self._act(found, _Act(by, "closed", now, outcome), said, changes, figure=f"closed_{outcome}")
        if outcome in ASKED_LATER and not self._pulled(found):
            moments = [now + span for span in ASK_AFTER]
            async with self.mailbox.engine.begin() as connection:
                await self.reminders.put(
                    connection, found.person, found.channel, f"{FOLLOW_UP}{found.id}", found.language, moments
                )

    async def reopen(self, found: CaseFile, by: Member, now: dt.datetime) -> None:
        """Go on with a closed case. One whose person left is closed for good: they would not know who reads along."""
        if found.state != "closed" or found.outcome == "left" or not found.person:
            raise NotNowError("desk_problem_left")
        if await self.cases.helper(found.person):
            raise NotNowError("desk_problem_elsewhere")
        words = self._words(found)
        said = _said(words.say("handover_reopened", office=self.name(found.office)), _here(words, found))
        changes = {"state": "open", "outcome": "", "closed_at": None, "staff": by.id, "paused": False}
        await self._act(found, _Act(by, "reopened", now), said, changes, figure="reopened")
        async with self.mailbox.engine.begin() as connection:
            await self.reminders.cancel(connection, found.person, f"{FOLLOW_UP}{found.id}")

    def name(self, office: str) -> str:
        """The name people use for an office."""
        entry = self.library().office(office)
        return (entry.short or entry.name) if entry else office

    async def _act(
        self, found: CaseFile, act: _Act, said: Answer, changes: Mapping[str, Any], *, figure: str = ""
    ) -> None:
        """An act that the person is told of, with a line of its own in the case."""
        async with self.mailbox.engine.begin() as connection:
            line = await self.cases.add(
                connection, found.id, "event", act.name, act.now, by=act.by.id, office=act.by.office
            )
            await self._tell(connection, found, f"case-event.{line}", said, act.now)
            if figure:
                await self.cases.count(connection, found, figure, act.now, act.now - found.opened_at)
            await self._done(connection, found, act, changes)
        self.wake()

    async def _done(self, connection: AsyncConnection, found: CaseFile, act: _Act, changes: Mapping[str, Any]) -> None:
        """Change the case if it still is as it was seen, and log that. Raises NotNowError if somebody was quicker."""
        same = (
            cases.c.id == found.id,
            cases.c.state == found.state,
            cases.c.office == found.office,
            cases.c.referral == found.referral,
        )
        values = {"touched_at": act.now, **changes}
        if (await connection.execute(update(cases).where(*same).values(**values))).rowcount != 1:
            raise NotNowError("desk_problem_gone")
        await self.audit.note_in(connection, act.by.id, f"case_{act.name}", str(found.id), act.now, act.detail)

    async def _tell(
        self, connection: AsyncConnection, found: CaseFile, key: str, said: Answer, now: dt.datetime
    ) -> None:
        """Put words for the person in the outgoing box. Where the platform allows none now, they are held until the
        person writes, and an approved template asks them to.
        """
        channel, window = self.channels.get(found.channel), await self.window(found, now)
        if channel is None or not found.person:
            raise NotNowError("desk_problem_channel")
        state = await self.records.load(found.person) or {}
        extra = {"language": found.language, "discreet": bool(state.get("discreet"))}
        until = now + KEEP_ON_PAGE
        if not window.open and not channel.pulled and window.template:
            nudge, first = channel.fit(payload_of(Answer("…")) | extra)[:1], f"case-nudge.{key}"
            await self.mailbox.post(connection, channel.name, found.person, first, nudge, now=now, keep_until=until)
        placed = "finished" if channel.pulled else "waiting" if window.open else "held"
        payloads = channel.fit(payload_of(said) | extra)
        await self.mailbox.post(
            connection, channel.name, found.person, key, payloads, now=now, keep_until=until, state=placed
        )

    def _must_be_offered(self, found: CaseFile) -> None:
        if found.referral != "offered" or found.state != "open":
            raise NotNowError("desk_problem_gone")

    def _must_be_open(self, found: CaseFile) -> None:
        if found.state != "open":
            raise NotNowError("desk_problem_gone")

    def _pulled(self, found: CaseFile) -> bool:
        channel = self.channels.get(found.channel)
        return channel is None or channel.pulled

    def _words(self, found: CaseFile) -> Words:
        return self.catalogues.words(found.language)


def alert_answer(alert: Alert, office: str, words: Words, address: str) -> Answer:
    """What somebody on duty is told of an urgent case: where it is, nothing of it."""
    link = f"{address.rstrip('/')}/console/cases/{alert.case}" if address else f"/console/cases/{alert.case}"
    return Answer(words.say("handover_alert", office=office, link=link))


def follow_up_answer(rule: str, words: Words) -> Answer:
    """Did they help? Its words tell nothing to who looks over a shoulder."""
    number = rule.removeprefix(FOLLOW_UP)
    buttons = tuple(
        Button(words.say(key), f"helped:{number}:{answer}")
        for key, answer in (("button_helped_yes", "yes"), ("button_helped_part", "part"), ("button_helped_no", "no"))
    )
    return Answer(words.say("helped_ask"), buttons=(*buttons, Button(words.say("button_remind_off"), "remind:off")))


def _said(text: str, buttons: tuple[Button, ...]) -> Answer:
    return Answer(text, topic="conversation.human", buttons=buttons)


def _here(words: Words, found: CaseFile) -> tuple[Button, ...]:
    phone = () if found.contact else (Button(words.say("button_handover_phone"), "human:phone"),)
    return (*phone, Button(words.say("button_handover_leave"), "human:leave"))
