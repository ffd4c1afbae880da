"""Offices to knock on: which ones fit a topic, and how one is shown in a line."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata
from collections.abc import Sequence

from bot.library.loading import Library
from bot.library.schema import OfficeEntry, VisitEntry
from bot.messages import Door, Location, Request
from bot.modules.hours import Opening, opening
from bot.translations import Words

CITY_JOINTS = re.compile(r"[,;(/]| y | and ")
EARTH = 6371.0
"""Kilometres."""
OLD = dt.timedelta(days=366)
UNCONFIRMED = dt.timedelta(days=180)
"""A phone that nobody confirmed for so long is given with a word of doubt."""


def fitting(library: Library, request: Request, wanted: Sequence[str]) -> list[tuple[str, OfficeEntry]]:
    """Offices of the request's country for its topic: in the order `wanted` (kinds or ids), of one kind those named for
    the topic first, and last those that cannot be reached. Consulates only of the person's own nationality.
    """
    country = library.countries.get(request.country)
    offices = dict(country.offices.offices) if country else {}
    offices |= {name: office for name, office in library.countries[""].offices.offices.items() if name not in offices}

    for name in (request.office, *wanted):  # one that is named helps from another country too
        if "." in name and name not in offices and (elsewhere := library.office(name)):
            offices[name] = elsewhere

    def rank(item: tuple[str, OfficeEntry]) -> tuple[bool, bool, float, bool, int, bool, bool]:
        name, office = item
        order = next((wanted.index(key) for key in (name, office.kind) if key in wanted), len(wanted))
        return (
            name != request.office,
            not (request.city and in_city(office, request.city)),
            distance(office, request.place),
            not (office.shows_phones or office.url or office.address or office.kind == "consulate"),
            order,
            request.topic not in office.what_for,
            not (office.shows_phones and office.phones),
        )

    chosen = [
        (name, office)
        for name, office in offices.items()
        if (name in wanted or office.kind in wanted or name == request.office) and serves(name, office, request)
    ]
    return sorted(chosen, key=rank)


def distance(office: OfficeEntry, place: Location | None) -> float:
    """Kilometres as the crow flies; infinite where one of both is not known, so that such offices come last."""
    if place is None or office.latitude is None or office.longitude is None:
        return math.inf
    there, here = math.radians(office.latitude), math.radians(place.latitude)
    across = math.radians(office.longitude - place.longitude)
    half = math.sin((there - here) / 2) ** 2 + math.cos(there) * math.cos(here) * math.sin(across / 2) ** 2
    return 2 * EARTH * math.asin(math.sqrt(half))


def serves(name: str, office: OfficeEntry, request: Request) -> bool:
    """Whether an office helps this person: a consulate helps its own citizens, and whom it invited."""
    return (
        name == request.office
        or office.kind != "consulate"
        or not office.nationality
        or office.nationality == request.origin
    )


def shown(name: str, office: OfficeEntry, words: Words, moment: dt.datetime, zone: str) -> tuple[str, Door]:
    """One line for the reader and the same as data."""
    dialled = sorted(office.phones, key=lambda phone: not phone.free) if office.shows_phones else []
    phones = tuple(phone.number for phone in dialled)
    hours = opening(office, moment, zone, name.partition(".")[0] if name[2:3] == "." else "")
    parts = []
    if phones:
        free = f" ({words.say('door_free')})" if dialled[0].free else ""
        parts.append(f"{dialled_as(phones[0])}{free}")
        if moment.date() - office.checked > OLD:
            parts.append(words.say("door_old_phone", year=office.checked.year))
        elif moment.date() - office.checked > UNCONFIRMED:
            parts.append(words.say("door_unconfirmed"))
    if office.address or office.kind == "consulate":
        parts.append(office.address or office.city)
    if office.url and (not phones or moment.date() - office.checked > OLD):
        parts.append(str(office.url).removeprefix("https://").removeprefix("www.").rstrip("/"))
    if hours is not None:
        parts.append(_hours(hours, words))
    if visit := next_visit(office, moment.date()):
        where = ", ".join(part for part in (visit.place, visit.city) if part)
        parts.append(words.say("door_visits", day=words.date(visit.on), place=where))
    if office.latitude is not None and office.longitude is not None:
        parts.append(map_link(office.latitude, office.longitude))
    what = office.what.get(words.language.code) or office.what.get("es", "")
    title = office.short or office.name
    if what and strip(what) != strip(title):
        title = f"{title}, {what}"
    line = (
        f"{'📞' if phones else '📍'} {title}: {' · '.join(part for part in parts if part)}" if parts else f"📍 {title}"
    )
    return line, Door(name, office.short or office.name, phones, str(office.url or ""), hours.now if hours else None)


def dialled_as(number: str) -> str:
    """A number as Markdown: bold, but one with a star (*211) as code, since stars are marks on every channel."""
    return f"`{number}`" if "*" in number else f"**{number}**"


def next_visit(office: OfficeEntry, today: dt.date) -> VisitEntry | None:
    """The next day on which the office comes to a city; past ones are not told."""
    coming = [visit for visit in office.visits if (visit.until or visit.on) >= today]
    return min(coming, key=lambda visit: visit.on, default=None)


def map_link(latitude: float, longitude: float) -> str:
    """Where an office is, on a map that opens only when tapped: nothing is fetched before."""
    return f"https://www.openstreetmap.org/?mlat={latitude}&mlon={longitude}#map=17/{latitude}/{longitude}"


def in_city(office: OfficeEntry, text: str) -> bool:
    """Whether a text names the city of an office, or of one of its coming visits."""
    said = f" {strip(text)} "
    cities = [office.city, *(visit.city for visit in office.visits)]
    return any(name and f" {strip(name)} " in said for city in cities for name in CITY_JOINTS.split(city))


def strip(text: str) -> str:
    """Small letters without accents and marks, single spaces."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join(re.findall(r"\w+", "".join(char for char in plain if not unicodedata.combining(char))))


def _hours(hours: Opening, words: Words) -> str:
    if hours.now:
        return words.say("door_open")
    return words.say("door_opens", when=words.moment(hours.next)) if hours.next else words.say("door_closed")
