"""Where to go: the offices of a country for a topic, and the consulate of the person's own country."""

from __future__ import annotations

import dataclasses

from bot.library.loading import Library
from bot.messages import Answer, Ask, Button, Request
from bot.modules import doors
from bot.modules.articles import topic_button, topic_name
from bot.translations import Catalogues

MOST = 5
NEAR = "near"
"""The action that asks for the person's place, to show the nearest doors."""


@dataclasses.dataclass(frozen=True)
class Offices:
    """Lists up to five doors for the topic of the request."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """The doors, those that answer the phone first. Asks for the country, and for consulates for the origin."""
        if not request.country:
            return Ask("country", tuple(self.library.offered()))
        entry = self.library.topics.topics[request.topic]
        if "consulate" in entry.offices and not request.origin and not request.facts.get("origin_asked"):
            return Ask("origin", tuple(self.library.origins()))
        words = self.catalogues.words(request.language)
        about = self.library.country(request.country)
        zone = about.time_zone if about else "UTC"
        chosen = doors.fitting(self.library, request, list(entry.offices))[:MOST]
        pairs = [doors.shown(name, office, words, request.day, zone) for name, office in chosen]
        name = topic_name(self.library, request.topic, words)
        key = "doors_for" if pairs else "doors_none"
        return Answer(
            text="\n\n".join([words.say(key, topic=name), *(line for line, _ in pairs)]),
            topic=request.topic,
            doors=tuple(door for _, door in pairs),
            buttons=(
                *((Button(words.say("button_near"), NEAR),) if request.place is None else ()),
                Button(name, f"topic:{request.topic}"),
                *(topic_button(self.library, topic, words) for topic in entry.related[:1]),
            ),
        )
