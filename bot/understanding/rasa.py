"""Understanding by the Rasa server; whatever goes wrong there, keywords answer instead and nobody waits."""

from __future__ import annotations

import asyncio
import dataclasses
import re
from typing import Any

import httpx
import structlog

from bot import metrics
from bot.understanding import Danger, Understanding
from bot.understanding.anonymous import anonymised
from bot.understanding.keywords import Keywords
from bot.understanding.lexicon import clean, fold
from bot.understanding.model_client import ModelClient

log = structlog.get_logger()

EMERGENCY = "conversation.emergency"
DANGER_FROM = 0.5
"""Likelihood of danger, by the model, from which it is believed."""
SECOND_FROM = 0.45
"""Confidence of each part of a message before two problems are seen in it."""
JOINTS = re.compile(r"[.;!?\n]+|\s(?:y|e|and|et|epi)\s", re.IGNORECASE)
SECOND_ALONE = 0.8
"""Confidence from which one part alone shows a second problem."""
MOST_PARTS = 4
LONG_ENOUGH = 2
"""Words of a part before it is read alone."""


@dataclasses.dataclass(frozen=True)
class Reading:
    """What the model says of one text."""

    ranking: tuple[tuple[str, float], ...]
    emergency: float
    """From 0 to 1, how likely somebody is in danger."""
    unknown: frozenset[str]
    """Folded words that training never saw twice."""


class RasaInterpreter:
    """Asks the model; words of danger and commands are always read here too."""

    def __init__(self, model: ModelClient, keywords: Keywords, topics: frozenset[str]) -> None:
        self.model, self.keywords, self.topics = model, keywords, topics

    async def understand(self, text: str, language: str) -> Understanding:
        """See Interpreter."""
        known = await self.keywords.understand(text, language)
        words = clean(text)
        if not any(char.isalpha() for char in words):
            return known
        try:
            with metrics.UNDERSTANDING_SECONDS.time():
                readings = await asyncio.gather(*(self._read(part) for part in self._asked(words)))
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            log.warning("understanding_failed", kind=type(error).__name__)
            metrics.FAILURES.labels("understanding", type(error).__name__).inc()
            return known
        whole = readings[0]
        second, share = _second(whole.ranking, [part.ranking for part in readings[1:]])
        return dataclasses.replace(
            known,
            ranking=whole.ranking,
            danger=known.danger or self._danger(text, whole),
            second=second,
            second_share=share,
            anonymous=anonymised(words, whole.unknown, self.keywords.introduces, self.keywords.facts.is_place),
            by="rasa",
        )

    def _asked(self, words: str) -> list[str]:
        """The whole text, and its parts where it has few. What somebody says did not happen is no second problem."""
        parts = [part.strip() for part in JOINTS.split(words) if len(part.split()) >= LONG_ENOUGH]
        few = 1 < len(parts) <= MOST_PARTS  # a long story is read as a whole
        return [words, *(part for part in parts if few and not self.keywords.denied(fold(part)))]

    def _danger(self, text: str, whole: Reading) -> Danger:
        if whole.emergency < DANGER_FROM:
            return ""
        return "asked" if self.keywords.hypothetical(fold(text)) else "others"

    async def _read(self, text: str) -> Reading:
        """The model's reading. Raises ValueError, KeyError or TypeError for what makes no sense."""
        answer = await self.model.parse(text)
        entries: list[dict[str, Any]] = answer["intent_ranking"]
        ranking = tuple(
            (str(entry["name"]), float(entry["confidence"])) for entry in entries if entry["name"] in self.topics
        )
        if not ranking or not all(0 <= confidence <= 1 for _, confidence in ranking):
            raise ValueError("no usable ranking")
        emergency = max(dict(ranking).get(EMERGENCY, 0.0), float(answer.get("emergency", 0.0)))
        unknown = frozenset(str(word) for word in answer.get("unknown", ()))
        return Reading(tuple(sorted(ranking, key=lambda item: -item[1]))[:10], emergency, unknown)


def _second(whole: tuple[tuple[str, float], ...], parts: list[tuple[tuple[str, float], ...]]) -> tuple[str, float]:
    """The topic of a part that the whole did not show, and how sure that part is: two sure parts that differ, or one
    that is very sure. ("", 0) where there is none.
    """
    sure = {ranking[0][0]: ranking[0][1] for ranking in parts if ranking[0][1] >= SECOND_FROM}
    problems = {topic: share for topic, share in sure.items() if not topic.startswith("conversation.")}
    others = [(topic, share) for topic, share in problems.items() if topic != whole[0][0]]
    if len(problems) >= 2:  # noqa: PLR2004
        return others[0]
    return next(((topic, share) for topic, share in others if share >= SECOND_ALONE), ("", 0.0))
