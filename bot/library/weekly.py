"""Opening hours by day of the week, as a form has them, from and to the way OpenStreetMap writes them."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence

DAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
HOLIDAYS = "PH"
Ranges = tuple[tuple[str, str], ...]
Week = dict[str, Ranges]
"""From and until ('08:30', '16:30') by day; a day that is not there is closed. 'PH' are public holidays."""

TIME = r"(?:[01]\d|2[0-4]):[0-5]\d"
RULE = re.compile(rf"(?P<days>[A-Z][A-Za-z,\- ]*?)\s+(?P<hours>off|closed|{TIME}-{TIME}(?:\s*,\s*{TIME}-{TIME})*)")
HOURS = re.compile(rf"({TIME})-({TIME})")
SPAN = re.compile(r"([A-Z][a-z])(?:-([A-Z][a-z]))?")
ALWAYS = "24/7"
WHOLE_DAY: Ranges = (("00:00", "24:00"),)
ON_HOLIDAYS_TOO = (*DAYS, HOLIDAYS)


def week_of(text: str) -> Week | None:
    """Hours by day; None for hours that no such form can hold (weeks of the year, sunrise)."""
    text = text.strip()
    if text == ALWAYS:
        return dict.fromkeys(ON_HOLIDAYS_TOO, WHOLE_DAY)
    week: Week = {}
    for rule in filter(None, (part.strip() for part in text.split(";"))):
        found = RULE.fullmatch(rule)
        days = _days(found["days"]) if found else None
        if found is None or days is None:
            return None
        hours = tuple((opens, closes) for opens, closes in HOURS.findall(found["hours"]))
        for day in days:
            week[day] = hours
    return {day: hours for day, hours in week.items() if hours}


def written(week: Mapping[str, Ranges]) -> str:
    """Hours as OpenStreetMap writes them; '' where nothing is open. Days that are alike stand together."""
    if not any(week.values()):
        return ""
    if all(week.get(day) == WHOLE_DAY for day in ON_HOLIDAYS_TOO):
        return ALWAYS
    rules = []
    for days, hours in grouped(week):
        if hours:
            name = days[0] if len(days) == 1 else f"{days[0]}-{days[-1]}"
            rules.append(f"{name} {_hours(hours)}")
    holidays = week.get(HOLIDAYS, ())
    rules.append(f"{HOLIDAYS} {_hours(holidays) if holidays else 'off'}")
    return "; ".join(rules)


def grouped(week: Mapping[str, Ranges]) -> list[tuple[tuple[str, ...], Ranges]]:
    """Days of the week in a row that have the same hours, closed ones too."""
    groups: list[tuple[tuple[str, ...], Ranges]] = []
    for day in DAYS:
        hours = week.get(day, ())
        if groups and groups[-1][1] == hours:
            groups[-1] = ((*groups[-1][0], day), hours)
        else:
            groups.append(((day,), hours))
    return groups


def problem_with(ranges: Sequence[tuple[str, str]]) -> bool:
    """True for times that are none, or that end before they begin."""
    for opens, closes in ranges:
        if not (re.fullmatch(TIME, opens) and re.fullmatch(TIME, closes)) or opens >= closes:
            return True
    return any(one[1] > other[0] for one, other in itertools.pairwise(ranges))


def _hours(ranges: Ranges) -> str:
    return ",".join(f"{opens}-{closes}" for opens, closes in ranges)


def _days(text: str) -> list[str] | None:
    found: list[str] = []
    for part in text.split(","):
        if part.strip() == HOLIDAYS:
            found.append(HOLIDAYS)
            continue
        span = SPAN.fullmatch(part.strip())
        if span is None or span[1] not in DAYS or (span[2] and span[2] not in DAYS):
            return None
        first = DAYS.index(span[1])
        last = DAYS.index(span[2]) if span[2] else first
        if last < first:
            return None
        found += DAYS[first : last + 1]
    return found
