"""Which country's page answers somebody who works in one country and comes from another."""

import pytest

from bot.conversation.house import House
from bot.messages import Answer, Request
from tests.conftest import NOON


def asked(house: House, topic: str, detail: str = "", papers: bool | None = None) -> Answer:
    request = Request(
        topic=topic, language="es", day=NOON, country="gt", origin="hn", work="general", detail=detail, papers=papers
    )
    answer = house.modules["articles"].answer(request)
    assert isinstance(answer, Answer)
    return answer


@pytest.mark.parametrize("topic", ["labour_rights.irregular_status", "consular.regularisation"])
def test_the_law_of_the_place_comes_first_and_the_help_of_home_is_a_button(house: House, topic: str) -> None:
    answer = asked(house, topic)
    assert answer.page.startswith("gt/")


def test_what_home_does_opens_from_the_page_of_the_place(house: House) -> None:
    answer = asked(house, "labour_rights.irregular_status")
    button = next(button for button in answer.buttons if button.action.endswith("/home"))
    assert button.label == "Ayuda de Honduras"
    assert asked(house, "labour_rights.irregular_status", "home").page.startswith("hn/")


def test_consular_help_is_that_of_home_with_the_place_beside_it(house: House) -> None:
    answer = asked(house, "consular.passport")
    assert answer.page.startswith("hn/consular/passport.abroad")
    assert any(button.action == "topic:consular.passport/here" for button in answer.buttons)


def test_trouble_at_work_comes_with_the_help_of_home(house: House) -> None:
    request = Request(
        topic="labour_rights.unpaid_wages", language="es", day=NOON, country="es", origin="bo", work="domestic"
    )
    answer = house.modules["articles"].answer(request)
    assert isinstance(answer, Answer)
    assert answer.page.startswith("es/labour_rights/unpaid_wages")
    assert "Tu país también ayuda desde España" in answer.text
    assert answer.buttons[0].action == "topic:consular.legal_assistance/home"


def test_what_was_paid_in_counts_at_home(house: House) -> None:
    request = Request(
        topic="social_security.contributions", language="es", day=NOON, country="es", origin="ec", work="domestic"
    )
    answer = house.modules["articles"].answer(request)
    assert isinstance(answer, Answer)
    assert answer.buttons[0].action == "topic:social_security.portability/home"


@pytest.mark.parametrize(
    ("stage", "topic"),
    [("before", "consular.pre_departure"), ("there", "consular.regularisation"), ("back", "consular.return")],
)
def test_each_part_of_a_journey_has_its_own_door(house: House, stage: str, topic: str) -> None:
    menu = Request(topic="conversation.menu", language="pt", day=NOON, detail="consular")
    first = house.modules["housekeeping"].answer(menu)
    assert isinstance(first, Answer)
    assert f"menu:consular/{stage}" in [button.action for button in first.buttons]
    assert len(first.buttons) <= 10, "they fit one list of WhatsApp"
    menu = Request(topic="conversation.menu", language="pt", day=NOON, detail=f"consular/{stage}")
    second = house.modules["housekeeping"].answer(menu)
    assert isinstance(second, Answer)
    assert f"topic:{topic}" in [button.action for button in second.buttons]
