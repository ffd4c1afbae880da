"""In which country a shared place lies, without asking anybody: by its time zone."""

from __future__ import annotations

from babel.core import get_global
from tzfpy import get_tz

from bot.messages import Location


def country_at(place: Location) -> str:
    """Lower-case ISO code, '' on the high seas and for what is no place on earth."""
    if not (-90 <= place.latitude <= 90 and -180 <= place.longitude <= 180):  # noqa: PLR2004
        return ""
    zone = get_tz(place.longitude, place.latitude)
    return str(get_global("zone_territories").get(zone, "")).lower()
