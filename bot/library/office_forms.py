"""An office as a form of one's own fields, and back into its file."""

from __future__ import annotations

import dataclasses
import datetime as dt
import re
from collections.abc import Mapping
from typing import Any, get_args

from pydantic import ValidationError

from bot.library.checks import folder
from bot.library.entries import put_entry
from bot.library.loading import Library
from bot.library.schema import Confidence, OfficeEntry, OfficeKind, phone_problem
from bot.library.weekly import DAYS, HOLIDAYS, Week, problem_with, week_of, written

KINDS: tuple[str, ...] = get_args(OfficeKind)
SURENESS: tuple[str, ...] = get_args(Confidence)
LANGUAGES = ("es", "pt", "en", "fr", "ht")
PHONES, VISITS, PARTS = 6, 8, 2
"""Rows of a form: phones, coming visits, and opening times of a day."""
NAME = re.compile(r"[a-z][a-z0-9_]{1,40}")
Fields = Mapping[str, str]


@dataclasses.dataclass(frozen=True)
class Wrong:
    """What is wrong with a form: the field, and the key of what is said of it."""

    field: str
    key: str


def fields_of(office: OfficeEntry | None) -> dict[str, str]:
    """The fields of a form, filled from an office; those of a new one are empty."""
    if office is None:
        return {"kind": "ngo", "confidence": "medium"}
    fields = {
        "name": office.name,
        "short": office.short,
        "kind": office.kind,
        "nationality": office.nationality or "",
        "city": office.city,
        "address": office.address,
        "email": office.email,
        "url": office.url or "",
        "latitude": "" if office.latitude is None else str(office.latitude),
        "longitude": "" if office.longitude is None else str(office.longitude),
        "confidence": office.confidence,
        "hours": office.hours,
    }
    fields |= {f"what_{language}": office.what.get(language, "") for language in LANGUAGES}
    for number, phone in enumerate(office.phones):
        fields[f"phone_{number}"] = phone.number
        fields |= {f"free_{number}": "on"} if phone.free else {}
        fields |= {f"whatsapp_{number}": "on"} if phone.whatsapp else {}
    for number, visit in enumerate(office.visits):
        fields |= {f"visit_on_{number}": f"{visit.on}", f"visit_until_{number}": f"{visit.until or ''}"}
        fields |= {f"visit_city_{number}": visit.city, f"visit_place_{number}": visit.place}
        fields |= {f"visit_hours_{number}": visit.hours, f"visit_source_{number}": visit.source.url or ""}
    return fields | fields_of_hours(office.hours)


def fields_of_hours(hours: str) -> dict[str, str]:
    """Opening times by day; `special` where no such form can hold them."""
    week = week_of(hours)
    if week is None:
        return {"special": "on"}
    return {
        f"{side}_{day}_{part}": at
        for day, ranges in week.items()
        for part, pair in enumerate(ranges[:PARTS])
        for side, at in zip(("from", "to"), pair, strict=True)
    }


def values_of(fields: Fields, topics: list[str], today: dt.date, country: str) -> tuple[dict[str, Any], list[Wrong]]:
    """What an office's entry says after a form, and what is wrong with it. Saving says that somebody looked today.

    An empty field of the entry stays out of a new one; in an old one it is emptied.
    """
    wrong: list[Wrong] = []
    values: dict[str, Any] = {name: _text(fields, name) for name in ("name", "short", "city", "address", "email")}
    values |= {"kind": fields.get("kind", ""), "what_for": topics, "confidence": fields.get("confidence", "")}
    if not values["name"]:
        wrong.append(Wrong("name", "desk_wrong_empty"))
    if not topics:
        wrong.append(Wrong("what_for", "desk_wrong_topics"))
    if values["kind"] == "consulate":
        values["nationality"] = _text(fields, "nationality")
        if not re.fullmatch(r"[a-z]{2}", values["nationality"]):
            wrong.append(Wrong("nationality", "desk_wrong_nationality"))
    values["what"] = {lang: text for lang in LANGUAGES if (text := _text(fields, f"what_{lang}"))} or {"es": ""}
    values["url"] = _text(fields, "url") or None
    if values["url"] and not re.fullmatch(r"https?://[^\s<>()]+", values["url"]):
        wrong.append(Wrong("url", "desk_wrong_url"))
    values["phones"] = _phones(fields, country, wrong)
    values["hours"] = _hours(fields, wrong)
    values |= _pin(fields, wrong)
    values["visits"] = _visits(fields, today, wrong)
    values["checked"] = f"{today:%Y-%m}"
    if not wrong:
        try:
            OfficeEntry.model_validate(values)
        except ValidationError as error:
            wrong += [
                Wrong(str(item["loc"][0]) if item["loc"] else "hours", "desk_wrong_value") for item in error.errors()
            ]
    return values, wrong


def file_with(library: Library, country: str, name: str, values: Mapping[str, Any]) -> tuple[str, str]:
    """Name and words of offices.yaml with an office changed or added; only what differs is written.

    Raises NoSuchPlace.
    """
    content = library.countries[country]
    old = content.offices.offices.get(name)
    path = f"{folder(content)}/offices.yaml"
    place = library.folder / path
    raw = place.read_text(encoding="utf-8") if place.exists() else "offices:\n"
    if old is None:
        told = {key: value for key, value in values.items() if value not in ("", None, [])}
        if not content.offices.offices:
            raw = "offices:\n  x.x: {name: x}\n"
            return path, put_entry(raw, ("offices", name), told, new=True).replace("  x.x: {name: x}\n", "")
        return path, put_entry(raw, ("offices", name), told, new=True)
    before = old.model_dump(mode="json")
    before["checked"] = f"{old.checked:%Y-%m}"
    before["phones"] = _bare(before["phones"])
    before["visits"] = _bare(before["visits"])
    told = {key: value for key, value in values.items() if _differs(before.get(key), value)}
    return path, put_entry(raw, ("offices", name), told) if told else raw


def _differs(before: object, now: object) -> bool:
    return (before or None) != (now or None)


def _bare(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows without what is not said."""
    bare = [{key: value for key, value in row.items() if value not in ("", None, False)} for row in rows]
    for row in bare:
        if "source" in row:
            row["source"] = {key: value for key, value in row["source"].items() if value}
    return bare


def _phones(fields: Fields, country: str, wrong: list[Wrong]) -> list[dict[str, Any]]:
    phones = []
    for number in range(PHONES):
        told = _text(fields, f"phone_{number}")
        if not told:
            continue
        if phone_problem(told, country):
            wrong.append(Wrong(f"phone_{number}", "desk_wrong_phone"))
        phone: dict[str, Any] = {"number": told}
        phone |= {key: True for key in ("free", "whatsapp") if fields.get(f"{key}_{number}")}
        phones.append(phone)
    return phones


def _hours(fields: Fields, wrong: list[Wrong]) -> str:
    if fields.get("special"):
        return _text(fields, "hours")
    week: Week = {}
    for day in (*DAYS, HOLIDAYS):
        pairs = [
            (_time(fields.get(f"from_{day}_{part}", "")), _time(fields.get(f"to_{day}_{part}", "")))
            for part in range(PARTS)
        ]
        told = [pair for pair in pairs if any(pair)]
        if problem_with(told):
            wrong.append(Wrong(f"from_{day}_0", "desk_wrong_hours"))
        elif told:
            week[day] = tuple(told)
    return written(week)


def _time(text: str) -> str:
    """'8:30' and '8' as they are meant; what is none stays as it is."""
    found = re.fullmatch(r"(\d{1,2})(?:[:.h](\d{2}))?", text.strip())
    return f"{int(found[1]):02}:{found[2] or '00'}" if found else text.strip()


def _pin(fields: Fields, wrong: list[Wrong]) -> dict[str, float]:
    told = {name: _text(fields, name).replace(",", ".") for name in ("latitude", "longitude")}
    if not any(told.values()):
        return {}
    pin: dict[str, float] = {}
    for name, most in (("latitude", 90), ("longitude", 180)):
        if re.fullmatch(r"-?\d{1,3}(\.\d{1,8})?", told[name]) and abs(float(told[name])) <= most:
            pin[name] = float(told[name])
        else:
            wrong.append(Wrong(name, "desk_wrong_pin"))
    return pin


def _visits(fields: Fields, today: dt.date, wrong: list[Wrong]) -> list[dict[str, Any]]:
    """Coming visits; past ones are dropped."""
    visits: list[dict[str, Any]] = []
    for number in range(VISITS):
        city, on = _text(fields, f"visit_city_{number}"), _day(fields.get(f"visit_on_{number}", ""))
        until = _day(fields.get(f"visit_until_{number}", ""))
        if not city and not fields.get(f"visit_on_{number}", "").strip():
            continue
        if on is None or not city or (until and until < on):
            wrong.append(Wrong(f"visit_on_{number}", "desk_wrong_visit"))
            continue
        if (until or on) < today:
            continue
        source: dict[str, str] = {"title": _text(fields, "name") or city}
        if url := _text(fields, f"visit_source_{number}"):
            source["url"] = url
        visit: dict[str, Any] = {"on": f"{on}", "city": city, "source": source}
        visit |= {"until": f"{until}"} if until else {}
        visit |= {key: text for key in ("place", "hours") if (text := _text(fields, f"visit_{key}_{number}"))}
        visits.append(visit)
    return sorted(visits, key=lambda visit: str(visit["on"]))


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text.strip())
    except ValueError:
        return None


def _text(fields: Fields, name: str) -> str:
    return " ".join(str(fields.get(name, "")).split())
