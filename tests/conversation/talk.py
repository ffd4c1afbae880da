"""A person who talks to the bot in a test: messages through take_turn, read by the real keywords."""

from __future__ import annotations

import asyncio
import dataclasses
import datetime as dt

from bot.conversation.house import House, Turn
from bot.conversation.state import Conversation
from bot.conversation.turn import take_turn
from bot.messages import Answer, Message
from bot.understanding import Understanding
from bot.understanding.keywords import Keywords
from tests.conftest import NOON


@dataclasses.dataclass
class Person:
    """Keeps the conversation between turns, as the database would: through JSON."""

    house: House
    keywords: Keywords
    conversation: Conversation = dataclasses.field(default_factory=Conversation)
    now: dt.datetime = NOON
    hint: str = ""
    last: Turn | None = None

    def says(self, text: str, **read: object) -> Answer:
        """Write a text; `read` overrides what was understood, as another model would."""
        understood = asyncio.run(self.keywords.understand(text, self.conversation.language))
        return self._turn(
            Message("test", "p", "1", self.now, text=text, language_hint=self.hint),
            dataclasses.replace(understood, **read),
        )

    def taps(self, label: str) -> Answer:
        """Tap the button with this label."""
        action = next(button.action for button in self.conversation.offered if button.label == label)
        return self.presses(action)

    def presses(self, action: str) -> Answer:
        """Send a button's action, whether it was offered or not."""
        return self._turn(Message("test", "p", "1", self.now, button=action), Understanding())

    def sends(self, message: Message) -> Answer:
        """Send any message."""
        return self._turn(message, Understanding())

    def _turn(self, message: Message, read: Understanding) -> Answer:
        self.last = take_turn(message, read, self.conversation, self.house)
        self.conversation = Conversation.model_validate_json(self.last.conversation.model_dump_json())
        return self.last.answers[-1]


def labels(answer: Answer) -> list[str]:
    return [button.label for button in answer.buttons]
