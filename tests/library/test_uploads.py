"""Sheets that somebody uploads: bombs and broken files are refused before they are read."""

from __future__ import annotations

import contextlib
import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.library import uploads
from bot.library.uploads import NotTaken, look


def workbook() -> bytes:
    out = io.BytesIO()
    Workbook().save(out)
    return out.getvalue()


def archive(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, raw in parts.items():
            file.writestr(name, raw)
    return out.getvalue()


def test_a_workbook_and_a_catalogue_are_taken() -> None:
    assert look("chile.xlsx", workbook()) == ".xlsx"
    assert look("chile.PO", b'msgid ""\nmsgstr ""\n') == ".po"


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.exe", b"MZ", "kind"),
        ("a.xlsx", b"not a zip", "broken"),
        ("a.xlsx", archive(x=b"\0" * (uploads.UNPACKED + 1)), "large"),
        ("a.xlsx", archive(**{f"p{number}": b"" for number in range(uploads.PARTS + 1)}), "large"),
        ("a.xlsx", archive(x=b'<!DOCTYPE a [<!ENTITY b "c">]>'), "broken"),
        ("a.po", b"\xff\xfe", "broken"),
        ("a.po", b"x" * (uploads.CATALOGUE + 1), "large"),
    ],
    ids=["program", "text", "bomb", "many", "entities", "bytes", "long"],
)
def test_what_could_hurt_is_refused(name: str, raw: bytes, reason: str) -> None:
    with pytest.raises(NotTaken) as refused:
        look(name, raw)
    assert refused.value.reason == reason


def test_an_archive_that_lies_about_its_size_is_refused() -> None:
    raw = bytearray(archive(x=b"\0" * (uploads.UNPACKED + 1)))
    place = raw.rindex(b"PK\x01\x02")
    raw[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(NotTaken):
        look("a.xlsx", bytes(raw))


@given(st.binary(max_size=400))
def test_no_bytes_break_it(raw: bytes) -> None:
    for name in ("a.xlsx", "a.po"):
        with contextlib.suppress(NotTaken):
            look(name, raw)
