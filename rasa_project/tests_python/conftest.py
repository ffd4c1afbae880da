"""Tests of the understanding server: `python -m pytest`, with `-m "not slow"` without a model."""

from __future__ import annotations

import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(PROJECT))
