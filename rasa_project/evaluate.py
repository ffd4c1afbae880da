"""Measures how well messages are understood and compares with the last recorded run.

`python evaluate.py` puts the held-out messages through the model archive exactly as the server does, prints
the figures and records them in EVALUATION.md and evaluation.json. `--folds` also measures the pipeline on
five folds of the training phrases; `--quick` takes a third of the messages and records nothing.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent
MODEL = PROJECT / "models" / "current.tar.gz"
RECORD = PROJECT / "evaluation.json"
PAGE = PROJECT / "EVALUATION.md"
ONE_IN = 3


def main() -> int:
    """Evaluate. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a third of the messages, nothing recorded")
    parser.add_argument(
        "--folds", action="store_true", help="also five folds of the training phrases (minutes)"
    )
    parser.add_argument("--model", type=Path, default=MODEL, help="model archive to measure")
    options = parser.parse_args()
    if not options.model.exists():
        print(f"{options.model} is missing: run train.py first.", file=sys.stderr)
        return 1
    from evaluation.figures import figures  # noqa: PLC0415
    from evaluation.page import compared, page  # noqa: PLC0415 - a missing model is told at once
    from evaluation.runs import fold_answers, served_answers  # noqa: PLC0415

    every = ONE_IN if options.quick else 1
    found = {"held_out": figures(asyncio.run(served_answers(options.model, every)))}
    if options.folds:
        found["folds"] = figures(fold_answers(every))
    before = json.loads(RECORD.read_text("utf-8")) if RECORD.exists() else {}
    text = page(found, options.model)
    print(text)
    print(compared(before, found))
    if not options.quick:
        RECORD.write_text(
            json.dumps(before | found, indent=1, ensure_ascii=False, sort_keys=True) + "\n", "utf-8"
        )
        PAGE.write_text(page(before | found, options.model), "utf-8")
    return 0


if __name__ == "__main__":
    os.environ |= {"RASA_TELEMETRY_ENABLED": "false", "LOG_LEVEL": "ERROR", "TF_CPP_MIN_LOG_LEVEL": "3"}
    os.environ |= {"OMP_NUM_THREADS": "1", "SQLALCHEMY_SILENCE_UBER_WARNING": "1", "PYTHONWARNINGS": "ignore"}
    sys.path.insert(0, str(PROJECT))
    sys.exit(main())
