"""Publishing: files of the content are written and committed to its git repository, with author and reviewer.

Nothing is overwritten: who began from another version than the one that stands there is told. Nothing that breaks the
content is written: it is checked on a copy first. One publication at a time, also among processes.
"""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

from dulwich.errors import NotGitRepository
from dulwich.index import index_entry_from_stat
from dulwich.object_store import commit_tree_changes
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.repo import Repo

from bot.library.loading import Problem

FILE_MODE = 0o100644


@dataclasses.dataclass(frozen=True)
class Change:
    """A file below content/ before and after, as text; None: there is no such file."""

    path: str
    before: str | None
    after: str | None


@dataclasses.dataclass(frozen=True)
class Person:
    """Who wrote or reviewed, as git names them."""

    name: str
    email: str

    def __bytes__(self) -> bytes:
        name, email = (re.sub(r"[<>\s]+", " ", text).strip() for text in (self.name, self.email))
        return f"{name or '?'} <{email}>".encode()


@dataclasses.dataclass(frozen=True)
class Signed:
    """Who wrote a change, who reviewed it, why, and when (UTC)."""

    author: Person
    reviewer: Person
    message: str
    at: dt.datetime


@dataclasses.dataclass(frozen=True)
class Version:
    """A commit that changed a file. `at` is in UTC."""

    id: str
    at: dt.datetime
    author: str
    reviewer: str
    message: str


class Conflict(Exception):
    """Files changed since they were begun from: they are named, nothing was written."""

    def __init__(self, paths: Sequence[str]) -> None:
        super().__init__(", ".join(paths))
        self.paths = tuple(paths)


class Broken(Exception):
    """The content would be broken by the change: what is wrong is named, nothing was written."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("; ".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class Publisher:
    """Writes to one folder of content. `lock` is a file that all processes share."""

    def __init__(self, folder: Path, lock: Path) -> None:
        self.folder, self.lock = folder, lock

    def text(self, path: str) -> str | None:
        """A file as it stands there now; None where there is none. Raises ValueError for a path that leads outside."""
        place = self._place(path)
        return place.read_text(encoding="utf-8") if place.is_file() else None

    def publish(self, changes: Sequence[Change], check: Callable[[Path], Sequence[Problem]], signed: Signed) -> str:
        """Write and commit the changes; the commit's id. `check` looks at a copy of the content with the changes and
        names what they would break.

        Raises Conflict, Broken, OSError; the files then are as they were.
        """
        with self._locked():
            if all(self.text(change.path) == change.after for change in changes):
                return self._head_of(changes)  # it was written before, and the process died before it could say so
            stale = [change.path for change in changes if self.text(change.path) != change.before]
            if stale:
                raise Conflict(stale)
            with self.staged(changes) as copy:
                if problems := check(copy):
                    raise Broken(problems)
            with contextlib.closing(self._open() or self._begun()) as repo:
                for change in changes:
                    self._write(change.path, change.after)
                try:
                    return self._commit(repo, changes, signed)
                except BaseException:
                    for change in changes:
                        self._write(change.path, change.before)
                    raise

    @contextlib.contextmanager
    def staged(self, changes: Sequence[Change]) -> Iterator[Path]:
        """A copy of the content with the changes, for looking at; gone afterwards. Folders that stay are links."""
        tops = {PurePosixPath(change.path).parts[0] for change in changes}
        with tempfile.TemporaryDirectory() as name:
            copy = Path(name)
            for top in self.folder.iterdir():
                if top.name == ".git":
                    continue
                if top.is_dir() and top.name in tops:
                    shutil.copytree(top, copy / top.name)
                elif top.name in tops:
                    shutil.copy(top, copy)
                else:
                    (copy / top.name).symlink_to(top.resolve())
            for change in changes:
                self._place(change.path)
                _put(copy / change.path, change.after)
            yield copy

    # History

    def history(self, path: str, most: int = 30) -> list[Version]:
        """The commits that changed a file, the newest first; [] without a repository."""
        repo = self._open()
        if repo is None:
            return []
        with contextlib.closing(repo):
            inside = self._inside(repo, path)
            try:
                walker = repo.get_walker(paths=[inside], max_entries=most)
            except KeyError:  # a repository without a commit
                return []
            return [_version(entry.commit) for entry in walker]

    def at(self, path: str, version: str) -> str | None:
        """A file as a commit left it; None where it, or the commit, is not there."""
        repo = self._open()
        if repo is None or not re.fullmatch(r"[0-9a-f]{40}", version):
            return None
        with contextlib.closing(repo):
            try:
                commit = repo[version.encode()]
                if not isinstance(commit, Commit):
                    return None
                tree = repo[commit.tree]
                if not isinstance(tree, Tree):
                    return None
                _, sha = tree.lookup_path(repo.__getitem__, self._inside(repo, path))
                blob = repo[sha]
            except (KeyError, NotADirectoryError):
                return None
            return blob.data.decode("utf-8", "replace") if isinstance(blob, Blob) else None

    def before(self, path: str, version: str) -> str | None:
        """A file as it was before a commit; None where there was none."""
        repo = self._open()
        if repo is None or not re.fullmatch(r"[0-9a-f]{40}", version):
            return None
        with contextlib.closing(repo):
            try:
                commit = repo[version.encode()]
            except KeyError:
                return None
            parents = commit.parents if isinstance(commit, Commit) else []
        return self.at(path, parents[0].decode()) if parents else None

    # How it is done

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        self.lock.parent.mkdir(parents=True, exist_ok=True)
        with self.lock.open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _place(self, path: str) -> Path:
        """Where a file stands. Names come from closed lists; this is the second wall."""
        parts = PurePosixPath(path).parts
        wrong = not parts or path.startswith("/") or "\\" in path or any(part.startswith(".") for part in parts)
        place = self.folder / path
        if wrong or not place.resolve().is_relative_to(self.folder.resolve()):
            raise ValueError(f"{path!r} leads out of the content")
        return place

    def _write(self, path: str, text: str | None) -> None:
        _put(self._place(path), text)

    def _open(self) -> Repo | None:
        try:
            return Repo.discover(self.folder.resolve())
        except NotGitRepository:
            return None

    def _begun(self) -> Repo:
        """A repository of the content's own, with all that stands there as its first commit."""
        repo = Repo.init(self.folder.resolve())
        worktree = repo.get_worktree()
        files = [path for path in self.folder.rglob("*") if path.is_file() and ".git" not in path.parts]
        worktree.stage([path.relative_to(self.folder).as_posix() for path in files])
        worktree.commit(message=b"Content as it was found", author=b"Amparo <>", committer=b"Amparo <>")
        return repo

    def _inside(self, repo: Repo, path: str) -> bytes:
        self._place(path)
        inside = (self.folder.resolve() / path).relative_to(Path(os.fsdecode(repo.path)).resolve())
        return inside.as_posix().encode()

    def _commit(self, repo: Repo, changes: Sequence[Change], signed: Signed) -> str:
        """A commit of these files alone: what an operator has lying about in the folder or the index stays theirs."""
        parent = _head(repo)
        tree: Tree = repo[repo[parent].tree] if parent else Tree()  # type: ignore[attr-defined,assignment]
        wanted = []
        for change in changes:
            sha = None
            if change.after is not None:
                blob = Blob.from_string(change.after.encode())
                repo.object_store.add_object(blob)
                sha = blob.id
            wanted.append((self._inside(repo, change.path), None if sha is None else FILE_MODE, sha))
        if parent is None:
            repo.object_store.add_object(tree)
        commit = Commit()
        commit.tree = commit_tree_changes(repo.object_store, tree, wanted)
        commit.parents = [parent] if parent else []
        commit.author, commit.committer = bytes(signed.author), bytes(signed.reviewer)
        commit.author_time = commit.commit_time = int(signed.at.timestamp())
        commit.author_timezone = commit.commit_timezone = 0
        commit.encoding = b"UTF-8"
        commit.message = f"{signed.message.strip()}\n\nReviewed-by: {bytes(signed.reviewer).decode()}\n".encode()
        repo.object_store.add_object(commit)
        moved = (
            repo.refs.set_if_equals(b"HEAD", parent, commit.id)  # type: ignore[arg-type]
            if parent
            else repo.refs.add_if_new(b"HEAD", commit.id)  # type: ignore[arg-type]
        )
        if not moved:
            raise Conflict([change.path for change in changes])
        _into_index(repo, {inside: sha for inside, _, sha in wanted})
        return commit.id.decode()

    def _head_of(self, changes: Sequence[Change]) -> str:
        found = self.history(changes[0].path, 1) if changes else []
        return found[0].id if found else ""


def _head(repo: Repo) -> ObjectID | None:
    try:
        return repo.head()
    except KeyError:
        return None


def _into_index(repo: Repo, written: Mapping[bytes, bytes | None]) -> None:
    """The operator's own `git status` shows these files as committed."""
    with contextlib.suppress(OSError, ValueError):  # the commit stands; an index that is held by somebody mends itself
        index, root = repo.open_index(), Path(os.fsdecode(repo.path))
        for inside, sha in written.items():
            if sha is None:
                del index[inside]
            else:
                index[inside] = index_entry_from_stat((root / os.fsdecode(inside)).stat(), sha)
        index.write()


def _put(place: Path, text: str | None) -> None:
    """Write a file whole or not at all."""
    if text is None:
        place.unlink(missing_ok=True)
        return
    place.parent.mkdir(parents=True, exist_ok=True)
    aside = place.with_name(f".{place.name}.new")
    aside.write_text(text, encoding="utf-8", newline="\n")
    aside.replace(place)


def _version(commit: Commit) -> Version:
    message = commit.message.decode("utf-8", "replace")
    reviewers = re.findall(r"^Reviewed-by: (.+?)(?: <.*>)?$", message, re.MULTILINE)
    said = re.sub(r"^Reviewed-by: .*$", "", message, flags=re.MULTILINE).strip()
    author = commit.author.decode("utf-8", "replace").partition(" <")[0]
    at = dt.datetime.fromtimestamp(commit.author_time, dt.UTC)
    return Version(commit.id.decode(), at, author, reviewers[0] if reviewers else "", said)
