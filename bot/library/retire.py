"""Takes an office, a topic or a country out of the content: the entry, its pages, and everything that points to it."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot.library.loading import Library

LISTS = ("offices", "related", "ask_office", "what_for", "topics", "opens")
"""Keys under which entries name others."""


class UnknownNameError(LookupError):
    """Nothing of that name stands in the content."""


def retire(library: Library, name: str) -> list[Path]:
    """Remove `name` and what points to it; the files that changed, removed ones with them.

    Raises UnknownNameError.
    """
    folder = library.folder
    if name and name in library.countries:
        place = folder / name
        gone = sorted(path for path in place.rglob("*") if path.is_file())
        shutil.rmtree(place)
        offices = list(library.countries[name].offices.offices)
        return gone + [path for office in offices for path in _unlink(folder, office)]
    if library.office(name):
        changed = [path for path in folder.glob("*/offices.yaml") if _drop(path, "offices", name)]
        return _once(changed + _unlink(folder, name))
    if name in library.topics.topics:
        gone = [path for path in folder.glob(f"*/{name.replace('.', '/')}.*") if path.is_file()]
        for path in gone:
            path.unlink()
        changed = [folder / "topics.yaml"] if _drop(folder / "topics.yaml", "topics", name) else []
        return _once(gone + changed + _unlink(folder, name))
    raise UnknownNameError(name)


def _once(paths: list[Path]) -> list[Path]:
    return list(dict.fromkeys(paths))


def _drop(path: Path, key: str, name: str) -> bool:
    """Remove an entry of a file; True when it was there."""
    tree = _read(path)
    if not tree or name not in (tree.get(key) or {}):
        return False
    del tree[key][name]
    _write(path, tree)
    return True


def _unlink(folder: Path, name: str) -> list[Path]:
    """Remove a name from all lists that point to it."""
    changed = []
    for path in sorted(folder.rglob("*.yaml")):
        if name not in path.read_text(encoding="utf-8"):
            continue
        tree = _read(path)
        if _without(tree, name):
            _write(path, tree)
            changed.append(path)
    return changed


def _without(node: Any, name: str) -> bool:
    found = False
    if isinstance(node, dict):
        for key, value in node.items():
            if key in LISTS and isinstance(value, list) and name in value:
                value.remove(name)
                found = True
            found = _without(value, name) or found
    elif isinstance(node, list):
        for value in node:
            found = _without(value, name) or found
    return found


def _yaml() -> YAML:
    reader = YAML()
    reader.preserve_quotes = True
    reader.width = 4096
    reader.indent(mapping=2, sequence=4, offset=2)
    return reader


def _read(path: Path) -> Any:
    return _yaml().load(path.read_text(encoding="utf-8"))


def _write(path: Path, tree: Any) -> None:
    out = io.StringIO()
    _yaml().dump(tree, out)
    path.write_text(out.getvalue(), encoding="utf-8")
