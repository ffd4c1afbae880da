"""A public page of figures, when the operator wants one: how much is asked, and how often the bot understands."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.templating import Jinja2Templates
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.clock import utc_now
from bot.library.shelf import Shelf
from bot.settings import Settings
from bot.storage.statistics import QUESTIONS, UNDERSTOOD, Statistics
from bot.translations import Catalogues, Words
from bot.web.disclosure import guarded
from bot.web.periods import periods


class PublicStatistics:
    """`/statistics`; not there unless the setting `public_statistics` is on."""

    def __init__(
        self,
        settings: Settings,
        engine: AsyncEngine,
        shelf: Shelf,
        catalogues: Catalogues,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.settings, self.shelf, self.catalogues, self.now = settings, shelf, catalogues, now
        self.statistics = Statistics(engine)
        self.templates = Jinja2Templates(Path(__file__).parent / "templates")
        self.router = APIRouter()
        self.router.get("/statistics")(self.page)

    async def page(self, request: Request, language: str = "") -> Response:
        """The newest quarter that has a finished week, and the last evaluation."""
        if not self.settings.public_statistics:
            return Response(status_code=404)
        words = self._words(request, language)
        period = periods(self.now().date())[0]
        counted = await self.statistics.by("country", "topic", period.since, period.until)
        by_kind = await self.statistics.by("kind", "language", period.since, period.until, kinds=QUESTIONS)
        languages = sorted({spoken for _, spoken in by_kind})
        understood: dict[tuple[str, str], int] = {}
        for (kind, spoken), times in by_kind.items():
            key = (spoken, "understood" if kind in UNDERSTOOD else "unsure")
            understood[key] = understood.get(key, 0) + times
        topics = self.shelf.library.topics.topics
        context: dict[str, Any] = {
            "say": words.say,
            "words": words,
            "languages": self.catalogues.offered(),
            "period": period,
            "table": guarded(counted, sorted({one for one, _ in counted}), sorted({one for _, one in counted})),
            "by_language": guarded(understood, languages, ("understood", "unsure")),
            "topic_names": {
                key: entry.name.get(words.language.code) or entry.name["es"] for key, entry in topics.items()
            },
            "language_names": {code: entry.name for code, entry in self.catalogues.languages.items()},
            "accuracy": accuracy(self.settings.nlu_project / "evaluation.json"),
            "until": period.until - dt.timedelta(days=1),
        }
        return self.templates.TemplateResponse(request, "statistics_public.html", context)

    def _words(self, request: Request, language: str) -> Words:
        offered = [one.code for one in self.catalogues.offered()]
        accepted = [part.strip()[:2] for part in request.headers.get("accept-language", "").split(",")]
        return self.catalogues.words(next((code for code in (language, *accepted) if code in offered), "es"))


def accuracy(path: Path) -> dict[str, Any]:
    """What `make evaluate` measured on messages the model never saw: all and by language; {} where it never ran."""
    try:
        told = json.loads(path.read_text(encoding="utf-8"))["held_out"]
        lines = {"": told["all"]} | dict(sorted(told["by language"].items()))
        return {
            "lines": {
                name: {
                    "messages": int(one["messages"]),
                    "first": _percent(one["top-1"]),
                    "three": _percent(one["top-3"]),
                }
                for name, one in lines.items()
            },
            "danger": _percent(told["danger"]["recall"]),
            "danger_messages": int(told["danger"]["messages"]),
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _percent(share: float) -> int:
    return round(100 * share)
