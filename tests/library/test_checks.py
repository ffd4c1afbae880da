"""`python -m bot check` finds what only shows across files."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bot.library import catalogue_keys, checks, glossary, loading, scaffolds
from bot.library.schema import phone_problem
from tests.conftest import ROOT

DAY = dt.date(2026, 11, 21)
LANGUAGES = ["es", "pt", "en", "fr", "ht"]


@pytest.fixture
def content(tmp_path: Path) -> Path:
    folder = tmp_path / "content"
    shutil.copytree(ROOT / "content", folder)
    return folder


def errors(folder: Path) -> list[str]:
    found = checks.problems(loading.load(folder), DAY, LANGUAGES)
    return [str(problem) for problem in found if not problem.warning]


def test_the_real_content_has_no_errors() -> None:
    assert errors(ROOT / "content") == []


@pytest.mark.parametrize(
    ("file", "old", "new", "words"),
    [
        ("pe/labour_rights/unpaid_wages.es.md", "No renuncies", "Te deben {no_such_figure}. No renuncies", "no figure"),
        ("pe/labour_rights/unpaid_wages.es.md", "No renuncies", "Son S/ 1,130. No renuncies", "is typed"),
        ("pe/labour_rights/unpaid_wages.es.md", "No renuncies", "# Título\n\nNo renuncies", "heading"),
        ("pe/labour_rights/unpaid_wages.es.md", "No renuncies", "x" * 901, "shorten it"),
        ("pe/labour_rights/unpaid_wages.yaml", "related: [", "related: [labour_rights.wages, ", "no topic"),
        ("pe/country.yaml", 'number: "105"', 'number: "0"', "cannot exist"),
        ("pe/offices.yaml", "0800-16872", "0800-16872-99999999", "cannot exist"),
    ],
)
def test_what_is_wrong_is_named(content: Path, file: str, old: str, new: str, words: str) -> None:
    path = content / file
    path.write_text(path.read_text().replace(old, new, 1))
    assert any(file in error and words in error for error in errors(content))


def test_a_translation_behind_its_source_is_a_warning(content: Path) -> None:
    path = content / "pe/labour_rights/unpaid_wages.es.md"
    path.write_text(path.read_text().replace("No renuncies", "Nunca renuncies", 1))
    found = checks.problems(loading.load(content), DAY, LANGUAGES)
    assert any(problem.warning and "source text changed" in problem.text for problem in found)


@pytest.mark.parametrize("number", ["0800-16872", "(01) 390-2800", "105", "1818", "+51 1 390 2800"])
def test_real_peruvian_numbers_pass(number: str) -> None:
    assert phone_problem(number, "pe") == ""


@pytest.mark.parametrize("number", ["1", "123456789012345678", "abc"])
def test_impossible_numbers_do_not(number: str) -> None:
    assert phone_problem(number, "pe")


def test_a_new_country_passes_the_check_and_is_not_offered(content: Path) -> None:
    scaffolds.new_country(content, "UY")
    library = loading.load(content)
    assert errors(content) == []
    assert library.country("uy").currency == "UYU"
    assert "uy" not in library.offered()


@pytest.mark.parametrize("code", ["pe", "zz", "../x", "peru"])
def test_a_country_that_is_there_or_is_none_is_refused(content: Path, code: str) -> None:
    with pytest.raises(ValueError, match=r"already|no country"):
        scaffolds.new_country(content, code)


def test_a_new_language_is_written_and_kept_out_of_the_menu(tmp_path: Path) -> None:
    locales = tmp_path / "locales"
    shutil.copytree(ROOT / "locales", locales)
    scaffolds.new_language(locales, "nah", "Nawatl")
    from bot.translations import Catalogues

    catalogues = Catalogues(locales)
    assert "nah" not in [language.code for language in catalogues.offered()]
    assert catalogues.words("nah").say("button_menu") == catalogues.words("es").say("button_menu")


def test_generated_files_are_fresh() -> None:
    assert scaffolds.write_schemas(ROOT / "content" / ".schema", check_only=True) == []
    assert catalogue_keys.write_catalogues(ROOT / "bot", ROOT / "locales", check_only=True) == []


def test_words_that_are_hard_or_hurt_are_listed_with_the_word_to_write() -> None:
    words = glossary.load(ROOT / "locales")
    assert set(words) == {"es", "pt", "en", "fr", "ht"}
    found = list(words["es"].found("title: Uno\nLos trabajadores ilegales deben interponer una demanda."))
    assert [(one.line, one.word) for one in found] == [(2, "trabajadores ilegales"), (2, "interponer")]
    assert not list(words["es"].found("Quitarte el pasaporte es ilegal."))
