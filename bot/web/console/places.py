"""Names in addresses, looked up in closed lists before anything is made of them: country, topic, variant, language."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from starlette.exceptions import HTTPException

from bot.library import pages
from bot.library.loading import INTERNATIONAL, CountryContent, Library
from bot.modules.articles import topic_name
from bot.translations import Words
from bot.web.console.desk import Desk

ALL = "all"


@dataclasses.dataclass(frozen=True)
class Place:
    """A text of a page, written or not. The country '' is the international one."""

    country: str
    topic: str
    variant: str
    language: str

    @property
    def text_path(self) -> str:
        """Its file below content/."""
        return pages.text_path(self.country, self.topic, self.variant, self.language)

    @property
    def shared_path(self) -> str:
        """The file with what all languages share."""
        return pages.shared_path(self.country, self.topic)

    @property
    def address(self) -> str:
        """The end of its addresses in the console."""
        query = f"?variant={self.variant}" if self.variant else ""
        return f"{self.country or INTERNATIONAL}/{self.topic}/{self.language}{query}"


def country_of(library: Library, name: str) -> CountryContent:
    """The content of a country named in an address. Raises HTTPException 404."""
    found = library.countries.get("" if name == INTERNATIONAL else name) if name else None
    if found is None:
        raise HTTPException(404)
    return found


def place_of(desk: Desk, country: str, topic: str, language: str, variant: str = "") -> Place:
    """The text named in an address. Raises HTTPException 404 for a name that stands in no list."""
    library = desk.shelf.library
    content = country_of(library, country)
    known = topic in library.topics.topics and language in desk.catalogues.languages
    if not known or not pages.known_variant(variant):
        raise HTTPException(404)
    return Place(content.code, topic, variant, language)


def country_name(code: str, words: Words) -> str:
    """How a country is called in lists."""
    return words.country(code) if code else words.say("desk_international")


def title_of(desk: Desk, place: Place, words: Words) -> str:
    """How a text is called in lists: 'Peru · Minimum wage · Domestic · Español'."""
    name = topic_name(desk.shelf.library, place.topic, words)
    variant = [words.say(f"desk_variant_{place.variant}")] if place.variant else []
    return " · ".join(
        [country_name(place.country, words), name, *variant, desk.catalogues.languages[place.language].name]
    )


def expected(content: CountryContent, offered: list[str]) -> list[str]:
    """The languages in which a country's pages are to be written, the leading one first."""
    if not content.code or content.about is None:
        return ["es", *(code for code in offered if code != "es")]
    return list(dict.fromkeys((content.about.language, *content.about.languages)))


def every(library: Library, offered: list[str]) -> Iterator[tuple[Place, bool]]:
    """All texts, those that are expected and missing too; True for one that is written."""
    for content in library.countries.values():
        for topic, entry in library.topics.topics.items():
            if not entry.in_menu:
                continue
            origin = content.about is not None and content.about.role == "origin"
            wanted = [] if origin and topic not in content.pages else expected(content, offered)
            written = {(variant, language) for name, variant, language in content.texts if name == topic}
            for variant, language in sorted(written | {("", one) for one in wanted}):
                yield Place(content.code, topic, variant, language), (variant, language) in written
