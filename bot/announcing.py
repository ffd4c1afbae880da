"""Announcements on their way to people who asked for news: by day, within the platforms' limits, never after an
opt-out.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels import Channel
from bot.channels.markup import plain
from bot.channels.payloads import payload_of
from bot.conversation.house import EMERGENCY, House
from bot.conversation.state import Conversation
from bot.messages import Answer, Button
from bot.settings import Settings
from bot.storage.announcement import Announcement, Due
from bot.storage.announcements import Announcements
from bot.storage.mailbox import Letter, Mailbox
from bot.storage.news import LETTER, News, Subscriber
from bot.storage.reach import Reach
from bot.translations import Words

DAY_BEGINS, DAY_ENDS = 8, 20
"""Hours, where the person is, between which something is announced."""
LOOK_AGAIN = dt.timedelta(minutes=15)
TIER = dt.timedelta(hours=24)
TEMPLATE_MOST = 900
"""Letters of an announcement inside a template; Meta allows 1,024 with its own words."""


class Announcing:
    """Puts what is due into the outgoing box."""

    def __init__(
        self,
        mailbox: Mailbox,
        reach: Reach,
        channels: Mapping[str, Channel],
        house: Callable[[], House],
        settings: Settings,
    ) -> None:
        self.mailbox, self.reach, self.channels, self.house, self.settings = mailbox, reach, channels, house, settings
        self.news, self.announcements = News(mailbox.engine), Announcements(mailbox.engine)

    async def follow(
        self, connection: AsyncConnection, letter: Letter, conversation: Conversation, now: dt.datetime
    ) -> None:
        """Keep what the person wants of news, in the transaction of their turn: an opt-out holds from there on."""
        if conversation.news and not self.channels[letter.channel].pulled:
            topic = conversation.topic
            about = "" if topic == EMERGENCY or topic.startswith("conversation.") else topic
            who = Subscriber(
                conversation.language,
                conversation.country[:2],
                conversation.origin[:2],
                about,
                conversation.office,
                conversation.discreet,
                conversation.danger_on,
            )
            await self.news.follow(connection, letter.person, letter.channel, who, now)
        elif conversation.news is False:
            await self.news.leave(connection, letter.person, now)

    async def withdrawn(self, letter: Letter) -> bool:
        """Whether an announcement that is about to be sent was withdrawn or paused meanwhile."""
        return letter.key.startswith(LETTER) and not await self.mailbox.still_waits(letter)

    async def round(self, now: dt.datetime) -> int:
        """Put into the box what is due; how many."""
        put = 0
        async with self.mailbox.engine.begin() as connection:
            due = await self.announcements.take_due(connection, now)
            for one in due:
                put += await self._put(connection, one, now)
        await self.announcements.settle(now)
        return put

    async def _put(self, connection: AsyncConnection, due: Due, now: dt.datetime) -> bool:
        channel = self.channels.get(due.channel)
        local = now.astimezone(self._zone(due.country))
        if channel is None or channel.pulled or not due.calm or local.date() > due.announcement.until:
            await self.announcements.miss(connection, due)
            return False
        if not DAY_BEGINS <= local.hour < DAY_ENDS:
            await self.announcements.later(connection, due, _morning(local))
            return False
        known = await self.reach.address(due.person)
        if known is None:
            await self.announcements.miss(connection, due)
            return False
        template = channel.window is not None and now - known.wrote_at >= channel.window
        if template and not await self._template_allowed(connection, due, now):
            await self.announcements.later(connection, due, now + LOOK_AGAIN)
            return False
        words = self.house().catalogues.words(due.language or "es")
        payload = self.payload(due.announcement, words, discreet=due.discreet)
        until = now + dt.timedelta(hours=self.settings.keep_hours)
        fitted = channel.fit(payload)
        await self.mailbox.post(connection, due.channel, due.person, due.key, fitted, now=now, keep_until=until)
        await self.announcements.posted(connection, due, now, template=template, parts=len(fitted))
        return True

    def payload(self, announcement: Announcement, words: Words, *, discreet: bool) -> dict[str, Any]:
        """What goes out to somebody who reads these words."""
        return payload_of(said(announcement, words, self._office(announcement.office))) | {
            "language": words.language.code,
            "discreet": discreet,
            "news": "" if discreet else in_template(announcement, words, self._office(announcement.office)),
        }

    def _office(self, name: str) -> str:
        office = self.house().library.office(name)
        return (office.short or office.name) if office else "Amparo"

    async def _template_allowed(self, connection: AsyncConnection, due: Due, now: dt.datetime) -> bool:
        """Outside the window only a template may go, as many a day as Meta allows the number; and none to people who
        want their notifications to show nothing. They get it when they write.
        """
        named = self.settings.whatsapp_news_templates
        if due.discreet or not (named.get(due.language) or named.get("")):
            return False
        return await self.announcements.templates_since(connection, now - TIER) < self.settings.whatsapp_daily_tier

    def _zone(self, country: str) -> ZoneInfo:
        about = self.house().library.country(country) if country else None
        return ZoneInfo(about.time_zone if about else "America/Lima")


def text_for(announcement: Announcement, words: Words) -> tuple[str, str]:
    """The text somebody gets and its language: their own, else the first that stands in for it, else Spanish."""
    for code in (words.language.code, *words.language.stand_ins):
        if announcement.texts.get(code):
            return announcement.texts[code], code
    return announcement.texts["es"], "es"


def said(announcement: Announcement, words: Words, office: str) -> Answer:
    """The announcement as an answer: whose it is, what it says, how to get no more."""
    text, _ = text_for(announcement, words)
    lines = (f"**{words.say('news_from', office=office)}**", text, f"_{words.say('news_foot')}_")
    buttons = (Button(words.say("button_news_off"), "news:off"), Button(words.say("button_menu"), "menu"))
    return Answer("\n\n".join(lines), buttons=buttons)


def in_template(announcement: Announcement, words: Words, office: str) -> str:
    """The same on one line: templates take no line breaks."""
    text, _ = text_for(announcement, words)
    line = " ".join(plain(f"{words.say('news_from', office=office)}: {text}").split())
    return line if len(line) <= TEMPLATE_MOST else f"{line[: TEMPLATE_MOST - 1].rstrip()}…"


def _morning(local: dt.datetime) -> dt.datetime:
    """The next moment of a day at which something may be announced, in UTC."""
    day = local.date() + dt.timedelta(days=1 if local.hour >= DAY_ENDS else 0)
    return dt.datetime.combine(day, dt.time(DAY_BEGINS), local.tzinfo).astimezone(dt.UTC)
