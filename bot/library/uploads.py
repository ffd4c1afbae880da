"""Files that people upload, looked at before anything reads them: how large they are once unpacked, and what is in
them.
"""

from __future__ import annotations

import io
import zipfile

UNPACKED = 40 * 1024 * 1024
"""Bytes of a workbook's parts together, unpacked; a country's sheet has about one megabyte."""
PARTS = 200
CATALOGUE = 8 * 1024 * 1024
CHUNK = 64 * 1024


class NotTaken(Exception):
    """The file is not read; `reason` is a kind: large, kind or broken."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def look(name: str, raw: bytes) -> str:
    """The kind of an uploaded sheet, '.xlsx' or '.po', when it can be read safely.

    Raises NotTaken. What an archive says of its own sizes is not believed: it is unpacked in pieces and counted.
    """
    if name.lower().endswith(".po"):
        if len(raw) > CATALOGUE:
            raise NotTaken("large")
        try:
            raw.decode("utf-8")
        except UnicodeDecodeError:
            raise NotTaken("broken") from None
        return ".po"
    if not name.lower().endswith(".xlsx"):
        raise NotTaken("kind")
    try:
        _unpack(raw)
    except (zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, NotImplementedError, OSError, EOFError, ValueError):
        raise NotTaken("broken") from None
    return ".xlsx"


def _unpack(raw: bytes) -> None:
    left = UNPACKED
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        if len(archive.infolist()) > PARTS:
            raise NotTaken("large")
        for part in archive.infolist():
            with archive.open(part) as file:
                first = True
                while chunk := file.read(CHUNK):
                    left -= len(chunk)
                    if left < 0:
                        raise NotTaken("large")
                    if first and (b"<!DOCTYPE" in chunk or b"<!ENTITY" in chunk):
                        raise NotTaken("broken")  # a workbook has none; they can grow without end
                    first = False
