"""What changed, told from the git history of the content."""

from __future__ import annotations

import datetime as dt
import itertools
from pathlib import Path

import pytest

from bot.library.changes import History, text_before, title
from bot.library.confirming import confirmed
from bot.library.due import Due
from bot.library.loading import Library, load
from bot.library.publishing import Change, Person, Publisher, Signed
from tests.conftest import NOON

ROSA = Person("Rosa", "rosa@ngo.example")
FIGURES = """\
figures:
  minimum_wage:
    unit: money
    currency: PEN
    check_again_by: "2026-12"
    values:
      - {from: 2025-01-01, value: "1130", source: {title: "DS 006"}, checked: "2026-01", confidence: high}
"""
OFFICES = """\
offices:
  pe.a:
    name: "A"
    kind: ngo
    what_for: [x.y]
    phones: [{number: "0800-1"}]
    confidence: high
    checked: "2026-01"
"""
TEXT = "---\ntitle: Sueldo\n---\nTe deben pagar.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "content" / "pe" / "x").mkdir(parents=True)
    return tmp_path / "content"


def publish(folder: Path, hours: int, **files: tuple[str | None, str | None]) -> None:
    publisher = Publisher(folder, folder.parent / "lock")
    changes = [
        Change(path.replace("__", "/").replace("_yaml", ".yaml").replace("_md", ".md"), *pair)
        for path, pair in files.items()
    ]
    publisher.publish(changes, lambda _: [], Signed(ROSA, ROSA, "why", NOON + dt.timedelta(hours=hours)))


def test_each_kind_of_change_is_told_and_looks_alone_are_not(folder: Path) -> None:
    history = History(folder)
    publish(folder, 0, pe__figures_yaml=(None, FIGURES), pe__offices_yaml=(None, OFFICES))
    assert {(change.kind, change.name) for change in history.changes()} == {
        ("amount", "minimum_wage"),
        ("phone", "pe.a"),
    }
    looked = FIGURES.replace("2026-12", "2027-06")
    publish(folder, 1, pe__figures_yaml=(FIGURES, looked.replace('"1130"', '"1200"')))
    named = OFFICES.replace('"A"', '"B"')
    publish(folder, 2, pe__offices_yaml=(OFFICES, named))
    publish(folder, 3, pe__offices_yaml=(named, named.replace("0800-1", "0800-2")))
    told = [(change.kind, change.name) for change in history.changes()[:3]]
    assert told == [("phone", "pe.a"), ("office", "pe.a"), ("amount", "minimum_wage")]
    assert history.changes()[0].day == NOON.date()


def test_pages_new_changed_and_translated(folder: Path) -> None:
    path = "pe/x/y.es.md"
    publish(folder, 0, **{path.replace("/", "__").replace(".md", "_md"): (None, TEXT)})
    changed = TEXT.replace("pagar", "pagar todo")
    publish(folder, 1, **{path.replace("/", "__").replace(".md", "_md"): (TEXT, changed)})
    publish(folder, 2, **{"pe__x__y.en_md": (None, TEXT.replace("title", 'translated_from: "00000000"\ntitle'))})
    found = History(folder).changes()
    assert [change.kind for change in found] == ["translation", "text", "new"]
    assert found[0].name == "x.y"
    from bot.library.loading import read_text

    version = read_text(path, "pe", TEXT).version
    publisher = Publisher(folder, folder.parent / "lock")
    assert "Te deben pagar." in text_before(publisher, path, version)
    assert text_before(publisher, path, "ffffffff") == ""


def test_without_a_repository_nothing_is_told(tmp_path: Path) -> None:
    assert History(tmp_path).changes() == []


def test_titles_are_names_that_people_know(library: Library) -> None:
    from bot.library.changes import Change as Told

    day = NOON.date()
    assert title(Told(day, "pe", "phone", "pe.sunafil", "", ""), library, ("es",)) == "SUNAFIL"
    assert title(Told(day, "pe", "gone", "pe.gone", "", ""), library, ("es",)) == "pe.gone"
    assert title(Told(day, "zz", "text", "x.y", "", ""), library, ("es",)) == "x.y"


def test_what_is_due_counts_harm_and_visits(library: Library) -> None:
    day = dt.date(2027, 3, 1)
    due = Due(library, day, {("pe", "labour_rights.unpaid_wages"): 10_000})
    tasks = [task for task in due.tasks() if task.kind == "overdue" and task.country == "pe"]
    assert tasks[0].topic == "labour_rights.unpaid_wages"
    assert all(first.score >= second.score for first, second in itertools.pairwise(tasks))
    addresses = [one.address for one in due.addresses()]
    assert len(addresses) == len(set(addresses)) > 100


def test_every_entry_that_is_due_can_be_confirmed(library: Library, tmp_path: Path) -> None:
    day = dt.date(2027, 3, 1)
    tasks = [task for task in Due(library, day, {}).tasks() if task.kind == "overdue" and task.country in ("pe", "bo")]
    assert tasks
    for task in tasks[:80]:
        path, after = confirmed(library, task.place, day, "Rosa")
        assert "2027-03" in after
        assert after != (library.folder / path).read_text()
    assert not load(library.folder, only=("pe",)).problems
