"""Machine translation for cases, where the operator runs a LibreTranslate server. Best effort: None when it fails."""

from __future__ import annotations

from collections.abc import Sequence

import httpx
import structlog

from bot.settings import Settings

log = structlog.get_logger()

MOST = 4000
"""Characters of a text, and of its translation."""


class Translator:
    """Asks the server of the settings. `transport` is for tests."""

    def __init__(self, settings: Settings, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.address = settings.translation_address.rstrip("/")
        self._key = settings.translation_key.get_secret_value()
        self._timeout, self._transport = settings.translation_timeout, transport

    @property
    def on(self) -> bool:
        """Whether a server is set."""
        return bool(self.address)

    async def translate(self, texts: Sequence[str], source: str, target: str) -> list[str | None]:
        """Each text in the other language, None for what could not be translated. Never raises."""
        if not self.on or not texts or source == target:
            return [None for _ in texts]
        async with httpx.AsyncClient(timeout=self._timeout, transport=self._transport) as client:
            return [await self._one(client, text, source, target) for text in texts]

    async def _one(self, client: httpx.AsyncClient, text: str, source: str, target: str) -> str | None:
        asked = {"q": text[:MOST], "source": source, "target": target, "format": "text", "api_key": self._key}
        try:
            answer = await client.post(f"{self.address}/translate", json=asked)
            answer.raise_for_status()
            said = answer.json()["translatedText"]
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("not_translated", kind=type(error).__name__)
            return None
        return said[:MOST].replace("\x00", "") if isinstance(said, str) and said.strip() else None
