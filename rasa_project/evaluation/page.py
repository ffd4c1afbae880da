"""EVALUATION.md: the figures as tables, and what changed since the last recorded run."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable
from pathlib import Path
from typing import Any

TITLES = {
    "held_out": "Held-out messages, through the model as it is served",
    "folds": "Five folds of the training phrases (only phrases that the sentence encoder never saw)",
}
TABLES = ("by language", "by field", "by style", "by language and style", "by length")
NOTED = 0.01
"""A change of a point is worth a line."""


def page(runs: dict[str, Any], model: Path) -> str:
    """The whole page."""
    parts = [
        "# How often Amparo understands",
        "Written by `evaluate.py`. A message may have several right topics (`also`).",
        f"Machine: {_machine()}. Model: `{model.resolve().name}`.",
    ]
    for name, title in TITLES.items():
        if name in runs:
            parts += [f"## {title}", *_run(runs[name])]
    return "\n\n".join(parts) + "\n"


def compared(before: dict[str, Any], now: dict[str, Any]) -> str:
    """One line for each figure by language that moved by a point or more."""
    lines = []
    for name in now.keys() & before.keys():
        old, new = _groups(before[name]), _groups(now[name])
        lines += [
            f"{name}, {group}, {figure}: {old[group][figure]:.3f} → {new[group][figure]:.3f}"
            for group in new.keys() & old.keys()
            for figure in ("top-1", "top-3")
            if abs(old[group][figure] - new[group][figure]) >= NOTED
        ]
    return "\n".join(["Against the last recorded run:", *(sorted(lines) or ["no language moved by a point"])])


def _groups(run: dict[str, Any]) -> dict[str, Any]:
    return {"all": run["all"], **run["by language"]}


def _run(run: dict[str, Any]) -> list[str]:
    total, danger, outside = run["all"], run["danger"], run["out of scope"]
    summary = [
        f"{total['messages']} messages: top-1 **{total['top-1']:.3f}**, top-3 **{total['top-3']:.3f}**, "
        f"macro-F1 {run['macro-F1']:.3f}, calibration error (ECE) {run['calibration error']:.3f}.",
        f"Danger: recall {_shown(danger['recall'])} of {danger['messages']}, "
        f"false alarms {_shown(danger['false alarms'])} ({danger['false alarms, messages']} messages).",
    ]
    if outside:
        summary.append(
            f"Not ours ({outside['messages']} messages): answered as ours "
            f"{_shown(outside['answered as ours when sure'])} when sure, "
            f"{_shown(outside['answered as ours when half sure'])} when at least half sure; "
            f"AUROC {_shown(outside['AUROC'])}."
        )
    tables = [_accuracies(title, run[title]) for title in TABLES]
    return [
        "\n".join(f"- {line}" for line in summary),
        _thresholds(run["thresholds"]),
        *tables,
        _confusions(run),
    ]


def _accuracies(title: str, groups: dict[str, Any]) -> str:
    rows = (
        [name, str(row["messages"]), f"{row['top-1']:.3f}", f"{row['top-3']:.3f}"]
        for name, row in groups.items()
    )
    return _table([title, "messages", "top-1", "top-3"], rows)


def _thresholds(rows: dict[str, Any]) -> str:
    cells = ([name, *(_shown(value) for value in row.values())] for name, row in rows.items())
    return _table(["the bot is", "share", "right (first if sure, else among three)"], cells)


def _confusions(run: dict[str, Any]) -> str:
    weakest = sorted(run["by topic"].items(), key=lambda item: item[1]["top-1"])[:10]
    rows = ([wanted, found, str(count)] for wanted, found, count in run["confusions"])
    weak = ", ".join(f"{topic} {row['top-1']:.2f}" for topic, row in weakest)
    return _table(["meant", "understood", "messages"], rows) + f"\n\nWeakest topics: {weak}."


def _table(head: list[str], rows: Iterable[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in lines)


def _shown(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"


def _machine() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
        name = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        name = platform.processor()
    return f"{name}, {os.cpu_count()} cores, Python {platform.python_version()}"
