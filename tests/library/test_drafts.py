"""Languages that wait for a native reader: drafts are kept, never shown, and the languages never offered."""

import pytest
from babel.messages.pofile import read_po

from bot.translations import Catalogues
from tests.conftest import ROOT

DRAFTS = ("qu", "ay", "gn")


@pytest.mark.parametrize("language", DRAFTS)
def test_every_draft_is_marked_and_nobody_sees_it(catalogues: Catalogues, language: str) -> None:
    with (ROOT / "locales" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        written = [message for message in read_po(file) if message.id and message.string]
    assert len(written) > 20
    assert all(message.fuzzy for message in written)
    assert language not in [offered.code for offered in catalogues.offered()]
    assert catalogues.words(language).say("yes") == "Sí"


@pytest.mark.parametrize("language", DRAFTS)
def test_a_draft_keeps_what_is_filled_in(language: str) -> None:
    with (ROOT / "locales" / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        call = next(message.string for message in read_po(file) if message.id == "emergency_call")
    assert "{number}" in call and "{name}" in call
