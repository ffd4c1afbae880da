"""Content is read file by file; what an editor broke is named by file and line and takes nobody down."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.library import loading
from bot.library.shelf import Shelf
from tests.conftest import ROOT

PAGE = "pe/labour_rights/unpaid_wages.yaml"
TEXT = "pe/labour_rights/unpaid_wages.es.md"


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content", folder)
    return folder


def test_the_real_content_has_no_broken_file() -> None:
    assert loading.load(ROOT / "content").problems == ()


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "words"),
    [
        (PAGE, 'checked: "2026-06"', 'checked: "junio"', 2, "write a month"),
        (PAGE, "confidence: high", "confidence: sure", 5, "'high', 'medium' or 'low'"),
        (PAGE, "offices:", "ofices:", None, "Extra inputs"),
        (PAGE, "sources:", "sources: [", None, "not YAML"),
        (TEXT, "title:", "titel:", 2, "Extra inputs"),
        (TEXT, "---", "", 1, "between two lines of ---"),
        ("pe/figures.yaml", 'value: "1130"', "value: 1130", None, "in quotes"),
        ("pe/offices.yaml", 'url: "https://www.gob.pe/sunafil"', 'url: "www.gob.pe/sunafil"', None, "https://"),
        ("pe/country.yaml", "currency: PEN", "currency: soles", 2, "pattern"),
    ],
)
def test_a_broken_file_is_named_with_its_line_and_its_last_good_copy_serves(
    content: Path, tmp_path: Path, file: str, old: str, new: str, line: int | None, words: str
) -> None:
    keep = tmp_path / "keep"
    good = loading.load(content, keep)
    path = content / file
    raw = path.read_text()
    assert old in raw
    path.write_text(raw.replace(old, new, 1))
    broken = loading.load(content, keep)
    assert [problem.path for problem in broken.problems] == [file] * len(broken.problems)
    assert any(words in problem.text for problem in broken.problems)
    if line:
        assert broken.problems[0].line == line
    shown, before = (one.article("labour_rights.unpaid_wages", "pe", "es") for one in (broken, good))
    assert shown.text.body == before.text.body
    assert broken.countries["pe"].figures == good.countries["pe"].figures


def test_content_that_changed_is_read_again_without_a_restart(content: Path) -> None:
    shelf = Shelf(content, keep=None)
    assert not shelf.refresh()
    path = content / TEXT
    path.write_text(path.read_text().replace("Tienen que pagarte", "Deben pagarte"))
    assert shelf.refresh()
    article = shelf.library.article("labour_rights.unpaid_wages", "pe", "es")
    assert article.text.body.startswith("Deben pagarte")


def test_yaml_says_what_it_says(content: Path) -> None:
    """Twice the same key is refused; NO stays a word."""
    path = content / "pe/offices.yaml"
    path.write_text(path.read_text() + "offices: {}\n")
    assert "duplicate" in str(loading.load(content).problems[0]).lower()
