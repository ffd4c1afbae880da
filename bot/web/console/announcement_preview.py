"""How an announcement looks to people, on each channel and in each language, before anybody gets it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from markupsafe import Markup

from bot.announcing import in_template, said, text_for
from bot.channels import markup
from bot.storage.announcement import Announcement
from bot.translations import Catalogues


@dataclasses.dataclass(frozen=True)
class Preview:
    """One language. `written` is the language of the text, another one where a translation is missing."""

    language: str
    name: str
    written: str
    written_name: str
    body: Markup
    template: str
    """The one line of WhatsApp outside its 24 hours."""
    buttons: tuple[str, ...]


def previews(one: Announcement, office: str, catalogues: Catalogues, languages: Sequence[str]) -> list[Preview]:
    """A preview in each language; none while there is no Spanish text."""
    if not one.texts.get("es"):
        return []
    shown = []
    for code in languages:
        words = catalogues.words(code)
        answer = said(one, words, office)
        written = text_for(one, words)[1]
        body = Markup(markup.html(answer.text))  # noqa: S704 - our own Markdown, HTML off
        labels = tuple(button.label for button in answer.buttons)
        names = catalogues.languages
        shown.append(
            Preview(code, names[code].name, written, names[written].name, body, in_template(one, words, office), labels)
        )
    return shown
