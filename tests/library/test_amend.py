"""A value of a YAML file is changed and nothing else of the file is."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.library.amend import NoSuchPlace, put, texts

ROOT = Path(__file__).parents[2]
RAW = """# who helps
shared: &both {es: "los dos", en: "both"}
offices:
  cl.dt:
    what: {es: "hace cumplir", en: 'enforces'}   # short
    more:
      es: Una línea
      en: >
        Two
        lines
    phones:
      - {number: "600 450"}
    rows: [{up_to: "1", value: "7"}, {value: "0"}]
    again: *both
"""
ANY_LINE = st.text(st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp")), min_size=1)


@given(ANY_LINE)
def test_any_words_come_back_as_they_went_and_the_rest_stands(words: str) -> None:
    after = put(RAW, {("offices", "cl.dt", "what", "fr"): words, ("offices", "cl.dt", "more", "es"): words})
    read = YAML(typ="safe").load(after)
    before = YAML(typ="safe").load(RAW)
    before["offices"]["cl.dt"]["what"]["fr"] = words
    before["offices"]["cl.dt"]["more"]["es"] = words
    assert read == before
    assert "# who helps" in after and "# short" in after and "&both" in after


def test_a_block_of_text_is_replaced_whole() -> None:
    after = put(RAW, {("offices", "cl.dt", "more", "en"): "One", ("offices", "cl.dt", "more", "ht"): "Yon"})
    assert YAML(typ="safe").load(after)["offices"]["cl.dt"]["more"] == {"es": "Una línea", "en": "One", "ht": "Yon"}
    assert after.count("\n") == RAW.count("\n") - 1  # two lines became one, and one came


def test_what_several_entries_share_is_listed_once() -> None:
    assert [place for place, _ in texts(RAW, "es")] == [
        ("shared",),
        ("offices", "cl.dt", "what"),
        ("offices", "cl.dt", "more"),
    ]


@pytest.mark.parametrize("place", [("offices", "xx", "what", "es"), ("offices", "cl.dt", "phones"), ("a",) * 3])
def test_a_place_that_is_not_there_is_refused(place: tuple[str, ...]) -> None:
    with pytest.raises(NoSuchPlace):
        put(RAW, {place: "x"})


def test_every_short_text_of_the_content_takes_a_new_language() -> None:
    for path in sorted((ROOT / "content/do").glob("*.yaml")):
        raw = path.read_text(encoding="utf-8")
        places = dict(texts(raw, "es"))
        after = put(raw, {(*place, "qu"): 'Kay: "runasimi" # ñ' for place in places})
        assert {p: {k: v for k, v in t.items() if k != "qu"} for p, t in texts(after, "es")} == places
        assert len(re.findall("runasimi", after)) == len(places)
