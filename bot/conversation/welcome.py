"""First contact: the language of the person, and one line that says what this is and what it keeps."""

from __future__ import annotations

import dataclasses

from bot.conversation.house import Turn
from bot.conversation.state import Conversation
from bot.messages import Button, Message
from bot.translations import Catalogues, Words
from bot.understanding import Understanding

DEFAULT = "es"


def settle_language(
    message: Message, read: Understanding, conversation: Conversation, catalogues: Catalogues
) -> Conversation:
    """The person's choice wins, then the language of what they write, then the app's hint."""
    if conversation.language_chosen:
        return conversation
    offered = {language.code for language in catalogues.offered()}
    hint = message.language_hint[:2].lower()
    spoken = read.language if message.text else ""
    for language in (spoken, conversation.language, hint, DEFAULT):
        if language in offered:
            return conversation.with_(language=language)
    return conversation.with_(language=DEFAULT)


def greet_first(turn: Turn, words: Words) -> Turn:
    """Put the line that says what this is before the first answer, with the way to read more and the languages."""
    answer = turn.answers[0]
    button = Button(words.say("button_privacy"), "privacy")
    languages = Button(words.say("button_language_first"), "languages")
    said = dataclasses.replace(
        answer, text=f"{words.say('who_i_am')}\n\n{answer.text}", buttons=(*answer.buttons, languages, button)
    )
    conversation = turn.conversation.with_(welcomed=True).offering(said.buttons)
    return dataclasses.replace(turn, answers=(said, *turn.answers[1:]), conversation=conversation)
