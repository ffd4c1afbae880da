"""The clock; tests give their own instead."""

from __future__ import annotations

import datetime as dt


def utc_now() -> dt.datetime:
    """The present moment, in UTC."""
    return dt.datetime.now(dt.UTC)
