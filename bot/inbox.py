"""Where platforms' updates come in: cut into letters and kept, before anything is acknowledged."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.channels import Channel, Piece
from bot.clock import utc_now
from bot.storage.mailbox import Mailbox
from bot.storage.reach import Reach

log = structlog.get_logger()


class Inbox:
    """Keeps updates. `wake` tells the worker of this process that a letter came."""

    def __init__(
        self,
        mailbox: Mailbox,
        reach: Reach,
        wake: Callable[[], None],
        limit: int,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        """`limit` is how many unanswered letters one person may have; what comes beyond is not kept."""
        self.mailbox, self.reach, self.wake, self.limit, self.now = mailbox, reach, wake, limit, now
        self._beside: set[asyncio.Task[None]] = set()

    async def keep(self, channel: Channel, update: Mapping[str, Any]) -> int:
        """Keep an update; how many new letters it held. What people see at once happens beside, after it was kept.

        Raises whatever the database raises: then nothing may be acknowledged.
        """
        new = 0
        for piece in channel.pieces(update):
            new += await self._keep(channel, piece)
        if new:
            self.wake()
            task = asyncio.create_task(channel.received(update))
            self._beside.add(task)
            task.add_done_callback(self._beside.discard)
        return new

    async def _keep(self, channel: Channel, piece: Piece) -> bool:
        now = self.now()
        person = await self.reach.person(channel.name, piece.sender, piece.aliases)
        if await self.mailbox.waiting(person) >= self.limit:
            log.warning("flood", channel=channel.name)
            return False
        payload = dict(piece.payload) | {"kept_at": now.isoformat()}
        kept = await self.mailbox.keep(channel.name, piece.key, person, payload, now)
        if piece.speaks:
            await self.reach.wrote(person, channel.name, piece.sender, piece.aliases, now)
            await self.mailbox.release(person, now)
        return kept
