"""Papers: what people told is data, never part of a template, and never a formula in a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.documents import Documents

pytestmark = pytest.mark.anyio
EVIL = '#eval("1")[*x*] $a$ \\ "quote" <b> @ref //'


def sheet(text: str) -> dict:
    said = {
        "language": "es",
        "title": text,
        "above": [text],
        "head": [text],
        "rows": [[text]],
        "below": [text],
        "footer": text,
    }
    return {"kind": "sheet", "said": said}


async def test_whatever_was_told_a_paper_comes_out(tmp_path: Path) -> None:
    assert (await Documents(tmp_path).data(sheet(EVIL))).startswith(b"%PDF")


async def test_a_letter_has_the_persons_own_language_behind(tmp_path: Path) -> None:
    page = dict.fromkeys(["day", "body", "place_and_day", "to", "name_and_document", "signature", "received"], EVIL)
    letter = page | {"language": "es"}
    said = {"language": "es", "letter": letter, "own": letter | {"only_to_read": "para leer"}}
    assert (await Documents(tmp_path).data({"kind": "letter", "said": said})).startswith(b"%PDF")


async def test_no_cell_is_a_formula(tmp_path: Path) -> None:
    said = {"head": ["a"], "rows": [["=1+1"], ["@x"], ["-1"], ["plain"]]}
    lines = (await Documents(tmp_path).data({"kind": "csv", "said": said})).decode("utf-8-sig").splitlines()
    assert lines == ["a", "'=1+1", "'@x", "'-1", "plain"]


async def test_an_unknown_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="poem"):
        await Documents(tmp_path).data({"kind": "poem", "said": {}})
