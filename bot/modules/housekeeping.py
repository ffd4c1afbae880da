"""Greeting, menu, privacy, a person to talk to, languages and countries: what keeps a conversation going."""

from __future__ import annotations

import dataclasses

from bot.library.loading import Library
from bot.messages import Answer, Ask, Button, Request
from bot.modules import doors
from bot.modules.articles import ELSEWHERE, topic_button
from bot.translations import Catalogues, Words

FIELDS = ("labour_rights", "social_security", "consular", "entrepreneurship")
URGENT = ("consular.detention", "consular.missing_person", "consular.asylum", "consular.find_consulate")
"""Consular help that is asked for at any time."""
PEOPLE = ("legal_aid", "ngo", "hotline", "ombudsman", "labour_inspectorate", "international")
PEOPLE_SHOWN = 3


@dataclasses.dataclass(frozen=True)
class Housekeeping:
    """Answers the topics of `conversation`."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """The answer for a conversation topic; an unknown one shows the menu."""
        words = self.catalogues.words(request.language)
        name = request.topic.removeprefix("conversation.")
        method = getattr(self, f"_{name}", None)
        if method is None:
            return self._menu(request, words)
        result: Answer | Ask = method(request, words)
        return result

    def _greet(self, request: Request, words: Words) -> Answer:
        return self._answer(request, words.say("greet"), self.fields(words))

    def _menu(self, request: Request, words: Words) -> Answer:
        field, _, stage = request.detail.partition("/")
        if field == "consular" and self.library.topics.journey:
            return self._journey(request, stage, words)
        if request.detail in FIELDS:
            return self._answer(request, words.say("menu_field"), self._topics(request.detail, words))
        shortcuts = (
            Button(words.say("button_human"), "human"),
            Button(words.say("button_language"), "languages"),
            Button(words.say("button_know"), "know"),
        )
        return self._answer(request, words.say("menu"), (*self.fields(words), *shortcuts))

    def _journey(self, request: Request, stage: str, words: Words) -> Answer:
        """Before leaving, while there, coming back: each with its topics; what cannot wait stands beside them."""
        topics = next((named for name, named in self.library.topics.journey.items() if name == stage), None)
        if topics is not None:
            buttons = (*(topic_button(self.library, topic, words) for topic in topics), _menu_button(words))
            return self._answer(request, words.say(f"menu_stage_{stage}"), buttons)
        stages = (Button(words.say(f"stage_{name}"), f"menu:consular/{name}") for name in self.library.topics.journey)
        urgent = (topic_button(self.library, topic, words) for topic in URGENT)
        return self._answer(request, words.say("menu_journey"), (*stages, *urgent, _menu_button(words)))

    def _thanks(self, request: Request, words: Words) -> Answer:
        return self._answer(request, words.say("thanks"), (_menu_button(words),))

    def _goodbye(self, request: Request, words: Words) -> Answer:
        return self._answer(
            request, words.say("goodbye"), (Button(words.say("button_erase"), "erase"), _menu_button(words))
        )

    def _affirm(self, request: Request, words: Words) -> Answer:
        return self._answer(request, words.say("affirm"), self.fields(words))

    def _deny(self, request: Request, words: Words) -> Answer:
        return self._answer(
            request, words.say("deny"), (*self.fields(words), Button(words.say("button_human"), "human"))
        )

    def _change_language(self, request: Request, words: Words) -> Answer:
        buttons = tuple(Button(language.name, f"language:{language.code}") for language in self.catalogues.offered())
        return self._answer(request, words.say("choose_language"), buttons)

    def _change_country(self, _request: Request, _words: Words) -> Ask:
        return Ask("country", tuple(self.library.offered()))

    def _human(self, request: Request, words: Words) -> Answer | Ask:
        if not request.country:
            return Ask("country", tuple(self.library.offered()))
        about = self.library.country(request.country)
        zone = about.time_zone if about else "UTC"
        chosen = [
            doors.shown(name, office, words, request.day, zone)
            for name, office in doors.fitting(self.library, request, PEOPLE)
            if office.shows_phones and office.phones
        ][:PEOPLE_SHOWN]
        text = "\n\n".join([words.say("human"), *(line for line, _ in chosen)])
        return dataclasses.replace(
            self._answer(request, text, (_menu_button(words),)), doors=tuple(door for _, door in chosen)
        )

    def _privacy(self, request: Request, words: Words) -> Answer:
        buttons = (
            Button(words.say("button_know"), "know"),
            Button(words.say("button_erase"), "erase"),
            _menu_button(words),
        )
        return self._answer(request, words.say("privacy"), buttons)

    def _feedback(self, request: Request, words: Words) -> Answer:
        return self._answer(request, words.say("feedback"), feedback_buttons(words))

    def _out_of_scope(self, request: Request, words: Words) -> Answer:
        return self._answer(
            request, words.say("out_of_scope"), (*self.fields(words), Button(words.say("button_human"), "human"))
        )

    def fields(self, words: Words) -> tuple[Button, ...]:
        """A button for each of the four fields."""
        names = self.library.topics.fields
        return tuple(
            Button(names[field].get(words.language.code) or names[field]["es"], f"menu:{field}")
            for field in FIELDS
            if field in names
        )

    def _topics(self, field: str, words: Words) -> tuple[Button, ...]:
        entries = self.library.topics.topics.items()
        found = [topic for topic, entry in entries if topic.startswith(f"{field}.") and entry.in_menu]
        return (*(topic_button(self.library, topic, words) for topic in found), _menu_button(words))

    def _answer(self, request: Request, text: str, buttons: tuple[Button, ...]) -> Answer:
        return Answer(text=text, topic=request.topic, buttons=buttons)


def feedback_buttons(words: Words) -> tuple[Button, ...]:
    """What a reader can say of an answer."""
    return tuple(
        Button(words.say(f"feedback_{verdict}"), f"feedback:{verdict}")
        for verdict in ("useful", "not_useful", "outdated")
    )


def place_name(country: str, words: Words) -> str:
    """A country's name, or the words for one that is not offered."""
    return words.say("another_country") if country == ELSEWHERE else words.country(country)


def _menu_button(words: Words) -> Button:
    return Button(words.say("button_menu"), "menu")
