"""Which programmes could I have: asks the fewest facts that decide most, then three lists."""

from __future__ import annotations

import dataclasses

from bot.law.conditions import Depends, No
from bot.law.formulas import Value
from bot.library.loading import Library
from bot.library.rules import FactEntry
from bot.messages import Answer, Ask, Button, Request, Source
from bot.modules.forms import own, question, short_name, source_line
from bot.reckoning.calculation import source_of
from bot.reckoning.eligibility import Outcome, because, next_question, outcomes
from bot.reckoning.facts import UNKNOWN, Fact, FactError, read
from bot.translations import Catalogues, Words

MOST_QUESTIONS = 6
SHOWN = 5


@dataclasses.dataclass(frozen=True)
class Eligibility:
    """Answers `could:`, for the country of the request."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """The next fact to ask for, or the programmes in three lists."""
        if not request.country:
            return Ask("country", tuple(self.library.offered()))
        words = self.catalogues.words(request.language)
        content = self.library.countries.get(request.country)
        programmes = content.programmes.programmes if content else {}
        known = self._known(request)
        found = outcomes(programmes, known)
        asked = [fact for fact in self.library.questions if fact not in request.told and fact not in known]
        wanted = next_question(found, asked)
        if wanted and len(request.told) < MOST_QUESTIONS:
            return question(self._fact(wanted), words, len(request.told), MOST_QUESTIONS - len(request.told))
        return self._lists(found, request, words)

    def _fact(self, name: str) -> Fact:
        shared = self.library.questions[name]
        entry = FactEntry().model_copy(update={**dict(shared), "default": "0"})
        return Fact(name, shared.kind or "number", entry)

    def _known(self, request: Request) -> dict[str, Value]:
        """What was told here, and before: who is a citizen, has papers, works in a home or on a farm."""
        known: dict[str, Value] = {}
        if request.papers is not None:
            known["papers"] = request.papers
        if request.origin:
            known["citizen"] = request.origin == request.country
        if request.work:
            known["domestic_worker"] = request.work in ("domestic", "live_in")
            known["farm_worker"] = request.work == "agricultural"
        for name, text in request.told.items():
            if text != UNKNOWN and name in self.library.questions:
                try:
                    known[name] = read(self._fact(name), text)
                except FactError:
                    continue
        return known

    def _lists(self, found: list[Outcome], request: Request, words: Words) -> Answer:
        likely = [one for one in found if not isinstance(one.decision, No | Depends) and one.decision is not None]
        unwritten = [one for one in found if one.decision is None]
        depends = [one for one in found if isinstance(one.decision, Depends)]
        refused = [one for one in found if isinstance(one.decision, No)]
        parts = [
            self._part("could_likely", [self._likely(one, words) for one in likely[:SHOWN]], words),
            self._part("could_depends", [self._depends(one, words) for one in depends[:SHOWN]], words),
            self._part(
                "could_ask",
                [f"**{one.entry.name}**: {own(one.entry.who, words)}" for one in unwritten[:SHOWN]],
                words,
            ),
            self._part(
                "could_no",
                [f"**{one.entry.name}**: {own(dict(because(one)), words)}" for one in refused[:SHOWN]],
                words,
            ),
        ]
        sources: tuple[Source, ...] = tuple(
            source_of(one.entry.source, one.entry.checked) for one in [*likely, *depends][:SHOWN]
        )
        text = "\n\n".join(part for part in parts if part) or words.say("programmes_none")
        return Answer(
            f"{text}\n\n{source_line(sources, words)}" if sources else text,
            topic=request.topic,
            buttons=(
                *((Button(words.say("button_change"), "change"),) if request.told else ()),
                Button(words.say("button_doors"), f"topic:{request.topic}/doors"),
            ),
            sources=sources,
        )

    def _part(self, key: str, lines: list[str], words: Words) -> str:
        if not lines:
            return ""
        return "\n".join([f"**{words.say(key)}**", "", *(f"- {line}" for line in lines)])

    def _likely(self, one: Outcome, words: Words) -> str:
        entry = one.entry
        parts = [f"**{entry.name}**: {own(entry.what, words)}", own(entry.how, words)]
        if entry.papers:
            parts.append(words.say("could_papers", papers=own(entry.papers, words)))
        opened = [self.library.countries[one.id[:2]].programmes.programmes.get(name) for name in entry.opens]
        names = ", ".join(other.name for other in opened if other)
        if names:
            parts.append(words.say("could_opens", names=names))
        if entry.status == "unknown" or entry.confidence == "low":
            parts.append(f"⚠️ {words.say('programme_unsure')}")
        return " ".join(part for part in parts if part)

    def _depends(self, one: Outcome, words: Words) -> str:
        on = one.decision.on if isinstance(one.decision, Depends) else ()
        names = ", ".join(short_name(self._fact(fact), words).lower() for fact in on if fact in self.library.questions)
        return f"**{one.entry.name}**: {words.say('could_need', facts=names)}"
