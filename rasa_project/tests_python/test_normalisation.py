"""Whatever people type becomes text that the classifier can read, and means the same as before."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from amparo_nlu.normalisation import LONGEST, fold, for_encoder, strip_accents, tidy, unfold

LETTERS = st.text(alphabet="abcdefghijklmnñopqrstuvwxyzáéíóúàèìòùâêîôûãõçü '?!.,", max_size=200)


@given(st.text(max_size=2000))
def test_any_text_becomes_one_printable_line(text: str) -> None:
    line = tidy(text)
    assert len(line) <= LONGEST
    assert line == " ".join(line.split())
    line.encode("utf-8")  # raises for lone surrogates
    assert line.isprintable()


@given(st.one_of(st.none(), st.integers(), st.binary(), st.lists(st.text())))
def test_what_is_no_text_is_read_as_empty(value: object) -> None:
    assert fold(value) == for_encoder(value) == ""


@given(st.text(max_size=300))
def test_a_folded_text_is_lower_case_words(text: str) -> None:
    folded = fold(text)
    assert folded == " ".join(folded.split()) == strip_accents(folded)
    assert all(char.isalnum() or char in " _" for char in folded)


@given(LETTERS)
def test_case_and_accents_do_not_matter(text: str) -> None:
    assert fold(text.upper()) == fold(text.lower())
    assert strip_accents(fold(text)) == fold(text)


@given(st.text(max_size=300))
def test_the_encoder_is_always_given_text(text: str) -> None:
    assert isinstance(for_encoder(text), str)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("XQ NO ME PAGAN???", "porque no me pagan"),
        ("me despidieronnnnn", "me despidieron"),
        ("vc sabe qdo sai o 13º?", "você sabe quando sai o 13o?"),
        ("jsuis enceinte svp", "je suis enceinte s'il vous plaît"),
        ("can u help me plz", "can you help me please"),
    ],
)
def test_shorthand_is_written_out(typed: str, meant: str) -> None:
    assert fold(typed) == fold(meant)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("kisa poum fe si patwonm pa peyem", "kisa pou mwen fe si patwon mwen pa peye mwen"),
        ("mta renmen konnen konben kob yo dwem", "mwen ta renmen konnen konben kob yo dwe mwen"),
        ("keskap pase si mpa gen papye", "kisa k ap pase si mwen pa gen papye"),
        ("mpa jwenl, li kenbe paspom", "mwen pa jwenn li, li kenbe paspo mwen"),
    ],
)
def test_creole_pronouns_are_split_off(typed: str, meant: str) -> None:
    assert unfold(typed) == meant


@pytest.mark.parametrize(
    "text", ["show me the map", "la sal y el pan", "je prends un bain", "uma mala no sofá", "he saw few jobs"]
)
def test_other_languages_are_not_taken_for_creole(text: str) -> None:
    assert unfold(text) == text


def test_creole_is_glossed_for_an_encoder_that_never_learnt_it() -> None:
    assert for_encoder("patwon an pa peye m lajan mwen") == "patron an pas payer moi argent moi"
