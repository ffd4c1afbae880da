"""Questions that were not understood, grouped and without identity; and the model that learns from them."""

from __future__ import annotations

import asyncio
import dataclasses
from collections.abc import Sequence
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot import learning
from bot.learning import Group, groups
from bot.modules.articles import topic_name
from bot.storage.records import Records
from bot.training import OPTIONS, Progress, Training, Wish
from bot.web.console.desk import ADMINISTRATORS, EDITORS, Desk, text_of

HOME = "/console/questions"
OUT_OF_SCOPE = "conversation.out_of_scope"
SHOWN = 60
STEPS = ("starting", "training", "comparing")


@dataclasses.dataclass(frozen=True)
class Shown:
    """A group as it is shown."""

    group: Group
    numbers: str
    countries: tuple[str, ...]


class Questions:
    """The list, what is done with a group, and training."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.records = Records(desk.engine)
        self.training = Training(desk.settings.nlu_project, desk.settings.data)
        self.running: asyncio.Task[Progress] | None = None
        self.router = APIRouter(prefix=HOME)
        self.router.get("")(self.overview)
        self.router.post("/take")(self.take)
        self.router.get("/model")(self.model)
        self.router.post("/model/{wish}")(self.train)

    async def overview(self, request: Request, language: str = "") -> Response:
        """Groups of questions, the largest first."""
        session = await self.desk.member(request, EDITORS)
        kept = await self.records.unclear()
        found = await asyncio.to_thread(groups, [one for one in kept if not language or one["language"] == language])
        words = self.desk.words(request, session.member)
        library = self.desk.shelf.library
        topics = [
            (name, f"{name.partition('.')[0]} · {topic_name(library, name, words)}") for name in library.topics.topics
        ]
        values: dict[str, Any] = {
            "groups": [_shown(group) for group in found[:SHOWN]],
            "total": len(kept),
            "more": max(0, len(found) - SHOWN),
            "topics": [(name, said) for name, said in topics if not name.startswith("conversation.")],
            "language": language,
            "spoken": self.desk.catalogues.offered(),
            "progress": self.training.progress(),
            "codes": sorted(code for code in library.countries if code),
        }
        return self.desk.page(request, "questions.html", session, **values)

    async def take(self, request: Request) -> Response:
        """Give a group to a topic, mark it out of scope, drop it, or begin a page for it."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        act, topic = text_of(fields, "act", 20), text_of(fields, "topic", 100)
        chosen = {int(part) for part in text_of(fields, "numbers", 4000).split(",") if part.isdecimal()}
        questions = [one for one in await self.records.unclear() if one["id"] in chosen]
        if not questions:
            return self.desk.go(HOME, "desk_said_gone")
        if act == "page":
            return self._page(topic, questions, text_of(fields, "country", 2))
        topic = OUT_OF_SCOPE if act == "scope" else topic
        if act in ("topic", "scope"):
            if topic not in self.desk.shelf.library.topics.topics:
                return self.desk.go(HOME, "desk_said_choose_topic")
            await asyncio.to_thread(self._learn, topic, questions)
        elif act != "drop":
            raise HTTPException(404)
        await self.records.learnt(chosen)
        await self.desk.note(session, f"questions_{act}", topic, str(len(questions)))
        return self.desk.go(HOME, "desk_said_learnt" if act != "drop" else "desk_said_saved")

    async def model(self, request: Request) -> Response:
        """The models, and how a training stands."""
        session = await self.desk.member(request, EDITORS)
        progress = self.training.progress()
        values: dict[str, Any] = {
            "progress": progress,
            "models": await asyncio.to_thread(self.training.models),
            "possible": self.training.possible,
            "may": session.member.role in ADMINISTRATORS,
            "steps": STEPS,
            "at": STEPS.index(progress.step) if progress.step in STEPS else 0,
        }
        part = request.headers.get("hx-target") == "training"
        return self.desk.page(request, "training.html" if part else "model.html", session, **values)

    async def train(self, request: Request, wish: str) -> Response:
        """Train and compare; take over all the same; or go back to the model before."""
        session = await self.desk.member(request, ADMINISTRATORS)
        await self.desk.form(request, session)
        if wish not in OPTIONS or not self.training.possible:
            raise HTTPException(404)
        asked: Wish = "train" if wish == "train" else "accept" if wish == "accept" else "back"
        task = await self.training.start(asked, self.desk.now())
        if task is None:
            return self.desk.go(f"{HOME}/model", "desk_said_training")
        self.running = task  # kept, so that it is not collected while it runs
        await self.desk.note(session, f"model_{wish}", "")
        return self.desk.go(f"{HOME}/model", "desk_said_started")

    def _page(self, topic: str, questions: Sequence[Any], country: str) -> Response:
        library = self.desk.shelf.library
        country = country or str(questions[0]["country"])
        content = library.countries.get(country) or library.countries[""]
        if topic not in library.topics.topics:
            return self.desk.go(HOME, "desk_said_choose_topic")
        leader = content.about.language if content.about else "es"
        return self.desk.go(f"/console/pages/edit/{content.code or 'international'}/{topic}/{leader}")

    def _learn(self, topic: str, questions: Sequence[Any]) -> None:
        phrases = self.desk.settings.nlu_project / "data" / "nlu"
        for language in sorted({str(one["language"]) for one in questions}):
            if language in self.desk.catalogues.languages:
                texts = [str(one["text"]) for one in questions if one["language"] == language]
                learning.add(phrases / language, topic, texts)


def _shown(group: Group) -> Shown:
    numbers = ",".join(str(question["id"]) for question in group.questions)
    return Shown(group, numbers, tuple(sorted({str(one["country"]) for one in group.questions if one["country"]})))
