"""Whether an office is open, and when it opens next: its hours, the holidays of its country, and for a consulate those
of the country it stands for too.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from zoneinfo import ZoneInfo

from opening_hours import OpeningHours, UnknownCountryError  # type: ignore[attr-defined] # its stub forgot it

from bot.law.calendar import public_holidays
from bot.library.schema import OfficeEntry

LOOKS = 40
"""Changes looked at for the next opening: weeks of holidays lie between at most."""


@dataclasses.dataclass(frozen=True)
class Opening:
    """Open now, or the moment it opens next in local time; None where that is not known within weeks."""

    now: bool
    next: dt.datetime | None


def opening(office: OfficeEntry, moment: dt.datetime, zone: str, country: str) -> Opening | None:
    """None where the hours are not known. `moment` is aware, `zone` an IANA name, `country` where the office stands."""
    if not office.hours:
        return None
    here = moment.astimezone(ZoneInfo(zone))
    hours = _hours(office.hours, zone, country)
    if hours.is_open(here) and not _closed(office, here, country):
        return Opening(now=True, next=None)
    at = here
    for _ in range(LOOKS):
        change = hours.next_change(at)
        if change is None:
            break
        at = change
        if hours.is_open(at) and not _closed(office, at, country):
            return Opening(now=False, next=at)
    return Opening(now=False, next=None)


def _hours(text: str, zone: str, country: str) -> OpeningHours:
    try:
        return OpeningHours(text, timezone=ZoneInfo(zone), country=country.upper() or None)
    except UnknownCountryError:
        return OpeningHours(text, timezone=ZoneInfo(zone))


def _closed(office: OfficeEntry, moment: dt.datetime, country: str) -> bool:
    """A consulate keeps the holidays of both countries; a hotline that never closes keeps none."""
    if office.kind != "consulate" or not office.nationality:
        return False
    both = {office.nationality, country} - {""}
    return any(moment.date() in public_holidays(code) for code in both)
