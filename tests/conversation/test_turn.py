"""How a conversation goes, told by what a person writes and gets."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.conversation.house import House
from bot.conversation.state import Conversation
from bot.messages import Message
from bot.understanding.keywords import Keywords
from tests.conftest import NOON
from tests.conversation.talk import Person, labels

UNPAID = "labour_rights.unpaid_wages"


@pytest.fixture
def person(house: House, keywords: Keywords) -> Person:
    return Person(house, keywords)


@pytest.fixture
def known(house: House, keywords: Keywords) -> Person:
    """Somebody who wrote before: a domestic worker in Peru."""
    return Person(house, keywords, Conversation(language="es", country="pe", work="domestic", welcomed=True))


def test_first_contact_says_what_it_is_asks_the_country_and_then_answers_the_question(person: Person) -> None:
    first = person.says("mi patrona no me pagó el mes pasado")
    assert "programa" in first.text
    assert "¿En qué país trabajas?" in first.text
    answer = person.taps("Perú")
    assert answer.topic == UNPAID
    assert answer.page == "pe/labour_rights/unpaid_wages.domestic.es.md"
    assert answer.sources[0].title.startswith("Ley 31047")
    assert "📖" in answer.text


def test_the_kind_of_work_is_asked_where_the_law_differs_by_it(person: Person) -> None:
    question = person.says("no me pagaron y estoy en Perú")
    assert "¿En qué trabajas?" in question.text
    answer = person.says("limpio casas")
    assert answer.page == "pe/labour_rights/unpaid_wages.domestic.es.md"


def test_a_question_in_words_is_answered_by_number_too(person: Person) -> None:
    person.says("no me pagaron")
    number = labels(person.last.answers[-1]).index("Perú") + 1
    assert "¿En qué trabajas?" in person.says(str(number)).text


def test_the_language_follows_the_person_and_one_tap_changes_it(known: Person) -> None:
    known.says("my boss did not pay me last month")
    assert known.conversation.language == "en"
    known.presses("language:fr")
    assert known.conversation.language == "fr"
    known.says("my boss did not pay me again this week")
    assert known.conversation.language == "fr"


def test_one_word_never_changes_the_language(known: Person) -> None:
    known.says("ok")
    assert known.conversation.language == "es"


def test_it_tells_what_it_knows_and_takes_corrections_in_words(known: Person) -> None:
    assert "Perú" in known.says("¿qué sabes de mí?").text
    assert "Chile" in known.says("ahora estoy en Chile").text
    assert known.conversation.country == "cl"
    known.says("soy jornalero")
    assert known.conversation.work == "agricultural"
    known.says("soy hondureña")
    assert known.conversation.origin == "hn"


def test_a_follow_up_keeps_the_topic_and_asks_about_another_country(known: Person) -> None:
    known.says("no me pagó mi patrona")
    answer = known.says("¿y en Uruguay?")
    assert answer.topic == UNPAID
    assert "Uruguay" in answer.text
    assert known.conversation.country == "pe"


def test_a_follow_up_without_papers_keeps_the_topic(known: Person) -> None:
    known.says("no me pagó mi patrona")
    answer = known.says("¿y si no tengo papeles?")
    assert answer.topic == UNPAID
    assert known.conversation.papers is False


def test_half_sure_answers_and_offers_other_readings_first(known: Person) -> None:
    ranking = ((UNPAID, 0.3), ("labour_rights.bonuses", 0.2), ("labour_rights.settlement", 0.15))
    answer = known.says("lo del dinero", ranking=ranking)
    assert answer.topic == UNPAID
    assert labels(answer)[:2] == ["Aguinaldo y bonos", "Liquidación"]


def test_unsure_says_so_and_offers_topics_the_menu_and_a_person(known: Person) -> None:
    answer = known.says("lo que pasa es eso pues", ranking=((UNPAID, 0.05), ("labour_rights.bonuses", 0.04)))
    assert "prefiero no adivinar" in answer.text
    assert labels(answer)[-2:] == ["Otra cosa", "Hablar con alguien"]
    assert "No me pagaron" in labels(answer)


def test_of_two_problems_the_urgent_one_is_answered_and_the_other_is_the_first_button(known: Person) -> None:
    ranking = (("labour_rights.dismissal", 0.6), ("labour_rights.maternity", 0.3))
    told = "estoy embarazada y me echaron"
    answer = known.says(told, ranking=ranking, second="labour_rights.maternity", second_share=0.9)
    assert answer.topic == "labour_rights.maternity"
    assert labels(answer)[0] == "Me despidieron"


def test_an_urgent_problem_that_was_hardly_told_is_only_offered(known: Person) -> None:
    ranking = (("social_security.enrolment", 0.62), ("labour_rights.contract", 0.3))
    told = "não assinou minha carteira e não deposita o INSS"
    answer = known.says(told, ranking=ranking, second="labour_rights.document_retention", second_share=0.5)
    assert answer.topic == "social_security.enrolment"
    assert labels(answer)[0] == "Retêm documentos"


DANGER = [
    ("es", "mi patrón me tiene encerrada"), ("es", "me quiere matar"), ("es", "ya no quiero vivir"),
    ("es", "me quitó el pasaporte y me amenaza con denunciarme"), ("pt", "meu patrão me trancou em casa"),
    ("pt", "ele vai me matar socorro"), ("pt", "quero morrer"), ("en", "my boss locked me in the house"),
    ("en", "he hits me every day"), ("en", "i want to kill myself"), ("fr", "mon patron m'a enfermée"),
    ("fr", "il veut me tuer"), ("fr", "je veux mourir"), ("ht", "patwon an femenm nan kay la"),
    ("ht", "li vle touye m"), ("ht", "m vle mouri"), ("ht", "yo kenbe paspòm epi yo menase m"),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text"), DANGER)
def test_danger_comes_first_by_words_alone_in_any_state(known: Person, language: str, text: str) -> None:
    known.conversation = known.conversation.with_(language=language, language_chosen=True)
    known.presses("countries")
    answer = known.says(text)
    assert answer.topic == "conversation.emergency"
    first = answer.text.split("\n")[0]
    assert "105" in first or "113" in first
    assert len([line for line in answer.text.split("\n") if line]) <= 5
    assert not any(button.action.startswith("feedback") for button in answer.buttons)


@pytest.mark.parametrize(
    "text",
    [
        "¿qué pasa si me pega?",
        "el año pasado me encerraron, ¿puedo denunciar?",
        "what if he hits me",
        "et si il me frappe ?",
    ],
)
def test_danger_that_is_asked_about_or_long_past_is_no_alarm(known: Person, text: str) -> None:
    assert known.says(text).topic != "conversation.emergency"


def test_danger_without_a_country_gives_numbers_and_asks_where(person: Person) -> None:
    answer = person.says("auxilio me está pegando")
    assert "911" in answer.text
    assert "Perú" in labels(answer)
    assert "105" not in answer.text
    person.taps("Perú")
    assert "105" in person.last.answers[-1].text


def test_feedback_is_kept_with_the_page_and_its_version(known: Person) -> None:
    answer = known.says("no me pagó mi patrona")
    known.taps("Ya no es así")
    assert known.last.judged == (answer.page, answer.version, "outdated")


def test_erasing_forgets_and_starts_anew(known: Person) -> None:
    answer = known.says("borra todo")
    assert known.last.forget
    assert answer.fleeting
    assert known.conversation == Conversation(language="es")


@pytest.mark.parametrize(
    "action", ["topic:no.such", "country:xyz", "language:klingon", "work:astronaut", "nonsense", ":", "feedback:great"]
)
def test_a_button_that_means_nothing_any_more_shows_the_menu(known: Person, action: str) -> None:
    assert "menu:labour_rights" in [button.action for button in known.presses(action).buttons]


@pytest.mark.parametrize(
    "topic",
    [
        "conversation.menu",
        "conversation.human",
        "conversation.privacy",
        "conversation.calculate",
        "conversation.out_of_scope",
    ],
)
def test_nothing_is_a_dead_end(known: Person, topic: str) -> None:
    assert known.presses(f"topic:{topic}").buttons


@pytest.mark.parametrize("reason", ["too_long", "voice", "file"])
def test_what_cannot_be_read_gets_a_word_and_a_way_on(known: Person, reason: str) -> None:
    answer = known.sends(Message("test", "p", "1", NOON, unreadable=reason))
    assert answer.buttons


WORDS = st.text(max_size=300) | st.sampled_from([
    "hola", "1", "99", "0", "menu", "no me pagaron", "estoy en Perú", "auxilio", "soy jornalero",
    "/start", "<b>x</b>", "**x**", "\x00", "\ud800", "😀", "مرحبا"])  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=6))
def test_any_chain_of_messages_is_always_answered_with_a_way_on(
    house: House, keywords: Keywords, texts: list[str]
) -> None:
    person = Person(house, keywords)
    for text in texts:
        answer = person.says(text)
        assert answer.text
        assert answer.buttons or person.last.forget
        assert person.conversation.language in ("es", "pt", "en", "fr", "ht")


def test_a_consulate_is_named_by_its_country_not_by_where_the_person_works(known: Person) -> None:
    ranking = (("consular.find_consulate", 0.9),)
    answer = known.says("¿dónde queda el consulado de Bolivia?", ranking=ranking)
    assert "Consulado de Bolivia" in answer.text
    assert "Tacna" in answer.text
    assert known.conversation.country == "pe"
    assert known.conversation.origin == "bo"


def test_no_the_other_one_offers_what_else_was_meant(known: Person) -> None:
    ranking = (("labour_rights.dismissal", 0.6), ("labour_rights.settlement", 0.2), ("labour_rights.maternity", 0.1))
    known.says("me sacaron y no se que me toca", ranking=ranking)
    answer = known.says("no, lo otro")
    assert answer.buttons[0].action == "topic:labour_rights.settlement"
    known.presses(answer.buttons[0].action)
    assert known.conversation.topic == "labour_rights.settlement"


def test_danger_asked_about_goes_to_its_page_with_the_hotline_beside_it(known: Person) -> None:
    ranking = (("conversation.emergency", 0.7), ("labour_rights.harassment", 0.2))
    answer = known.says("¿qué pasa si me pegan en el trabajo?", ranking=ranking, danger="asked")
    assert answer.topic == "labour_rights.harassment"
    assert "**100**" in answer.text


def test_what_was_understood_of_money_and_time_is_said_back_and_kept(known: Person) -> None:
    ranking = (("labour_rights.unpaid_wages", 0.9),)
    answer = known.says("me debe S/ 1,200 al mes desde hace dos años y medio", ranking=ranking)
    assert "S/ 1,200 al mes" in answer.text
    assert "2.5 años" in answer.text
    assert "S/ 1,200 al mes" in known.presses("know").text


def test_the_consular_menu_leads_through_a_journey(known: Person) -> None:
    known.presses("menu:consular")
    answer = known.taps("Voy a volver")
    assert "empezar de nuevo" in answer.text
    assert "Volver a mi país" in labels(answer) or "topic:consular.return" in [one.action for one in answer.buttons]
