"""Our Markdown reaches each channel whole and harmless."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from bot.channels import markup
from bot.channels.payloads import answer_of, payload_of
from bot.messages import Answer, Button, Door, Source
from tests.conftest import NOON

PAGE = "Tienen que pagarte.\n\n**Qué hacer**\n\n1. Guarda pruebas.\n2. Denuncia.\n\n- una\n- dos\n\n📞 **105**\n📖 Ley"


def test_plain_text_keeps_numbers_and_lines() -> None:
    lines = markup.plain(PAGE).splitlines()
    assert lines[:6] == ["Tienen que pagarte.", "", "Qué hacer", "", "1. Guarda pruebas.", "2. Denuncia."]
    assert lines[-2:] == ["📞 105", "📖 Ley"]


def test_html_has_lists_and_line_breaks() -> None:
    shown = markup.html(PAGE)
    assert "<strong>Qué hacer</strong>" in shown
    assert "<ol>" in shown
    assert "<br" in shown


@given(st.text())
def test_no_text_becomes_live_markup(text: str) -> None:
    shown = markup.html(text).lower()
    for tag in ("<script", "<img", "<iframe", "<style", 'href="javascript:', 'href="data:'):
        assert tag not in shown


def test_an_answer_survives_the_outgoing_box() -> None:
    answer = Answer(
        "hola",
        topic="x",
        buttons=(Button("a", "b"),),
        sources=(Source("Ley", "1", "", NOON.date()),),
        doors=(Door("pe.x", "X", ("105",), "", True),),
    )
    assert answer_of(json.loads(json.dumps(payload_of(answer) | {"of a newer version": 1}))) == answer
