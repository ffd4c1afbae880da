"""Understanding without a model: danger words, commands, likely topics. Works when Rasa is down."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Literal

from bot.clock import utc_now
from bot.understanding import Danger, Understanding
from bot.understanding.facts import FactReader
from bot.understanding.language import LanguageGuess
from bot.understanding.lexicon import Lexicon, Phrases, fold

KEYWORD_CONFIDENCE = 0.35
"""Half sure: a word alone never makes the bot certain."""
SHORT = 7
"""Words of a follow-up at most."""

NOTHING = Phrases(None)


class Keywords:
    """Reads a text with the words files alone."""

    def __init__(
        self,
        lexicons: Mapping[str, Lexicon],
        guess: LanguageGuess,
        facts: FactReader,
        now: Callable[[], dt.datetime] = utc_now,
    ) -> None:
        self.lexicons, self.language, self.facts, self.now = lexicons, guess, facts, now

    async def understand(self, text: str, language: str) -> Understanding:
        """See Interpreter."""
        folded = fold(text)
        spoken = self.language.guess(text, language)
        return Understanding(
            ranking=self.topics(folded, language),
            language=spoken,
            facts=self.facts.read(text, spoken or language, self.now().date()),
            danger=self.danger(folded),
            follow_up=self.follow_up(folded, language),
            command=self.command(folded),
            said=self.said(folded, language),
            diary=self.diary(folded, language),
            by="keywords",
        )

    def danger(self, folded: str) -> Danger:
        """Whether the words say that somebody is in danger now; hypothetical and past danger is only asked about."""
        own = any(entry.danger_self.found(folded) for entry in self.lexicons.values())
        others = own or any(entry.danger.found(folded) for entry in self.lexicons.values())
        if others and self.hypothetical(folded):
            return "asked"
        return "self" if own else "others" if others else ""

    def denied(self, folded: str) -> bool:
        """True when a part of a message says what did not happen: "no me despidieron"."""
        return any(entry.denied.found(folded) for entry in self.lexicons.values())

    def introduces(self, folded: str) -> bool:
        """True when the next word is most likely somebody's name."""
        tail = " ".join(folded.split()[-3:])
        return any(
            entry.introduces.pattern is not None
            and any(match.end() == len(tail) for match in entry.introduces.pattern.finditer(tail))
            for entry in self.lexicons.values()
        )

    def hypothetical(self, folded: str) -> bool:
        """True when danger is asked about, quoted or long past."""
        return any(entry.danger_unless.found(folded) for entry in self.lexicons.values())

    def command(self, folded: str) -> str:
        """The action a whole text names: menu, back, erase, know, human."""
        for entry in self.lexicons.values():
            for action, phrases in entry.commands.items():
                if phrases.whole(folded):
                    return action
            if entry.diary.get("open", NOTHING).whole(folded):
                return "diary:see"
        return ""

    def diary(self, folded: str, language: str) -> Literal["", "in", "out", "paid"]:
        """Which entry of a work diary a text begins like; the conversation's language first."""
        for _, entry in sorted(self.lexicons.items(), key=lambda item: item[0] != language):
            if entry.diary.get("in", NOTHING).begins(folded):
                return "in"
            if entry.diary.get("out", NOTHING).begins(folded):
                return "out"
            if entry.diary.get("paid", NOTHING).begins(folded):
                return "paid"
        return ""

    def said(self, folded: str, language: str) -> Literal["", "yes", "no", "unknown"]:
        """Whether a whole text is a yes, a no or an "I don't know"; the conversation's language first."""
        for _, entry in sorted(self.lexicons.items(), key=lambda item: item[0] != language):
            if entry.unknown.whole(folded):
                return "unknown"
            if entry.yes.whole(folded):
                return "yes"
            if entry.no.whole(folded):
                return "no"
        return ""

    def follow_up(self, folded: str, language: str) -> bool:
        """True for a short text that begins like the rest of a question."""
        entries = [entry for code, entry in self.lexicons.items() if code == language] or list(self.lexicons.values())
        short = 1 < len(folded.split()) <= SHORT
        return short and any(
            entry.follow_up.pattern is not None and entry.follow_up.pattern.match(folded + " ") is not None
            for entry in entries
        )

    def topics(self, folded: str, language: str) -> tuple[tuple[str, float], ...]:
        """Topics whose words stand in the text, the conversation's language first, longer words first."""
        found: dict[str, int] = {}
        ordered = sorted(self.lexicons.items(), key=lambda item: item[0] != language)
        for _, entry in ordered:
            for topic, phrases in entry.topics.items():
                if words := phrases.found(folded):
                    found[topic] = max(found.get(topic, 0), len(words))
        best = sorted(found, key=lambda topic: -found[topic])[:5]
        return tuple((topic, KEYWORD_CONFIDENCE if place == 0 else 0.1) for place, topic in enumerate(best))
