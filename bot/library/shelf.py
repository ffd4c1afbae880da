"""The library in use: read again when a file changes, with the last good copy of whatever is broken."""

from __future__ import annotations

from pathlib import Path

import structlog

from bot.library import loading
from bot.library.loading import Library

log = structlog.get_logger()


class Shelf:
    """Holds the newest readable content. `keep` is where good copies of the files are put by."""

    def __init__(self, folder: Path, keep: Path | None) -> None:
        self.folder, self.keep = folder, keep
        self._signature = loading.signature(folder)
        self.library: Library = loading.load(folder, keep)
        self._report()

    def refresh(self) -> bool:
        """Read the content again if any file changed; True when it was."""
        signature = loading.signature(self.folder)
        if signature == self._signature:
            return False
        self._signature = signature
        self.library = loading.load(self.folder, self.keep)
        self._report()
        return True

    def _report(self) -> None:
        for problem in self.library.problems:
            log.error("content_broken", where=f"{problem.path}:{problem.line}", problem=problem.text)
