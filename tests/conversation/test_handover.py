"""Talking to a person: which office, what it sees, who reads along when, and how it ends."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.channels.markup import literal, plain
from bot.conversation.handover import shared
from bot.conversation.house import House, Turn
from bot.conversation.state import Conversation, Helper
from bot.conversation.turn import take_turn
from bot.messages import Answer, Message
from bot.modules.helpers import helpers
from bot.understanding import Understanding
from bot.understanding.keywords import Keywords
from tests.conftest import NOON
from tests.conversation.talk import Person, labels


@pytest.fixture
def staffed(house: House) -> House:
    return dataclasses.replace(house, staffed=frozenset({"pe.sunafil", "bo.consulado_peru"}))


def _in_peru(house: House, keywords: Keywords, **known: object) -> Person:
    told = Conversation(language="es", language_chosen=True, country="pe", welcomed=True).with_(**known)
    return Person(house, keywords, told)


def _last(person: Person) -> Turn:
    assert person.last
    return person.last


def test_an_office_is_offered_with_what_it_would_see_and_nothing_is_shared_before(
    staffed: House, keywords: Keywords
) -> None:
    person = _in_peru(staffed, keywords, work="domestic", origin="bo", topic="labour_rights.unpaid_wages")
    offered = person.presses("human")
    for said in ("SUNAFIL", "trabajas en: Perú", "Bolivia", "lo que escribas aquí", "No verán tu teléfono", "0800"):
        assert said in offered.text
    assert _last(person).case is None
    agreed = person.taps("Sí, que me lean")
    act = _last(person).case
    assert act is not None
    assert (act.kind, act.office, act.urgent) == ("open", "pe.sunafil", False)
    assert act.shared["work"] == "domestic"
    assert "SUNAFIL" in agreed.text


def test_papers_are_never_shared(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, papers=False, topic="labour_rights.unpaid_wages")
    offered = person.presses("human")
    assert "papeles" not in offered.text
    assert "papers" not in shared(person.conversation)


def test_the_country_is_asked_first(staffed: House, keywords: Keywords) -> None:
    person = Person(staffed, keywords, Conversation(language="es", language_chosen=True, welcomed=True))
    assert "país" in person.presses("human").text
    assert "SUNAFIL" in person.presses("country:pe").text


def test_without_staff_the_doors_are_shown_as_before(house: House, keywords: Keywords) -> None:
    person = _in_peru(house, keywords)
    answer = person.presses("human")
    assert "Yo soy un programa" in answer.text
    assert answer.doors


def test_who_does_not_agree_gets_the_phones(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords)
    person.presses("human")
    assert person.taps("No, ver teléfonos").doors
    assert _last(person).case is None


def test_a_button_of_yesterday_for_an_office_without_staff_opens_nothing(house: House, keywords: Keywords) -> None:
    person = _in_peru(house, keywords)
    person.presses("human:yes/pe.sunafil")
    assert _last(person).case is None


def test_a_consulate_is_for_its_own_citizens_and_first_for_consular_topics(house: House) -> None:
    both = frozenset({"pe.sunafil", "bo.consulado_peru", "ar.consulate_bo", "ar.consulate_pe"})
    entry = house.library.office("ar.consulate_bo")
    assert entry
    assert entry.nationality == "bo"
    conversation = Conversation(language="es", country="ar", origin="bo")
    found = helpers(house.library, conversation.request("consular.passport", NOON), both)
    assert [one.id for one in found] == ["ar.consulate_bo"]


def test_of_two_that_fit_the_open_one_comes_first_then_the_next_to_open(house: House) -> None:
    library = house.library
    offices = dict(library.countries["pe"].offices.offices)
    sunafil = offices["pe.sunafil"]
    offices["pe.early"] = sunafil.model_copy(update={"hours": "Mo-Fr 06:00-09:00"})
    offices["pe.late"] = sunafil.model_copy(update={"hours": "Mo-Su 10:00-22:00"})
    content = dataclasses.replace(
        library.countries["pe"], offices=library.countries["pe"].offices.model_copy(update={"offices": offices})
    )
    two = dataclasses.replace(library, countries=library.countries | {"pe": content})
    request = Conversation(language="es", country="pe").request("labour_rights.unpaid_wages", NOON)
    saturday_noon = [one.id for one in helpers(two, request, frozenset({"pe.early", "pe.late"}))]
    assert saturday_noon == ["pe.late", "pe.early"]
    night = dataclasses.replace(request, day=NOON.replace(hour=9) + dt.timedelta(days=2))  # Monday, 4 in the morning
    assert [one.id for one in helpers(two, night, frozenset({"pe.early", "pe.late"}))] == ["pe.early", "pe.late"]


def test_outside_hours_it_is_said_when_somebody_answers_before_the_case_is_taken(
    house: House, keywords: Keywords
) -> None:
    library = house.library
    offices = dict(library.countries["pe"].offices.offices)
    offices["pe.sunafil"] = offices["pe.sunafil"].model_copy(update={"hours": "Mo-Fr 08:30-16:30"})
    content = dataclasses.replace(
        library.countries["pe"], offices=library.countries["pe"].offices.model_copy(update={"offices": offices})
    )
    changed = dataclasses.replace(library, countries=library.countries | {"pe": content})
    closed = dataclasses.replace(house, library=changed, staffed=frozenset({"pe.sunafil"}))
    offered = _in_peru(closed, keywords).presses("human")
    assert "Ahora está cerrado" in offered.text
    assert "lunes 23 nov, 08:30" in offered.text


HELPED = Helper(office="pe.sunafil")


def _writes(person: Person, text: str, channel: str = "telegram", **read: object) -> Answer | None:
    message = Message(channel, "p", "1", NOON, text=text)
    person.last = take_turn(message, dataclasses.replace(Understanding(), **read), person.conversation, person.house)
    person.conversation = person.last.conversation
    return person.last.answers[-1] if person.last.answers else None


def test_while_the_office_reads_along_the_program_is_quiet(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, helper=HELPED)
    assert _writes(person, "me debe dos meses, ¿qué hago?") is None
    act = _last(person).case
    assert act
    assert (act.kind, act.text) == ("message", "me debe dos meses, ¿qué hago?")
    assert _writes(person, "2") is None, "a number is an answer to the office, not to an old menu"
    on_the_page = _writes(person, "hola", channel="web")
    assert on_the_page
    assert "✓" in on_the_page.text


def test_danger_is_answered_and_told_at_once_without_showing_it(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, helper=HELPED)
    answer = _writes(person, "me está pegando ahora", danger="others")
    assert answer
    assert answer.topic == "conversation.emergency"
    assert "SUNAFIL" not in answer.text
    act = _last(person).case
    assert act
    assert act.urgent
    assert act.text == "me está pegando ahora"


def test_words_for_the_program_are_not_passed_on_even_in_danger(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, helper=HELPED.model_copy(update={"paused": True}))
    _writes(person, "me está pegando ahora", danger="others")
    act = _last(person).case
    assert act
    assert (act.kind, act.text, act.urgent) == ("pause", "", True)


def test_the_menu_brings_the_program_back_and_a_button_leads_to_the_office(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, helper=HELPED)
    answer = _writes(person, "menú", command="menu")
    assert answer
    assert "Volver con ellos" in labels(answer)
    act = _last(person).case
    assert act
    assert act.kind == "pause"
    person.presses("human:on")
    act = _last(person).case
    assert act
    assert act.kind == "resume"


def test_leaving_and_opting_out_end_the_case(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, helper=HELPED)
    assert "ya no lee" in person.presses("human:leave").text
    assert _last(person).case is not None
    stopped = _in_peru(staffed, keywords, helper=HELPED)
    assert "ya no lee" in stopped.presses("stop").text
    act = _last(stopped).case
    assert act
    assert act.kind == "leave"


def test_erasing_still_erases(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, helper=HELPED)
    _writes(person, "borra todo", command="erase")
    assert _last(person).forget


def test_phone_and_name_are_given_in_a_text_of_their_own(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, helper=HELPED)
    person.presses("human:phone")
    _writes(person, "987 654 321, Rosa")
    act = _last(person).case
    assert act
    assert (act.kind, act.text) == ("contact", "987 654 321, Rosa")
    assert not person.conversation.giving_contact
    person.presses("human:phone")
    person.taps("Mejor no")
    _writes(person, "mi patrona se llama X")
    act = _last(person).case
    assert act
    assert act.kind == "message"


def test_a_voice_message_does_not_end_the_talk_with_the_office(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords, helper=HELPED)
    person.sends(Message("telegram", "p", "1", NOON, unreadable="voice"))
    assert _last(person).case is None


def test_danger_makes_a_case_urgent(staffed: House, keywords: Keywords) -> None:
    person = _in_peru(staffed, keywords)
    _writes(person, "me está pegando ahora", danger="others")
    person.presses("human")
    person.taps("Sí, que me lean")
    act = _last(person).case
    assert act
    assert act.urgent


@pytest.mark.parametrize(("answer", "said"), [("yes", "alegra"), ("part", "Gracias"), ("no", "siento")])
def test_whether_it_helped(house: House, keywords: Keywords, answer: str, said: str) -> None:
    person = _in_peru(house, keywords)
    assert said in person.presses(f"helped:12:{answer}").text
    act = _last(person).case
    assert act
    assert (act.kind, act.case, act.text) == ("helped", 12, answer)


@given(st.text(max_size=200))
def test_any_action_of_a_handover_is_survived(house: House, keywords: Keywords, value: str) -> None:
    for stem in ("human:", "helped:", "human:yes/"):
        for helper in (None, HELPED):
            person = _in_peru(dataclasses.replace(house, staffed=frozenset({"pe.sunafil"})), keywords, helper=helper)
            person.presses(stem + value)


@given(st.text(alphabet=st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=300))
def test_what_staff_write_is_shown_as_it_is(text: str) -> None:
    shown = plain(literal(text))
    assert "".join(shown.split()) == "".join(text.split())


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr", "ht"])
def test_every_language_has_its_words(staffed: House, keywords: Keywords, language: str) -> None:
    person = _in_peru(staffed, keywords, language=language, topic="labour_rights.unpaid_wages")
    offered = person.presses("human")
    assert "SUNAFIL" in offered.text
    begun = person.presses(person.conversation.offered[0].action)
    assert "SUNAFIL" in begun.text
