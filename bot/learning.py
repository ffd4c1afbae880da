"""Questions that were not understood, as a file that an editor labels, and the labels as phrases for the next model.

The file groups questions that are alike; in each group the editor writes a topic after `topic:`, or `skip`.
"""

from __future__ import annotations

import dataclasses
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz, process
from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError

from bot.understanding.lexicon import fold

ALIKE = 70.0
"""From this likeness on (0 to 100, words in any order) two questions are of one group."""
SKIP = "skip"
HEAD = """\
# Questions that were not understood, or whose answer was marked as no help; without names and numbers.
# Write the topic of each group after `topic:` (an id of content/topics.yaml, such as labour_rights.dismissal),
# or `skip` for what teaches nothing. Then: python -m bot nlu-data --take THIS_FILE
"""
PHRASES_HEAD = """\
# What people write, by topic. One message a line, in their own spelling. How to add: README.md beside data/.
version: "3.1"
nlu:
"""


class LabelError(ValueError):
    """The file of labels cannot be taken; the message says where and why."""


@dataclasses.dataclass(frozen=True)
class Group:
    """Questions that are alike, in one language."""

    language: str
    taken_for: str
    questions: tuple[Mapping[str, Any], ...]


def groups(questions: Sequence[Mapping[str, Any]]) -> list[Group]:
    """Questions by likeness, the largest groups first. Each needs id, text, language and topic."""
    found: list[Group] = []
    for language in sorted({str(question["language"]) for question in questions}):
        left = [question for question in questions if question["language"] == language]
        while left:
            near = process.extract(
                fold(str(left[0]["text"])),
                [fold(str(question["text"])) for question in left],
                scorer=fuzz.token_set_ratio,
                score_cutoff=ALIKE,
                limit=None,
            )
            chosen = {0, *(place for _, _, place in near)}
            members = tuple(question for place, question in enumerate(left) if place in chosen)
            found.append(Group(language, _commonest(members), members))
            left = [question for place, question in enumerate(left) if place not in chosen]
    return sorted(found, key=lambda group: -len(group.questions))


def export(questions: Sequence[Mapping[str, Any]]) -> str:
    """The file for the editor."""
    entries = [
        {
            "topic": "",
            "taken_for": group.taken_for,
            "language": group.language,
            "questions": {int(question["id"]): str(question["text"]) for question in group.questions},
        }
        for group in groups(questions)
    ]
    text = io.StringIO()
    writer = YAML()
    writer.width = 10_000
    writer.dump(entries, text)
    return HEAD + (text.getvalue() if entries else "[]\n")


def take(file: Path, phrases: Path, topics: Mapping[str, object]) -> tuple[list[int], int]:
    """Add labelled questions to the phrases; the ids dealt with, and how many phrases were added.

    `phrases` is the folder LANGUAGE/FIELD.yml. Nothing is written when the file has a mistake: raises LabelError.
    """
    entries = _labelled(file, topics)
    dealt: list[int] = []
    added = 0
    for entry in entries:
        dealt += [int(number) for number in entry["questions"]]
        if entry["topic"] != SKIP:
            texts = [str(text) for text in entry["questions"].values()]
            added += add(phrases / entry["language"], entry["topic"], texts)
    return dealt, added


def _labelled(file: Path, topics: Mapping[str, object]) -> list[dict[str, Any]]:
    try:
        entries = YAML(typ="safe").load(file) or []
    except (OSError, YAMLError) as error:
        raise LabelError(f"{file} cannot be read: {error}") from error
    if not isinstance(entries, list):
        raise LabelError(f"{file}: a list of groups was expected")
    chosen = []
    for number, entry in enumerate(entries, 1):
        if not isinstance(entry, dict) or not isinstance(entry.get("questions"), dict):
            raise LabelError(f"{file}: group {number} has no questions")
        topic = str(entry.get("topic") or "")
        if topic and topic != SKIP and topic not in topics:
            raise LabelError(f"{file}: group {number}: {topic} is no topic; see content/topics.yaml")
        if topic:
            chosen.append(entry | {"topic": topic, "language": str(entry.get("language", ""))})
    return chosen


def add(folder: Path, topic: str, texts: Sequence[str]) -> int:
    """Write texts below their topic in the phrases of a language, those that are there already left out; how many
    were written.
    """
    path = folder / f"{topic.partition('.')[0]}.yml"
    folder.mkdir(parents=True, exist_ok=True)
    text = path.read_text(encoding="utf-8") if path.exists() else PHRASES_HEAD
    known = {fold(line.removeprefix("    - ")) for line in text.splitlines() if line.startswith("    - ")}
    fresh = [" ".join(line.split()).lstrip("/ ") for line in texts if fold(line) not in known]
    lines = "".join(f"    - {line}\n" for line in dict.fromkeys(fresh) if line)
    start = f"- intent: {topic}\n  examples: |\n"
    text = text.replace(start, start + lines, 1) if start in text else f"{text.rstrip()}\n\n{start}{lines}"
    path.write_text(text, encoding="utf-8")
    return lines.count("\n")


def _commonest(questions: Sequence[Mapping[str, Any]]) -> str:
    topics = [str(question["topic"]) for question in questions]
    return max(set(topics), key=topics.count)
