"""What an announcement is: written, kept, due for somebody."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

from bot.storage.news import LETTER, Audience

Kind = Literal["visit", "deadline", "scam", "other"]
KINDS: tuple[Kind, ...] = ("visit", "deadline", "scam", "other")
State = Literal["draft", "submitted", "running", "paused", "stopped", "done"]


@dataclasses.dataclass(frozen=True)
class Announcement:
    """One announcement. `office` is '' for the administrators' own; times are UTC."""

    id: int
    office: str
    kind: Kind
    texts: Mapping[str, str]
    audience: Audience
    until: dt.date
    spread_hours: int
    state: State
    version: int
    changed_by: int
    changed_at: dt.datetime
    approved_by: int | None
    approved_at: dt.datetime | None
    sent: int
    failed: int
    missed: int
    opted_out: int


@dataclasses.dataclass(frozen=True)
class Draft:
    """What somebody writes of one."""

    office: str
    kind: Kind
    texts: Mapping[str, str]
    audience: Audience
    until: dt.date
    spread_hours: int

    def values(self) -> dict[str, Any]:
        """As columns."""
        return dataclasses.asdict(self) | {"texts": dict(self.texts), "audience": dataclasses.asdict(self.audience)}


@dataclasses.dataclass(frozen=True)
class Due:
    """A delivery whose time has come."""

    id: int
    announcement: Announcement
    person: str
    channel: str
    language: str
    country: str
    discreet: bool
    calm: bool
    """False: danger was told meanwhile."""

    @property
    def key(self) -> str:
        """What its letter is known by, the part before the number."""
        return f"{LETTER}{self.announcement.id}.{self.id}"


class Conflict(Exception):
    """Somebody changed it meanwhile, or it is no longer in a state in which this can be done."""
