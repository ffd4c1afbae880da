"""Says of an entry that somebody looked and it is still true: the month, and when to look again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from bot.library.amend import NoSuchPlace
from bot.library.entries import put_entry
from bot.library.loading import Library
from bot.library.schema import PageEntry

SECTIONS = {"calculations.yaml": "calculations", "deadlines.yaml": "deadlines", "offices.yaml": "offices"}
AMOUNTS = ("figures.yaml", "calculations.yaml", "deadlines.yaml", "offices.yaml", "country.yaml")
"""Files whose every change a second person looks at: amounts, claim periods, phones."""
YEAR = 12


def needs_second(place: str) -> bool:
    """Whether confirming an entry needs a second person."""
    return place.partition("#")[0].rpartition("/")[2] in AMOUNTS


def confirmed(library: Library, place: str, day: dt.date, who: str) -> tuple[str, str]:
    """Name and words of the file with an entry confirmed. `place` is as in a Task: file#entry, or a page's file.

    The next look is as far away as the last one was. Raises NoSuchPlace, also for a place that is none of these.
    """
    path, _, name = place.partition("#")
    folder, _, file = path.partition("/")
    content = library.countries.get("" if folder == "international" else folder)
    if content is None:
        raise NoSuchPlace(place)
    month = f"{day:%Y-%m}"
    if file in SECTIONS:
        values = {"checked": month}
        rule = content.rules.calculations.get(name) or content.deadlines.deadlines.get(name)
        if rule:
            values["check_again_by"] = _next(rule.checked, rule.check_again_by, day)
        elif name not in content.offices.offices:
            raise NoSuchPlace(place)
        return path, put_entry(_raw(library, path), (SECTIONS[file], name), values)
    if file == "figures.yaml" and name in content.figures.figures:
        figure = content.figures.figures[name]
        last = len(figure.values) - 1
        raw = put_entry(_raw(library, path), ("figures", name, "values", str(last)), {"checked": month})
        due = figure.check_again_by or figure.values[last].checked
        return path, put_entry(raw, ("figures", name), {"check_again_by": _next(figure.values[last].checked, due, day)})
    page = content.pages.get(file.removesuffix(".yaml").replace("/", "."))
    if page is None or not file.endswith(".yaml"):
        raise NoSuchPlace(place)
    return path, put_entry(_raw(library, path), (), _page_values(page, day, who))


def _page_values(page: PageEntry, day: dt.date, who: str) -> dict[str, Any]:
    due = _next(page.checked, page.check_again_by, day)
    return {"checked": f"{day:%Y-%m}", "check_again_by": due, "checked_by": who}


def _next(checked: dt.date, due: dt.date, day: dt.date) -> str:
    """The month in which to look again: after as many months as before, one at least and a year at most."""
    months = (due.year - checked.year) * 12 + due.month - checked.month
    at = day.year * 12 + day.month - 1 + (min(months, YEAR) if months > 0 else YEAR)
    return f"{at // 12}-{at % 12 + 1:02}"


def _raw(library: Library, path: str) -> str:
    return (library.folder / path).read_text(encoding="utf-8")
