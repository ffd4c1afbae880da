"""The editor of a page: a text, what all its languages share, a preview and the checks while typing, drafts."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
from typing import Any

from fastapi import APIRouter, Request, Response
from ruamel.yaml.error import YAMLError
from starlette.exceptions import HTTPException

from bot.law.figures import NotInForceError
from bot.library import checks, pages
from bot.library.loading import Problem, Text, parsed, read_text
from bot.library.reading import LIMITS, reading_ease
from bot.library.schema import OfficeKind, PageEntry
from bot.modules.articles import figure_text, topic_name
from bot.reckoning.calculation import dated
from bot.storage.drafts import Draft, mark_of
from bot.storage.staff import Session
from bot.web.console.desk import EDITORS, Desk, text_of
from bot.web.console.drafting import Drafting
from bot.web.console.page_form import (
    TITLE_MOST,
    PageForm,
    files_of,
    kept_form,
    page_of,
    problems_in,
    published_form,
    typed_form,
)
from bot.web.console.places import Place, place_of, title_of
from bot.web.console.preview import CHANNELS, Preview, with_text

WHERE = "/edit/{country}/{topic}/{language}"


class Editing:
    """Routes of the editor."""

    def __init__(self, desk: Desk, drafting: Drafting, preview: Preview) -> None:
        self.desk, self.drafting, self.previews = desk, drafting, preview
        self.router = APIRouter(prefix="/console/pages")
        self.router.get(WHERE)(self.page)
        self.router.post(WHERE)(self.act)
        self.router.post(WHERE + "/autosave")(self.autosave)
        self.router.post(WHERE + "/preview")(self.preview)
        self.router.post(WHERE + "/leave")(self.leave)

    async def page(self, request: Request, country: str, topic: str, language: str, variant: str = "") -> Response:
        """The editor, with the draft one has begun or the page as it is published."""
        session = await self.desk.member(request, EDITORS)
        place = place_of(self.desk, country, topic, language, variant)
        raw, shared = await self._raw(place)
        draft = await self.drafting.drafts.open(session.member.id, place.text_path)
        form = kept_form(draft.fields) if draft else published_form(raw, _shared(shared), self.desk.now().date())
        others = await self._others(session, place)
        await self.drafting.drafts.here(place.text_path, session.member.id, self.desk.now())
        moved = draft is not None and draft.base != _base(raw, shared)
        return await self._page(request, session, place, form, draft=draft, others=others, moved=moved)

    async def act(self, request: Request, country: str, topic: str, language: str, variant: str = "") -> Response:
        """Save, add or remove a row, send to review, or drop the draft."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        place = place_of(self.desk, country, topic, language, variant)
        form, act = typed_form(fields), text_of(fields, "act", 40)
        here = f"/console/pages/edit/{place.address}"
        if act == "drop":
            draft = await self.drafting.drafts.open(session.member.id, place.text_path)
            if draft:
                await self.drafting.drafts.drop(draft.id, session.member.id, self.desk.now())
            return self.desk.go(here, "desk_said_dropped")
        draft = await self._save(session, place, form, text_of(fields, "base", 40))
        if act in ("save", "over"):
            if act == "over":
                await self.drafting.drafts.rebase(draft.id, _base(*await self._raw(place)), self.desk.now())
            return self.desk.go(here, "desk_said_saved")
        if act == "send":
            return await self._send(request, session, place, form, draft)
        return await self._page(request, session, place, form, draft=draft, open_shared=True)

    async def autosave(self, request: Request, country: str, topic: str, language: str, variant: str = "") -> Response:
        """Keep what is being typed; the time it was kept, for the line below the form."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        place = place_of(self.desk, country, topic, language, variant)
        await self._save(session, place, typed_form(fields), text_of(fields, "base", 40))
        await self.drafting.drafts.here(place.text_path, session.member.id, self.desk.now())
        others = await self._others(session, place)
        return self.desk.page(request, "parts/kept.html", session, others=others)

    async def preview(self, request: Request, country: str, topic: str, language: str, variant: str = "") -> Response:
        """What a person would read, and what the checks say, for what stands in the form."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        place = place_of(self.desk, country, topic, language, variant)
        values = await self._preview(session, place, typed_form(fields), fields)
        whole = not request.headers.get("hx-request")
        return self.desk.page(request, "preview.html" if whole else "parts/preview.html", session, **values)

    async def leave(self, request: Request, country: str, topic: str, language: str, variant: str = "") -> Response:
        """The page was closed: others are no longer told."""
        session = await self.desk.member(request, EDITORS)
        await self.desk.form(request, session)
        place = place_of(self.desk, country, topic, language, variant)
        await self.drafting.drafts.gone(place.text_path, session.member.id)
        return Response(status_code=204)

    # How it is done

    async def _raw(self, place: Place) -> tuple[str | None, str | None]:
        return await self.drafting.text(place.text_path), await self.drafting.text(place.shared_path)

    async def _save(self, session: Session, place: Place, form: PageForm, base: str) -> Draft:
        """`base` is the version that stood there when the form was opened."""
        words = self.desk.catalogues.words(session.member.language)
        title, now = title_of(self.desk, place, words), self.desk.now()
        number = await self.drafting.drafts.save(
            session.member.id, place.text_path, "text", title, now, base=base[:16], fields=form.kept(), why=form.why
        )
        draft = await self.drafting.drafts.draft(number)
        if draft is None:
            raise HTTPException(409)
        return draft

    async def _send(self, request: Request, session: Session, place: Place, form: PageForm, draft: Draft) -> Response:
        raw, shared = await self._raw(place)
        if draft.base != _base(raw, shared):
            return await self._page(request, session, place, form, draft=draft, moved=True, status=409)
        wrong, found = problems_in(form), list[Problem]()
        files: dict[str, tuple[str | None, str | None]] = {}
        if not wrong:
            try:
                files = files_of(form, place, raw, shared, self._source(place), session.member)
                found = [one for one in await self.drafting.problems(files) if not one.warning]
            except (ValueError, YAMLError) as error:
                found = [Problem(place.shared_path, 1, str(error))]
            if not files and not found:
                wrong = ["desk_problem_nothing"]
        if wrong or found:
            values = {"wrong": wrong, "broken": found, "open_shared": True}
            return await self._page(request, session, place, form, draft=draft, status=422, **values)
        await self.drafting.send(session, draft.id, files)
        await self.drafting.drafts.gone(place.text_path, session.member.id)
        return self.desk.go(f"/console/reviews/{draft.id}", "desk_said_sent")

    def _source(self, place: Place) -> str:
        """The mark of the text in the leading language; '' for that text itself."""
        content = self.desk.shelf.library.countries[place.country]
        leader = content.about.language if content.about else "es"
        source = content.texts.get((place.topic, place.variant, leader))
        return source.version if source and place.language != leader else ""

    async def _others(self, session: Session, place: Place) -> list[tuple[str, dt.datetime, str]]:
        """Who else is at this page, or has a change of it under way: name, since when, how."""
        now, me = self.desk.now(), session.member.id
        names = {member.id: member.name for member in await self.desk.staff.members()}
        present = await self.drafting.drafts.others(place.text_path, me, now)
        found = [(names.get(one.staff, "?"), one.since, "now") for one in present]
        known = {one.staff for one in present}
        under_way = await self.drafting.drafts.in_states("writing", "review", "publishing", subject=place.text_path)
        for draft in under_way:
            if draft.author != me and draft.author not in known:
                how = "draft" if draft.state == "writing" else "review"
                found.append((names.get(draft.author, "?"), draft.begun_at, how))
        return found

    async def _preview(self, session: Session, place: Place, form: PageForm, fields: Any) -> dict[str, Any]:
        channel = text_of(fields, "channel", 10)
        chosen = next((one for one in CHANNELS if one == channel), CHANNELS[0])
        try:
            day = dt.date.fromisoformat(text_of(fields, "on", 10))
        except ValueError:
            day = self.desk.now().date()
        return await asyncio.to_thread(self._seen, session, place, form, chosen, day)

    def _seen(self, session: Session, place: Place, form: PageForm, channel: Any, day: dt.date) -> dict[str, Any]:
        page, told = page_of(form, session.member)
        raw = pages.text_file(form.title[:TITLE_MOST] or "…", form.until, "", form.body if form.body.strip() else "…")
        values: dict[str, Any] = {
            "channel": channel,
            "lang": place.language,
            "length": len(form.body.strip()),
            "most": checks.BODY_LIMIT,
            "ease": reading_ease(form.body, place.language),
            "ease_least": LIMITS.get(place.language),
            "bubbles": (),
            "told": told,
        }
        try:
            text: Text = read_text(place.text_path, place.country, raw)
            library = with_text(self.desk.shelf.library, place, text, page)
            answer = self.previews.answer(library, place, day)
        except (ValueError, YAMLError) as error:
            return values | {"told": [*told, str(error)]}
        found = checks.text_problems(library, library.countries[place.country], text)
        values["told"] = [*told, *(one.text for one in found if form.body.strip() and not _by_itself(one))]
        return values | ({"bubbles": self.previews.bubbles(answer, channel)} if answer else {})

    async def _page(
        self, request: Request, session: Session, place: Place, form: PageForm, *, status: int = 200, **values: Any
    ) -> Response:
        raw, shared = await self._raw(place)
        draft: Draft | None = values.get("draft")
        words = self.desk.words(request, session.member)
        if "others" not in values:
            values["others"] = await self._others(session, place)
        comments = await self.drafting.drafts.comments(draft.id) if draft else ()
        names = {member.id: member.name for member in await self.desk.staff.members()}
        library = self.desk.shelf.library
        sent = await self.drafting.drafts.in_states("review", subject=place.text_path, author=session.member.id)
        context: dict[str, Any] = {
            "place": place,
            "form": form,
            "title": title_of(self.desk, place, words),
            "base": draft.base if draft else _base(raw, shared),
            "wrong": [],
            "broken": [],
            "moved": False,
            "open_shared": shared is None,
            "published": published_form(raw, _shared(shared), self.desk.now().date()),
            "is_new": raw is None,
            "source_mark": self._source(place),
            "figures": self._figures(place, words),
            "offices": self._offices(place),
            "kinds": OfficeKind.__args__,  # type: ignore[attr-defined]
            "topics": [(name, topic_name(library, name, words)) for name in library.topics.topics],
            "comments": comments,
            "names": names,
            "mine_in_review": sent,
            "channels": CHANNELS,
            "most": checks.BODY_LIMIT,
            "title_most": TITLE_MOST,
            "today": self.desk.now().date(),
        }
        return self.desk.page(request, "edit.html", session, status=status, **(context | values))

    def _figures(self, place: Place, words: Any) -> list[tuple[str, str, str]]:
        """Figures of the country: name, value today, note."""
        found, day = [], self.desk.now().date()
        for name, entry in self.desk.shelf.library.countries[place.country].figures.figures.items():
            try:
                value = figure_text(dated(entry).on(day), words, place.country)
            except NotInForceError:
                value = "…"
            found.append((name, value, entry.note))
        return sorted(found)

    def _offices(self, place: Place) -> list[tuple[str, str]]:
        content = self.desk.shelf.library.countries[place.country]
        return sorted((name, office.short or office.name) for name, office in content.offices.offices.items())


def _base(raw: str | None, shared: str | None) -> str:
    """The mark of both files of a page together."""
    return mark_of(f"{raw}\x1f{shared}") if raw is not None or shared is not None else ""


def _shared(raw: str | None) -> PageEntry | None:
    if raw is None:
        return None
    try:
        return parsed(PageEntry, raw)
    except (ValueError, YAMLError):
        return None


def _by_itself(problem: Problem) -> bool:
    """Whether a problem is about a file that this form writes too."""
    return bool(re.match(r"write \w+\.yaml beside it|name the variant", problem.text))
