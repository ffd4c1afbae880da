"""An Answer as JSON for the outgoing box, and back."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Mapping
from typing import Any

from bot.messages import Answer, Button, Document, Door, Source


def payload_of(answer: Answer) -> dict[str, Any]:
    """The answer as plain JSON."""
    data = dataclasses.asdict(answer)
    for source in data["sources"]:
        source["checked"] = source["checked"].isoformat() if source["checked"] else None
    return data


def answer_of(payload: Mapping[str, Any]) -> Answer:
    """The answer that `payload_of` wrote; unknown keys of a newer version are left out."""
    known = {field.name for field in dataclasses.fields(Answer)}
    data = {key: value for key, value in payload.items() if key in known}
    data["buttons"] = tuple(Button(**entry) for entry in data.get("buttons", ()))
    data["doors"] = tuple(Door(**(entry | {"phones": tuple(entry["phones"])})) for entry in data.get("doors", ()))
    data["sources"] = tuple(
        Source(**(entry | {"checked": dt.date.fromisoformat(entry["checked"]) if entry["checked"] else None}))
        for entry in data.get("sources", ())
    )
    if data.get("document"):
        data["document"] = Document(**data["document"])
    return Answer(**data)
