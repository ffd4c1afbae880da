"""Every danger word of every language is heard without the model; harmless uses of the same words are not."""

from __future__ import annotations

import pytest
from ruamel.yaml import YAML

from bot.understanding.keywords import Keywords
from bot.understanding.lexicon import fold
from tests.conftest import ROOT

LANGUAGES = ("es", "pt", "en", "fr", "ht")
ENTRIES = [
    (language, kind, str(entry))
    for language in LANGUAGES
    for kind in ("danger", "danger_self")
    for entry in YAML(typ="safe").load(ROOT / "locales" / language / "words.yaml")[kind]
]
HELD_OUT = [
    (path.parent.name, item)
    for path in sorted((ROOT / "rasa_project" / "tests").glob("*/*.yml"))
    for item in YAML(typ="safe").load(path)
]


@pytest.mark.parametrize(("language", "kind", "entry"), ENTRIES, ids=[f"{e[0]}-{e[2]}" for e in ENTRIES])
def test_every_danger_word_is_heard(keywords: Keywords, language: str, kind: str, entry: str) -> None:
    said = entry.replace("*", "").replace(" .. ", " ").replace("+", " ")
    assert keywords.danger(fold(said)), said


def test_hardly_any_harmless_held_out_message_raises_an_alarm(keywords: Keywords) -> None:
    """The goal is fewer than one in a hundred."""
    harmless = [
        item["text"] for _, item in HELD_OUT if "conversation.emergency" not in (item["topic"], *item.get("also", ()))
    ]
    alarms = [text for text in harmless if keywords.danger(fold(text)) in ("others", "self")]
    assert len(alarms) < len(harmless) / 100, alarms


@pytest.mark.parametrize(
    "text",
    [
        "quero saber do auxílio doença",
        "el auxilio de transporte me lo deben",
        "kès sekou legliz la",
        "patwon an fèmen boutik la",
        "si regreso a mi pais me van a matar, como pido refugio",
        "hace dos años me pegaba",
    ],
)
def test_words_that_sound_like_danger_and_are_none(keywords: Keywords, text: str) -> None:
    assert keywords.danger(fold(text)) in ("", "asked")
