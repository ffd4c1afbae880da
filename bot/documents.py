"""Papers that people keep or hand over, as PDF: letters, workings, diaries. What they say is data to typst, never part
of a template.
"""

from __future__ import annotations

import asyncio
import csv
import hashlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

from bot.channels import markup

TEMPLATES = Path(__file__).parent / "print"
KINDS = ("letter", "sheet")
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
TIMEOUT = 20.0
"""Seconds; a page takes a fiftieth of one."""


class Documents:
    """Renders papers into a folder from which they are sent and then removed."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    async def pdf(self, document: Mapping[str, Any]) -> bytes:
        """The bytes of a PDF. Raises ValueError for an unknown kind, RuntimeError and TimeoutError when it fails."""
        kind, said = str(document["kind"]), json.dumps(_plain(document["said"]), ensure_ascii=False, sort_keys=True)
        if kind not in KINDS:
            raise ValueError(kind)
        return await asyncio.wait_for(asyncio.to_thread(_compiled, kind, said), TIMEOUT)

    async def data(self, document: Mapping[str, Any]) -> bytes:
        """The bytes of a paper, a PDF or a table for spreadsheets. Raises what `pdf` raises."""
        return _table(document["said"]) if document["kind"] == "csv" else await self.pdf(document)

    async def file(self, document: Mapping[str, Any]) -> str:
        """The same, written to a file of the folder. Whoever sends it removes it."""
        data = await self.data(document)
        path = self.folder / f"{hashlib.sha256(data).hexdigest()[:24]}.{'csv' if document['kind'] == 'csv' else 'pdf'}"
        self.folder.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        return str(path)


def _table(said: Mapping[str, Any]) -> bytes:
    """Rows as CSV that spreadsheets open rightly; a cell that could be a formula is made text."""
    out = io.StringIO()
    writer = csv.writer(out)
    for row in [said["head"], *said["rows"]]:
        writer.writerow([f"'{cell}" if str(cell).startswith(FORMULA_SIGNS) else cell for cell in row])
    return ("\ufeff" + out.getvalue()).encode()


def _plain(said: Any) -> Any:
    """What is said without marks, whatever its shape."""
    if isinstance(said, str):
        return markup.plain(said) if "**" in said or said.startswith(("- ", "_")) else said
    if isinstance(said, Mapping):
        return {key: _plain(value) for key, value in said.items()}
    if isinstance(said, list | tuple):
        return [_plain(part) for part in said]
    return said


def _compiled(kind: str, said: str) -> bytes:
    made = typst.compile(str(TEMPLATES / f"{kind}.typ"), sys_inputs={"said": said})
    return bytes(made) if isinstance(made, bytes) else bytes(made[0])
