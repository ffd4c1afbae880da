"""Sets values of one entry of a YAML file, lists and missing keys too; every other character stays as it was."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from bot.library.amend import NoSuchPlace, quoted

Plain = str | bool | int | float | None


def put_entry(raw: str, place: Sequence[str], values: Mapping[str, Any], *, new: bool = False) -> str:
    """The file with these keys of the entry at `place` set: texts, numbers, truths, lists of texts or of short
    mappings, or short mappings. An empty place is the file itself. With `new`, an entry that is not there is added
    below its last neighbour.

    Raises NoSuchPlace.
    """
    top = _compose(raw)
    if not place and isinstance(top, MappingNode):
        return _changed(raw, top, values)
    parent = _find(top, place[:-1])
    entry = _below(parent, place[-1])
    if entry is None:
        if not new or not isinstance(parent, MappingNode) or not parent.value or parent.flow_style:
            raise NoSuchPlace(f"there is no {'/'.join(place)}")
        column = parent.value[0][0].start_mark.column
        lines = "".join(_line(key, value, column + 2) for key, value in values.items())
        return _insert(raw, parent, f"\n{' ' * column}{place[-1]}:{lines}")
    if not isinstance(entry, MappingNode) or not entry.value:
        raise NoSuchPlace(f"{'/'.join(place)} has no keys")
    return _changed(raw, entry, values)


def _changed(raw: str, entry: MappingNode, values: Mapping[str, Any]) -> str:
    edits: list[tuple[int, int, str]] = []
    added = ""
    column = entry.value[0][0].start_mark.column
    for key, value in values.items():
        pair = next(((name, node) for name, node in entry.value if name.value == key), None)
        if pair is None:
            added += f", {key}: {_flow(value)}" if entry.flow_style else _line(key, value, column)
            continue
        name, node = pair
        # from the colon on: a list may begin on the next line
        start, end = raw.index(":", name.end_mark.index) + 1, _end(raw, node)
        told = f" {_flow(value)}" if entry.flow_style else _line(key, value, column).partition(":")[2]
        edits.append((start, end, told))
    if added:
        place = _end(raw, entry.value[-1][1])
        edits.append((place, place, added))
    for start, end, told in sorted(edits, reverse=True):
        raw = raw[:start] + told + raw[end:]
    return raw


def _line(key: str, value: Any, column: int) -> str:
    """An entry on lines of its own, with the line break before it."""
    start = f"\n{' ' * column}{key}:"
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return start + "".join(f"\n{' ' * (column + 2)}- {_flow(one)}" for one in value)
    return f"{start} {_flow(value)}"


def _flow(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_flow(one)}" for key, one in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_flow(one) for one in value) + "]"
    if isinstance(value, str):
        return quoted("".join(char if char.isprintable() or char in "\n\t" else " " for char in value))
    return json.dumps(value)


def _insert(raw: str, node: Node, told: str) -> str:
    place = _end(raw, node.value[-1][1])
    return raw[:place] + told + raw[place:]


def _end(raw: str, node: Node) -> int:
    """Where a value ends; blocks end at the next entry, so blank space and comments behind them are left out."""
    if isinstance(node, MappingNode | SequenceNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(raw, last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    while end > node.start_mark.index and raw[end - 1] in " \n":
        end -= 1
    return end


def _find(node: Node | None, place: Sequence[str]) -> Node | None:
    for name in place:
        node = _below(node, name)
    return node


def _below(node: Node | None, name: str) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    if isinstance(node, SequenceNode) and name.isdigit() and int(name) < len(node.value):
        found: Node = node.value[int(name)]
        return found
    return None


def _compose(raw: str) -> Node:
    try:
        node: Node | None = YAML().compose(raw)
    except YAMLError as error:
        raise NoSuchPlace(f"the file cannot be read: {error}") from error
    if node is None:
        raise NoSuchPlace("the file is empty")
    return node
