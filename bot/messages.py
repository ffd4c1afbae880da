"""The words all parts share: what a person sent, and what the bot says back.

Nothing here knows a channel, a database or a law. Texts in an `Answer` are Markdown.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

Work = Literal["general", "domestic", "live_in", "agricultural", "own_account"]
"""Kinds of work for which the law differs; `general` is every other job."""


Unreadable = Literal["too_long", "voice", "file", "sticker", "contact", "poll", "order", "reaction", "unsupported"]
"""What a person sent that is no text, no tap and no place."""


@dataclasses.dataclass(frozen=True)
class Button:
    """Something to tap. `action` says what it does (`topic:labour_rights.dismissal`, `country:pe`); it stands alone,
    so that a button of yesterday still works.
    """

    label: str
    action: str


@dataclasses.dataclass(frozen=True)
class Location:
    """A place a person shared, in decimal degrees."""

    latitude: float
    longitude: float


@dataclasses.dataclass(frozen=True)
class Message:
    """One thing a person sent. `person` is a keyed hash, never a name or a number."""

    channel: str
    person: str
    id: str
    sent_at: dt.datetime
    """In UTC."""
    text: str = ""
    button: str = ""
    """The action of the button that was tapped."""
    location: Location | None = None
    language_hint: str = ""
    """What the app says its user reads; a guess, never a choice."""
    unreadable: Unreadable | Literal[""] = ""
    """Why the bot cannot read it, when it cannot."""
    sound: str = ""
    """The platform's name of a voice message, to be fetched and written down where that is set up."""
    sound_seconds: float = 0.0


@dataclasses.dataclass(frozen=True)
class Source:
    """The law or document behind a statement; `checked` is the first day of the month it was last known to be true."""

    title: str
    article: str = ""
    url: str = ""
    checked: dt.date | None = None


@dataclasses.dataclass(frozen=True)
class Door:
    """An office as it was named in an answer. `open_now` is None where the hours are not known."""

    id: str
    name: str
    phones: tuple[str, ...] = ()
    url: str = ""
    open_now: bool | None = None


@dataclasses.dataclass(frozen=True)
class Document:
    """A paper that goes with an answer, as data: which template, the name of its file, and what it says."""

    kind: Literal["letter", "sheet", "csv"]
    name: str
    said: Mapping[str, Any]


@dataclasses.dataclass(frozen=True)
class Answer:
    """What the bot says. `page` and `version` name the page it came from, for feedback on it."""

    text: str
    topic: str = ""
    buttons: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    doors: tuple[Door, ...] = ()
    page: str = ""
    version: str = ""
    fleeting: bool = False
    """True for what must not be kept after it was read, such as the word that all was erased."""
    spoken: bool = False
    """True: to be heard, not read, where the channel can send sound."""
    location_label: str = ""
    """What stands on that button."""
    document: Document | None = None
    lesson: str = ""
    """The lesson whose exercise this answer ends."""
    wants_location: bool = False
    """True: sharing a place answers this; channels that can, offer a button for it."""

    def with_buttons(self, *buttons: Button) -> Answer:
        """The same answer with other buttons."""
        return dataclasses.replace(self, buttons=buttons)


@dataclasses.dataclass(frozen=True)
class Ask:
    """A module lacks a fact: which one, and the choices to offer where they are few. Where a module words its question
    itself, `kind` says how the reply is read.
    """

    fact: str
    choices: tuple[str, ...] = ()
    text: str = ""
    help: str = ""
    """Where to find it, for who does not know."""
    kind: str = ""
    """money, number, days, weeks, months, years, hours, percent, date, choice, yes_no or numbers."""
    per: str = ""
    labels: tuple[str, ...] = ()
    """What stands on the buttons of the choices."""
    unsure: bool = False
    """True where "I don't know" is an answer too."""
    fault: str = ""
    """Why the last reply could not be meant, in words."""
    done: int = 0
    left: int = 0
    """How many questions were answered, and how many may come, this one with them."""


@dataclasses.dataclass(frozen=True)
class Request:
    """What is asked, with all a module may need to answer it."""

    topic: str
    language: str
    day: dt.datetime
    """The moment of the question, in UTC: for the law in force and for opening hours."""
    country: str = ""
    """Where the person works; lower-case ISO 3166 code."""
    origin: str = ""
    work: str = ""
    papers: bool | None = None
    """False: the person said they have no papers. None: not said."""
    detail: str = ""
    """What a button adds to a topic, such as the kind of office wanted."""
    office: str = ""
    """The office whose link brought the person: their first door."""
    place: Location | None = None
    """Where the person is just now, when they shared it."""
    city: str = ""
    """What the person wrote when asked for an office: it may name a city. Used for this answer, never kept."""
    likely: tuple[str, ...] = ()
    """What was talked about before, and what the last message may have meant: the likeliest first."""
    told: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """What was told for the calculation, deadline or form that `detail` names."""
    facts: Mapping[str, Any] = dataclasses.field(default_factory=dict)
