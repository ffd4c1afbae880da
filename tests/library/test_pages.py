"""Files of a page written by a program, and what differs between two of them."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library import amend, differences, pages
from bot.library.loading import parsed, read_text
from bot.library.schema import Figures, PageEntry
from tests.conftest import ROOT

LINE = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60)
BODY = st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\n"), min_size=1, max_size=300)


@given(LINE.filter(lambda text: text.strip()), LINE, BODY.filter(lambda text: text.strip()))
def test_whatever_is_typed_is_read_back_as_text(title: str, until: str, body: str) -> None:
    raw = pages.text_file(title, until, "", body)
    text = read_text("pe/consular/x.es.md", "pe", raw)
    assert text.front.title == " ".join(title.split())
    assert text.front.until == " ".join(until.split())
    assert text.front.translated_from == ""
    assert pages.parts_of(raw)[3] == text.body


@pytest.mark.parametrize("title", ["a: b", "- x", "yes", "{a: 1}", "#x", "2026", "null", "x\ntranslated_from: 0", '"'])
def test_a_title_is_never_read_as_anything_else(title: str) -> None:
    front = read_text("pe/consular/x.es.md", "pe", pages.text_file(title, "", "", "x")).front
    assert front.title == " ".join(title.split())
    assert front.translated_from == ""


@pytest.mark.parametrize("path", sorted((ROOT / "content" / "pe").glob("*/*.md"))[:40])
def test_texts_that_stand_there_are_written_as_they_were(path: object) -> None:
    raw = path.read_text()  # type: ignore[attr-defined]
    assert pages.text_file(*pages.parts_of(raw), like=raw) == raw


@pytest.mark.parametrize("path", sorted((ROOT / "content" / "pe").glob("*/*.yaml")))
def test_shared_files_without_a_change_stay_as_they_were(path: object) -> None:
    raw = path.read_text()  # type: ignore[attr-defined]
    values = pages.plain(parsed(PageEntry, raw))
    assert pages.shared_file(raw, values) == raw
    fresh = parsed(PageEntry, pages.shared_file(None, values))
    assert pages.plain(fresh) == values
    values |= {"sources": [{"title": 'Ley "1": {x}\n# y', "article": "2"}], "offices": ["ngo"], "checked": "2026-11"}
    changed = parsed(PageEntry, pages.shared_file(raw, values))
    assert pages.plain(changed) == values | {"sources": [{"title": 'Ley "1": {x}\n# y', "article": "2"}]}
    assert changed.variants == parsed(PageEntry, raw).variants


@pytest.mark.parametrize("country", ["pe", "bo", "br", "us", "es"])
def test_a_value_is_added_below_the_others_and_nothing_else_moves(country: str) -> None:
    raw = (ROOT / "content" / country / "figures.yaml").read_text()
    figures = parsed(Figures, raw).figures
    for name, figure in figures.items():
        item = {"from": dt.date(2099, 1, 1), "value": "1", "source": {"title": "Ley: x"}, "checked": "2099-01"}
        written = amend.append(raw, ("figures", name, "values"), item)
        after = parsed(Figures, written).figures
        assert after[name].values[:-1] == figure.values
        assert after[name].values[-1].from_ == dt.date(2099, 1, 1)
        assert {k: v for k, v in after.items() if k != name} == {k: v for k, v in figures.items() if k != name}
        kept = [line for line in raw.splitlines() if line not in written.splitlines()]
        assert len(kept) <= 1


def test_a_difference_is_said_in_words() -> None:
    before = pages.text_file("Sueldo", "", "", "Te deben pagar a tiempo.\n\nPide ayuda.")
    after = pages.text_file("Sueldo", "4 años", "", "Tienen que pagar a tiempo.\n\nPide ayuda.")
    found = differences.rows("pe/x/y.es.md", before, after)
    assert [row.where for row in found] == [("until",), ("body",)]
    assert "".join(piece.text for piece in found[1].pieces if piece.kind != "gone").startswith("Tienen que pagar")
    yaml = differences.rows("pe/figures.yaml", "a: {b: [{c: 1}]}", "a: {b: [{c: 1}, {c: 2}]}")
    assert yaml == [differences.Row(("a", "b", "2", "c"), (differences.Piece("new", "2"),))]


@pytest.mark.parametrize(
    ("before", "after", "small"),
    [
        ("Te deven pagar", "Te deben pagar", True),
        ("Te deben 4 meses", "Te deben 5 meses", False),
        ("Te deben {a}", "Te deben {b}", False),
        ("Te deben **hoy**", "Te deben **ayer**", False),
        ("Te deben", "Te deben " + "palabra " * 9, False),
    ],
)
def test_a_change_of_spelling_alone(before: str, after: str, small: bool) -> None:
    def file(body: str) -> str:
        return pages.text_file("x", "", "", body)

    assert differences.only_spelling("pe/x/y.es.md", file(before), file(after)) is small
    assert not differences.only_spelling("pe/figures.yaml", before, after)
    assert not differences.only_spelling("pe/x/y.es.md", None, file(after))
