"""What buttons and commands do. An action stands alone: `topic:ID/detail`, `country:pe`, `erase`."""

from __future__ import annotations

import dataclasses

from bot.conversation.state import Conversation
from bot.library.loading import Library
from bot.messages import Answer, Button
from bot.modules.housekeeping import FIELDS, place_name
from bot.translations import Catalogues, Words
from bot.understanding import Understanding

CORRECTABLE = ("country", "origin", "work")
VERDICTS = ("useful", "not_useful", "outdated")
WORKS = ("general", "domestic", "live_in", "agricultural", "own_account")
FACT_WORDS = (4, 7)
"""A text of so few words that tells a fact is most likely no question, or may be none."""


@dataclasses.dataclass(frozen=True)
class Done:
    """What an action changed, and either its answers or the topic to answer next."""

    conversation: Conversation
    answers: tuple[Answer, ...] = ()
    topic: str = ""
    detail: str = ""
    judged: tuple[str, str, str] | None = None
    forget: bool = False


def do(action: str, conversation: Conversation, library: Library, catalogues: Catalogues) -> Done:
    """Carry out an action. One that is not known, or names what is gone, shows the menu."""
    name, _, value = action.partition(":")
    words = catalogues.words(conversation.language)
    if name == "topic":
        topic, _, detail = value.partition("/")
        return _topic(topic, detail, conversation, library)
    if name in CORRECTABLE and _valid(name, value):
        return _told(conversation.with_(**{name: value}))
    if name == "papers":
        return _told(conversation.with_(papers=value == "yes"))
    if name == "skip":
        return _told(conversation)
    if name == "language" and value in catalogues.languages:
        return _told(conversation.with_(language=value, language_chosen=True))
    if name == "feedback" and value in VERDICTS and conversation.page:
        answer = Answer(words.say(f"feedback_thanks_{value}"), buttons=_next(words))
        return Done(conversation, (answer,), judged=(conversation.page, conversation.version, value))
    if name == "erase":
        return _erase(conversation, words)
    if name == "know":
        return Done(conversation, (what_is_known(conversation, words),))
    topics = {"human": "human", "languages": "change_language", "countries": "change_country", "privacy": "privacy"}
    if name == "menu" and value in FIELDS:
        return Done(conversation.with_(open=None), topic="conversation.menu", detail=value)
    return Done(conversation.with_(open=None), topic=f"conversation.{topics.get(name, 'menu')}")


def _topic(topic: str, detail: str, conversation: Conversation, library: Library) -> Done:
    if topic not in library.topics.topics:
        return Done(conversation, topic="conversation.menu")
    return Done(conversation.with_(open=None), topic=topic, detail=detail)


def _told(conversation: Conversation) -> Done:
    """A fact was chosen: go on with what was asked before it."""
    if conversation.open:
        waiting = conversation.open
        return Done(
            conversation.with_(open=None),
            topic=waiting.topic if waiting.topic != "conversation.change_country" else "conversation.menu",
            detail=waiting.detail,
        )
    return Done(conversation, topic=conversation.topic or "conversation.menu")


def _erase(conversation: Conversation, words: Words) -> Done:
    """Erasing needs no second question: whoever types it may be in a hurry."""
    return Done(conversation, (Answer(words.say("erased"), fleeting=True),), forget=True)


def _valid(name: str, value: str) -> bool:
    if name == "work":
        return value in WORKS
    return len(value) == 2 and value.isascii() and value.isalpha() and value.islower()  # noqa: PLR2004


def what_is_known(conversation: Conversation, words: Words) -> Answer:
    """All that is remembered of the person, each thing with the button that corrects it."""
    buttons = (
        Button(words.say("button_country"), "countries"),
        Button(words.say("button_language"), "languages"),
        Button(words.say("button_erase"), "erase"),
        Button(words.say("button_menu"), "menu"),
    )
    line = known_line(conversation, words)
    text = words.say("known", facts=line) if line else words.say("known_nothing")
    return Answer(text, buttons=buttons)


def known_line(conversation: Conversation, words: Words) -> str:
    """The facts told, as a list in words."""
    facts = []
    if conversation.country:
        facts.append(words.say("fact_country", country=place_name(conversation.country, words)))
    if conversation.origin:
        facts.append(words.say("fact_origin", country=place_name(conversation.origin, words)))
    if conversation.work:
        facts.append(words.say("fact_work", work=words.say(f"work_{conversation.work}")))
    if conversation.papers is not None:
        facts.append(words.say("fact_papers" if conversation.papers else "fact_no_papers"))
    facts.append(words.say("fact_language", language=words.language.name))
    return "; ".join(facts)


def only_facts(text: str, read: Understanding, sure: float, half_sure: float) -> bool:
    """True for a short text that tells a fact and asks nothing: the shorter, the surer a question must be."""
    facts = read.facts
    told = facts.here or facts.origin or (facts.work and facts.work_told) or facts.papers is not None
    length = len(text.split())
    if not told or "?" in text or length > FACT_WORDS[1]:
        return False
    asking = read.confidence >= (sure if length <= FACT_WORDS[0] else half_sure)
    return read.topic.startswith("conversation.") or not asking


def _next(words: Words) -> tuple[Button, ...]:
    return (Button(words.say("button_menu"), "menu"), Button(words.say("button_human"), "human"))
