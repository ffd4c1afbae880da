"""Pension years in several countries: asks country and years in turn, then says what each country's years are worth."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from decimal import Decimal

from bot.library.loading import Library
from bot.messages import Answer, Ask, Button, Request
from bot.modules import doors
from bot.modules.forms import own, source_line
from bot.reckoning.calculation import source_of
from bot.reckoning.totalisation import Share, shares
from bot.translations import Catalogues, Words

MOST_COUNTRIES = 4
DONE = "done"
YEAR = Decimal(12)
MOST_YEARS = Decimal(70)


@dataclasses.dataclass(frozen=True)
class PensionYears:
    """Answers `years:`. Facts: place_1, years_1, place_2…; the place `done` ends the list."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """The next country, its years, or what all of them are worth."""
        words = self.catalogues.words(request.language)
        told = request.told
        months: dict[str, int] = {}
        for number in range(1, MOST_COUNTRIES + 1):
            place = told.get(f"place_{number}", "")
            if place == DONE:
                break
            if place not in self.library.pensions.countries:
                return self._place(number, months, words, len(told))
            count = _months(told.get(f"years_{number}", ""))
            if count is None:
                return Ask(
                    f"years_{number}",
                    text=words.say("pension_years", country=words.country(place)),
                    help=words.say("pension_years_help"),
                    kind="years",
                    done=len(told),
                    left=1,
                )
            months[place] = months.get(place, 0) + count
        return self._worth(months, request, words)

    def _place(self, number: int, months: Mapping[str, int], words: Words, done: int) -> Ask:
        places = [code for code in self.library.pensions.countries if code not in months]
        places.sort(key=words.country)
        labels = [words.country(code) for code in places]
        if number > 1:
            places, labels = [DONE, *places], [words.say("pension_no_more"), *labels]
        text = words.say("pension_place" if number == 1 else "pension_place_next")
        return Ask(f"place_{number}", tuple(places), text, kind="choice", labels=tuple(labels), done=done, left=2)

    def _worth(self, months: Mapping[str, int], request: Request, words: Words) -> Answer:
        found = shares(self.library.pensions, months)
        together = next((share for share in found if share.agreement), None)
        parts = [self._country(share, words) for share in found]
        lead = self._lead(found, words)
        how = words.say("pension_one_claim") if together and together.agreement else words.say("pension_no_treaty")
        there = dataclasses.replace(request, topic="social_security.portability")
        about = self.library.country(request.country)
        chosen = doors.fitting(self.library, there, ["social_security"])[:1] if request.country else []
        pairs = [
            doors.shown(name, office, words, request.day, about.time_zone if about else "UTC")
            for name, office in chosen
        ]
        sources = tuple(
            dict.fromkeys(
                source_of(entry.source, entry.checked)
                for share in found
                for entry in (share.agreement, share.pension)
                if entry is not None
            )
        )
        text = [lead, *parts, how, "\n".join(line for line, _ in pairs), f"⚠️ {words.say('pension_estimate')}"]
        return Answer(
            "\n\n".join([*(part for part in text if part), source_line(sources, words)]),
            topic=request.topic,
            buttons=(
                Button(words.say("button_change"), "change"),
                *(
                    (Button(own(spain[1].name, words), f"calc:{SPAIN}"),)
                    if "es" in months and (spain := self.library.calculation(SPAIN))
                    else ()
                ),
                Button(words.say("button_doors"), f"topic:{request.topic}/doors"),
            ),
            sources=sources,
            doors=tuple(door for _, door in pairs),
        )

    def _lead(self, found: list[Share], words: Words) -> str:
        total = sum(share.own for share in found)
        where = [words.country(share.country) for share in found if share.reaches]
        key = "pension_lead_yes" if where else "pension_lead_no"
        return f"**{words.say(key, total=_years(total, words), countries=', '.join(where))}**"

    def _country(self, share: Share, words: Words) -> str:
        country = words.country(share.country)
        if share.pension is None:
            return words.say("pension_unknown", country=country)
        lines = [f"**{country}** ({_years(share.own, words)}). {own(share.pension.rule, words)}"]
        if share.pension.scheme == "account":
            lines.append(words.say("pension_account"))
        elif share.alone_reaches:
            lines.append(words.say("pension_alone"))
        if share.agreement and share.pension.scheme == "years":
            name = own(share.agreement.name, words)
            total = _years(share.total, words)
            lines.append(words.say("pension_added", agreement=name, total=total))
            if share.too_few:
                lines.append(words.say("pension_too_few"))
            elif share.reaches:
                lines.append(words.say("pension_part", part=f"{share.own}/{share.total}"))
        if not share.reaches:
            lines.append(words.say("pension_lacking", lacking=_years(share.lacking, words)))
            lines.append(own(share.pension.without, words))
        lines.append(words.say("pension_claim_at", institution=own(share.pension.claim_at, words)))
        return " ".join(lines)


SPAIN = "international.calc.totalisation_spain_example"


def _months(text: str) -> int | None:
    """Years told, in months; None for what was not told or cannot be."""
    try:
        years = Decimal(text)
    except ArithmeticError:
        return None
    return int(years * YEAR) if 0 < years <= MOST_YEARS else None


def _years(months: int, words: Words) -> str:
    """Months as years and months."""
    years, rest = divmod(months, 12)
    parts = [words.span(Decimal(years), "year")] if years else []
    if rest or not years:
        parts.append(words.span(Decimal(rest), "month"))
    return " ".join(parts)
