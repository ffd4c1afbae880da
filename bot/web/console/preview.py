"""What a person would read: an answer of the bot with a change that is not published yet, as each channel shows it."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from html import escape
from typing import Any, Literal, get_args

from markupsafe import Markup

from bot.channels import markup
from bot.channels.markup import PLAIN
from bot.channels.payloads import payload_of
from bot.channels.telegram import Telegram, open_bot
from bot.channels.whatsapp import Account, WhatsApp
from bot.library.loading import CountryContent, Library, Text
from bot.library.schema import Figures, PageEntry
from bot.messages import Answer, Request
from bot.modules.articles import ELSEWHERE, Articles
from bot.web.console.desk import Desk
from bot.web.console.places import Place

ChannelName = Literal["web", "whatsapp", "telegram"]
CHANNELS: tuple[ChannelName, ...] = get_args(ChannelName)


@dataclasses.dataclass(frozen=True)
class Bubble:
    """A message on a phone: its words as safe HTML, how many characters, and the buttons below it."""

    words: Markup
    length: int
    buttons: tuple[str, ...]
    folded: bool = False
    """True where the buttons stand in a list that opens with a tap."""


class Preview:
    """Makes previews with the bot's own modules and channels; nothing is sent."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        limit = desk.settings.text_limit
        self.telegram = Telegram(open_bot("1:preview", "http://127.0.0.1:9"), limit)
        self.whatsapp = WhatsApp(Account("1", "preview", "preview", "http://127.0.0.1:9", {}), limit, {})

    def answer(self, library: Library, place: Place, day: dt.date) -> Answer | None:
        """What somebody asking for the page on a day (at noon, UTC) reads; None where the bot would ask back."""
        known = place.variant not in ("", "irregular", "abroad")
        request = Request(
            topic=place.topic,
            language=place.language,
            day=dt.datetime.combine(day, dt.time(12), dt.UTC),
            country=ELSEWHERE if place.variant == "abroad" else place.country or ELSEWHERE,
            origin=place.country if place.variant == "abroad" else "",
            work=place.variant if known else "general",
            papers=False if place.variant == "irregular" else None,
            facts={"work_asked": True},
        )
        found = Articles(library, self.desk.catalogues).answer(request)
        return found if isinstance(found, Answer) else None

    def bubbles(self, answer: Answer, channel: ChannelName) -> list[Bubble]:
        """An answer as a channel's own `fit` cuts it."""
        labels = tuple(button.label for button in answer.buttons)
        if channel == "web":
            words = Markup(markup.html(answer.text))  # noqa: S704 - our own writer, which lets no HTML through
            return [Bubble(words, len("\n\n".join(markup.blocks(answer.text, PLAIN))), labels)]
        payload = payload_of(answer)
        if channel == "telegram":
            return [
                Bubble(
                    Markup(part["text"].replace("\n", "<br>")),  # noqa: S704 - escaped by the channel
                    len(re.sub(r"<[^>]+>", "", part["text"])),
                    tuple(button["label"] for button in part["buttons"]),
                )
                for part in self.telegram.fit(payload)
            ]
        return [_whatsapp(part) for part in self.whatsapp.fit(payload)]


def _whatsapp(part: dict[str, Any]) -> Bubble:
    offered = part["offered"]
    keys = tuple(str(key[0]) for key in offered.get("keys", ())) if offered["as"] in ("buttons", "list") else ()
    told = escape(part["text"])
    told = re.sub(r"(?<!\w)\*(?=\S)([^*\n]+)\*(?!\w)", r"<b>\1</b>", told)
    told = re.sub(r"(?<!\w)_(?=\S)([^_\n]+)_(?!\w)", r"<i>\1</i>", told)
    words = Markup(told.replace("\n", "<br>"))  # noqa: S704 - escaped above
    return Bubble(words, len(part["text"]), keys, folded=offered["as"] == "list")


def with_text(library: Library, place: Place, text: Text, page: PageEntry) -> Library:
    """The library as it would be with a text and what all languages of its page share."""
    content = library.countries[place.country]
    texts = content.texts | {(place.topic, place.variant, place.language): text}
    return _with(library, dataclasses.replace(content, texts=texts, pages=content.pages | {place.topic: page}))


def with_figures(library: Library, country: str, figures: Figures) -> Library:
    """The library as it would be with other figures of a country."""
    return _with(library, dataclasses.replace(library.countries[country], figures=figures))


def _with(library: Library, content: CountryContent) -> Library:
    return dataclasses.replace(library, countries=library.countries | {content.code: content})
