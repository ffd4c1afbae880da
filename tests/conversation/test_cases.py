"""Amounts, claim periods, programmes, pensions and letters, told as people live them: one question after the other."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import pytest

from bot.conversation.house import House
from bot.conversation.state import Conversation, Told
from bot.messages import Answer
from bot.reckoning.facts import UNKNOWN
from bot.understanding.keywords import Keywords
from tests.conftest import NOON
from tests.conversation.talk import Person, labels

DISMISSAL = "pe.general.dismissal"


def somebody(house: House, keywords: Keywords, **known: object) -> Person:
    facts = {"language": "es", "country": "pe", "work": "domestic", "welcomed": True} | known
    return Person(house, keywords, Conversation(**facts))  # type: ignore[arg-type]


def through(person: Person, *replies: str) -> Answer:
    """Reply in turn, and take the first choice of whatever is asked after that."""
    answer = Answer("")
    for reply in replies:
        answer = person.says(reply)
    while (asked := person.conversation.open) and asked.kind in ("choice", "yes_no"):
        answer = person.presses(person.conversation.offered[0].action)
    return answer


@pytest.fixture
def maid(house: House, keywords: Keywords) -> Person:
    return somebody(house, keywords)


def test_from_the_page_to_the_amount_with_its_article(maid: Person) -> None:
    maid.says("me despidieron")
    maid.presses(f"calc:{DISMISSAL}")
    assert "Pregunta 1 de" in maid.last.answers[-1].text
    answer = through(maid, "1200 al mes", "el 10 de marzo de 2025", "20 de septiembre de 2026")
    assert "S/ 2,755" in answer.text
    assert "art. 38" in answer.text
    assert "Confírmalo" in answer.text
    assert answer.sources


@pytest.mark.parametrize(
    ("language", "replies", "shows"),
    [
        ("en", ["1200", "March 10, 2025", "September 20, 2026"], "S/ 2,755"),
        ("pt", ["1200 por mês", "10 de março de 2025", "20 de setembro de 2026"], "S/ 2.755"),
        ("fr", ["1200 par mois", "10 mars 2025", "20 septembre 2026"], "755"),
        ("ht", ["1200 pa mwa", "10 mas 2025", "20 septanm 2026"], "755"),
    ],
)
def test_in_every_language(house: House, keywords: Keywords, language: str, replies: list[str], shows: str) -> None:
    person = somebody(house, keywords, language=language, language_chosen=True)
    person.presses(f"calc:{DISMISSAL}")
    assert shows in through(person, *replies).text


def test_what_was_said_before_is_not_asked_again(house: House, keywords: Keywords) -> None:
    told = Told.model_validate({"amount": "1200", "per": "month", "day": "2026-09-20"})
    person = somebody(house, keywords, told=told)
    question = person.presses(f"calc:{DISMISSAL}")
    assert "empezaste" in question.text
    assert "S/ 2,755" in through(person, "10 de marzo de 2025").text


def test_one_goes_back_changes_a_fact_and_sees_the_new_amount(maid: Person) -> None:
    maid.presses(f"calc:{DISMISSAL}")
    maid.says("1200")
    assert "sueldo" in maid.says("atras").text
    through(maid, "1200", "10 de marzo de 2025", "20 de septiembre de 2026")
    assert "Sueldo al mes" in labels(maid.presses("change"))
    maid.presses("again:monthly_wage")
    assert "S/ 5,510" in through(maid, "2400").text


def test_who_does_not_know_is_told_where_to_look(maid: Person) -> None:
    maid.presses(f"calc:{DISMISSAL}")
    answer = maid.says("no se")
    assert "boleta" in answer.text
    assert answer.text.count("¿Cuánto") == 1


def test_a_reply_that_cannot_be_read_is_asked_again_and_nothing_is_lost(maid: Person) -> None:
    maid.presses(f"calc:{DISMISSAL}")
    maid.says("1200")
    again = maid.says("mañana te digo")
    assert "No entendí la fecha" in again.text
    assert maid.conversation.case is not None
    assert maid.conversation.case.told == {"monthly_wage": "1200"}


def test_a_nought_is_a_number_and_no_way_to_the_menu(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords)
    person.presses("calc:pe.domestic.settlement")
    person.presses("fact:reason=dismissed")
    for reply in ("1200", "10 de marzo de 2025", "20 de septiembre de 2026"):
        person.says(reply)
    assert "S/ 4,336.11" in person.says("0").text


def test_a_button_of_another_form_is_refused_once_and_forgotten(maid: Person) -> None:
    maid.presses("calc:pe.domestic.settlement")
    assert "No entendí" in maid.presses("fact:reason=fired").text
    assert maid.conversation.case is not None
    assert not maid.conversation.case.told


def test_pay_for_another_time_is_not_taken_for_a_month(maid: Person) -> None:
    maid.presses(f"calc:{DISMISSAL}")
    assert "al mes" in maid.says("50 soles por dia").text
    assert maid.conversation.case is not None
    assert not maid.conversation.case.told


def test_danger_comes_first_in_the_middle_of_a_form(maid: Person) -> None:
    maid.presses(f"calc:{DISMISSAL}")
    assert maid.says("me tienen encerrada").topic == "conversation.emergency"


def test_the_list_has_what_fits_the_work(maid: Person) -> None:
    names = labels(maid.presses("topic:conversation.calculate"))
    assert "Indemnización por despido" in names


def test_every_calculation_can_be_begun_in_chat(house: House, keywords: Keywords) -> None:
    for country, content in house.library.countries.items():
        for name in content.rules.calculations:
            person = somebody(house, keywords, country=country or "pe")
            answer = person.presses(f"calc:{name}")
            assert answer.text, name
            assert answer.buttons, name


def test_every_claim_period_asks_for_its_day_and_gives_the_last_one(house: House, keywords: Keywords) -> None:
    for country, content in house.library.countries.items():
        for name, entry in content.deadlines.deadlines.items():
            person = somebody(house, keywords, country=country or "pe")
            assert entry.ask["es"] in person.presses(f"until:{name}").text
            answer = person.says((NOON.date() - dt.timedelta(days=3)).isoformat())
            assert answer.sources, name


def test_dismissed_in_spain_twenty_working_days(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords, country="es", language="es")
    name = next(
        name
        for name, entry in house.library.countries["es"].deadlines.deadlines.items()
        if entry.unit == "working_days" and entry.count == 20 and entry.topic == "labour_rights.dismissal"
    )
    person.presses(f"until:{name}")
    answer = person.says("20 de noviembre de 2026")
    assert "21 de diciembre de 2026" in answer.text
    assert "más temprano posible" in answer.text


def test_the_day_that_was_told_is_counted_from_and_can_be_changed(maid: Person) -> None:
    maid.says("me despidieron el 3 de noviembre de 2026")
    answer = maid.taps("Hasta cuándo reclamar")
    assert "3 de noviembre de 2026" in answer.text
    assert "3 de diciembre de 2026" in answer.text
    maid.taps("Cambiar un dato")
    assert "4 de diciembre de 2026" in maid.says("4 de noviembre de 2026").text


def test_a_day_that_has_not_come_is_asked_again(maid: Person) -> None:
    name = next(iter(maid.house.library.countries["pe"].deadlines.deadlines))
    maid.presses(f"until:{name}")
    assert "todavía no llega" in maid.says("3 de enero de 2027").text


def test_pension_years_of_argentina_and_bolivia(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords, country="ar", origin="bo")
    person.presses("years:")
    for reply in ("argentina", "8", "bolivia", "10 años"):
        person.says(reply)
    answer = person.says("en ninguno mas")
    assert "Bolivia" in answer.text
    assert "18 años" in answer.text
    assert "Convenio Multilateral Iberoamericano" in answer.text
    assert "una sola solicitud" in answer.text


def test_somebody_from_here_in_a_country_nobody_wrote_about_gets_their_own_countrys_page(
    house: House, keywords: Keywords
) -> None:
    person = somebody(house, keywords, country="py", origin="bo")
    assert person.presses("topic:social_security.pensions").page.startswith("bo/")


def test_countries_without_a_treaty_are_not_added_up(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords, country="mx")
    for step in ("place_1=mx", "years_1=5", "place_2=gt", "years_2=4", "place_3=done"):
        if person.conversation.case is None:
            person.presses("years:")
        answer = person.presses(f"fact:{step}")
    assert "no conozco un convenio" in answer.text


def test_programmes_ask_little_and_never_take_unknown_for_no(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords)
    answer = person.presses("could:entrepreneurship.seed_capital")
    for _ in range(8):
        if person.conversation.open is None:
            break
        answer = person.presses(f"fact:{person.conversation.open.fact}={UNKNOWN}")
    assert answer.text
    assert "Por ahora no" not in answer.text


def test_a_letter_takes_over_what_was_worked_out_and_speaks_the_countrys_language(
    house: House, keywords: Keywords
) -> None:
    person = somebody(house, keywords, language="en", language_chosen=True)
    person.presses(f"calc:{DISMISSAL}")
    through(person, "1200", "March 10, 2025", "September 20, 2026")
    letter = person.presses(f"letter:demand/{DISMISSAL}")
    assert "Por la presente" in letter.text
    assert "S/ 2,755" in letter.text
    assert letter.document is not None
    assert letter.document.said["letter"]["language"] == "es"
    assert "I ask you to pay" in letter.document.said["own"]["body"]


def test_a_letter_leaves_blank_what_is_not_known(maid: Person) -> None:
    maid.presses("letter:complaint")
    maid.says("no me paga y me insulta")
    maid.presses(f"fact:since={UNKNOWN}")
    letter = maid.presses(f"fact:until={UNKNOWN}")
    assert "no me paga y me insulta" in letter.text
    assert "____" in letter.text


def test_the_working_is_given_as_a_paper(maid: Person) -> None:
    maid.presses(f"calc:{DISMISSAL}")
    through(maid, "1200", "10 de marzo de 2025", "20 de septiembre de 2026")
    paper = maid.presses("pdf").document
    assert paper is not None
    assert "2,755" in paper.said["title"]


REPLIES = {"money": "1500", "number": "2", "days": "3", "weeks": "3", "months": "3", "years": "3", "hours": "4", "percent": "10", "numbers": "8 9", "periods": "2000-01 2006-12"}  # fmt: skip
OTHERS = ("1", "10", "0", "30", "40", "200", "5000", "2026")
"""Tried in turn where a reply is out of the bounds of its fact."""
LANGUAGES = ("es", "pt", "en", "fr", "ht")


def test_every_calculation_comes_to_an_end_in_every_language(house: House, keywords: Keywords) -> None:
    """Somebody who answers whatever is asked gets an amount or the reason why not, never a circle."""
    rules = [(code, name) for code, one in house.library.countries.items() for name in one.rules.calculations]
    for place, (country, name) in enumerate(rules):
        language = LANGUAGES[place % len(LANGUAGES)]
        person = somebody(house, keywords, country=country or "es", language=language, language_chosen=True)
        answer = person.presses(f"calc:{name}")
        days = iter(f"2025-{month:02}-28" for month in range(2, 13))
        tried: Counter[str] = Counter()
        for _ in range(40):
            asked = person.conversation.open
            if asked is None:
                break
            if asked.kind in ("choice", "yes_no"):
                answer = person.presses(person.conversation.offered[0].action)
            elif asked.kind == "date":
                answer = person.says(next(days))
            else:
                assert tried[asked.fact] <= len(OTHERS), (name, asked.fact, answer.text)
                answer = person.says([REPLIES[asked.kind], *OTHERS][tried[asked.fact]])
                tried[asked.fact] += 1
        assert person.conversation.open is None, (name, answer.text)
        assert answer.sources, (name, answer.text)
