"""Danger: five lines at most, the number to call in the first."""

from __future__ import annotations

import dataclasses

from bot.library.loading import Library
from bot.library.schema import EmergencyNumber
from bot.messages import Answer, Button, Request
from bot.modules.doors import dialled_as
from bot.translations import Catalogues, Words

FIRST = {"self": ("mental_health", "emergency", "ambulance", "police"), "others": ("emergency", "police")}
THEN = {
    "self": ("emergency", "ambulance", "police"),
    "others": ("violence", "trafficking", "ambulance", "mental_health"),
}
HOTLINES = 2


@dataclasses.dataclass(frozen=True)
class Emergency:
    """Answers danger; `request.detail` is 'self' when somebody may hurt themselves."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer:
        """Numbers of the country; where it is not known, the ones that work in most and the question where."""
        words = self.catalogues.words(request.language)
        about = self.library.country(request.country)
        numbers = about.emergency_numbers if about else []
        threat = "self" if request.detail == "self" else "others"
        lines = self._lines(numbers, threat, words) if numbers else [words.say("emergency_anywhere")]
        if threat == "self":
            lines.append(words.say("emergency_not_alone"))
        else:
            lines.append(words.say("emergency_cannot_speak"))
        if not request.country:
            lines.append(words.say("emergency_which_country"))
        return Answer(
            text="\n\n".join(lines),
            topic="conversation.emergency",
            buttons=self._buttons(request, words),
            page="emergency",
            version="",
        )

    def _lines(self, numbers: list[EmergencyNumber], threat: str, words: Words) -> list[str]:
        first = _of_kind(numbers, FIRST[threat])[0:1] or numbers[:1]
        others = [entry for entry in _of_kind(numbers, THEN[threat]) if entry not in first]
        name = words.say(f"emergency_{first[0].kind}")
        lines = [words.say("emergency_call", number=dialled_as(first[0].number), name=name)]
        if others:
            named = [
                f"{dialled_as(entry.number)} {words.say(f'emergency_{entry.kind}')}" for entry in others[: HOTLINES + 1]
            ]
            lines.append("📞 " + " · ".join(named))
        return lines

    def _buttons(self, request: Request, words: Words) -> tuple[Button, ...]:
        if not request.country:
            offered = self.library.offered()
            return tuple(Button(words.country(code), f"country:{code}") for code in offered)
        return (
            Button(words.say("button_leave"), "topic:labour_rights.forced_labour"),
            Button(words.say("button_human"), "human"),
        )


def hotline(library: Library, country: str, words: Words) -> str:
    """One line beside an answer about danger that is not now: whom to call if it becomes so."""
    about = library.country(country)
    numbers = about.emergency_numbers if about else []
    chosen = _of_kind(numbers, ("violence", "trafficking", "emergency", "police"))[:HOTLINES]
    if not chosen:
        return words.say("hotline_anywhere")
    named = " · ".join(f"{dialled_as(entry.number)} {words.say(f'emergency_{entry.kind}')}" for entry in chosen)
    return words.say("hotline", numbers=named)


def _of_kind(numbers: list[EmergencyNumber], kinds: tuple[str, ...]) -> list[EmergencyNumber]:
    """Numbers of these kinds, in the order of the kinds; those of low confidence left out."""
    sure = [entry for entry in numbers if entry.confidence != "low"]
    return [entry for kind in kinds for entry in sure if entry.kind == kind]
