"""What is written: country by topic, in which languages, and when it was last checked; as a page of Markdown."""

from __future__ import annotations

import datetime as dt

from bot.library.loading import CountryContent, Library

FRESH_MARKS = (("2026-06", "●"), ("2025-06", "◐"), ("", "○"))
"""Checked since that month: a full, a half and an empty circle."""
HEAD = """# Coverage

Written by `make coverage`. In each cell the languages in which a topic is written (es spoken of as s, pt p, en e, fr f,
ht h), and how fresh it is: ● checked since June 2026, ◐ since June 2025, ○ before. An empty cell: the international
page answers and says so. In capitals: with variants for kinds of work or for people without papers.
"""
BEGIN, END = "<!-- coverage: written by `make coverage` -->", "<!-- end of coverage -->"
LETTERS = {"es": "s", "pt": "p", "en": "e", "fr": "f", "ht": "h"}


def page(library: Library) -> str:
    """The whole page."""
    codes = sorted(code for code in library.countries if code)
    return "\n".join([HEAD, *_totals(library, ["", *codes]), "", *_topics(library, codes)]) + "\n"


def summary(library: Library) -> str:
    """A line a country for the README: topics, in how many each language is whole, and how fresh they are."""
    topics = [name for name, entry in library.topics.topics.items() if entry.in_menu]
    marks = [mark for _, mark in FRESH_MARKS]
    lines = [
        f"| | topics of {len(topics)} | {' | '.join(LETTERS)} | {' | '.join(marks)} |",
        f"|---|---{'|---' * len(LETTERS)}{'|---' * len(marks)}|",
    ]
    for code in ["", *sorted(code for code in library.countries if code)]:
        one = library.countries[code]
        written = [
            {name for (name, _, language) in one.texts if language == spoken and name in topics} for spoken in LETTERS
        ]
        fresh = [_mark(entry.checked) for entry in one.pages.values()]
        cells = [len(one.pages), *(len(names) or "" for names in written), *(fresh.count(mark) or "" for mark in marks)]
        name = "international" if not code else f"{code} (skeleton)" if one.about and one.about.skeleton else code
        lines.append(f"| {name} | {' | '.join(str(cell) for cell in cells)} |")
    return "\n".join(lines)


def put_in(readme: str, library: Library) -> str:
    """The README with the summary of today between its two marks. Raises ValueError where the marks are missing."""
    before, begun, rest = readme.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise ValueError(f"README.md needs the lines {BEGIN} and {END}")
    return f"{before}{BEGIN}\n{summary(library)}\n{END}{after}"


def _totals(library: Library, codes: list[str]) -> list[str]:
    lines = [
        "| | topics | texts | figures | calculations | deadlines | offices | programmes |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for code in codes:
        one = library.countries[code]
        counts = (
            len(one.pages),
            len(one.texts),
            len(one.figures.figures),
            len(one.rules.calculations),
            len(one.deadlines.deadlines),
            len(one.offices.offices),
            len(one.programmes.programmes),
        )
        lines.append(f"| {code or 'international'} | {' | '.join(str(count) for count in counts)} |")
    return lines


def _topics(library: Library, codes: list[str]) -> list[str]:
    lines = [f"| topic | {' | '.join(codes)} |", f"|---{'|---' * len(codes)}|"]
    for topic, entry in library.topics.topics.items():
        if entry.in_menu:
            cells = [_cell(library.countries[code], topic) for code in codes]
            lines.append(f"| {topic} | {' | '.join(cells)} |")
    return lines


def _cell(content: CountryContent, topic: str) -> str:
    entry = content.pages.get(topic)
    if entry is None:
        return ""
    written = {language for (name, variant, language) in content.texts if name == topic}
    varied = any(variant for (name, variant, _) in content.texts if name == topic)
    letters = "".join(letter for code, letter in LETTERS.items() if code in written)
    return f"{letters.upper() if varied else letters} {_mark(entry.checked)}"


def _mark(checked: dt.date) -> str:
    month = f"{checked:%Y-%m}"
    return next(mark for since, mark in FRESH_MARKS if month >= since)
