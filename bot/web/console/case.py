"""One case: what is known, the conversation, and what a case worker does with it."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import update
from starlette.datastructures import FormData
from starlette.exceptions import HTTPException

from bot.casework import OUTCOMES, Casework, NotNowError
from bot.storage.case_list import CaseList
from bot.storage.cases import CaseFile, Line
from bot.storage.staff import Member, Session
from bot.storage.tables import case_lines
from bot.web.console.case_facts import fact_lines, span_said, topic_said, worked_out
from bot.web.console.cases import office_of, office_said
from bot.web.console.desk import CASE_WORKERS, Desk, text_of
from bot.web.console.translating import Translator

TEXT_MOST = 3000
TRANSLATED_AT_ONCE = 4
"""Lines translated while somebody waits for the page; the rest follows with the next look."""


class CasePage:
    """A case and its acts. Whoever may not see it is told that there is none."""

    def __init__(self, desk: Desk, work: Casework) -> None:
        self.desk, self.work = desk, work
        self.list = CaseList(work.cases)
        self.translator = Translator(desk.settings)
        self.router = APIRouter(prefix="/console/cases")
        self.router.get("/{number}")(self.page)
        self.router.post("/{number}/{act}")(self.act)

    async def page(self, request: Request, number: int) -> Response:
        """The case."""
        session = await self.desk.member(request, CASE_WORKERS)
        found = await self._found(session.member, number)
        if not self._offered(session.member, found):
            await self.desk.note(session, "case_read", str(number))
        return await self._page(request, session, found)

    async def act(self, request: Request, number: int, act: str) -> Response:
        """Do something with the case. What could not be done is said, and nothing typed is lost."""
        session = await self.desk.member(request, CASE_WORKERS)
        fields = await self.desk.form(request, session)
        found = await self._found(session.member, number)
        offered = self._offered(session.member, found)
        if act not in ACTS or offered != (act in OF_OFFERED):
            raise HTTPException(404)
        text = text_of(fields, "text", TEXT_MOST).strip()
        if act == "canned":
            return await self._page(request, session, found, typed=self._with_canned(found, fields, text))
        if act in ("reply", "note") and not text:
            return await self._page(request, session, found, problem="desk_problem_empty", status=422)
        try:
            await self._do(act, session.member, found, fields, text)
        except NotNowError as problem:
            found = await self._found(session.member, number)
            typed = text if act == "reply" else ""
            noted = text if act == "note" else ""
            return await self._page(request, session, found, typed=typed, noted=noted, problem=problem.key, status=409)
        if act == "decline":
            return self.desk.go("/console/cases", "desk_said_saved")
        return self.desk.go(f"/console/cases/{number}#{'reply' if act == 'reply' else 'main'}", SAID.get(act, SAID[""]))

    async def _do(self, act: str, me: Member, found: CaseFile, fields: FormData, text: str) -> None:
        now, chosen = self.desk.now(), text_of(fields, "to", 80)
        if act == "reply":
            await self.work.reply(found, me, text, now, await self._in_their_language(me, found, fields, text))
        elif act == "note":
            await self.work.note(found, me, text, now)
        elif act == "assign":
            await self.work.assign(found, me, await self._colleague(found, chosen), now)
        elif act == "refer":
            await self.work.refer(found, me, await self._other_office(found, chosen), now)
        elif act == "close":
            outcome = next((one for one in OUTCOMES if one == fields.get("outcome")), None)
            if outcome is None:
                raise NotNowError("desk_problem_outcome")
            await self.work.close(found, me, outcome, now)
        else:
            plain = {"accept": self.work.accept, "decline": self.work.decline, "reopen": self.work.reopen}
            await plain[act](found, me, now)

    async def _in_their_language(self, me: Member, found: CaseFile, fields: FormData, text: str) -> str:
        """The reply translated, where that was ticked; '' where it was not."""
        if not fields.get("translate"):
            return ""
        said = (await self.translator.translate([text], me.language, found.language))[0]
        if said is None:
            raise NotNowError("desk_problem_translation")
        return said

    async def _found(self, me: Member, number: int) -> CaseFile:
        found = await self.list.file(number)
        if found is None or not found.person or not (self._own(me, found) or self._offered(me, found)):
            raise HTTPException(404)
        return found

    def _own(self, me: Member, found: CaseFile) -> bool:
        return self.desk.may_see_office(me, found.office)

    def _offered(self, me: Member, found: CaseFile) -> bool:
        """Whether this office is only asked to take the case: it sees what it is about, not what was written."""
        return (
            not self._own(me, found)
            and found.referral == "offered"
            and bool(me.office)
            and (found.referred_to == me.office)
        )

    async def _colleague(self, found: CaseFile, chosen: str) -> int | None:
        if not chosen:
            return None
        known = [member.id for member in await self.desk.staff.members(found.office) if not member.disabled]
        administrators = [one.id for one in await self.desk.staff.members() if one.role == "administrator"]
        if not chosen.isascii() or not chosen.isdigit() or int(chosen) not in (*known, *administrators):
            raise NotNowError("desk_problem_colleague")
        return int(chosen)

    async def _other_office(self, found: CaseFile, chosen: str) -> str:
        if chosen == found.office or chosen not in await self.work.cases.staffed():
            raise NotNowError("desk_problem_office")
        return chosen

    def _with_canned(self, found: CaseFile, fields: FormData, text: str) -> str:
        """What was typed, and below it a reply from the content in the person's language."""
        entry = self.desk.shelf.library.replies.get(text_of(fields, "canned", 60))
        words = self.desk.catalogues.words(found.language)
        order = (found.language, *words.language.stand_ins, "es")
        said = next((entry.text[code] for code in order if code in entry.text), "") if entry else ""
        return f"{text}\n\n{said}".strip()

    async def _translated(self, me: Member, found: CaseFile) -> dict[int, str]:
        """The person's lines in the reader's language; new ones are translated and kept, sealed."""
        known = {line.id: line.translated for line in found.lines if line.translated}
        if not self.translator.on or me.language == found.language:
            return known
        missing = [line for line in found.lines if line.kind == "person" and not line.translated][-TRANSLATED_AT_ONCE:]
        fresh = await self.translator.translate([line.text for line in missing], found.language, me.language)
        done = {line.id: said for line, said in zip(missing, fresh, strict=True) if said}
        if done:
            async with self.desk.engine.begin() as connection:
                for number, said in done.items():
                    sealed = self.work.cases.seal.seal(said)
                    await connection.execute(
                        update(case_lines).where(case_lines.c.id == number).values(translated=sealed)
                    )
        return known | done

    async def _page(
        self,
        request: Request,
        session: Session,
        found: CaseFile,
        *,
        typed: str = "",
        noted: str = "",
        problem: str = "",
        status: int = 200,
    ) -> Response:
        me, library = session.member, self.desk.shelf.library
        words, now = self.desk.words(request, me), self.desk.now()
        offered = self._offered(me, found)
        window = await self.work.window(found, now)
        members = await self.desk.staff.members()
        staffed = await self.work.cases.staffed() - {found.office}
        values: dict[str, Any] = {
            "case": found,
            "offered": offered,
            "lines": () if offered else [line for line in found.lines if self._reads(me, line)],
            "translated": {} if offered else await self._translated(me, found),
            "delivered": {} if offered else await self.list.delivered(found),
            "facts": fact_lines(found.shared, words),
            "worked_out": worked_out(found.shared, library, self.desk.catalogues, words, now),
            "topic": topic_said(library, found.topic, words),
            "spoken": self.desk.catalogues.languages.get(found.language),
            "window": window,
            "window_left": span_said(window.left, words) if window.left else "",
            "waits": span_said(now - found.waiting_at, words) if found.waiting_at else "",
            "office_name": office_said(self.desk, found.office),
            "other_name": office_said(self.desk, found.referred_to) if found.referred_to else "",
            "names": {member.id: member.name for member in members},
            "colleagues": [one for one in members if one.office == found.office and not one.disabled],
            "offices": sorted((office_said(self.desk, name), name) for name in staffed),
            "replies": [
                (name, entry.name.get(words.language.code) or entry.name["es"])
                for name, entry in library.replies.items()
            ],
            "outcomes": OUTCOMES,
            "can_translate": self.translator.on and me.language != found.language,
            "typed": typed,
            "noted": noted,
            "problem": problem,
            "most": TEXT_MOST,
        }
        return self.desk.page(request, "case.html", session, status=status, **values)

    def _reads(self, me: Member, line: Line) -> bool:
        """Notes are for the office that wrote them."""
        return line.kind != "note" or office_of(me) in (None, line.office)


OF_OFFERED = frozenset({"accept", "decline"})
ACTS = frozenset({"reply", "canned", "note", "assign", "refer", "close", "reopen"}) | OF_OFFERED
SAID = {"": "desk_said_saved", "reply": "desk_said_replied", "refer": "desk_said_asked"}
