"""One entry is changed, everything else stays, whatever is typed."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.library.amend import NoSuchPlace
from bot.library.entries import put_entry
from tests.conftest import ROOT

FILE = """\
# offices
offices:
  pe.a:  # the first
    name: "A"
    phones:
      - {number: "1", free: true}  # free
      - {number: "2"}
    checked: "2026-01"
  # between
  pe.b: {name: "B", checked: "2026-02"}
  pe.c:
    name: >
      long
      name

# the end
"""


def read(raw: str) -> dict:
    return YAML(typ="safe").load(io.StringIO(raw))


def test_a_list_a_text_and_a_new_key_are_set_and_comments_stay() -> None:
    raw = put_entry(FILE, ("offices", "pe.a"), {"phones": [{"number": "3"}], "checked": "2026-11", "latitude": -12.5})
    entry = read(raw)["offices"]["pe.a"]
    assert entry == {"name": "A", "phones": [{"number": "3"}], "checked": "2026-11", "latitude": -12.5}
    assert read(raw)["offices"]["pe.b"] == {"name": "B", "checked": "2026-02"}
    for comment in ("# offices", "# the first", "# between", "# the end"):
        assert comment in raw


def test_an_entry_in_braces_and_a_text_of_many_lines() -> None:
    raw = put_entry(FILE, ("offices", "pe.b"), {"checked": "2026-11", "hours": "Mo-Fr 08:00-12:00"})
    assert read(raw)["offices"]["pe.b"] == {"name": "B", "checked": "2026-11", "hours": "Mo-Fr 08:00-12:00"}
    raw = put_entry(raw, ("offices", "pe.c"), {"name": "C", "url": None})
    assert read(raw)["offices"]["pe.c"] == {"name": "C", "url": None}


def test_a_new_entry_is_added_only_when_asked_for() -> None:
    with pytest.raises(NoSuchPlace):
        put_entry(FILE, ("offices", "pe.d"), {"name": "D"})
    raw = put_entry(FILE, ("offices", "pe.d"), {"name": "D", "phones": []}, new=True)
    assert read(raw)["offices"]["pe.d"] == {"name": "D", "phones": []}


@given(st.text(max_size=60))
def test_nothing_typed_breaks_out_of_its_place(text: str) -> None:
    raw = put_entry(FILE, ("offices", "pe.a"), {"name": text, "what": {"es": text}, "visits": [{"city": text}]})
    found = read(raw)["offices"]
    assert set(found) == {"pe.a", "pe.b", "pe.c"}
    assert found["pe.a"]["name"] == found["pe.a"]["what"]["es"] == found["pe.a"]["visits"][0]["city"]
    assert set(found["pe.a"]) == {"name", "phones", "checked", "what", "visits"}


@pytest.mark.parametrize("path", sorted((ROOT / "content").glob("*/offices.yaml")), ids=lambda path: path.parent.name)
def test_every_office_of_the_content_can_be_changed(path: Path) -> None:
    raw = path.read_text()
    for name, entry in list(read(raw)["offices"].items())[:6]:
        changed = put_entry(raw, ("offices", name), {"phones": [{"number": "1"}], "checked": "2026-11"})
        wanted = read(raw)
        wanted["offices"][name] = entry | {"phones": [{"number": "1"}], "checked": "2026-11"}
        assert read(changed) == wanted
