"""A country's texts for translators, out and in again without loss: pages, and the short texts of rules and offices.

What comes back is checked: the figures named in braces must be those of the source, titles must fit a button, and a
text must still be what a phone can show. A row that is wrong is named and left out; the others are written.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

from bot.library import amend, workbooks
from bot.library.checks import BODY_LIMIT, PLACEHOLDER
from bot.library.loading import Library, Text
from bot.library.schema import PageFront
from bot.library.workbooks import Row

PARTS = ("title", "until", "body")
RULE = "text"
"""The part of a short text, which has only one."""
RULE_FILES = ("offices.yaml", "programmes.yaml", "calculations.yaml", "deadlines.yaml", "pensions.yaml", "lessons.yaml")
TITLE_LIMIT = 72


def rows(library: Library, country: str, language: str) -> list[Row]:
    """All texts of a country, part by part, with their translation into a language; country "" is the international
    part.
    """
    content = library.countries[country]
    leader = content.about.language if content.about else "es"
    found = []
    for (topic, variant, spoken), text in sorted(content.texts.items()):
        if spoken != leader or spoken == language:
            continue
        other = content.texts.get((topic, variant, language))
        behind = other is None or other.front.translated_from != text.version
        for part in PARTS:
            source = _part(text, part)
            if source:
                key = f"{topic}.{variant}" if variant else topic
                found.append(Row(key, part, source, _part(other, part) if other else "", text.version, behind))
    return found + _rule_rows(library, country, language, leader)


def take(library: Library, country: str, language: str, path: Path) -> tuple[int, list[str]]:
    """Read translations back and write the texts; how many were written, and what was wrong, by row."""
    files, written, problems = taken(library, country, language, path)
    for name, text in files.items():
        (library.folder / name).write_text(text, encoding="utf-8")
    return written, problems


def taken(library: Library, country: str, language: str, path: Path) -> tuple[dict[str, str], int, list[str]]:
    """Read translations back: the files as they would be, by name in the content, how many texts differ, and what was
    wrong, by row. Nothing is written.
    """
    known = {(row.key, row.part): row for row in rows(library, country, language)}
    problems: list[str] = []
    told: dict[str, dict[str, str]] = {}
    refused: set[str] = set()
    for place, key, part, source, translation in workbooks.read(path):
        row = known.get((key, part))
        if row is None:
            problems.append(f"{place}: there is no text '{key}' with a part '{part}'")
        elif translation and (problem := problem_of(row, source, translation)):
            problems.append(f"{place}: {key}, {part}: {problem}")
            refused.add(key)
        elif translation:
            told.setdefault(key, {})[part] = translation
    ready = {key: parts for key, parts in told.items() if key not in refused}
    pages = {key: parts for key, parts in ready.items() if RULE not in parts}
    short = {key: parts[RULE] for key, parts in ready.items() if RULE in parts}
    files, written = rule_files(library, country, language, short)
    for key, parts in pages.items():
        wanted = {part for name, part in known if name == key}
        if missing := wanted - set(parts):
            problems.append(f"{key}: not translated whole, missing {', '.join(sorted(missing))}: left as it was")
        elif any(known[key, part].translation != text or known[key, part].behind for part, text in parts.items()):
            name, text = page_file(country, language, key, parts, known[key, "title"].version)
            files[name] = text
            written += 1
    return files, written, problems


def problem_of(row: Row, source: str, translation: str) -> str:
    """What is wrong with a translation of a row, or ''. `source` is the text it was made from."""
    ours, theirs = sorted(PLACEHOLDER.findall(row.source)), sorted(PLACEHOLDER.findall(translation))
    if source.strip() != row.source.strip():
        return "the source has changed since this sheet was written: write it anew and translate that"
    if ours != theirs:
        return f"the figures in braces must stay: {', '.join(ours) or 'none'}, not {', '.join(theirs) or 'none'}"
    if row.part == "title" and len(translation) > TITLE_LIMIT:
        return f"a title has at most {TITLE_LIMIT} characters"
    if row.part == "body" and len(translation) > BODY_LIMIT:
        return f"{len(translation)} characters: a phone shows {BODY_LIMIT}"
    if row.part in (RULE, "title", "until") and "\n" in translation:
        return "this text is one line"
    return ""


def page_file(country: str, language: str, key: str, parts: dict[str, str], version: str) -> tuple[str, str]:
    """Name and words of a page's text, with the mark of the source it was made from."""
    field, _, name = key.partition(".")
    front = PageFront(title=parts["title"], until=parts.get("until", ""), translated_from=version)
    lines = ["---", f"title: {amend.quoted(front.title)}"]
    if front.until:
        lines.append(f"until: {amend.quoted(front.until)}")
    lines += [f'translated_from: "{front.translated_from}"', "---", parts["body"], ""]
    return f"{country or 'international'}/{field}/{name}.{language}.md", "\n".join(lines)


def rule_files(library: Library, country: str, language: str, told: dict[str, str]) -> tuple[dict[str, str], int]:
    """The files with short texts put in, which stay as they were but for these, and how many texts differ."""
    places: dict[str, dict[amend.Path, str]] = defaultdict(dict)
    for key, text in told.items():
        name, _, place = key.partition(":")
        places[name][(*place.split("/"), language)] = text
    files: dict[str, str] = {}
    written = 0
    for name, changes in places.items():
        where = f"{country or 'international'}/{name}"
        raw = (library.folder / where).read_text(encoding="utf-8")
        before = dict(amend.texts(raw, language))
        fresh = {place: text for place, text in changes.items() if before.get(place[:-1], {}).get(language) != text}
        if fresh:
            files[where] = amend.put(raw, fresh)
        written += len(fresh)
    return files, written


def _rule_rows(library: Library, country: str, language: str, leader: str) -> list[Row]:
    """The short texts: what an office does, who a programme is for, questions and lines of calculations."""
    found = []
    for name in RULE_FILES:
        path = library.folder / (country or "international") / name
        if not path.exists():
            continue
        for place, said in amend.texts(path.read_text(encoding="utf-8"), leader):
            source = said.get(leader) or said.get("es", "")
            if source and language != leader:
                translation = said.get(language, "")
                found.append(Row(f"{name}:{'/'.join(place)}", RULE, source, translation, "", not translation))
    return found


def _part(text: Text, part: str) -> str:
    return {"title": text.front.title, "until": text.front.until, "body": text.body}[part]
