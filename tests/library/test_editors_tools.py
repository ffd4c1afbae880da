"""Tools for editors and translators: sheets out and in, coverage, retiring, reading ease."""

from __future__ import annotations

import dataclasses
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.library import checks, coverage, sheets, workbooks
from bot.library.loading import Library, load
from bot.library.reading import reading_ease
from bot.library.retire import UnknownNameError, retire
from tests.conftest import ROOT


@pytest.fixture
def copy(tmp_path: Path) -> Library:
    """Peru's content and the general pages, to be written to."""
    folder = tmp_path / "content"
    folder.mkdir()
    for name in ("topics.yaml", "questions.yaml", "letters.yaml"):
        shutil.copy(ROOT / "content" / name, folder)
    for name in ("pe", "international"):
        shutil.copytree(ROOT / "content" / name, folder / name)
    return load(folder)


@pytest.mark.parametrize("kind", ["xlsx", "po"])
def test_a_sheet_comes_back_as_it_went(copy: Library, tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"pe.{kind}"
    rows = sheets.rows(copy, "pe", "en")
    workbooks.write(path, rows)
    assert sheets.take(copy, "pe", "en", path) == (0, [])
    assert sheets.rows(load(copy.folder), "pe", "en") == rows


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(st.characters(blacklist_categories=("Cs", "Cc"), blacklist_characters="{}"), min_size=1, max_size=60))
def test_any_title_survives_the_round_trip(copy: Library, tmp_path: Path, title: str) -> None:
    wanted = " ".join(title.split())
    if not wanted:
        return
    path = tmp_path / "pe.xlsx"
    rows = [row for row in sheets.rows(copy, "pe", "en") if row.key == "labour_rights.unpaid_wages"]
    changed = [dataclasses.replace(row, translation=wanted) if row.part == "title" else row for row in rows]
    workbooks.write(path, changed)
    _, problems = sheets.take(copy, "pe", "en", path)
    assert problems == []
    text = load(copy.folder).countries["pe"].texts["labour_rights.unpaid_wages", "", "en"]
    assert text.front.title == wanted


def test_a_translation_that_loses_a_figure_is_refused_by_row_and_the_rest_is_taken(
    copy: Library, tmp_path: Path
) -> None:
    path = tmp_path / "pe.xlsx"
    workbooks.write(path, sheets.rows(copy, "pe", "en"))
    book = load_workbook(path)
    page = book.active
    wage = next(
        n
        for n in range(2, page.max_row + 1)
        if page.cell(n, 1).value == "labour_rights.minimum_wage" and page.cell(n, 2).value == "body"
    )
    title = next(
        n
        for n in range(2, page.max_row + 1)
        if page.cell(n, 1).value == "labour_rights.unions" and page.cell(n, 2).value == "title"
    )
    page.cell(wage, 4).value = "They owe you 1130."
    page.cell(title, 4).value = "Unions, anew"
    book.save(path)
    written, problems = sheets.take(copy, "pe", "en", path)
    assert written == 1
    assert len(problems) == 1
    assert problems[0].startswith(f"row {wage}: labour_rights.minimum_wage, body: the figures in braces must stay")
    assert load(copy.folder).countries["pe"].texts["labour_rights.unions", "", "en"].front.title == "Unions, anew"


def test_nothing_points_to_a_retired_office(copy: Library) -> None:
    retire(copy, "pe.sunafil")
    after = load(copy.folder)
    assert after.office("pe.sunafil") is None
    assert not [path for path in copy.folder.rglob("*.yaml") if "pe.sunafil" in path.read_text()]
    assert not after.problems


def test_a_retired_topic_takes_its_pages_with_it(copy: Library) -> None:
    retire(copy, "labour_rights.unions")
    after = load(copy.folder)
    assert "labour_rights.unions" not in after.topics.topics
    assert not list(copy.folder.rglob("unions.*"))


def test_a_retired_country_is_gone(copy: Library) -> None:
    retire(copy, "pe")
    assert "pe" not in load(copy.folder).countries


def test_retiring_what_is_not_there_is_an_error(copy: Library) -> None:
    with pytest.raises(UnknownNameError):
        retire(copy, "pe.nobody")


def test_the_coverage_page_is_up_to_date(library: Library) -> None:
    assert (ROOT / "docs" / "coverage.md").read_text(encoding="utf-8") == coverage.page(library)
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert coverage.put_in(readme, library) == readme


def test_short_words_read_easier_than_long_ones() -> None:
    plain = "Tiene que pagarte. Guarda los mensajes. Ve a la oficina."
    stiff = "La inobservancia de las obligaciones remunerativas constituye incumplimiento contractual sancionable administrativamente."
    easy, hard = reading_ease(plain, "es"), reading_ease(stiff, "es")
    assert easy is not None
    assert hard is not None
    assert easy > 80
    assert hard < 40
    assert reading_ease("Yo dwe peye w.", "ht") is None


def test_problems_for_people_for_github_and_for_programs() -> None:
    problem = checks.Problem("pe/x.yaml", 3, "mend it", warning=True)
    assert checks.shown([problem], "content", "text") == "content/pe/x.yaml:3: warning: mend it\n"
    assert checks.shown([problem], "content", "github") == "::warning file=content/pe/x.yaml,line=3::mend it\n"
    assert json.loads(checks.shown([problem], "content", "json"))[0]["line"] == 3


def test_short_texts_of_rules_travel_in_the_sheet_and_the_files_stay_as_they_were(
    copy: Library, tmp_path: Path
) -> None:
    path = tmp_path / "pe.po"
    row = next(row for row in sheets.rows(copy, "pe", "en") if row.key == "offices.yaml:offices/pe.sunafil/what")
    before = (copy.folder / "pe/offices.yaml").read_text()
    workbooks.write(path, [dataclasses.replace(row, translation="sees that labour law is kept")])
    assert sheets.take(copy, "pe", "en", path) == (1, [])
    after = (copy.folder / "pe/offices.yaml").read_text()
    assert after == before.replace(f'"{row.translation}"', '"sees that labour law is kept"', 1)


def test_a_translation_of_a_source_that_changed_meanwhile_is_refused(copy: Library, tmp_path: Path) -> None:
    path = tmp_path / "pe.xlsx"
    workbooks.write(path, sheets.rows(copy, "pe", "en"))
    page = copy.folder / "pe/labour_rights/unions.es.md"
    page.write_text(
        page.read_text().replace("title: ", "title: Otra vez: ", 1).replace("title: Otra vez: ", "title: Otra vez ", 1)
    )
    _, problems = sheets.take(load(copy.folder), "pe", "en", path)
    assert len(problems) == 1
    assert "labour_rights.unions, title: the source has changed" in problems[0]
