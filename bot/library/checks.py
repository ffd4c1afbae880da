"""What only shows across files: gaps, stale pages, dead references, impossible phones, words too long for a phone.

Errors stop CI; warnings are counted and shown.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
import re
from collections.abc import Container, Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from bot.library.loading import INTERNATIONAL, LESSONS, CountryContent, Library, Problem, Text
from bot.library.reading import LIMITS, reading_ease
from bot.library.schema import Entry, LessonEntry, OfficeEntry, PageEntry, Texts, phone_problem

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
TYPED_AMOUNT = re.compile(
    r"(?:S/|US\$|R\$|RD\$|\$|€|₡|\bBs\.?|\bB/\.|\bL\.|\bQ)[ \u00a0]?\d[\d.,]*"
    r"|\d[\d.,]*[ \u00a0]?(?:soles|pesos|[Ee]uros?|d[oó]l+ar(?:e?s)?|reais|gourdes|%)"
)
BODY_LIMIT = 900
"""Characters of a text; with phone and source it must stay one message of about a thousand."""
BUTTON_LIMIT = 24
LESSON_LIMIT = 16
"""Characters of a lesson's name: with "Lección:" or a tick before it, it must still fit a button."""
LESSON_FILE = f"{INTERNATIONAL}/lessons.yaml"
ALLOWED_TOKENS = {
    "paragraph_open", "paragraph_close", "inline", "ordered_list_open", "ordered_list_close", "bullet_list_open",
    "bullet_list_close", "list_item_open", "list_item_close",
}  # fmt: skip


def problems(library: Library, day: dt.date, languages: list[str], only: Container[str] | None = None) -> list[Problem]:
    """All that editors must mend or should, in the order of the files. `languages` are those offered to people; `only`:
    of the folders of these countries beside what all share.
    """
    found = list(library.problems)
    found.extend(_topic_names(library, languages))
    found.extend(_lessons(library, languages, day))
    for content in library.countries.values():
        if only is not None and content.code not in only:
            continue
        found.extend(_gaps(library, content, languages))
        found.extend(_missing_rules(content))
        for topic, page in content.pages.items():
            found.extend(_page(library, content, topic, page, day))
        for text in content.texts.values():
            found.extend(text_problems(library, content, text))
        found.extend(_offices(library, content, day))
        found.extend(_figures(library, content, day))
        found.extend(_emergency_numbers(content))
    found.extend(
        Problem(
            text.path, 1, f"the source text changed since: compare, then write translated_from: {source.version}", True
        )
        for text, source in library.behind()
    )
    return sorted(found, key=lambda problem: (problem.warning, problem.path, problem.line))


def shown(found: list[Problem], root: str, form: str) -> str:
    """Problems as lines of text, as marks on a GitHub pull request, or as JSON."""
    if form == "json":
        return json.dumps([dataclasses.asdict(one) for one in found], ensure_ascii=False, indent=1) + "\n"
    if form == "github":
        return "".join(
            f"::{'warning' if one.warning else 'error'} file={root}/{one.path},line={one.line}::{one.text}\n"
            for one in found
        )
    return "".join(f"{root}/{one}\n" for one in found)


def folder(content: CountryContent) -> str:
    """The folder of a country's content."""
    return content.code or "international"


def _topic_names(library: Library, languages: list[str]) -> Iterator[Problem]:
    for stage, named in library.topics.journey.items():
        for topic in named:
            if topic not in library.topics.topics:
                yield Problem("topics.yaml", 1, f"journey, {stage}: there is no topic '{topic}'")
    for topic, entry in library.topics.topics.items():
        line = _key_line(library.folder / "topics.yaml", topic)
        for language in languages:
            name = entry.name.get(language, "")
            if not name:
                yield Problem("topics.yaml", line, f"{topic}: write its name in '{language}'", warning=True)
            elif len(name) > BUTTON_LIMIT:
                yield Problem("topics.yaml", line, f"{topic}: '{name}' is longer than {BUTTON_LIMIT} characters")
        for other in entry.related:
            if other not in library.topics.topics:
                yield Problem("topics.yaml", line, f"{topic}: there is no topic '{other}' in related")


def _lessons(library: Library, languages: list[str], day: dt.date) -> Iterator[Problem]:
    """Lessons without a text, an exercise or a page to go on to, and words that are missing in a language."""
    for name, entry in library.lessons.items():
        line = _key_line(library.folder / LESSON_FILE, name)
        if entry.check_again_by < day:
            told = f"{name}: should have been checked again by {entry.check_again_by:%Y-%m}"
            yield Problem(LESSON_FILE, line, told, warning=True)
        for topic in (entry.topic, *entry.topics):
            if topic not in library.topics.topics:
                yield Problem(LESSON_FILE, line, f"{name}: there is no topic '{topic}'")
        if library.calculation(entry.exercise) is None:
            yield Problem(LESSON_FILE, line, f"{name}: there is no calculation '{entry.exercise}'")
        for language in languages:
            text = library.lesson_text(name, language)
            if text is None or text.language != language:
                where = f"{INTERNATIONAL}/{LESSONS}/{name}.{language}.md"
                yield Problem(where, 1, "no text in this language yet", warning=text is not None)
        for told, warning in _lesson_words(library, entry, languages):
            yield Problem(LESSON_FILE, line, f"{name}: {told}", warning)


def _lesson_words(library: Library, entry: LessonEntry, languages: list[str]) -> Iterator[tuple[str, bool]]:
    """Words of a lesson or its exercise that are too long or missing; True for what can wait."""
    for name in entry.name.values():
        if len(name) > LESSON_LIMIT:
            yield f"'{name}' is longer than {LESSON_LIMIT} characters", False
    exercise = library.calculation(entry.exercise)
    for texts in (entry.name, *(_texts_in(exercise[1]) if exercise else ())):
        if missing := [language for language in languages if not texts.get(language)]:
            yield f"'{next(iter(texts.values()))}' is missing in {', '.join(missing)}", True


def _texts_in(node: object) -> Iterator[Texts]:
    """The words of an entry, in whatever depth: mappings by language."""
    if isinstance(node, Entry):
        for _, value in node:
            yield from _texts_in(value)
    elif isinstance(node, list):
        for value in node:
            yield from _texts_in(value)
    elif isinstance(node, dict):
        if "es" in node:
            yield node
        else:
            yield from _texts_in(list(node.values()))


def _gaps(library: Library, content: CountryContent, languages: list[str]) -> Iterator[Problem]:
    if content.about and content.about.role == "origin":
        return
    if content.about and content.about.skeleton:
        missing = [
            topic for topic, entry in library.topics.topics.items() if entry.in_menu and topic not in content.pages
        ]
        told = f"being written, not offered to people: {len(missing)} topics to write, first {', '.join(missing[:3])}"
        yield Problem(f"{content.code}/country.yaml", 1, told, warning=True)
        return
    expected = (
        languages
        if not content.code
        else list(dict.fromkeys((content.about.language, *content.about.languages)))
        if content.about
        else []
    )
    for topic, entry in library.topics.topics.items():
        if not entry.in_menu:
            continue
        where = f"{folder(content)}/{topic.replace('.', '/')}"
        if topic not in content.pages:
            yield Problem(f"{where}.yaml", 1, "no page yet: write it", warning=True)
            continue
        for language in expected:
            if (topic, "", language) not in content.texts:
                yield Problem(f"{where}.{language}.md", 1, "no text in this language yet", warning=True)


def _missing_rules(content: CountryContent) -> Iterator[Problem]:
    """A country where people work has calculations, claim periods, offices and programmes."""
    if content.about is None or content.about.role == "origin" or content.about.skeleton:
        return
    files = {
        "calculations": content.rules.calculations,
        "deadlines": content.deadlines.deadlines,
        "offices": content.offices.offices,
        "programmes": content.programmes.programmes,
    }
    for name, entries in files.items():
        if not entries:
            yield Problem(f"{content.code}/{name}.yaml", 1, f"no {name} yet: write them", warning=True)


def _offices_named(library: Library, content: CountryContent, path: str, named: list[str]) -> Iterator[Problem]:
    """Ids that no office has, and kinds of office that are not there to knock on."""
    kinds = {office.kind for office in content.offices.offices.values()}
    general = {office.kind for office in library.countries[""].offices.offices.values()}
    for office in named:
        if "." in office and library.office(office) is None:
            yield Problem(path, 1, f"no country has an office '{office}': write its id, or a kind of office")
        elif "." not in office and content.code and office not in kinds | general:
            yield Problem(path, 1, f"no office of kind '{office}' in {folder(content)}/offices.yaml", warning=True)


def _page(library: Library, content: CountryContent, topic: str, page: PageEntry, day: dt.date) -> Iterator[Problem]:
    path = f"{folder(content)}/{topic.replace('.', '/')}.yaml"
    if topic not in library.topics.topics:
        yield Problem(path, 1, f"there is no topic '{topic}' in topics.yaml: rename the file")
    if page.check_again_by < day:
        yield Problem(path, 1, f"should have been checked again by {page.check_again_by:%Y-%m}", warning=True)
    yield from _offices_named(library, content, path, page.offices)
    for other in page.related:
        if other not in library.topics.topics:
            yield Problem(path, 1, f"there is no topic '{other}' in related")
    written = {variant for (name, variant, _) in content.texts if name == topic}
    for variant in page.variants:
        if variant not in written:
            yield Problem(path, 1, f"the variant '{variant}' has no text")
    if not any(name == topic for (name, _, _) in content.texts):
        yield Problem(path, 1, "the page has no text in any language")


def text_problems(library: Library, content: CountryContent, text: Text) -> Iterator[Problem]:
    """What is wrong with one text, or could read better."""
    yield from _without_page(library, content, text)
    for figure in PLACEHOLDER.findall(text.body + text.front.until):
        if figure not in content.figures.figures:
            yield Problem(text.path, _line(text.body, "{" + figure), f"there is no figure '{figure}' in figures.yaml")
    if len(text.body) > BODY_LIMIT:
        yield Problem(text.path, 1, f"{len(text.body)} characters: a phone shows {BODY_LIMIT}; shorten it")
    yield from _hard_to_read(text)
    for match in TYPED_AMOUNT.finditer(text.body):
        line = _line(text.body, match.group())
        yield Problem(text.path, line, f"'{match.group()}' is typed: put it in figures.yaml and name it in braces")
    for token in MarkdownIt("commonmark").enable("table").parse(text.body):
        if token.type not in ALLOWED_TOKENS:
            line = (token.map[0] if token.map else 0) + 5
            yield Problem(text.path, line, f"only paragraphs, lists and **bold** reach a phone, not {token.type}")
        elif any(child.type in ("image", "html_inline") for child in token.children or []):
            yield Problem(text.path, 1, "no pictures and no HTML in a text")


def _without_page(library: Library, content: CountryContent, text: Text) -> Iterator[Problem]:
    field, _, name = text.topic.partition(".")
    if field == LESSONS and not content.code:
        if name not in library.lessons:
            yield Problem(text.path, 1, f"there is no lesson '{name}' in lessons.yaml: write it, or rename the file")
    elif text.topic not in content.pages:
        yield Problem(text.path, 1, f"write {name}.yaml beside it, with its sources")
    elif text.variant and text.variant not in content.pages[text.topic].variants:
        yield Problem(text.path, 1, f"name the variant '{text.variant}' in the page's yaml")


def _hard_to_read(text: Text) -> Iterator[Problem]:
    ease, limit = reading_ease(text.body, text.language), LIMITS.get(text.language, 0.0)
    if ease is not None and ease < limit:
        hint = f"reads hard ({ease}, the limit is {limit:.0f}): shorter words and sentences"
        yield Problem(text.path, 5, hint, warning=True)


def _offices(library: Library, content: CountryContent, day: dt.date) -> Iterator[Problem]:
    path = f"{folder(content)}/offices.yaml"
    for name, office in content.offices.offices.items():
        line = _key_line(library.folder / path, name)
        for problem in _office(library, content.code, office):
            yield Problem(path, line, f"{name}: {problem}")
        if day - office.checked > dt.timedelta(days=2 * 366):
            yield Problem(path, line, f"{name}: last checked {office.checked:%Y-%m}: look again", warning=True)
        if not (office.phones or office.url or office.address or office.email):
            yield Problem(path, line, f"{name}: no phone, address or web page: people cannot reach it", warning=True)


def _office(library: Library, country: str, office: OfficeEntry) -> Iterator[str]:
    for phone in office.phones:
        if problem := phone_problem(phone.number, country):
            yield f"the phone {phone.number} cannot exist: {problem}"
    for topic in office.what_for:
        if topic not in library.topics.topics:
            yield f"there is no topic '{topic}' in what_for"


def _figures(library: Library, content: CountryContent, day: dt.date) -> Iterator[Problem]:
    path = f"{folder(content)}/figures.yaml"
    for name, figure in content.figures.figures.items():
        if figure.check_again_by and figure.check_again_by < day:
            text = f"{name}: should have been checked again by {figure.check_again_by:%Y-%m}"
            yield Problem(path, _key_line(library.folder / path, name), text, warning=True)


def _emergency_numbers(content: CountryContent) -> Iterator[Problem]:
    if not content.about:
        return
    path = f"{folder(content)}/country.yaml"
    if not content.about.emergency_numbers:
        yield Problem(
            path,
            1,
            "write the country's emergency numbers",
            warning=content.about.role == "origin" or content.about.skeleton,
        )
    for entry in content.about.emergency_numbers:
        if problem := phone_problem(entry.number, content.code):
            yield Problem(path, 1, f"the number {entry.number} cannot exist: {problem}")


def _key_line(path: Path, key: str) -> int:
    """The line where an entry begins."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return next((number for number, line in enumerate(lines, 1) if line.strip().rstrip(":") == key), 1)


def _line(body: str, words: str) -> int:
    """The line in the file; the front matter takes about four lines."""
    return body[: body.find(words)].count("\n") + 5
