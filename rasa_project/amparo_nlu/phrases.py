"""The written examples as they lie in the files: training phrases in data/nlu, held-out messages in tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ruamel.yaml import YAML

PROJECT = Path(__file__).resolve().parent.parent
TRAINING = PROJECT / "data" / "nlu"
HELD_OUT = PROJECT / "tests"
BULLET = "- "


@dataclass(frozen=True)
class Phrase:
    """A message with the topic it is about, and any other topics that are right as well."""

    text: str
    topic: str
    language: str
    also: tuple[str, ...] = ()
    style: str = "medium"
    file: str = ""

    @property
    def field(self) -> str:
        """The module of the topic: labour_rights, consular..."""
        return self.topic.partition(".")[0]


def training_phrases(folder: Path = TRAINING) -> list[Phrase]:
    """Every training phrase, file by file."""
    return [phrase for file in sorted(folder.glob("*/*.yml")) for phrase in _trained(file)]


def held_out_phrases(folder: Path = HELD_OUT) -> list[Phrase]:
    """Every message of the held-out test set."""
    return [phrase for file in sorted(folder.glob("*/*.yml")) for phrase in _held_out(file)]


def _trained(file: Path) -> Iterator[Phrase]:
    for entry in _read(file)["nlu"]:
        for line in entry["examples"].splitlines():
            if line.startswith(BULLET):
                yield Phrase(line[len(BULLET) :].strip(), entry["intent"], file.parent.name, file=_name(file))


def _held_out(file: Path) -> Iterator[Phrase]:
    for entry in _read(file) or []:
        style = entry.get("style", "medium")
        also = tuple(entry.get("also", ()))
        yield Phrase(str(entry["text"]), entry["topic"], file.parent.name, also, style, _name(file))


def _read(file: Path):  # noqa: ANN202 - whatever the YAML holds
    return YAML(typ="safe").load(file.read_text("utf-8"))


def _name(file: Path) -> str:
    return "/".join(file.parts[-3:])
