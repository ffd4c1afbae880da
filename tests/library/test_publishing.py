"""Publishing content to git: who wrote and reviewed, nothing overwritten, nothing broken, one at a time."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Sequence
from pathlib import Path

import pytest
from dulwich import porcelain
from dulwich.repo import Repo

from bot.library.loading import Problem
from bot.library.publishing import Broken, Change, Conflict, Person, Publisher, Signed

ANA, LUZ = Person("Ana <x>\nEditor", "ana@ngo.example"), Person("Luz", "luz@ngo.example")
SIGNED = Signed(ANA, LUZ, "pe/a.md: new amount", dt.datetime(2026, 11, 21, 15, tzinfo=dt.UTC))


def fine(_copy: Path) -> Sequence[Problem]:
    return []


@pytest.fixture(params=["a repository around it", "no repository"])
def publisher(request: pytest.FixtureRequest, tmp_path: Path) -> Publisher:
    root = tmp_path / "place"
    content = root / "content"
    (content / "pe").mkdir(parents=True)
    (content / "pe" / "a.md").write_text("one\n")
    (content / "pe" / "b.md").write_text("two\n")
    (content / "topics.yaml").write_text("topics\n")
    if request.param == "a repository around it":
        porcelain.init(root)
        porcelain.add(root, ["content/pe/a.md", "content/pe/b.md", "content/topics.yaml"])
        porcelain.commit(root, message=b"first", author=b"x <x>", committer=b"x <x>")
    return Publisher(content, tmp_path / "lock")


def test_a_change_is_written_and_committed_with_author_and_reviewer(publisher: Publisher) -> None:
    commit = publisher.publish([Change("pe/a.md", "one\n", "uno\n")], fine, SIGNED)
    assert publisher.text("pe/a.md") == "uno\n"
    newest = publisher.history("pe/a.md")[0]
    assert (newest.id, newest.author, newest.reviewer) == (commit, "Ana x Editor", "Luz")
    assert newest.message == "pe/a.md: new amount"
    assert publisher.at("pe/a.md", commit) == "uno\n"
    assert publisher.before("pe/a.md", commit) == "one\n"
    assert len(publisher.history("pe/b.md")) == 1


def test_only_the_named_files_are_committed(publisher: Publisher) -> None:
    publisher.publish([Change("pe/a.md", "one\n", "uno\n")], fine, SIGNED)
    (publisher.folder / "pe" / "b.md").write_text("by hand\n")
    repo = Repo.discover(publisher.folder)
    porcelain.add(repo, [str(publisher.folder / "pe" / "b.md")])
    commit = publisher.publish([Change("pe/a.md", "uno\n", "un\n")], fine, SIGNED)
    assert publisher.at("pe/b.md", commit) == "two\n"
    status = porcelain.status(repo)
    assert any(path.endswith(b"pe/b.md") for path in status.staged["modify"])
    assert not status.unstaged


def test_new_files_and_removed_ones(publisher: Publisher) -> None:
    commit = publisher.publish([Change("pe/new/c.md", None, "three\n"), Change("pe/b.md", "two\n", None)], fine, SIGNED)
    assert publisher.text("pe/new/c.md") == "three\n"
    assert publisher.text("pe/b.md") is None
    assert publisher.at("pe/b.md", commit) is None


def test_nothing_is_overwritten(publisher: Publisher) -> None:
    with pytest.raises(Conflict) as told:
        publisher.publish([Change("pe/b.md", "two\n", "dos\n"), Change("pe/a.md", "older\n", "uno\n")], fine, SIGNED)
    assert told.value.paths == ("pe/a.md",)
    assert publisher.text("pe/b.md") == "two\n"


def test_what_would_break_the_content_is_not_written(publisher: Publisher) -> None:
    def check(copy: Path) -> Sequence[Problem]:
        assert (copy / "pe" / "a.md").read_text() == "uno\n"
        assert (copy / "topics.yaml").read_text() == "topics\n"
        return [Problem("pe/a.md", 1, "wrong")]

    with pytest.raises(Broken, match="wrong"):
        publisher.publish([Change("pe/a.md", "one\n", "uno\n")], check, SIGNED)
    assert publisher.text("pe/a.md") == "one\n"


def test_a_publication_that_was_cut_off_can_be_repeated(publisher: Publisher) -> None:
    change = Change("pe/a.md", "one\n", "uno\n")
    assert publisher.publish([change], fine, SIGNED) == publisher.publish([change], fine, SIGNED)


def test_of_two_at_once_one_is_told(publisher: Publisher) -> None:
    seen: list[str] = []

    def one(text: str) -> None:
        try:
            publisher.publish([Change("pe/a.md", "one\n", text)], fine, SIGNED)
            seen.append("published")
        except Conflict:
            seen.append("told")

    threads = [threading.Thread(target=one, args=(f"{number}\n",)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(seen) == ["published", "told", "told", "told"]
    assert len(publisher.history("pe/a.md")) == 2


@pytest.mark.parametrize("path", ["../x.md", "/etc/passwd", "pe/../../x", ".git/config", "pe\\..\\x", "", "pe/.x"])
def test_no_path_leads_out(publisher: Publisher, path: str) -> None:
    with pytest.raises(ValueError, match="leads out"):
        publisher.text(path)


def test_no_link_leads_out(publisher: Publisher, tmp_path: Path) -> None:
    (publisher.folder / "pe" / "link").symlink_to(tmp_path)
    with pytest.raises(ValueError, match="leads out"):
        publisher.text("pe/link/secret")
