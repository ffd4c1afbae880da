"""Letters: filled from what was worked out or told, shown to be read and corrected, and given as PDF.

Nothing is sent to anybody for the person. Names are never asked: they are written by hand on the paper.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal, InvalidOperation

from bot.law.formulas import FormulaError
from bot.library.loading import Library
from bot.library.rules import LetterEntry
from bot.messages import Answer, Ask, Button, Document, Request
from bot.modules.calculations import filled, value_line
from bot.modules.forms import own
from bot.reckoning.calculation import Calculator, Working
from bot.reckoning.facts import FactError
from bot.translations import Catalogues, Words

KINDS = {"what": "text", "amount": "money", "since": "date", "until": "date"}
BLANK = "______________"


@dataclasses.dataclass(frozen=True)
class Letters:
    """Answers `letter:KIND` and `letter:KIND/CALCULATION`; without a kind, lists the letters."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """The list, the next fact, or the letter to read."""
        words = self.catalogues.words(request.language)
        kind, _, rule = request.detail.partition(":")[2].partition("/")
        entry = self.library.letters.get(kind)
        if entry is None:
            return self._list(request, words)
        if not request.country:
            return Ask("country", tuple(self.library.offered()))
        working = self._working(rule, request)
        for done, fact in enumerate(entry.asks):
            if fact in request.told or (working and fact in ("what", "amount")):
                continue
            return Ask(
                fact,
                text=words.say(f"letter_ask_{fact}"),
                help=words.say("letter_blank"),
                kind=KINDS[fact],
                unsure=True,
                done=done,
                left=len(entry.asks) - done,
            )
        return self._letter(entry, working, request, words)

    def _list(self, request: Request, words: Words) -> Answer:
        buttons = tuple(
            Button(own(entry.name, words), f"letter:{kind}") for kind, entry in self.library.letters.items()
        )
        return Answer(words.say("letter_choose"), topic=request.topic, buttons=buttons)

    def _working(self, rule: str, request: Request) -> Working | None:
        """What was worked out just before, when the letter asks for it."""
        if not rule or self.library.calculation(rule) is None:
            return None
        told = {fact: value for fact, value in request.told.items() if fact not in KINDS}
        try:
            result = Calculator(self.library).work_out(rule, told, request.day.date())
        except (FactError, FormulaError):
            return None
        return result if isinstance(result, Working) else None

    def _letter(self, entry: LetterEntry, working: Working | None, request: Request, words: Words) -> Answer:
        about = self.library.country(request.country)
        spoken = about.language if about else "es"
        formal = self.catalogues.words(spoken if spoken in entry.text else "es")
        body = self._body(entry, working, request, formal)
        paper = {"language": formal.language.code, "letter": self._paper(body, request, formal), "own": None}
        if words.language.code != formal.language.code and words.language.code in entry.text:
            mine = self._paper(self._body(entry, working, request, words), request, words)
            paper["own"] = mine | {"only_to_read": words.say("letter_only_to_read")}
        notes = [f"⚠️ {own(entry.before, words)}", body, words.say("letter_by_hand")]
        return Answer(
            "\n\n".join(notes),
            topic=entry.topic,
            buttons=(
                Button(words.say("button_change"), "change"),
                Button(words.say("button_letter_other"), "letter:"),
                Button(words.say("button_doors"), f"topic:{entry.topic}/doors"),
            ),
            document=Document("letter", words.say("letter_file"), paper),
        )

    def _paper(self, body: str, request: Request, words: Words) -> dict[str, str]:
        return {
            "language": words.language.code,
            "day": words.date(request.day.date()),
            "body": body,
            "place_and_day": words.say("letter_place"),
            "to": words.say("letter_to"),
            "name_and_document": words.say("letter_name"),
            "signature": words.say("letter_signature"),
            "received": words.say("letter_received"),
        }

    def _body(self, entry: LetterEntry, working: Working | None, request: Request, words: Words) -> str:
        told = request.told
        about = self.library.country(request.country)
        currency = about.currency if about else ""
        values = {
            "what": told.get("what", "").strip() or BLANK,
            "amount": _money(told.get("amount", ""), currency, request.country, words),
            "since": _day(told.get("since", ""), words),
            "until": _day(told.get("until", ""), words),
            "lines": "",
            "article": "",
        }
        if working:
            found = self.library.calculation(working.id)
            values["what"] = own(found[1].name, words).lower() if found else values["what"]
            values["amount"] = value_line(working.low, working, words)
            values["lines"] = "\n".join(
                f"- {filled(own(line.label, words), working, self.library, words)}: "
                f"{value_line(line.value, working, words, line.unit)}"
                for line in working.lines
            )
            law = working.sources[0] if working.sources else None
            values["article"] = f"({law.title}, {words.say('article')} {law.article})" if law and law.article else ""
        text = own(entry.text, words)
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", BLANK if value == "unknown" else value)
        return "\n\n".join(part.strip() for part in text.split("\n\n") if part.strip())


def _money(text: str, currency: str, country: str, words: Words) -> str:
    try:
        return words.money(Decimal(text), currency, country)
    except InvalidOperation:
        return BLANK


def _day(text: str, words: Words) -> str:
    try:
        return words.date(dt.date.fromisoformat(text))
    except ValueError:
        return BLANK
