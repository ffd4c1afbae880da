"""Asks the understanding servers: the least busy one, another when it fails, none for what was just asked.

Texts that are the same but for case and spaces are answered from memory, as long as the same model is served.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import httpx
from cachetools import TTLCache

REMEMBERED = 20_000
"""Answers in memory, some 4 kB each."""
FRESH_FOR = 300.0
"""Seconds an answer is believed: a new model is noticed by then even when nobody asks anything new."""


class ModelClient:
    """One client a server. Clients carry address and time-out."""

    def __init__(self, servers: Sequence[httpx.AsyncClient], token: str) -> None:
        self.servers, self.token = list(servers), token
        self.busy = [0] * len(self.servers)
        self.asked = [0] * len(self.servers)
        self.model = ""
        self._remembered: TTLCache[str, dict[str, Any]] = TTLCache(REMEMBERED, FRESH_FOR)

    async def parse(self, text: str) -> dict[str, Any]:
        """What /model/parse says of a text.

        Raises httpx.HTTPError, ValueError or TypeError when no server gives a sound answer.
        """
        key = " ".join(text.casefold().split())
        if (known := self._remembered.get(key)) is not None:
            return known
        answer = await self._asked(text)
        if answer.get("model", "") != self.model:  # another model took over: what the old one said is forgotten
            self.model = str(answer.get("model", ""))
            self._remembered.clear()
        self._remembered[key] = answer
        return answer

    async def _asked(self, text: str) -> dict[str, Any]:
        """The least busy server's answer; a server that fails is left for the others."""
        failure: Exception | None = None
        for number in sorted(range(len(self.servers)), key=lambda number: (self.busy[number], self.asked[number])):
            self.busy[number] += 1
            self.asked[number] += 1
            try:
                return await self._post(self.servers[number], text)
            except httpx.TimeoutException:  # waiting once is long enough for a person
                raise
            except (httpx.HTTPError, ValueError, TypeError) as error:
                failure = error
            finally:
                self.busy[number] -= 1
        raise failure or ValueError("no understanding server is known")

    async def _post(self, server: httpx.AsyncClient, text: str) -> dict[str, Any]:
        response = await server.post("/model/parse", params={"token": self.token}, json={"text": text})
        response.raise_for_status()
        answer = response.json()
        if not isinstance(answer, dict):
            raise TypeError("no object")
        return answer
