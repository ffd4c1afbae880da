"""Changes single values of a YAML file and leaves every other character as it was: comments, anchors, line breaks.

A YAML library that reads and writes a whole file loses some of that (tried with ruamel's round trip: anchors of shared
parts and braces of short entries), so values are found by their place in the text and only those are written anew.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LANGUAGE = re.compile(r"[a-z]{2,3}")
BARE = re.compile(r"(?!(?:true|false|null|yes|no|on|off|y|n)$)[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*")
"""Texts that stand without quotes: ids."""
Path = tuple[str, ...]
"""Names of keys and positions in lists, from the top: ('offices', 'cl.dt', 'phones', '0', 'number')."""


class Quoted(str):
    """A text that is written in quotes though it could stand without."""

    __slots__ = ()


class NoSuchPlace(ValueError):
    """The file has no such key, or something else stands there."""


def texts(raw: str, leader: str) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every entry that says the same in several languages, the leading one or Spanish among them, with its place.
    Shared parts come once.
    """
    top = _compose(raw)
    if top is not None:
        yield from _texts(top, (), frozenset({leader, "es"}), set())


def put(raw: str, changes: Mapping[Path, str]) -> str:
    """The file with the values at these places replaced, or added where only the last key is missing.

    Raises NoSuchPlace. A value is written as quoted text.
    """
    top = _compose(raw)
    if top is None:
        raise NoSuchPlace("the file is empty")
    edits: dict[tuple[int, int], list[str]] = {}
    for path, value in changes.items():
        start, end, text = _edit(raw, top, path, value)
        edits.setdefault((start, end), []).append(text)
    for (start, end), added in sorted(edits.items(), reverse=True):
        raw = raw[:start] + "".join(added) + raw[end:]
    return raw


def write(raw: str, path: Path, value: Any) -> str:
    """The file with what stands at a place written anew: a text, number, day, list or mapping. Where only the last key
    is missing it is added at the end of its mapping.

    Raises NoSuchPlace. What stood there loses its comments; all else stays as it was.
    """
    top = _compose(raw)
    if top is None:
        raise NoSuchPlace("the file is empty")
    parent = _at(top, path[:-1])
    old = _child(parent, path[-1])
    if old is None:
        return _added(raw, parent, path[-1], value)
    start, end = old.start_mark.index, old.end_mark.index
    while end > start and raw[end - 1] in " \n":
        end -= 1
    if start == end or not isinstance(parent, MappingNode) or parent.flow_style:
        return raw[:start] + flow(value) + raw[end:]
    key = next(key for key, _ in parent.value if key.value == path[-1])
    return raw[: key.end_mark.index] + ":" + _block(value, key.start_mark.column) + raw[end:]


def append(raw: str, path: Path, item: Mapping[str, Any]) -> str:
    """The file with an entry more at the end of the list at a place, written as the entries before it are.

    Raises NoSuchPlace.
    """
    top = _compose(raw)
    node = _at(top, path) if top is not None else None
    if not isinstance(node, SequenceNode) or not node.value:
        raise NoSuchPlace(f"{'/'.join(path)} is no list with entries")
    last = node.value[-1]
    place = last.end_mark.index
    if node.flow_style:
        return f"{raw[:place]}, {flow(item)}{raw[place:]}"
    while raw[place - 1] in " \n":
        place -= 1
    dash = " " * node.start_mark.column
    if isinstance(last, MappingNode) and last.flow_style:
        written = f"\n{dash}- {flow(item)}"
    else:
        pairs = [f"{key}: {flow(value)}" for key, value in item.items()]
        written = f"\n{dash}- " + f"\n{dash}  ".join(pairs)
    line_end = raw.find("\n", place)  # a comment behind the last entry stays with it
    place = len(raw) if line_end < 0 else line_end
    return raw[:place] + written + raw[place:]


def flow(value: Any) -> str:
    """A value on one line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {flow(one)}" for name, one in value.items()) + "}"
    if isinstance(value, str):
        return value if BARE.fullmatch(value) and not isinstance(value, Quoted) else quoted(value)
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, Sequence):
        return "[" + ", ".join(flow(one) for one in value) + "]"
    return str(value)


def _block(value: Any, column: int) -> str:
    """What stands behind a key: on its line, or below it for a list of mappings."""
    if isinstance(value, Sequence) and value and isinstance(value[0], Mapping):
        indent = " " * (column + 2)
        return "".join(f"\n{indent}- {flow(one)}" for one in value)
    return f" {flow(value)}"


def _at(top: Node, path: Path) -> Node:
    node = top
    for name in path:
        below = _child(node, name)
        if below is None:
            raise NoSuchPlace(f"there is no {'/'.join(path)}")
        node = below
    return node


def _added(raw: str, parent: Node, name: str, value: Any) -> str:
    if not isinstance(parent, MappingNode) or not parent.value:
        raise NoSuchPlace(f"there is no place for {name}")
    key, last = parent.value[-1]
    place = last.end_mark.index
    if parent.flow_style:
        return f"{raw[:place]}, {name}: {flow(value)}{raw[place:]}"
    while raw[place - 1] in " \n":
        place -= 1
    column = key.start_mark.column
    return f"{raw[:place]}\n{' ' * column}{name}:{_block(value, column)}{raw[place:]}"


def quoted(value: str) -> str:
    """A text as YAML reads it back whatever it contains."""
    escaped = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _compose(raw: str) -> Node | None:
    try:
        node: Node | None = YAML().compose(raw)
    except YAMLError as error:
        raise NoSuchPlace(f"the file cannot be read: {error}") from error
    return node


def _texts(node: Node, path: Path, leaders: frozenset[str], seen: set[int]) -> Iterator[tuple[Path, dict[str, str]]]:
    if node.start_mark.index in seen and not isinstance(node, ScalarNode):
        return  # an alias of what stands above
    if isinstance(node, MappingNode):
        seen.add(node.start_mark.index)
        keys = [key.value for key, _ in node.value]
        spoken = not leaders.isdisjoint(keys) and all(LANGUAGE.fullmatch(key) for key in keys)
        if spoken and all(isinstance(value, ScalarNode) for _, value in node.value):
            yield path, {key.value: value.value for key, value in node.value}
            return
        for key, value in node.value:
            yield from _texts(value, (*path, key.value), leaders, seen)
    elif isinstance(node, SequenceNode):
        seen.add(node.start_mark.index)
        for number, value in enumerate(node.value):
            yield from _texts(value, (*path, str(number)), leaders, seen)


def _child(node: Node, name: str) -> Node | None:
    if isinstance(node, MappingNode):
        return next((value for key, value in node.value if key.value == name), None)
    if isinstance(node, SequenceNode) and name.isdigit() and int(name) < len(node.value):
        found: Node = node.value[int(name)]
        return found
    return None


def _edit(raw: str, top: Node, path: Path, value: str) -> tuple[int, int, str]:
    """Where to write what: from, to, text."""
    parent = top
    for name in path[:-1]:
        below = _child(parent, name)
        if below is None:
            raise NoSuchPlace(f"there is no {'/'.join(path)}")
        parent = below
    old = _child(parent, path[-1])
    if isinstance(old, ScalarNode):
        return old.start_mark.index, old.end_mark.index, quoted(value) + _tail(raw, old)
    if old is not None or not isinstance(parent, MappingNode) or not parent.value:
        raise NoSuchPlace(f"{'/'.join(path)} is no single value")
    key, last = parent.value[-1]
    if parent.flow_style:
        place = last.end_mark.index
        return place, place, f", {path[-1]}: {quoted(value)}"
    place = last.end_mark.index
    while raw[place - 1] in " \n":  # a block of text ends where the next entry begins
        place -= 1
    return place, place, f"\n{' ' * key.start_mark.column}{path[-1]}: {quoted(value)}"


def _tail(raw: str, node: ScalarNode) -> str:
    """The line break that a block of text (| or >) takes along."""
    return "\n" if raw[node.start_mark.index : node.end_mark.index].endswith("\n") else ""
