"""Offices to choose from, and which of them somebody may look at."""

from __future__ import annotations

from starlette.exceptions import HTTPException

from bot.library.loading import Library
from bot.library.schema import OfficeEntry
from bot.storage.news import Scope
from bot.storage.staff import Member
from bot.translations import Words


def office_name(library: Library, name: str) -> str:
    """What people call an office; its id where it is gone."""
    office = library.office(name)
    return (office.short or office.name) if office else name


def offices_by_country(library: Library, words: Words) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every office under its country's name: (country, [(id, name)]), in the order a reader looks for them."""
    groups = []
    for code, content in library.countries.items():
        found = sorted((name, office_name(library, name)) for name in content.offices.offices)
        if found:
            groups.append((words.country(code) if code else words.say("desk_international"), found))
    return sorted(groups)


def own_office(library: Library, member: Member, wanted: str) -> tuple[str, OfficeEntry | None]:
    """The office to show: one's own, or for administrators the one they want; '' and None while none is chosen.

    Raises HTTPException 403 for the office of others, 404 for one that is not there.
    """
    if member.role != "administrator":
        if wanted not in ("", member.office):
            raise HTTPException(403)
        wanted = member.office
    office = library.office(wanted) if wanted else None
    if wanted and office is None:
        raise HTTPException(404)
    return wanted, office


def scope_of(library: Library, office: str) -> Scope:
    """Whom an office may write to; everybody for ''."""
    if not office:
        return Scope()
    found = library.office(office)
    return Scope(office, office[:2], (found.nationality or "") if found else "")
