"""Short lessons: read one, do its exercise with one's own numbers, go on to the next."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest

from bot.conversation.house import House
from bot.conversation.state import Conversation
from bot.library import checks, loading
from bot.library.loading import Library
from bot.messages import Answer
from bot.modules import lessons
from bot.reckoning.calculation import Calculator, Working
from bot.translations import Catalogues
from bot.understanding.keywords import Keywords
from tests.conftest import ROOT
from tests.conversation.talk import Person, labels

LANGUAGES = ("es", "pt", "en", "fr", "ht")
DAY = dt.date(2026, 11, 21)
OFFERED_ON = {
    "start_business": "lesson:",
    "training": "lesson:",
    "marketing": "lesson:online",
    "microcredit": "lesson:credit",
    "safety_in_business": "lesson:safety",
    "formalise": "lesson:formalise",
    "bank_account": "lesson:saving",
}
BUTTON_LIMIT = 24
LIST_LIMIT = 10
"""Choices that one WhatsApp list can hold."""


def somebody(house: House, keywords: Keywords, **known: object) -> Person:
    facts = {"language": "es", "country": "bo", "work": "own_account", "welcomed": True} | known
    return Person(house, keywords, Conversation(**facts))  # type: ignore[arg-type]


@pytest.fixture
def seller(house: House, keywords: Keywords) -> Person:
    return somebody(house, keywords)


def through(person: Person, *replies: str) -> Answer:
    """Reply in turn: `=value` taps a choice, anything else is written."""
    answer = Answer("")
    for reply in replies:
        asked = person.conversation.open
        assert asked is not None, (reply, answer.text)
        answer = person.presses(f"fact:{asked.fact}{reply}") if reply.startswith("=") else person.says(reply)
    return answer


TALKS = [
    ("es", "bo", ("100", "200", "100 bolivianos", "20", "10 por hora", "4"), "Bs 5", "te faltan Bs 1"),
    ("pt", "br", ("100", "200", "100 reais", "20", "10 por hora", "4"), "R$ 5", "faltam R$ 1"),
    ("en", "us", ("100", "200", "100 dollars", "20", "10 an hour", "4"), "$ 5", "$ 1 short"),
    ("fr", "us", ("100", "200", "100", "20", "10 par heure", "4"), "$ 5", "il manque $ 1"),
    ("ht", "do", ("100", "200", "100", "20", "10 pa èdtan", "4"), "RD$ 5", "manke RD$ 1"),
]


@pytest.mark.parametrize(("language", "country", "replies", "price", "means"), TALKS)
def test_from_the_page_through_lesson_and_exercise_to_the_next_lesson(
    house: House, keywords: Keywords, language: str, country: str, replies: tuple[str, ...], price: str, means: str
) -> None:
    words = house.catalogues.words(language)
    person = somebody(house, keywords, language=language, language_chosen=True, country=country)
    person.presses("topic:entrepreneurship.start_business")
    person.taps(words.say("button_lessons"))
    person.taps(house.library.lessons["price"].name[language])
    person.taps(words.say("button_exercise"))
    answer = through(person, *replies)
    first, last = answer.text.split("\n\n")[0], answer.text.split("\n\n")[-2:]
    assert price in first
    assert means in last[0]
    assert house.library.lessons["accounts"].name[language] in last[1]
    following = person.taps(words.say("button_lesson_next"))
    assert following.page == f"international/lessons/accounts.{language}.md"


def test_a_lesson_has_its_exercise_the_next_one_the_list_and_the_countrys_page(seller: Person) -> None:
    answer = seller.presses("lesson:credit")
    assert [button.action for button in answer.buttons[:4]] == [
        "calc:international.calc.loan_cost",
        "lesson:online",
        "lesson:",
        "topic:entrepreneurship.microcredit",
    ]
    assert "menu" in [button.action for button in answer.buttons]
    assert answer.sources


def test_no_country_is_needed_and_amounts_then_have_no_currency(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords, country="")
    person.presses("calc:international.calc.cash_day")
    assert "haber: 140**" in through(person, "50", "180", "60", "30", "140").text


def test_a_country_nobody_wrote_about_has_its_currency_too(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords, country="py")
    person.presses("calc:international.calc.cash_day")
    assert "Gs. 140" in through(person, "50", "180", "60", "30", "140").text


def test_a_wage_that_was_told_is_no_cost_of_the_business(seller: Person) -> None:
    seller.says("gano 1200 al mes")
    seller.presses("calc:international.calc.ready_to_register")
    through(seller, "=yes", "=yes")
    assert seller.conversation.case is not None
    assert "fee_month" not in seller.conversation.case.told


def test_an_exercise_that_is_done_is_ticked_off_and_erased_with_all_else(seller: Person) -> None:
    assert not any(lessons.DONE in label for label in labels(seller.presses("lesson:")))
    seller.presses("calc:international.calc.saving_goal")
    through(seller, "600", "0", "8", "40")
    assert f"{lessons.DONE} Ahorrar" in labels(seller.presses("lesson:"))
    assert "lecciones que hiciste: 1" in seller.presses("know").text
    seller.presses("erase")
    assert seller.conversation.lessons == ()


def test_a_lesson_that_is_done_is_left_out_of_what_comes_next(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords, lessons=("accounts", "saving"))
    assert "lesson:credit" in [button.action for button in person.presses("lesson:price").buttons]


def test_who_has_done_all_is_told_so(house: House, keywords: Keywords) -> None:
    person = somebody(house, keywords, lessons=tuple(house.library.lessons))
    person.presses("calc:international.calc.saving_goal")
    answer = through(person, "600", "0", "8", "40")
    assert "todas las lecciones" in answer.text
    assert "Siguiente lección" not in labels(answer)


def test_months_are_counted_as_weeks(seller: Person) -> None:
    seller.presses("calc:international.calc.saving_goal")
    answer = through(seller, "1300", "0", "tres meses", "100")
    assert "Bs 100" in answer.text.split("\n\n")[0]


def test_the_checklist_names_what_to_mend_and_says_where_to_begin(seller: Person) -> None:
    seller.presses("calc:international.calc.safe_workshop")
    answer = through(seller, "=no", "=yes", "=yes", "=yes", "=yes", "=yes", "no", "si")
    assert "Cosas por arreglar: 2" in answer.text
    assert "Despeja la salida" in answer.text
    assert "botiquín" not in answer.text.casefold()
    assert "gasas" in answer.text
    assert "Empieza por la primera" in answer.text


def test_all_in_order_has_no_list(seller: Person) -> None:
    seller.presses("calc:international.calc.safe_workshop")
    answer = through(seller, *["=yes"] * 8)
    assert "Cosas por arreglar: 0" in answer.text
    assert "Tu lista" not in answer.text


def test_formalising_goes_on_to_the_countrys_own_page(seller: Person) -> None:
    seller.presses("calc:international.calc.ready_to_register")
    answer = through(seller, "=yes", "=yes", "20", "800", "=yes", "=no", "=yes", "=yes")
    assert "2,5 %" in answer.text
    assert "Pasos que faltan: 1" in answer.text
    assert seller.taps("Formalizar negocio").page.startswith("bo/")


def test_numbers_that_cannot_be_are_not_worked_out_and_can_be_changed(seller: Person) -> None:
    seller.presses("calc:international.calc.loan_cost")
    answer = through(seller, "1000", "=month", "9", "100")
    assert "menos de lo que recibes" in answer.text
    assert labels(answer)[:2] == ["Cambiar un dato", "Lecciones cortas"]
    assert seller.conversation.lessons == ()


def test_an_exercise_cites_no_office_and_offers_no_letter(seller: Person) -> None:
    seller.presses("calc:international.calc.online_margin")
    answer = through(seller, "50", "30", "15", "5")
    assert not answer.doors
    assert not any(button.action.startswith("letter:") for button in answer.buttons)
    assert "sentencia" not in answer.text


def test_a_lesson_is_heard_again_and_not_its_topics_page(seller: Person) -> None:
    seen = seller.presses("lesson:safety")
    heard = seller.presses("listen")
    assert heard.spoken
    assert heard.text == seen.text


@pytest.mark.parametrize(("topic", "action"), OFFERED_ON.items())
def test_pages_about_ones_own_business_offer_their_lesson(seller: Person, topic: str, action: str) -> None:
    answer = seller.presses(f"topic:entrepreneurship.{topic}")
    assert action in [button.action for button in answer.buttons]


@pytest.mark.parametrize("language", LANGUAGES)
def test_labels_fit_a_button_and_choices_a_list(house: House, keywords: Keywords, language: str) -> None:
    person = somebody(house, keywords, language=language, language_chosen=True, lessons=tuple(house.library.lessons))
    answers = [person.presses("lesson:"), *(person.presses(f"lesson:{name}") for name in house.library.lessons)]
    answers += [person.presses(f"topic:entrepreneurship.{topic}") for topic in OFFERED_ON]
    for answer in answers:
        assert len(answer.buttons) <= LIST_LIMIT, answer.text
    for answer in answers[: len(house.library.lessons) + 1]:
        assert all(len(label) <= BUTTON_LIMIT for label in labels(answer)), labels(answer)
    words = house.catalogues.words(language)
    for topic in OFFERED_ON:
        offered = lessons.buttons_for(house.library, f"entrepreneurship.{topic}", words)
        assert all(len(button.label) <= BUTTON_LIMIT for button in offered)


def test_every_lesson_is_written_in_every_language(library: Library) -> None:
    for name in library.lessons:
        for language in LANGUAGES:
            text = library.lesson_text(name, language)
            assert text is not None
            assert text.language == language


def test_the_meaning_of_a_result_is_told_in_every_language(library: Library, catalogues: Catalogues) -> None:
    for name, entry in library.lessons.items():
        found = library.calculation(entry.exercise)
        assert found is not None
        for example in found[1].examples:
            result = Calculator(library).work_out(entry.exercise, example.facts, DAY, home="pe")
            if isinstance(result, Working):
                assert result.means is not None, name
                assert set(LANGUAGES) <= set(result.means), name


BROKEN = [
    ("lessons.yaml", "international.calc.loan_cost", "international.calc.loan", "no calculation"),
    ("lessons.yaml", "topic: entrepreneurship.marketing", "topic: entrepreneurship.market", "no topic"),
    ("lessons.yaml", 'pt: "Poupar"', 'pt: "Guardar dinheiro todo mês"', "longer than 16"),
    ("lessons/saving.es.md", "Se ahorra", "x" * 901 + " Se ahorra", "shorten it"),
]


@pytest.mark.parametrize(("file", "old", "new", "words"), BROKEN)
def test_what_is_wrong_with_a_lesson_is_named(tmp_path: Path, file: str, old: str, new: str, words: str) -> None:
    path = _copy(tmp_path) / file
    raw = path.read_text()
    assert old in raw
    path.write_text(raw.replace(old, new, 1))
    assert any(words in str(problem) for problem in _problems(tmp_path) if not problem.warning)


def test_a_missing_translation_and_a_text_without_a_lesson_are_named(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "lessons" / "price.ht.md").rename(folder / "lessons" / "prices.ht.md")
    told = [str(problem) for problem in _problems(tmp_path)]
    assert any("lessons/price.ht.md" in problem and "no text" in problem for problem in told)
    assert any("lessons/prices.ht.md" in problem and "no lesson 'prices'" in problem for problem in told)


def _copy(folder: Path) -> Path:
    """The international part of the content alone."""
    shutil.copytree(ROOT / "content" / "international", folder / "international")
    for name in ("topics.yaml", "questions.yaml"):
        shutil.copy(ROOT / "content" / name, folder / name)
    return folder / "international"


def _problems(folder: Path) -> list[loading.Problem]:
    return checks.problems(loading.load(folder), DAY, list(LANGUAGES))
