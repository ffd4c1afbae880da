"""The lists of words beside the modules, which anybody may extend: one pair a line, `typed = meant`."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

HERE = Path(__file__).parent


@lru_cache
def word_pairs(name: str) -> dict[str, str]:
    """The pairs of the named list; lines that start with # are remarks."""
    lines = (HERE / f"{name}.txt").read_text("utf-8").splitlines()
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {typed.strip(): meant.strip() for typed, meant in pairs}
