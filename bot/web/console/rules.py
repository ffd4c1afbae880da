"""Deadlines and emergency numbers: a form to change each. All of it waits for a second person."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

from bot.library import amend
from bot.library.loading import INTERNATIONAL, CountryContent, Problem
from bot.library.publishing import Change
from bot.library.schema import EmergencyKind, EmergencyNumber, phone_problem
from bot.storage.staff import Session
from bot.translations import Words
from bot.web.console.desk import EDITORS, Desk, text_of
from bot.web.console.drafting import Drafting
from bot.web.console.page_form import CONFIDENCES, MONTH, line, wrong_months
from bot.web.console.places import country_name, country_of

UNITS = ("days", "working_days", "weeks", "months", "years")
COUNT_MOST = 999
Again = Callable[..., Awaitable[Response]]


class Rules:
    """Routes of deadlines and emergency numbers."""

    def __init__(self, desk: Desk, drafting: Drafting) -> None:
        self.desk, self.drafting = desk, drafting
        self.router = APIRouter(prefix="/console/figures")
        self.router.get("/{country}/deadline/{name}")(self.deadline)
        self.router.post("/{country}/deadline/{name}")(self.new_deadline)
        self.router.get("/{country}/emergency/{number}")(self.emergency)
        self.router.post("/{country}/emergency/{number}")(self.new_emergency)

    async def deadline(self, request: Request, country: str, name: str) -> Response:
        """A period to claim in, with its form."""
        session = await self.desk.member(request, EDITORS)
        content = country_of(self.desk.shelf.library, country)
        return await self._deadline(request, session, content, name, {})

    async def new_deadline(self, request: Request, country: str, name: str) -> Response:
        """Send a change of a period to review; the cases counted by hand must still hold."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        content = country_of(self.desk.shelf.library, country)
        if name not in content.deadlines.deadlines:
            raise HTTPException(404)
        keys = ("count", "unit", "confidence", "checked", "check_again_by", "why")
        typed = {key: line(text_of(fields, key, 300)) for key in keys}
        wrong = [] if typed["count"].isdigit() and 0 < int(typed["count"][:5]) <= COUNT_MOST else ["desk_problem_count"]
        wrong += (
            wrong_months(typed)
            if typed["unit"] in UNITS and typed["confidence"] in CONFIDENCES
            else ["desk_problem_choice"]
        )
        path = f"{country}/deadlines.yaml"
        raw = await self.drafting.text(path) or ""
        if wrong:
            return await self._deadline(request, session, content, name, typed, wrong=wrong)
        after, old = raw, content.deadlines.deadlines[name]
        for key in ("count", "unit", "confidence", "checked", "check_again_by"):
            value: Any = int(typed[key]) if key == "count" else typed[key]
            before = f"{getattr(old, key):%Y-%m}" if key.startswith("check") else getattr(old, key)
            after = amend.write(after, ("deadlines", name, key), value) if value != before else after
        words = self.desk.words(request, session.member)
        title = f"{country_name(content.code, words)} · {_said(old.name, words)}"

        async def again(**values: Any) -> Response:
            return await self._deadline(request, session, content, name, typed, **values)

        return await self._checked(session, "deadline", title, Change(path, raw, after), typed["why"], again)

    async def emergency(self, request: Request, country: str, number: int) -> Response:
        """An emergency number, by its place in the list; one past the end is a new one."""
        session = await self.desk.member(request, EDITORS)
        content = country_of(self.desk.shelf.library, country)
        return await self._emergency(request, session, content, number, {})

    async def new_emergency(self, request: Request, country: str, number: int) -> Response:
        """Send a change of an emergency number to review."""
        session = await self.desk.member(request, EDITORS)
        fields = await self.desk.form(request, session)
        content = country_of(self.desk.shelf.library, country)
        entries = _emergency_entries(content, number)
        typed = {
            key: line(text_of(fields, key, 100)) for key in ("number", "kind", "name", "confidence", "checked", "why")
        }
        wrong = ["desk_problem_month"] if not MONTH.fullmatch(typed["checked"]) else []
        wrong += ["desk_problem_phone"] if phone_problem(typed["number"], content.code) else []
        wrong += (
            ["desk_problem_choice"] if typed["kind"] not in _kinds() or typed["confidence"] not in CONFIDENCES else []
        )
        if wrong:
            return await self._emergency(request, session, content, number, typed, wrong=wrong)
        path = f"{country}/country.yaml"
        raw = await self.drafting.text(path) or ""
        item = {key: typed[key] for key in ("number", "kind", "name", "confidence", "checked") if typed[key]}
        after = raw
        if number == len(entries):
            empty = not entries
            after = (
                amend.write(raw, ("emergency_numbers",), [item])
                if empty
                else amend.append(raw, ("emergency_numbers",), item)
            )
        else:
            old = entries[number].model_dump() | {"checked": f"{entries[number].checked:%Y-%m}"}
            for key in ("number", "kind", "name", "confidence", "checked"):
                if typed[key] != old[key]:
                    after = amend.write(after, ("emergency_numbers", str(number), key), _as_text(key, typed[key]))
        words = self.desk.words(request, session.member)
        named = words.say(f"desk_for_{typed['kind']}")
        title = f"{country_name(content.code, words)} · {named} · {typed['number']}"

        async def again(**values: Any) -> Response:
            return await self._emergency(request, session, content, number, typed, **values)

        return await self._checked(session, "emergency", title, Change(path, raw, after), typed["why"], again)

    # How it is done

    async def _checked(
        self, session: Session, kind: str, title: str, change: Change, why: str, again: Again
    ) -> Response:
        """Send a change to review if it changes something and breaks nothing; else the form `again`."""
        if change.after == change.before:
            return await again(wrong=["desk_problem_nothing"])
        files = {change.path: (change.before, change.after)}
        found = [one for one in await self.drafting.problems(files) if not one.warning]
        if found:
            return await again(broken=found)
        number = await self.drafting.offer(session, kind, change.path, title, files, why or title)
        if number is None:
            raise HTTPException(409)
        return self.desk.go(f"/console/reviews/{number}", "desk_said_sent")

    async def _deadline(
        self,
        request: Request,
        session: Session,
        content: CountryContent,
        name: str,
        typed: dict[str, str],
        **values: Any,
    ) -> Response:
        entry = content.deadlines.deadlines.get(name)
        if entry is None:
            raise HTTPException(404)
        words = self.desk.words(request, session.member)
        now = {"count": str(entry.count), "unit": entry.unit, "confidence": entry.confidence}
        now |= {"checked": f"{entry.checked:%Y-%m}", "check_again_by": f"{entry.check_again_by:%Y-%m}"}
        context: dict[str, Any] = {
            "kind": "deadline",
            "heading": f"{country_name(content.code, words)} · {_said(entry.name, words)}",
            "entry": entry,
            "typed": now | typed,
            "country": content.code or INTERNATIONAL,
            "where": f"deadline/{name}",
            "units": UNITS,
            "confidences": CONFIDENCES,
            "wrong": [],
            "broken": list[Problem](),
        } | values
        status = 422 if context["wrong"] or context["broken"] else 200
        return self.desk.page(request, "rule.html", session, status=status, **context)

    async def _emergency(
        self,
        request: Request,
        session: Session,
        content: CountryContent,
        number: int,
        typed: dict[str, str],
        **values: Any,
    ) -> Response:
        entries = _emergency_entries(content, number)
        words = self.desk.words(request, session.member)
        now = {"number": "", "kind": "emergency", "name": "", "confidence": "high"}
        now["checked"] = f"{self.desk.now():%Y-%m}"
        if number < len(entries):
            entry = entries[number]
            now = {"number": entry.number, "kind": entry.kind, "name": entry.name, "confidence": entry.confidence}
            now["checked"] = f"{entry.checked:%Y-%m}"
        context: dict[str, Any] = {
            "kind": "emergency",
            "heading": f"{country_name(content.code, words)} · {words.say('desk_emergency')}",
            "entry": None,
            "typed": now | typed,
            "country": content.code,
            "where": f"emergency/{number}",
            "kinds": _kinds(),
            "confidences": CONFIDENCES,
            "wrong": [],
            "broken": list[Problem](),
        } | values
        status = 422 if context["wrong"] or context["broken"] else 200
        return self.desk.page(request, "rule.html", session, status=status, **context)


def _emergency_entries(content: CountryContent, number: int) -> list[EmergencyNumber]:
    if content.about is None or not 0 <= number <= len(content.about.emergency_numbers):
        raise HTTPException(404)
    return content.about.emergency_numbers


def _kinds() -> tuple[str, ...]:
    return tuple(EmergencyKind.__args__)  # type: ignore[attr-defined]


def _as_text(key: str, value: str) -> Any:
    return amend.Quoted(value) if key in ("number", "name") else value


def _said(texts: dict[str, str], words: Words) -> str:
    order = (words.language.code, *words.language.stand_ins, "es")
    return next((texts[code] for code in order if texts.get(code)), next(iter(texts.values()), ""))
