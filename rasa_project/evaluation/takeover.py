"""Whether a new model may take the place of the one that is served."""

from __future__ import annotations

import asyncio
import hashlib
import json
from pathlib import Path
from typing import Any

from evaluation.figures import figures
from evaluation.runs import served_answers

TESTS = Path(__file__).resolve().parent.parent / "tests"
TOLERATED = 0.01
"""A language may lose this share of its messages: one or two may always fall the other way."""
ENOUGH = 30
"""Messages of a language before its figure counts alone."""


def reasons_against(new: Path, served: Path) -> list[str]:
    """In words, in what the new model understands the held-out messages worse; empty when in nothing that counts."""
    return compared(_figures(new), _figures(served))


def compared(new: dict[str, Any], served: dict[str, Any]) -> list[str]:
    """The same for figures."""
    pairs = {"all languages": (new["all"], served["all"])}
    pairs |= {
        language: (new["by language"][language], before)
        for language, before in served["by language"].items()
        if language in new["by language"] and before["messages"] >= ENOUGH
    }
    worse = [
        f"{name}: top-1 {now['top-1']:.3f} instead of {before['top-1']:.3f}"
        for name, (now, before) in pairs.items()
        if now["top-1"] < before["top-1"] - TOLERATED
    ]
    missed, missed_before = (len(run["danger"]["missed"]) for run in (new, served))
    if missed > missed_before:
        worse.append(f"danger: {missed} missed instead of {missed_before}")
    return worse


def _figures(model: Path) -> dict[str, Any]:
    """Figures of a model, from beside it when they were taken with the present held-out messages."""
    beside = model.with_suffix("").with_suffix(".json")
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sorted(TESTS.glob("*/*.yml")))).hexdigest()
    if beside.exists():
        kept = json.loads(beside.read_text("utf-8"))
        if kept["messages"] == digest:
            return dict(kept["figures"])
    found = figures(asyncio.run(served_answers(model, 1)))
    beside.write_text(json.dumps({"messages": digest, "figures": found}), "utf-8")
    return found
