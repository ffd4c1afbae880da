"""Channels read what came in and send answers. They know nothing of law or dialogue.

A platform's update comes as raw JSON. `pieces` cuts it into letters, one for each thing that one person did; each is
kept before anything is acknowledged. `read` makes sense of a kept letter later, in the worker; `send` delivers answers.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from bot.messages import Message


@dataclasses.dataclass(frozen=True)
class Piece:
    """What one person did, out of an update."""

    key: str
    """What makes it the same when the platform sends it again."""
    sender: str
    """The platform's own id of the person, or of the group."""
    payload: Mapping[str, Any]
    aliases: tuple[str, ...] = ()
    """Other ids of the same person, such as a phone number."""
    speaks: bool = True
    """False for what is no message of theirs (a delivery report): it opens no window and is no reason to remember."""


@dataclasses.dataclass(frozen=True)
class Ignored:
    """A letter that wants no answer, and why."""

    reason: str


@dataclasses.dataclass(frozen=True)
class Left:
    """The person blocked the bot, or removed it: all that is kept of them goes."""


@dataclasses.dataclass(frozen=True)
class Moved:
    """The person, or the group, goes on under another id."""

    sender: str


@dataclasses.dataclass(frozen=True)
class Undelivered:
    """A report that an answer sent earlier did not arrive, by the platform's id of it."""

    message: str
    reason: str


Incoming = Message | Ignored | Left | Moved | Undelivered


@dataclasses.dataclass(frozen=True)
class Destination:
    """Where an answer goes. Addresses are the platform's own."""

    address: str
    open_window: bool = True
    """False when the platform no longer allows free text to this person."""


@dataclasses.dataclass(frozen=True)
class Sent:
    """The platform's ids of what was sent, so that it can be taken back."""

    messages: tuple[str, ...] = ()


class SendLater(Exception):
    """The platform asks to wait: nothing is lost and it is no failed try."""

    def __init__(self, seconds: float, *, everybody: bool) -> None:
        super().__init__(f"wait {seconds} s")
        self.seconds, self.everybody = seconds, everybody


class Undeliverable(Exception):
    """It will never arrive; the reason is kept and shown. The person may be gone for good."""

    def __init__(self, reason: str, *, gone: bool = False) -> None:
        super().__init__(reason)
        self.reason, self.gone = reason, gone


class WindowClosed(Exception):
    """Free text is not allowed now and there is no template: kept until the person writes again."""


class Channel(Protocol):
    """One way to reach people."""

    @property
    def name(self) -> str:
        """What letters of the channel are marked with."""
        ...

    @property
    def pulled(self) -> bool:
        """True when people's devices fetch their answers themselves, as the chat page does."""
        ...

    @property
    def overall(self) -> float:
        """Seconds between two answers of the whole channel at least; 0 for no limit."""
        ...

    @property
    def each(self) -> float:
        """Seconds between two answers to the same person at least."""
        ...

    @property
    def window(self) -> dt.timedelta | None:
        """How long after a person's last message free text may be sent to them; None for ever."""
        ...

    def pieces(self, update: Mapping[str, Any]) -> list[Piece]:
        """The letters in a platform's update. Never raises for what a platform may send; [] when there is none."""
        ...

    async def received(self, update: Mapping[str, Any]) -> None:
        """What people see at once after their message was kept: read, typing. Best effort, never raises."""
        ...

    def read(self, payload: Mapping[str, Any], person: str, letter: str) -> Incoming:
        """What a kept payload means; `letter` names the letter it came in. Raises ValueError, TypeError or KeyError
        when it makes no sense.
        """
        ...

    def fit(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """An answer as the messages it takes on this channel, each sent and retried alone, so that a failure half-way
        repeats nothing.
        """
        ...

    async def send(self, to: Destination, payload: Mapping[str, Any]) -> Sent:
        """Send an answer that `payload_of` made. Raises SendLater, Undeliverable, WindowClosed, or any other error
        when it should be tried again.
        """
        ...

    async def sound(self, name: str) -> bytes:
        """A voice message as it was recorded. Raises the library's errors, NotImplementedError where there are none."""
        ...

    async def take_back(self, to: Destination, messages: Sequence[str]) -> None:
        """Delete earlier answers on the person's device where the platform allows it. Best effort, never raises."""
        ...
