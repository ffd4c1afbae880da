"""Review by a second person: what changed, what is said about it, back to its author or out to people; and what was
published before.
"""

from __future__ import annotations

import asyncio
import dataclasses
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot.library import differences
from bot.library.loading import Problem
from bot.library.publishing import Broken, Conflict
from bot.storage.drafts import Draft, mark_of
from bot.storage.staff import Session
from bot.web.console.desk import EDITORS, Desk, text_of
from bot.web.console.drafting import Drafting, NotAllowed
from bot.web.console.page_form import published_form
from bot.web.console.places import place_of, title_of

LATELY = 20
FAILED_CHECK = "desk_problem_broken"


class Reviewing:
    """Routes of review and history."""

    def __init__(self, desk: Desk, drafting: Drafting) -> None:
        self.desk, self.drafting = desk, drafting
        self.router = APIRouter(prefix="/console/reviews")
        self.router.get("")(self.overview)
        self.router.get("/{number}")(self.page)
        self.router.post("/{number}/{act}")(self.act)
        self.history_router = APIRouter(prefix="/console/pages/history")
        self.history_router.get("/{country}/{topic}/{language}")(self.history)
        self.history_router.post("/{country}/{topic}/{language}/back")(self.back)

    async def overview(self, request: Request) -> Response:
        """What waits for review, what one is writing, what was published lately."""
        session = await self.desk.member(request, EDITORS)
        drafts, me = self.drafting.drafts, session.member
        values: dict[str, Any] = {
            "waiting": await drafts.in_states("review", "publishing"),
            "mine": await drafts.in_states("writing", author=me.id),
            "done": (await drafts.in_states("published"))[:LATELY],
            "names": await self._names(),
            "may": lambda draft: not self.drafting.may_publish(me, draft),
            "link": _link,
        }
        return self.desk.page(request, "reviews.html", session, **values)

    async def page(self, request: Request, number: int) -> Response:
        """One change: what differs, comments, what can be done."""
        session = await self.desk.member(request, EDITORS)
        return await self._page(request, session, await self._draft(number))

    async def act(self, request: Request, number: int, act: str) -> Response:
        """Comment, send back, take back or publish."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        draft, said = await self._draft(number), text_of(fields, "comment", 2000).strip()
        here, me, now = f"/console/reviews/{number}", session.member, self.desk.now()
        if said:
            await self.drafting.drafts.comment(number, me.id, said, now)
        if act == "comment":
            return self.desk.go(here, "desk_said_saved" if said else "")
        if act == "back":
            if me.id != draft.author and me.role not in ("reviewer", "administrator"):
                raise HTTPException(403)
            if not said and me.id != draft.author:
                return await self._page(request, session, draft, problem="desk_problem_comment")
            if not await self._send_back(draft, me.id):
                raise HTTPException(409)
            await self.desk.note(session, "draft_sent_back", draft.subject, str(number))
            return self.desk.go(_link(draft) if me.id == draft.author else "/console/reviews", "desk_said_sent_back")
        if act == "drop":
            if not await self.drafting.drafts.drop(number, me.id, now):
                raise HTTPException(403)
            return self.desk.go("/console/reviews", "desk_said_dropped")
        if act != "publish":
            raise HTTPException(404)
        return await self._publish(request, session, draft)

    async def _publish(self, request: Request, session: Session, draft: Draft) -> Response:
        try:
            await self.drafting.publish(session, draft)
        except NotAllowed as refused:
            status = 409 if refused.reason == "desk_problem_decided" else 403
            return await self._page(request, session, draft, problem=refused.reason, status=status)
        except Conflict:
            return await self._page(request, session, draft, problem="desk_problem_conflict", status=409)
        except Broken as broken:
            problems = broken.problems
            return await self._page(request, session, draft, problem=FAILED_CHECK, broken=problems, status=422)
        return self.desk.go(f"/console/reviews/{draft.id}", "desk_said_published")

    async def history(self, request: Request, country: str, topic: str, language: str, variant: str = "") -> Response:
        """Who changed a page when, who reviewed it, and what; the newest first."""
        session = await self.desk.member(request, EDITORS)
        place = place_of(self.desk, country, topic, language, variant)
        path, publisher = place.text_path, self.drafting.publisher

        def read() -> list[tuple[Any, list[differences.Row]]]:
            return [
                (one, differences.rows(path, publisher.before(path, one.id), publisher.at(path, one.id)))
                for one in publisher.history(path)
            ]

        words = self.desk.words(request, session.member)
        values: dict[str, Any] = {"place": place, "title": title_of(self.desk, place, words)}
        values["versions"] = await asyncio.to_thread(read)
        return self.desk.page(request, "history.html", session, **values)

    async def back(self, request: Request, country: str, topic: str, language: str, variant: str = "") -> Response:
        """Begin a draft with the text of an older version; it is reviewed like any other."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        place = place_of(self.desk, country, topic, language, variant)
        version, publisher = text_of(fields, "version", 40), self.drafting.publisher
        old = await asyncio.to_thread(publisher.at, place.text_path, version)
        if old is None:
            raise HTTPException(404)
        now, content = self.desk.now(), self.desk.shelf.library.countries[place.country]
        form = published_form(old, content.pages.get(place.topic), now.date())
        words = self.desk.words(request, session.member)
        form = dataclasses.replace(form, why=words.say("desk_went_back", version=version[:8]))
        raw, shared = await self.drafting.text(place.text_path), await self.drafting.text(place.shared_path)
        await self.drafting.drafts.save(
            session.member.id,
            place.text_path,
            "text",
            title_of(self.desk, place, words),
            now,
            base=mark_of(f"{raw}\x1f{shared}"),
            fields=form.kept(),
            why=form.why,
        )
        return self.desk.go(f"/console/pages/edit/{place.address}", "desk_said_went_back")

    # How it is done

    async def _draft(self, number: int) -> Draft:
        draft = await self.drafting.drafts.draft(number)
        if draft is None:
            raise HTTPException(404)
        return draft

    async def _send_back(self, draft: Draft, by: int) -> bool:
        if not draft.fields:  # it was never written on for long: there is no form to go back to
            return await self.drafting.drafts.close(draft.id, by, self.desk.now())
        return await self.drafting.drafts.send_back(draft, by, self.desk.now())

    async def _names(self) -> dict[int, str]:
        return {member.id: member.name for member in await self.desk.staff.members()}

    async def _page(
        self,
        request: Request,
        session: Session,
        draft: Draft,
        *,
        problem: str = "",
        broken: tuple[Problem, ...] = (),
        status: int = 0,
    ) -> Response:
        draft = await self._draft(draft.id)
        clashes = []
        if draft.state == "review":
            for path, (before, after) in draft.files.items():
                now = await self.drafting.text(path)
                if now not in (before, after) and (path.endswith(".md") or problem == "desk_problem_conflict"):
                    clashes.append((path, differences.rows(path, before, now)))
        found = list(broken)
        if draft.state == "review" and not broken:
            found = await self.drafting.problems(draft.files)
        values: dict[str, Any] = {
            "draft": draft,
            "changes": [(path, differences.rows(path, *pair)) for path, pair in draft.files.items()],
            "comments": await self.drafting.drafts.comments(draft.id),
            "names": await self._names(),
            "problem": problem,
            "found": found,
            "clashes": clashes,
            "refused": self.drafting.may_publish(session.member, draft),
            "mine": draft.author == session.member.id,
            "reviewer": session.member.role in ("reviewer", "administrator"),
            "link": _link(draft),
        }
        status = status or (422 if problem else 200)
        return self.desk.page(request, "review.html", session, status=status, **values)


def _link(draft: Draft) -> str:
    """Where its author goes on with a draft: the editor of its text."""
    if draft.kind != "text":
        return f"/console/reviews/{draft.id}"
    folder, field, name = draft.subject.split("/")
    topic, *variant, language, _ = name.split(".")
    query = f"?variant={variant[0]}" if variant else ""
    return f"/console/pages/edit/{folder}/{field}.{topic}/{language}{query}"
