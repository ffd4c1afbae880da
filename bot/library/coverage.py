"""What is written: country by topic, in which languages, and when it was last checked; as a page of Markdown."""

from __future__ import annotations

from bot.library.loading import CountryContent, Library

FRESH_MARKS = (("2026-06", "●"), ("2025-06", "◐"), ("", "○"))
"""Checked since that month: a full, a half and an empty circle."""
HEAD = """# Coverage

Written by `make coverage`. In each cell the languages in which a topic is written (es spoken of as s, pt p, en e, fr f,
ht h), and how fresh it is: ● checked since June 2026, ◐ since June 2025, ○ before. An empty cell: the international
page answers and says so. In capitals: with variants for kinds of work or for people without papers.
"""
LETTERS = {"es": "s", "pt": "p", "en": "e", "fr": "f", "ht": "h"}


def page(library: Library) -> str:
    """The whole page."""
    codes = sorted(code for code in library.countries if code)
    return "\n".join([HEAD, *_totals(library, ["", *codes]), "", *_topics(library, codes)]) + "\n"


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
    month = f"{entry.checked:%Y-%m}"
    mark = next(mark for since, mark in FRESH_MARKS if month >= since)
    return f"{letters.upper() if varied else letters} {mark}"
