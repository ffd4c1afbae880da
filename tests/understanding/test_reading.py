"""What is read in a text without the model: places, work, papers, amounts, language, commands."""

from __future__ import annotations

import asyncio
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.understanding.keywords import Keywords
from bot.understanding.lexicon import Phrases, clean, fold

TODAY = dt.date(2026, 11, 21)


@pytest.mark.parametrize(
    ("text", "here", "origin"),
    [
        ("ahora estoy en Chile", "cl", ""),
        ("soy hondureña y trabajo en España", "es", "hn"),
        ("vivo en lima, vengo de venezuela", "pe", "ve"),
        ("I work in the United States and I am from Guatemala", "us", "gt"),
        ("moro no Brasil, sou boliviana", "br", "bo"),
        ("je suis haïtien, je travaille au Chili", "cl", "ht"),
        ("map travay nan chili, mwen soti ayiti", "cl", "ht"),
        ("toi en peru", "", ""),
    ],
)
def test_places(keywords: Keywords, text: str, here: str, origin: str) -> None:
    facts = keywords.facts.read(text, "es", TODAY)
    assert (facts.here, facts.origin) == (here, origin)


@pytest.mark.parametrize(
    ("reply", "country"),
    [
        ("Perú", "pe"),
        ("en peru", "pe"),
        ("república dominicana", "do"),
        ("etazini", "us"),
        ("Ecuadro", "ec"),
        ("no sé", ""),
    ],
)
def test_a_short_reply_names_a_country_even_misspelt(keywords: Keywords, reply: str, country: str) -> None:
    assert keywords.facts.country(reply) == country


@pytest.mark.parametrize(
    ("text", "work"),
    [
        ("mi patrona no me paga", "domestic"),
        ("trabajo interna", "live_in"),
        ("pizco tomate", "agricultural"),
        ("sou diarista", "domestic"),
        ("I pick strawberries on the farm", "agricultural"),
        ("je suis femme de ménage", "domestic"),
        ("m ap travay nan jaden", "agricultural"),
        ("soy albañil", "general"),
        ("me echaron", ""),
    ],
)
def test_kind_of_work(keywords: Keywords, text: str, work: str) -> None:
    assert keywords.facts.read(text, "es", TODAY).work == work


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("no me pagaron la quincena", "es"), ("não me pagaram o salário", "pt"), ("they did not pay me", "en"),
        ("mon patron ne veut pas me payer", "fr"), ("patwon an pa vle peye m", "ht"), ("ok", ""),
    ],
)  # fmt: skip
def test_language(keywords: Keywords, text: str, language: str) -> None:
    assert keywords.language.guess(text, "") == language


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("menu", "menu"),
        ("Borra todo!", "erase"),
        ("efface tout", "erase"),
        ("¿Qué sabes de mí?", "know"),
        ("borra todo lo malo de mi vida", ""),
    ],
)
def test_commands(keywords: Keywords, text: str, command: str) -> None:
    assert keywords.command(fold(text)) == command


def test_phrases_with_gaps_endings_and_parts() -> None:
    phrases = Phrases.of(["no .. salir", "encerrad*", "pasaporte + amenaz*"])
    assert phrases.found(fold("No me dejan salir"))
    assert phrases.found(fold("estamos ENCERRADAS"))
    assert phrases.found(fold("me amenaza, tiene mi pasaporte"))
    assert not phrases.found(fold("tiene mi pasaporte"))
    assert not phrases.found(fold("no quiero que ella ni nadie más pueda salir"))


@given(st.text(max_size=2000))
def test_no_text_breaks_the_reading(keywords: Keywords, text: str) -> None:
    read = asyncio.run(keywords.understand(text, "es"))
    assert all(0 <= confidence <= 1 for _, confidence in read.ranking)
    safe = clean(text)
    assert len(safe) <= 600
    assert not safe.startswith("/")
    safe.encode()
