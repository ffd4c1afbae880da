"""An office's links: signed, short, readable when broken; its prints; its line for a site."""

from __future__ import annotations

from pathlib import Path

import pytest
import segno
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from bot import sharing
from bot.__main__ import app
from bot.conversation.house import House
from bot.conversation.invitation import Invitation, Invitations
from bot.library.loading import Library
from bot.settings import Settings
from bot.translations import Catalogues
from bot.understanding.keywords import Keywords
from tests.conversation.talk import Person

INVITATIONS = Invitations(b"test")
SET = {
    "telegram_username": "amparo_bot",
    "whatsapp_number": "+51 999 999 999",
    "public_address": "https://amparo.example",
}


@pytest.fixture
def kit(library: Library) -> sharing.Kit:
    office = library.office("pe.sunafil")
    assert office
    return sharing.Kit(Settings(_env_file=None, **SET), INVITATIONS, "pe.sunafil", office)


@pytest.fixture
def visitor(house: House, keywords: Keywords) -> Person:
    return Person(house, keywords)


def test_a_code_comes_back_as_it_went() -> None:
    invitation = Invitation("ht", "cl", "pe.sunafil", "unpaid_wages")
    code = INVITATIONS.code(invitation)
    assert len(code) <= 64
    assert INVITATIONS.read(code) == invitation


@given(st.text(max_size=80))
def test_no_other_text_is_an_invitation(text: str) -> None:
    assert INVITATIONS.read(text) is None


def test_a_changed_code_is_not_ours() -> None:
    code = INVITATIONS.code(Invitation("es", "pe", "pe.sunafil"))
    assert INVITATIONS.read(code.replace("sunafil", "another")) is None
    assert Invitations(b"another key").read(code) is None


def test_every_office_and_topic_has_a_link_that_telegram_takes(library: Library, catalogues: Catalogues) -> None:
    settings = Settings(_env_file=None, **SET)
    for content in library.countries.values():
        for name, office in content.offices.offices.items():
            links = sharing.Kit(settings, INVITATIONS, name, office).links(catalogues.words("es"))
            assert len(links.telegram.partition("start=")[2]) <= 64, name


def test_a_link_lands_in_the_right_language_and_country_with_the_office_first(visitor: Person) -> None:
    code = INVITATIONS.code(Invitation("en", "pe", "pe.defensa_publica"))
    answer = visitor.presses(f"start:{code}")
    assert (visitor.conversation.language, visitor.conversation.country) == ("en", "pe")
    assert answer.buttons
    assert visitor.last
    assert visitor.last.arrived == "pe.defensa_publica"
    assert visitor.presses("topic:labour_rights.unpaid_wages/doors").doors[0].id == "pe.defensa_publica"


def test_a_link_may_lead_straight_to_a_topic(visitor: Person) -> None:
    code = INVITATIONS.code(Invitation("es", "pe", "pe.sunafil", "unpaid_wages"))
    visitor.presses(f"start:{code}")
    assert visitor.conversation.open
    assert visitor.conversation.open.topic == "labour_rights.unpaid_wages"


@pytest.mark.parametrize("code", ["", "es-pe-pe_sunafil--aaaaaaaa", "ht-x", "😀", "-" * 64])
def test_a_broken_link_still_opens_the_door(visitor: Person, code: str) -> None:
    assert visitor.presses(f"start:{code}").buttons
    assert visitor.conversation.office == ""


def test_a_poster_a_card_and_codes_in_five_languages(kit: sharing.Kit, catalogues: Catalogues, tmp_path: Path) -> None:
    for language in catalogues.offered():
        files = kit.write(tmp_path, catalogues.words(language.code))
        assert {path.suffix for path in files} == {".svg", ".png", ".pdf"}
        assert all(path.stat().st_size > 300 for path in files)
        assert files[-1].read_bytes().startswith(b"%PDF")


def test_text_in_an_offices_name_cannot_run_in_the_print(
    library: Library, catalogues: Catalogues, tmp_path: Path
) -> None:
    office = library.office("pe.sunafil")
    assert office
    evil = office.model_copy(update={"short": '#read("/etc/passwd") $x$ *b*'})
    kit = sharing.Kit(Settings(_env_file=None, **SET), INVITATIONS, "pe.sunafil", evil)
    assert kit.write(tmp_path, catalogues.words("es"))


def test_the_qr_code_leads_where_the_link_does(kit: sharing.Kit, catalogues: Catalogues) -> None:
    link = kit.links(catalogues.words("pt")).whatsapp
    assert link.startswith("https://wa.me/51999999999?text=Ol%C3%A1.%20%5Bpt-pe-")
    assert segno.make(link, error="m", micro=False).designator


def test_the_command_prints_links_and_says_when_there_is_no_such_office(tmp_path: Path) -> None:
    run = CliRunner()
    good = run.invoke(app, ["share", "--office", "pe.sunafil", "--language", "es", "--out", str(tmp_path)])
    assert good.exit_code == 0, good.output
    assert "/?start=es-pe-pe_sunafil--" in good.output
    assert (tmp_path / "pe.sunafil" / "poster.es.pdf").exists()
    assert run.invoke(app, ["share", "--office", "pe.nowhere"]).exit_code == 1
