"""What changed in the content, from its git history, in words that people outside understand."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from dulwich.diff_tree import TreeChange
from dulwich.errors import NotGitRepository
from dulwich.objects import Commit
from dulwich.repo import Repo
from ruamel.yaml.error import YAMLError

from bot.library.loading import FRONT, INTERNATIONAL, TEXT_NAME, Library, read_text
from bot.library.publishing import Publisher

Kind = Literal[
    "amount", "deadline", "phone", "office", "calculation", "programme", "text", "new", "translation", "gone"
]
MOST = 400
"""Commits looked at: those of about a year."""
MOST_VERSIONS = 60
"""Versions of one text looked at for the one that was translated."""
MANY = 8
"""A commit that changes more files of a country is told in one line for each kind."""
FILES: Mapping[str, Kind] = {
    "figures.yaml": "amount",
    "deadlines.yaml": "deadline",
    "offices.yaml": "office",
    "country.yaml": "phone",
    "calculations.yaml": "calculation",
    "pensions.yaml": "calculation",
    "programmes.yaml": "programme",
}
ENTRY = re.compile(r"^  ([\w.]+):(?=.*$)", re.MULTILINE)
LOOKED = re.compile(
    r"^\s*-?\s*(checked|check_again_by|checked_by|note|translated_from|phone_checked|confidence):.*$", re.MULTILINE
)
NUMBER = re.compile(r'number: *"([^"]*)"')
PAGE_PARTS = 3


@dataclasses.dataclass(frozen=True)
class Change:
    """One change: the day (UTC) it was published, the country ('' everywhere), what kind, and of what. `name` is the
    id of an entry or topic; `times` is more than one where many were changed at once.
    """

    day: dt.date
    country: str
    kind: Kind
    name: str
    path: str
    commit: str
    times: int = 1


class History:
    """The changes of a content folder; read anew only when something was published."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._head: bytes = b""
        self._known: list[Change] = []

    def changes(self) -> list[Change]:
        """The newest first; none where the content is in no repository."""
        try:
            repository = Repo.discover(str(self.folder.resolve()))
        except NotGitRepository:
            return []
        with repository:
            try:
                head = repository.head()
            except KeyError:  # nothing was published yet
                return []
            if head != self._head:
                self._known = list(_walk(repository, self.folder.resolve()))
                self._head = head
        return self._known


def title(change: Change, library: Library, order: tuple[str, ...]) -> str:
    """What was changed, by its name in the first of these languages that has one; its id where it is gone."""
    content = library.countries.get(change.country)
    if content is None:
        return change.name
    if change.kind in ("new", "text", "translation"):
        found = (content.texts.get((change.name, "", tongue)) for tongue in order)
        if text := next((text for text in found if text), None):
            return text.front.title
        entry = library.topics.topics.get(change.name)
        return _said(entry.name, order) if entry else change.name
    if office := content.offices.offices.get(change.name):
        return office.short or office.name
    if programme := content.programmes.programmes.get(change.name):
        return programme.name
    rule = content.rules.calculations.get(change.name) or content.deadlines.deadlines.get(change.name)
    return _said(rule.name, order) if rule else change.name.replace("_", " ")


def text_before(publisher: Publisher, path: str, version: str) -> str:
    """The words of a text (title, until, body) when its mark was `version`, from the history; '' where not found."""
    for commit in publisher.history(path, MOST_VERSIONS):
        try:
            text = read_text(path, "", publisher.at(path, commit.id) or "")
        except (ValueError, YAMLError):
            continue
        if text.version == version:
            return "\n\n".join(part for part in (text.front.title, text.front.until, text.body) if part)
    return ""


def _walk(repository: Repo, folder: Path) -> Iterator[Change]:
    inside = _inside(repository, folder)
    paths = [inside.rstrip("/").encode()] if inside else None
    for entry in repository.get_walker(paths=paths, max_entries=MOST):
        if len(entry.commit.parents) > 1:
            continue
        day = dt.datetime.fromtimestamp(entry.commit.commit_time, dt.UTC).date()
        found = [
            change
            for tree in entry.changes()
            if isinstance(tree, TreeChange)
            for change in _of_file(repository, entry.commit, tree, inside, day)
        ]
        yield from _in_short(found)


def _in_short(found: list[Change]) -> Iterator[Change]:
    """Large commits in one line for each country and kind."""
    many = Counter((change.country, change.kind) for change in found)
    said = set()
    for change in found:
        group = (change.country, change.kind)
        if many[group] <= MANY:
            yield change
        elif group not in said:
            said.add(group)
            yield dataclasses.replace(change, name="", path="", times=many[group])


def _of_file(repository: Repo, commit: Commit, tree: TreeChange, inside: str, day: dt.date) -> Iterator[Change]:
    old, new = _raw(repository, tree.old), _raw(repository, tree.new)
    side = tree.new if new is not None else tree.old
    full = (side.path or b"").decode() if side else ""
    if not full.startswith(inside):
        return
    path = full.removeprefix(inside)
    parts = path.split("/")
    if len(parts) < 2 or parts[0].startswith("."):  # noqa: PLR2004 - files for the whole of the content
        return
    country = "" if parts[0] == INTERNATIONAL else parts[0]
    mark = commit.id.decode()[:12]
    if len(parts) == PAGE_PARTS:
        if kind := _page_kind(parts[2], old, new):
            yield Change(day, country, kind, f"{parts[1]}.{parts[2].split('.')[0]}", path, mark)
    elif parts[1] in FILES:
        before, after = _entries(old or ""), _entries(new or "")
        for name in sorted(set(before) | set(after)):
            was, now = before.get(name), after.get(name)
            if was == now or (was and now and LOOKED.sub("", was) == LOOKED.sub("", now)):
                continue
            kind = FILES[parts[1]]
            if kind == "office" and NUMBER.findall(was or "") != NUMBER.findall(now or ""):
                kind = "phone"
            yield Change(day, country, kind if now is not None else "gone", name, path, mark)


def _page_kind(file: str, old: str | None, new: str | None) -> Kind | None:
    """What happened to a text; a page's yaml is told by its texts."""
    named = TEXT_NAME.fullmatch(file)
    if named is None:
        return None
    if new is None:
        return "gone"
    front = FRONT.match(new)
    translated = bool(front and "translated_from:" in front["front"])
    if old is None:
        return "translation" if translated else "new"
    if LOOKED.sub("", old) == LOOKED.sub("", new):
        return None
    return "translation" if translated else "text"


def _entries(raw: str) -> dict[str, str]:
    """The entries of a file by id, as they are written."""
    found = list(ENTRY.finditer(raw))
    ends = [*(match.start() for match in found[1:]), *([len(raw)] if found else [])]
    return {match[1]: raw[match.end() : end].strip() for match, end in zip(found, ends, strict=True)}


def _raw(repository: Repo, side: Any) -> str | None:
    if side is None or side.sha is None:
        return None
    return str(repository[side.sha].data.decode("utf-8", "replace"))  # type: ignore[attr-defined]


def _inside(repository: Repo, folder: Path) -> str:
    """Where the content lies in its repository: 'content/', or ''."""
    inside = folder.relative_to(Path(repository.path).resolve()).as_posix()
    return "" if inside == "." else f"{inside}/"


def _said(texts: Mapping[str, str], order: tuple[str, ...]) -> str:
    return next((texts[tongue] for tongue in (*order, "es") if texts.get(tongue)), "")
