"""Questions the bot asks, and how replies to them are read: by button, by number, in words."""

from __future__ import annotations

from bot.conversation.state import Conversation, OpenQuestion
from bot.messages import Answer, Ask, Button, Request
from bot.modules.articles import ELSEWHERE
from bot.reckoning.facts import UNKNOWN
from bot.translations import Words
from bot.understanding import Understanding

FACTS = ("country", "origin", "work")


def put(ask: Ask, words: Words) -> Answer:
    """The question as a person reads it, with a button for each choice and a way out."""
    if ask.kind:
        return _of_module(ask, words)
    if ask.fact == "work":
        buttons = tuple(Button(words.say(f"work_{choice}"), f"work:{choice}") for choice in ask.choices)
        return Answer(words.say("ask_work"), buttons=buttons)
    places = tuple(Button(words.country(code), f"{ask.fact}:{code}") for code in ask.choices)
    if ask.fact == "country":
        return Answer(
            words.say("ask_country"), buttons=(*places, Button(words.say("another_country"), f"country:{ELSEWHERE}"))
        )
    return Answer(words.say("ask_origin"), buttons=(*places, Button(words.say("button_skip"), "skip")))


def _of_module(ask: Ask, words: Words) -> Answer:
    """A module's own question: how far one is, the question, its choices, "I don't know", back and out."""
    progress = words.say("calc_progress", number=ask.done + 1, total=ask.done + max(ask.left, 1))
    choices = tuple(
        Button(label, f"fact:{ask.fact}={choice}") for choice, label in zip(ask.choices, ask.labels, strict=True)
    )
    if ask.kind == "yes_no":
        choices = tuple(Button(words.say(value), f"fact:{ask.fact}={value}") for value in ("yes", "no"))
    unsure = (Button(words.say("button_unsure"), f"fact:{ask.fact}={UNKNOWN}"),) if ask.unsure or ask.help else ()
    back = (Button(words.say("button_back"), "back"),) if ask.done else ()
    text = "\n\n".join(part for part in (ask.fault, ask.text, f"_{progress}_") if part)
    return Answer(text, buttons=(*choices, *unsure, *back, Button(words.say("button_stop_asking"), "cancel")))


def waiting(conversation: Conversation, ask: Ask, request: Request) -> Conversation:
    """The conversation with this question left open for this request."""
    question = OpenQuestion(
        fact=ask.fact,
        topic=request.topic,
        detail=request.detail,
        kind=ask.kind,
        per=ask.per,
        choices=ask.choices if ask.kind else (),
        labels=ask.labels,
        help=ask.help,
    )
    if ask.kind:  # what is asked again could not be meant: it is not kept
        case = conversation.case.without(ask.fact) if conversation.case else None
        return conversation.with_(open=question, case=case)
    return conversation.with_(open=question, asked=conversation.asked | {ask.fact})


def reply_in_words(fact: str, text: str, read: Understanding) -> str:
    """The value a text gives for the fact asked, '' when it gives none."""
    facts = read.facts
    named = [code for code in (facts.here, facts.origin, *facts.countries, *facts.mentioned) if code]
    if fact in ("country", "origin"):
        return named[0] if len(set(named)) == 1 and len(text.split()) <= 8 else ""  # noqa: PLR2004
    return facts.work


def wants_number(conversation: Conversation) -> bool:
    """Whether digits are the reply to the open question, and not the number of a button."""
    return conversation.open is not None and conversation.open.kind not in ("", "choice", "yes_no")


def offered_action(text: str, conversation: Conversation) -> str:
    """The action of the button a person typed: its number, or its words."""
    typed = text.strip().rstrip(".)").casefold()
    if not wants_number(conversation) and typed.isascii() and typed.isdigit() and len(typed) <= 2:  # noqa: PLR2004
        number = int(typed)
        return conversation.offered[number - 1].action if 0 < number <= len(conversation.offered) else ""
    return next((button.action for button in conversation.offered if button.label.casefold() == typed), "")
