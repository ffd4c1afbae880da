"""Saying that an answer is wrong: what exactly, of which office, kept without a word of the person."""

from __future__ import annotations

from bot.conversation.actions import do
from bot.conversation.house import House
from bot.conversation.state import Conversation
from tests.conftest import NOON

PAGE = "pe/labour_rights/unpaid_wages.es.md"


def conversation(*doors: str, page: str = PAGE) -> Conversation:
    return Conversation(language="es", country="pe", page=page, version="12345678", doors=doors)


def actions(done: object) -> list[str]:
    return [button.action for button in done.answers[-1].buttons]


def test_a_phone_of_the_only_office_is_reported_at_once(house: House) -> None:
    done = do("feedback:outdated", conversation("pe.sunafil"), house, "web", NOON)
    assert done.judged and done.judged[2] == "outdated"
    assert actions(done)[:3] == ["wrong:phone", "wrong:link", "wrong:untrue"]
    assert do("wrong:phone", conversation("pe.sunafil"), house, "web", NOON).reported == ("phone", "pe.sunafil")


def test_of_several_offices_one_is_chosen_and_no_other_can_be(house: House) -> None:
    talk = conversation("pe.sunafil", "pe.essalud")
    asked = do("wrong:phone", talk, house, "web", NOON)
    assert asked.reported is None
    assert actions(asked) == ["wrong:phone/pe.sunafil", "wrong:phone/pe.essalud"]
    assert do("wrong:phone/pe.essalud", talk, house, "web", NOON).reported == ("phone", "pe.essalud")
    forged = do("wrong:phone/bo.ministerio_trabajo", talk, house, "web", NOON)
    assert forged.reported is None


def test_the_text_itself(house: House) -> None:
    done = do("wrong:untrue", conversation(), house, "web", NOON)
    assert done.reported == ("untrue", PAGE)
    assert "wrong:phone" not in actions(do("feedback:outdated", conversation(), house, "web", NOON))


def test_without_a_page_there_is_nothing_to_report(house: House) -> None:
    for action in ("wrong:phone", "wrong:untrue", "wrong:", "wrong:x/../y"):
        assert do(action, conversation(page=""), house, "web", NOON).reported is None
