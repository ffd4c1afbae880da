"""Understanding by the Rasa server; whatever goes wrong there, keywords answer instead and nobody waits."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Any

import httpx
import structlog

from bot.understanding import Understanding
from bot.understanding.keywords import Keywords
from bot.understanding.lexicon import clean, fold

log = structlog.get_logger()

EMERGENCY = "conversation.emergency"
DANGER_FROM = 0.5
"""Likelihood of danger, by the model, from which it is believed."""
SECOND_FROM = 0.45
"""Confidence of each part of a message before two problems are seen in it."""
JOINTS = re.compile(r"[.;!?\n]+|\s(?:y|e|and|et|epi)\s", re.IGNORECASE)
SECOND_ALONE = 0.8
"""Confidence from which one part alone shows a second problem."""
LONG_ENOUGH = 2
"""Words of a part before it is read alone."""


class RasaInterpreter:
    """Asks `address`/model/parse; words of danger and commands are always read here too."""

    def __init__(self, client: httpx.AsyncClient, token: str, keywords: Keywords, topics: frozenset[str]) -> None:
        self.client, self.token, self.keywords, self.topics = client, token, keywords, topics

    async def understand(self, text: str, language: str) -> Understanding:
        """See Interpreter."""
        known = await self.keywords.understand(text, language)
        words = clean(text)
        if not any(char.isalpha() for char in words):
            return known
        parts = [part.strip() for part in JOINTS.split(words) if len(part.split()) >= LONG_ENOUGH]
        asked = [words, *(parts if 1 < len(parts) <= 4 else [])]  # noqa: PLR2004 - a long story is read as a whole
        try:
            rankings = await asyncio.gather(*(self._parse(part) for part in asked))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("understanding_failed", kind=type(error).__name__)
            return known
        ranking, emergency = rankings[0]
        modelled = emergency >= DANGER_FROM
        return dataclasses.replace(
            known,
            ranking=ranking,
            danger=known.danger or ("others" if modelled and not self.keywords.hypothetical(fold(text)) else ""),
            second=_second(ranking, [part for part, _ in rankings[1:]]),
            by="rasa",
        )

    async def _parse(self, text: str) -> tuple[tuple[tuple[str, float], ...], float]:
        """The ranking of the model, and how likely somebody is in danger. Raises ValueError for what makes no sense."""
        response = await self.client.post("/model/parse", params={"token": self.token}, json={"text": text})
        response.raise_for_status()
        answer: dict[str, Any] = response.json()
        entries: list[dict[str, Any]] = answer["intent_ranking"]
        ranking = tuple(
            (str(entry["name"]), float(entry["confidence"])) for entry in entries if entry["name"] in self.topics
        )
        if not ranking or not all(0 <= confidence <= 1 for _, confidence in ranking):
            raise ValueError("no usable ranking")
        likely_danger = max(dict(ranking).get(EMERGENCY, 0.0), float(answer.get("emergency", 0.0)))
        return tuple(sorted(ranking, key=lambda item: -item[1]))[:10], likely_danger


def _second(whole: tuple[tuple[str, float], ...], parts: list[tuple[tuple[str, float], ...]]) -> str:
    """The topic of a part that the whole did not show: two sure parts that differ, or one that is very sure."""
    sure = {ranking[0][0]: ranking[0][1] for ranking in parts if ranking[0][1] >= SECOND_FROM}
    problems = {topic: share for topic, share in sure.items() if not topic.startswith("conversation.")}
    others = [topic for topic in problems if topic != whole[0][0]]
    if len(problems) >= 2:  # noqa: PLR2004
        return others[0]
    return next((topic for topic in others if problems[topic] >= SECOND_ALONE), "")
