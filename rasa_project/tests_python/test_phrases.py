"""The phrases: enough of each, in one place only, and none of the held-out ones learnt."""

from __future__ import annotations

from collections import Counter, defaultdict

import pytest

from amparo_nlu.normalisation import fold
from amparo_nlu.phrases import HELD_OUT, PROJECT, TRAINING, Phrase, held_out_phrases, training_phrases

ENOUGH = {"es": 80, "pt": 50, "en": 50, "fr": 50, "ht": 50}
"""Training phrases a topic."""
SHORT_REPLIES = frozenset(f"conversation.{name}" for name in ("greet", "goodbye", "thanks", "affirm", "deny"))
FEW_WAYS = 40
"""There are not that many ways to say yes."""
NEAR = 0.8
"""Share of common words from which two phrases are the same one with a word changed."""
DOMAIN = PROJECT / "domain.yml"


@pytest.fixture(scope="module")
def learnt() -> list[Phrase]:
    return training_phrases()


@pytest.fixture(scope="module")
def held_out() -> list[Phrase]:
    return held_out_phrases()


@pytest.fixture(scope="module")
def topics() -> set[str]:
    return {line[2:].strip() for line in DOMAIN.read_text("utf-8").splitlines() if line.startswith("- ")}


@pytest.mark.parametrize("language", ENOUGH)
def test_every_topic_has_enough_phrases(language: str, learnt: list[Phrase], topics: set[str]) -> None:
    counts = Counter(phrase.topic for phrase in learnt if phrase.language == language)
    wanted = {topic: FEW_WAYS if topic in SHORT_REPLIES else ENOUGH[language] for topic in topics}
    assert {topic: counts[topic] for topic, enough in wanted.items() if counts[topic] < enough} == {}


def test_no_phrase_has_two_topics(learnt: list[Phrase]) -> None:
    found = defaultdict(set)
    for phrase in learnt:
        found[fold(phrase.text) or phrase.text].add(phrase.topic)
    assert {text: sorted(topics) for text, topics in found.items() if len(topics) > 1} == {}


def test_no_phrase_is_written_twice(learnt: list[Phrase]) -> None:
    counts = Counter(fold(phrase.text) or phrase.text for phrase in learnt)
    assert [text for text, count in counts.items() if count > 1] == []


def test_phrases_are_plain_messages(learnt: list[Phrase]) -> None:
    odd = [
        phrase.text
        for phrase in learnt
        if not phrase.text or phrase.text.startswith(("/", "- ")) or "](" in phrase.text
    ]
    assert odd == []


def test_files_are_named_after_their_fields(learnt: list[Phrase], held_out: list[Phrase]) -> None:
    assert [
        phrase for phrase in (*learnt, *held_out) if not phrase.file.endswith(f"/{phrase.field}.yml")
    ] == []


def test_held_out_topics_exist(held_out: list[Phrase], topics: set[str]) -> None:
    assert held_out, f"no held-out messages in {HELD_OUT}"
    assert {topic for phrase in held_out for topic in (phrase.topic, *phrase.also)} - topics == set()


def test_no_held_out_message_is_learnt(learnt: list[Phrase], held_out: list[Phrase]) -> None:
    asked = [(phrase.text, set(fold(phrase.text).split())) for phrase in held_out]
    by_word = defaultdict(set)
    for number, (_, words) in enumerate(asked):
        for word in words:
            by_word[word].add(number)
    assert [pair for phrase in learnt for pair in _near(phrase, asked, by_word)] == [], (
        f"take these out of {TRAINING}"
    )


def _near(
    phrase: Phrase, asked: list[tuple[str, set[str]]], by_word: dict[str, set[int]]
) -> list[tuple[str, str]]:
    words = set(fold(phrase.text).split())
    common = Counter(number for word in words for number in by_word[word])
    return [
        (phrase.text, asked[number][0])
        for number, count in common.items()
        if count > NEAR * (len(words) + len(asked[number][1]) - count)
    ]
