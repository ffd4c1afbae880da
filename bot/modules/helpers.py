"""Which office answers in the chat: one with staff that fits where the person is, whose citizen they are and what it
is about; of those that fit, who is open, else who opens next.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Collection

from bot.library.loading import Library
from bot.library.schema import OfficeEntry
from bot.messages import Request
from bot.modules.doors import serves
from bot.modules.hours import Opening, opening

NEVER = float("inf")


@dataclasses.dataclass(frozen=True)
class HelpingOffice:
    """An office with staff. `hours` is None where its hours are not known."""

    id: str
    office: OfficeEntry
    hours: Opening | None

    @property
    def name(self) -> str:
        """The name people use."""
        return self.office.short or self.office.name


def helping_office(library: Library, name: str, request: Request) -> HelpingOffice | None:
    """An office by its id, with whether it is open at the moment of the request; None where it is gone."""
    office = library.office(name)
    if office is None:
        return None
    stands_in = name.partition(".")[0] if name[2:3] == "." else ""
    about = library.country(stands_in) or library.country(request.country)
    hours = opening(office, request.day, about.time_zone if about else "UTC", stands_in)
    return HelpingOffice(name, office, hours)


def helpers(library: Library, request: Request, staffed: Collection[str]) -> list[HelpingOffice]:
    """Offices that may help, the best first: in the person's country, international, or the one that invited them.

    A consulate helps its own citizens only. For consular topics it comes first, for others an office of that topic.
    """
    found = [helping_office(library, name, request) for name in staffed]
    here = [one for one in found if one and _may(one, request)]
    return sorted(here, key=lambda one: _rank(library, one, request))


def _may(one: HelpingOffice, request: Request) -> bool:
    stands_in = one.id.partition(".")[0] if one.id[2:3] == "." else ""
    near = stands_in in ("", request.country) or one.id == request.office
    return near and serves(one.id, one.office, request)


def _rank(library: Library, one: HelpingOffice, request: Request) -> tuple[bool, bool, bool, float, int, str]:
    next_at = one.hours.next.timestamp() if one.hours and one.hours.next else NEVER
    is_open = bool(one.hours and one.hours.now)
    entry = library.topics.topics.get(request.topic)
    kinds = list(entry.offices) if entry else []
    order = kinds.index(one.office.kind) if one.office.kind in kinds else len(kinds)
    return (one.id != request.office, not _fits(library, one, request), not is_open, next_at, order, one.id)


def _fits(library: Library, one: HelpingOffice, request: Request) -> bool:
    if request.topic.startswith("consular."):
        return one.office.kind == "consulate"
    entry = library.topics.topics.get(request.topic)
    return request.topic in one.office.what_for or bool(entry and one.office.kind in entry.offices)
