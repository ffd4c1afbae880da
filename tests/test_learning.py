"""Questions that were not understood: kept only with consent and without identity, labelled, learnt."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot import learning
from bot.conversation.house import House
from bot.understanding.anonymous import anonymised
from bot.understanding.keywords import Keywords
from tests.conversation.talk import Person, labels


@pytest.fixture
def visitor(house: House, keywords: Keywords) -> Person:
    """Somebody who has said hello."""
    person = Person(house, keywords)
    person.says("hola")
    return person


TOPICS = {"labour_rights.dismissal": 1, "labour_rights.unpaid_wages": 1}


def question(number: int, text: str, language: str = "es") -> dict[str, object]:
    return {"id": number, "text": text, "language": language, "topic": "labour_rights.contract"}


def test_questions_alike_stand_in_one_group() -> None:
    asked = [
        question(1, "me sacaron de la pega de un dia pa otro"),
        question(2, "de un dia pa otro me sacaron de la pega"),
        question(3, "donde vendo mis empanadas"),
    ]
    assert [len(group.questions) for group in learning.groups(asked)] == [2, 1]


def test_labels_become_phrases_and_nothing_is_learnt_twice(tmp_path: Path) -> None:
    file, phrases = tmp_path / "label.yaml", tmp_path / "nlu"
    file.write_text(learning.export([question(1, "me sacaron de la pega"), question(2, "wena cabros")]))
    entries = YAML().load(file)
    for entry in entries:
        entry["topic"] = "labour_rights.dismissal" if 1 in entry["questions"] else "skip"
    with file.open("w") as out:
        YAML().dump(entries, out)
    assert learning.take(file, phrases, TOPICS) == ([1, 2], 1)
    assert learning.take(file, phrases, TOPICS) == ([1, 2], 0)
    learnt = YAML(typ="safe").load(phrases / "es" / "labour_rights.yml")
    assert learnt["nlu"] == [{"intent": "labour_rights.dismissal", "examples": "- me sacaron de la pega\n"}]


def test_a_group_without_a_label_waits(tmp_path: Path) -> None:
    file = tmp_path / "label.yaml"
    file.write_text(learning.export([question(1, "hola que tal")]))
    assert learning.take(file, tmp_path / "nlu", TOPICS) == ([], 0)


@pytest.mark.parametrize("text", ["- topic: pizza\n  questions: {1: x}", "just words", "- 3", "a: [", "- topic: x"])
def test_a_mistake_in_the_labels_is_told_and_nothing_written(tmp_path: Path, text: str) -> None:
    file = tmp_path / "label.yaml"
    file.write_text(text)
    with pytest.raises(learning.LabelError, match=r"label\.yaml"):
        learning.take(file, tmp_path / "nlu", TOPICS)
    assert not (tmp_path / "nlu").exists()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Me llamo Rosa Quispe y no me pagaron 350 soles", "Me llamo _ _ y no me pagaron 0 soles"),
        ("escribe a rosa@example.org o al 987654321", "escribe a _ o al 0"),
        ("mi patrona Lucía vive en Arequipa 12", "mi patrona _ vive en _ 12"),
        ("soy de Perú y trabajo en Chile", "soy de Perú y trabajo en Chile"),
    ],
)
def test_names_numbers_and_addresses_are_taken_out(keywords: Keywords, text: str, kept: str) -> None:
    unknown = {"quispe", "arequipa", "lucia"}
    assert anonymised(text, unknown, keywords.introduces, keywords.facts.is_place) == kept


@given(st.text(max_size=300))
def test_no_long_number_and_no_address_survives(keywords: Keywords, text: str) -> None:
    kept = anonymised(text, set(), keywords.introduces, keywords.facts.is_place)
    assert not re.search(r"\w@\w", kept)
    assert not any(len(word) > 2 and word.isdigit() for word in kept.split())


def test_a_question_is_kept_only_after_a_yes(visitor: Person) -> None:
    visitor.presses("country:pe")
    answer = visitor.says("blorp zap trul", ranking=(), anonymous="_ _ _")
    assert visitor.last and visitor.last.unclear is None
    assert "Sí, guárdala" in labels(answer)
    visitor.taps("Sí, guárdala")
    assert visitor.last.unclear and visitor.last.unclear.text == "_ _ _"
    visitor.says("otra cosa rara", ranking=(), anonymous="otra cosa _")
    assert visitor.last.unclear and visitor.last.unclear.text == "otra cosa _"
    visitor.presses("learn:no")
    visitor.says("una mas rara", ranking=(), anonymous="una mas _")
    assert visitor.last.unclear is None


def test_the_words_are_forgotten_with_the_next_message(visitor: Person) -> None:
    visitor.says("blorp zap trul", ranking=(), anonymous="_ _ _")
    assert visitor.conversation.unclear
    visitor.says("hola")
    assert not visitor.conversation.unclear


def test_an_answer_marked_no_help_is_kept_with_consent(visitor: Person) -> None:
    visitor.presses("country:pe")
    visitor.presses("work:domestic")
    visitor.presses("learn:yes")
    visitor.says("no me pagan", ranking=(("labour_rights.unpaid_wages", 0.9),), anonymous="no me pagan")
    visitor.presses("feedback:not_useful")
    assert visitor.last and visitor.last.unclear
    assert (visitor.last.unclear.reason, visitor.last.unclear.topic) == ("not_useful", "labour_rights.unpaid_wages")
