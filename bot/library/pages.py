"""Where the files of a page stand, and how a program writes them so that an editor's eye finds them unchanged."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ruamel.yaml.error import YAMLError

from bot.library import amend
from bot.library.loading import FRONT, INTERNATIONAL, parsed
from bot.library.schema import VARIANTS, PageEntry, PageFront

SHARED_HEAD = "# yaml-language-server: $schema=../../.schema/page.json\n"
ORDER = ("checked", "check_again_by", "checked_by", "confidence", "sources", "offices", "related")


def folder_of(country: str) -> str:
    """The folder of a country; '' is the international one."""
    return country or INTERNATIONAL


def shared_path(country: str, topic: str) -> str:
    """The file with what all languages of a page share, below content/. Both come from closed lists."""
    field, _, name = topic.partition(".")
    return f"{folder_of(country)}/{field}/{name}.yaml"


def text_path(country: str, topic: str, variant: str, language: str) -> str:
    """The file of a text, below content/. All four come from closed lists."""
    return shared_path(country, topic).removesuffix(".yaml") + (f".{variant}" if variant else "") + f".{language}.md"


def known_variant(variant: str) -> bool:
    """Whether pages may differ by it; '' is the page itself."""
    return not variant or variant in VARIANTS


def text_file(title: str, until: str, translated_from: str, body: str, like: str | None = None) -> str:
    """A text as its file. What is as in the file `like` is written as it stands there."""
    lines = [f"title: {_line(title)}"]
    lines += [f"until: {_line(until)}"] if until.strip() else []
    lines += [f"translated_from: {amend.quoted(translated_from)}"] if translated_from else []
    kept = {}
    if like is not None and (front := FRONT.match(like)):
        old = dict(zip(("title", "until", "translated_from"), parts_of(like), strict=False))
        for line in front["front"].splitlines():
            name = line.partition(":")[0]
            if name in old and _same_line(line, name, old[name]):
                kept[name, old[name]] = line
    now = {"title": " ".join(title.split()), "until": " ".join(until.split()), "translated_from": translated_from}
    written = [kept.get((line.partition(":")[0], now[line.partition(":")[0]]), line) for line in lines]
    told = "\n".join(line.rstrip() for line in body.replace("\r\n", "\n").replace("\r", "\n").strip().split("\n"))
    return "---\n" + "\n".join(written) + f"\n---\n{told}\n"


def parts_of(raw: str | None) -> tuple[str, str, str, str]:
    """Title, until, translated_from and body of a text's file; empty ones where there is none or it cannot be read."""
    found = FRONT.match(raw or "")
    if not found:
        return "", "", "", ""
    try:
        front = parsed(PageFront, found["front"])
    except (ValueError, YAMLError):
        return "", "", "", found["body"].strip()
    return front.title, front.until, front.translated_from, found["body"].strip()


def shared_file(raw: str | None, values: Mapping[str, Any]) -> str:
    """The file of what all languages share with these values; of an old file only what differs is written anew.

    `values` are those of PageEntry as the file writes them: months as "2026-06". Raises NoSuchPlace, ValueError or
    YAMLError for a file that cannot be read.
    """
    if raw is None:
        lines = [
            f"{name}:{_below(values[name])}" for name in ORDER if values.get(name) or name in ("checked", "sources")
        ]
        return SHARED_HEAD + "\n".join(lines) + "\n"
    now = plain(parsed(PageEntry, raw))
    for name in ORDER:
        if name in values and values[name] != now.get(name, [] if name in ("offices", "related") else None):
            raw = amend.write(raw, (name,), values[name])
    return raw


def plain(page: PageEntry) -> dict[str, Any]:
    """A page's shared values as its file writes them."""
    return {
        "checked": f"{page.checked:%Y-%m}",
        "check_again_by": f"{page.check_again_by:%Y-%m}",
        "checked_by": page.checked_by,
        "confidence": page.confidence,
        "sources": [
            {name: value for name, value in source.model_dump().items() if value not in ("", None)}
            for source in page.sources
        ],
        "offices": list(page.offices),
        "related": list(page.related),
    }


def _below(value: Any) -> str:
    if isinstance(value, list) and value and isinstance(value[0], Mapping):
        return "".join(f"\n  - {amend.flow(one)}" for one in value)
    return f" {amend.flow(value)}"


def _same_line(line: str, name: str, value: str) -> bool:
    """Whether a line alone says the value: it does not go on below."""
    title = "" if name == "title" else "title: x\n"
    try:
        return bool(getattr(parsed(PageFront, title + line), name) == value)
    except (ValueError, YAMLError):
        return False


def _line(value: str) -> str:
    """A text as YAML reads it back: bare where that is safe, as people write it."""
    value = " ".join(value.split())
    if not value or '"' in value or "\\" in value:
        return amend.quoted(value)
    try:
        bare = parsed(PageFront, f"title: {value}").title == value
    except (ValueError, YAMLError):
        bare = False
    return value if bare else amend.quoted(value)
