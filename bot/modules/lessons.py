"""Short lessons for one's own business: the list, one lesson, and the way on after its exercise.

The exercise is a calculation with the person's own numbers; bot.modules.calculations asks and works it out.
"""

from __future__ import annotations

import dataclasses

from bot.library.loading import Library
from bot.library.schema import LessonEntry
from bot.messages import Answer, Button, Request
from bot.modules.forms import own, source_line
from bot.reckoning.calculation import sources_of
from bot.reckoning.facts import facts_of
from bot.translations import Catalogues, Words

DONE = "✓"


@dataclasses.dataclass(frozen=True)
class WayOn:
    """What stands below a finished exercise."""

    lesson: str
    text: str
    next_button: tuple[Button, ...]
    other_buttons: tuple[Button, ...]


@dataclasses.dataclass(frozen=True)
class Lessons:
    """Answers `lesson:ID`; without an id, lists the lessons."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer:
        """The lesson, or the list. Neither needs to know the country."""
        words = self.catalogues.words(request.language)
        name = request.detail.partition(":")[2]
        entry = self.library.lessons.get(name)
        return self._lesson(name, entry, request, words) if entry else self._list(request, words)

    def _list(self, request: Request, words: Words) -> Answer:
        done = done_of(request)
        buttons = tuple(
            Button(f"{DONE} {own(entry.name, words)}" if name in done else own(entry.name, words), f"lesson:{name}")
            for name, entry in self.library.lessons.items()
        )
        return Answer(words.say("lessons"), topic=request.topic, buttons=buttons)

    def _lesson(self, name: str, entry: LessonEntry, request: Request, words: Words) -> Answer:
        text = self.library.lesson_text(name, words.language.code, words.language.stand_ins)
        if text is None:
            return self._list(request, words)
        spoken = self.catalogues.languages[text.language]
        number, title = list(self.library.lessons).index(name) + 1, own(entry.name, words)
        sources = sources_of(entry.sources, entry.checked)
        parts = [
            f"_{words.say('note_stand_in', language=spoken.name)}_" if spoken.code != words.language.code else "",
            text.body,
            words.say("lesson_exercise", count=self._questions(entry)),
            f"_{words.say('lesson_place', number=number, total=len(self.library.lessons), name=title)}_",
            source_line(sources, words),
        ]
        return Answer(
            "\n\n".join(part for part in parts if part),
            topic=request.topic,
            buttons=(
                Button(words.say("button_exercise"), f"calc:{entry.exercise}"),
                *_next_button(self.library, name, done_of(request), words),
                *_other_buttons(self.library, entry, words),
            ),
            sources=sources,
            page=text.path,
            version=text.version,
        )

    def _questions(self, entry: LessonEntry) -> int:
        """How many questions the exercise asks at most."""
        found = self.library.calculation(entry.exercise)
        return sum(fact.asked for fact in facts_of(self.library, found[1]).values()) if found else 0


def done_of(request: Request) -> frozenset[str]:
    """The lessons whose exercise the person has done."""
    return frozenset(request.facts.get("lessons", ()))


def buttons_for(library: Library, topic: str, words: Words) -> tuple[Button, ...]:
    """On the page of a topic: the lesson that fits, or the list where several do."""
    fitting = [name for name, entry in library.lessons.items() if topic in entry.topics]
    if len(fitting) == 1:
        name = own(library.lessons[fitting[0]].name, words)
        return (Button(words.say("button_lesson", name=name), f"lesson:{fitting[0]}"),)
    return (Button(words.say("button_lessons"), "lesson:"),) if fitting else ()


def way_on(library: Library, calculation: str, request: Request, words: Words) -> WayOn | None:
    """What follows a finished exercise; None for a calculation that is none."""
    name = library.lesson_with(calculation)
    if not name:
        return None
    entry, done = library.lessons[name], done_of(request) | {name}
    after = _next(library, name, done)
    text = (
        words.say("lesson_next", name=own(library.lessons[after].name, words)) if after else words.say("lessons_done")
    )
    return WayOn(name, text, _next_button(library, name, done, words), _other_buttons(library, entry, words))


def _next(library: Library, name: str, done: frozenset[str]) -> str:
    """The next lesson that is not done, beginning again after the last one; '' where all are."""
    names = list(library.lessons)
    place = names.index(name)
    return next((other for other in (*names[place + 1 :], *names[:place]) if other not in done), "")


def _next_button(library: Library, name: str, done: frozenset[str], words: Words) -> tuple[Button, ...]:
    after = _next(library, name, done)
    return (Button(words.say("button_lesson_next"), f"lesson:{after}"),) if after else ()


def _other_buttons(library: Library, entry: LessonEntry, words: Words) -> tuple[Button, ...]:
    """The list, and the page of the person's country that goes on from the lesson."""
    topic = library.topics.topics.get(entry.topic)
    page = (Button(own(topic.name, words), f"topic:{entry.topic}"),) if topic else ()
    return (Button(words.say("button_lessons"), "lesson:"), *page)
