"""The work diary: one word is enough, corrections stay visible, and later changes show."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import diary
from bot.conversation.house import House
from bot.conversation.state import Conversation
from bot.understanding.keywords import Keywords
from tests.conversation.talk import Person

TOLD = dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC)


def at(hour: int, day: int = 20) -> dt.datetime:
    return dt.datetime(2026, 11, day, hour, 0)  # noqa: DTZ001 - the diary keeps local time


def worker(house: House, keywords: Keywords) -> Person:
    person = Person(house, keywords, Conversation(language="es", country="mx", work="agricultural", welcomed=True))
    person.presses("diary:start")
    return person


def test_coming_leaving_and_pay_in_a_few_words(house: House, keywords: Keywords) -> None:
    person = worker(house, keywords)
    person.says("entré a las 6")
    assert "14 horas" in person.says("salí 8pm").text
    assert "200" in person.says("me pagó 200").text
    week = person.says("mi diario").text
    assert "06:00-20:00" in week
    assert "6 horas por encima" in week


def test_without_a_diary_the_same_words_are_a_question(house: House, keywords: Keywords) -> None:
    person = Person(house, keywords, Conversation(language="es", country="mx", work="domestic", welcomed=True))
    person.says("me pagó 200")
    assert not person.conversation.diary


def test_a_correction_is_counted_and_stays_visible(house: House, keywords: Keywords) -> None:
    person = worker(house, keywords)
    person.says("entré a las 6")
    person.presses("diary:undo")
    assert [entry.kind for entry in person.conversation.diary] == ["in", "undo"]
    assert not diary.days(person.conversation.diary)


def test_the_papers_carry_the_seals(house: House, keywords: Keywords) -> None:
    person = worker(house, keywords)
    person.says("entré a las 6")
    person.says("salí 8pm")
    table = person.presses("diary:csv").document
    assert table is not None
    assert [row[-1] for row in table.said["rows"]] == [entry.seal for entry in person.conversation.diary]
    paper = person.presses("diary:sheet").document
    assert paper is not None
    assert paper.kind == "sheet"


def test_a_night_shift_belongs_to_the_day_it_began() -> None:
    entries = diary.added((), "in", at(22), TOLD)
    entries = diary.added(entries, "out", at(6, day=21), TOLD)
    assert [(day.date.day, day.hours) for day in diary.days(entries)] == [(20, Decimal(8))]


def test_eight_after_coming_at_nine_is_the_evening() -> None:
    assert diary.clock("salí 8", at(0).date(), "out", at(9), TOLD).hour == 20
    assert diary.clock("salí 8 am", at(0).date(), "out", at(22), TOLD) == at(8, day=21)


@given(
    st.lists(st.tuples(st.sampled_from(["in", "out", "paid"]), st.integers(0, 23)), min_size=2, max_size=12), st.data()
)
def test_any_later_change_breaks_the_chain(steps: list[tuple[diary.Kind, int]], data: st.DataObject) -> None:
    entries: tuple[diary.Entry, ...] = ()
    for kind, hour in steps:
        entries = diary.added(entries, kind, at(hour), TOLD, Decimal(200) if kind == "paid" else None)
    assert diary.unbroken(entries)
    place = data.draw(st.integers(1, len(entries) - 1))
    changed = entries[place].model_copy(update={"at": entries[place].at + dt.timedelta(hours=1)})
    assert not diary.unbroken((*entries[:place], changed, *entries[place + 1 :]))
