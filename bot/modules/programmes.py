"""Programmes of a country for a topic: those that run first; one that ended says so and names what took its place."""

from __future__ import annotations

import dataclasses

from bot.library.loading import Library
from bot.library.schema import ProgrammeEntry
from bot.messages import Answer, Ask, Button, Request, Source
from bot.modules.articles import topic_name
from bot.translations import Catalogues, Words

MOST = 4
ORDER = ("running", "unknown", "renamed", "ended")


@dataclasses.dataclass(frozen=True)
class Programmes:
    """Lists up to four programmes for the topic of the request."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """What the programmes give, for whom and how to apply. Asks for the country."""
        if not request.country:
            return Ask("country", tuple(self.library.offered()))
        words = self.catalogues.words(request.language)
        content = self.library.countries.get(request.country)
        entries = content.programmes.programmes.values() if content else ()
        chosen = sorted(
            (entry for entry in entries if request.topic in entry.topics), key=lambda entry: ORDER.index(entry.status)
        )[:MOST]
        name = topic_name(self.library, request.topic, words)
        texts = [_programme(entry, words) for entry in chosen]
        return Answer(
            text="\n\n".join(texts) if texts else words.say("programmes_none"),
            topic=request.topic,
            buttons=(
                Button(words.say("button_could"), f"could:{request.topic}"),
                Button(name, f"topic:{request.topic}"),
                Button(words.say("button_doors"), f"topic:{request.topic}/doors"),
            ),
            sources=tuple(
                Source(entry.source.title, entry.source.article, str(entry.source.url or ""), entry.checked)
                for entry in chosen
            ),
        )


def _programme(entry: ProgrammeEntry, words: Words) -> str:
    def own(texts: dict[str, str]) -> str:
        order = (words.language.code, *words.language.stand_ins, "es")
        return next((texts[code] for code in order if texts.get(code)), "")

    lines = [f"**{entry.name}** ({entry.operator})", own(entry.what)]
    if entry.status in ("ended", "renamed"):
        lines.append(f"⚠️ {words.say('programme_ended')}")
        if entry.successor:
            lines.append(words.say("programme_successor", name=entry.successor))
    else:
        lines += [words.say("programme_who", who=own(entry.who)), words.say("programme_how", how=own(entry.how))]
        if entry.status == "unknown" or entry.confidence == "low":
            lines.append(f"⚠️ {words.say('programme_unsure')}")
    lines.append(f"📖 {entry.source.title} · {words.say('checked_in', month=words.month(entry.checked))}")
    return "\n".join(line for line in lines if line)
