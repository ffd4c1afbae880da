"""Changes single values of a YAML file and leaves every other character as it was: comments, anchors, line breaks.

A YAML library that reads and writes a whole file loses some of that (tried with ruamel's round trip: anchors of shared
parts and braces of short entries), so values are found by their place in the text and only those are written anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ruamel.yaml import YAML
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

LANGUAGE = re.compile(r"[a-z]{2,3}")
Path = tuple[str, ...]
"""Names of keys and positions in lists, from the top: ('offices', 'cl.dt', 'phones', '0', 'number')."""


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
