"""Small counts stay hidden, also from who adds up and subtracts."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from bot.web.disclosure import LEAST, guarded, hidden_in

SMALL = st.integers(0, 9)


def test_a_small_count_takes_another_with_it() -> None:
    table = guarded({("a", "x"): 3, ("a", "y"): 40, ("a", "z"): 9}, ["a"], ["x", "y", "z"])
    assert table.cells == {("a", "x"): None, ("a", "y"): 40, ("a", "z"): None}
    assert table.row_totals == {"a": 52}


def test_large_counts_and_nothing_are_shown() -> None:
    table = guarded({("a", "x"): 5, ("b", "x"): 40}, ["a", "b"], ["x", "y"])
    assert table.cells["a", "x"] == 5
    assert table.cells["a", "y"] == 0
    assert table.total == 45


def test_a_table_of_few_shows_nothing() -> None:
    table = guarded({("a", "x"): 2}, ["a"], ["x"])
    assert table.total is None
    assert table.row_totals["a"] is None


@given(st.lists(SMALL, min_size=1, max_size=5))
def test_a_line_and_its_sum_never_give_a_small_count_away(counts: list[int]) -> None:
    """Whoever knows the rule, the sum and what is shown still finds several numbers for each small count."""
    line = dict(enumerate(counts))
    hidden = sorted(hidden_in(line))
    rest = sum(line[key] for key in hidden)
    if not hidden or sum(counts) < LEAST:  # then the sum is hidden too
        return
    for place, key in enumerate(hidden):
        if not 0 < line[key] < LEAST:
            continue
        could = {
            guess[place]
            for guess in itertools.product(range(rest + 1), repeat=len(hidden))
            if sum(guess) == rest and hidden_in(dict(zip(hidden, guess, strict=True))) == set(hidden)
        }
        assert len(could) > 1, (counts, hidden)


@given(st.dictionaries(st.tuples(st.sampled_from("abc"), st.sampled_from("xyz")), SMALL))
def test_in_a_table_no_line_hides_a_single_count(counts: dict[tuple[str, str], int]) -> None:
    table = guarded(counts, "abc", "xyz")
    assert all(count is None or count == 0 or count >= LEAST for count in table.cells.values())
    for row in "abc":
        inside = [table.cells[row, column] for column in "xyz"]
        if table.row_totals[row]:
            assert inside.count(None) != 1
        else:
            assert not any(inside), "a hidden sum has no count beside it"
    for column in "xyz":
        inside = [table.cells[row, column] for row in "abc"]
        assert inside.count(None) != 1 if table.column_totals[column] else not any(inside)
