"""A change from draft to the published page: checks, review by a second person, git. All sections that change content
go this way.
"""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.library import checks, differences, loading, merging
from bot.library.loading import INTERNATIONAL, Library, Problem
from bot.library.publishing import Change, Person, Publisher, Signed
from bot.reckoning import examples
from bot.storage.drafts import Draft, Drafts, mark_of
from bot.storage.staff import Member, Session
from bot.web.console.desk import Desk

REVIEWERS = frozenset({"reviewer", "administrator"})
RULES = ("figures.yaml", "deadlines.yaml", "calculations.yaml", "questions.yaml", "letters.yaml")
"""Files that worked examples depend on."""
EXAMPLE = ", example "
"""Stands in what is said about a worked example that no longer comes out as it was worked out."""
Files = Mapping[str, tuple[str | None, str | None]]


class NotAllowed(Exception):
    """Somebody may not publish this; `reason` is the key of the words to say."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Drafting:
    """What sections need to change content."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.drafts = Drafts(desk.engine)
        self.publisher = Publisher(desk.settings.content, desk.settings.data / "publishing.lock")
        self._of: Library | None = None
        self._was: dict[tuple[frozenset[str], bool, dt.date], set[tuple[str, str]]] = {}

    async def text(self, path: str) -> str | None:
        """A file as it is published now; None where there is none."""
        return await asyncio.to_thread(self.publisher.text, path)

    async def problems(self, files: Files) -> list[Problem]:
        """What files would break, beyond what is broken already, and warnings about the files themselves."""
        return await asyncio.to_thread(self._problems, _changes(files))

    async def offer(self, session: Session, kind: str, subject: str, title: str, files: Files, why: str) -> int | None:
        """Send a change to review at once, without writing on it for long; its number, None where it went wrong."""
        now = self.desk.now()
        base = mark_of(files[subject][0]) if subject in files else ""
        number = await self.drafts.save(session.member.id, subject, kind, title, now, base=base, fields={}, why=why)
        return number if await self.send(session, number, files) else None

    async def send(self, session: Session, number: int, files: Files) -> bool:
        """Hand a draft to review; False when it is not being written any more."""
        sent = await self.drafts.send(number, files, self.desk.now())
        if sent:
            await self.desk.note(session, "draft_sent", ", ".join(files), str(number))
        return sent

    def may_publish(self, member: Member, draft: Draft) -> str:
        """'' when a member may publish a draft, else the key of the words that say why not."""
        if member.role not in REVIEWERS:
            return "desk_problem_reviewer"
        if member.id != draft.author:
            return ""
        spelling = all(differences.only_spelling(path, *pair) for path, pair in draft.files.items())
        return "" if draft.files and spelling else "desk_problem_own"

    async def publish(self, session: Session, draft: Draft) -> str:
        """Publish a draft that was reviewed: written, committed, read again by this process at once and by others with
        their next look at the folder. The commit's id.

        Raises NotAllowed, Conflict, Broken.
        """
        if reason := self.may_publish(session.member, draft):
            raise NotAllowed(reason)
        author = await self.desk.staff.member(draft.author)
        if not await self.drafts.claim(draft.id, session.member.id, self.desk.now()):
            raise NotAllowed("desk_problem_decided")
        signed = Signed(_person(author), _person(session.member), _message(draft), self.desk.now())
        changes = [await self._brought_up(change) for change in _changes(draft.files)]
        try:
            commit = await asyncio.to_thread(
                self.publisher.publish, changes, lambda copy: self._errors(changes, copy), signed
            )
        except BaseException:
            await self.drafts.release(draft.id)
            raise
        await self.drafts.done(draft.id, commit)
        await self.desk.note(session, "published", ", ".join(draft.files), f"{draft.id} {commit[:10]}")
        await asyncio.to_thread(self.desk.shelf.refresh)
        return commit

    async def publish_alone(self, session: Session, title: str, files: Files, why: str) -> str:
        """Publish at once what needs no second person: that a page was looked at and is still true, or that a dead
        phone is no longer given out. The caller has made sure of it. The commit's id.

        Raises Conflict, Broken.
        """
        me, changes = _person(session.member), _changes(files)
        signed = Signed(me, me, f"{title}: {' '.join(why.split())}"[:2000], self.desk.now())
        commit = await asyncio.to_thread(
            self.publisher.publish, changes, lambda copy: self._errors(changes, copy), signed
        )
        await self.desk.note(session, "published", ", ".join(files), commit[:10])
        await asyncio.to_thread(self.desk.shelf.refresh)
        return commit

    async def _brought_up(self, change: Change) -> Change:
        """Lists of figures or offices are changed by many at once: what others changed elsewhere in the file stays. A
        text is never mixed.
        """
        now = await self.text(change.path)
        if now in (change.before, change.after) or now is None or not change.path.endswith(".yaml"):
            return change
        both = merging.merged(change.before, change.after, now) if change.before and change.after else None
        return Change(change.path, now, both) if both is not None else change

    # Checks, in a thread

    def _problems(self, changes: Sequence[Change]) -> list[Problem]:
        with self.publisher.staged(changes) as copy:
            found = self._new(changes, copy)
        paths = {change.path for change in changes}
        told = [one for one in found if not one.warning or one.path in paths or EXAMPLE in one.text]
        return [_as_warning(one) if _only_figures(changes) and EXAMPLE in one.text else one for one in told]

    def _errors(self, changes: Sequence[Change], copy: Path) -> list[Problem]:
        found = [problem for problem in self._new(changes, copy) if not problem.warning]
        return [one for one in found if not (_only_figures(changes) and EXAMPLE in one.text)]

    def _new(self, changes: Sequence[Change], copy: Path) -> list[Problem]:
        tops = {change.path.split("/")[0] for change in changes}
        codes = {"" if top == INTERNATIONAL else top for top in tops}
        rules = any(change.path.endswith(RULES) for change in changes)
        known = self._known(frozenset(codes), rules=rules)
        after = self._found(loading.load(copy), codes, rules=rules)
        return [problem for problem in after if (problem.path, problem.text) not in known]

    def _known(self, codes: frozenset[str], *, rules: bool) -> set[tuple[str, str]]:
        """What is wrong already, worked out once for the content in use."""
        self.desk.shelf.refresh()
        library, key = self.desk.shelf.library, (codes, rules, self.desk.now().date())
        if self._of is not library:
            self._of, self._was = library, {}
        if key not in self._was:
            found = self._found(library, set(codes), rules=rules)
            self._was[key] = {(problem.path, problem.text) for problem in found}
        return self._was[key]

    def _found(self, library: Library, codes: set[str], *, rules: bool) -> list[Problem]:
        day = self.desk.now().date()
        languages = [language.code for language in self.desk.catalogues.offered()]
        found = checks.problems(library, day, languages, codes)
        if rules:
            concerned = {code: one for code, one in library.countries.items() if code in codes or not code}
            found += examples.problems(dataclasses.replace(library, countries=concerned), day)
        return found


def _only_figures(changes: Sequence[Change]) -> bool:
    """A new amount gives calculations new results, which is what it is for: they are shown to whoever reviews, and
    keep nothing from being published.
    """
    return all(change.path.endswith("/figures.yaml") for change in changes)


def _as_warning(problem: Problem) -> Problem:
    return dataclasses.replace(problem, warning=True)


def _changes(files: Files) -> list[Change]:
    return [Change(path, before, after) for path, (before, after) in files.items() if before != after]


def _person(member: Member | None) -> Person:
    return Person(member.name, member.email) if member else Person("?", "")


def _message(draft: Draft) -> str:
    return f"{draft.subject}: {' '.join(draft.why.split()) or draft.title}"[:2000]


def month_text(day: dt.date) -> str:
    """A month as the files and the forms write it."""
    return f"{day:%Y-%m}"


def fields_of(draft: Draft | None) -> Mapping[str, Any]:
    """The form as it was last left, {} where nothing was begun."""
    return draft.fields if draft else {}
