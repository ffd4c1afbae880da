"""Our Markdown as web HTML and as plain text, from one parse. Raw HTML in it stays text."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "autolink", "html_inline", "html_block"]
)


def html(markdown: str) -> str:
    """Markdown as HTML for a page: paragraphs, lists, bold, italics. Nothing a person wrote runs."""
    return str(_parser.render(markdown))


def plain(markdown: str) -> str:
    """Markdown as text for a terminal."""
    return _plain(_parser.parse(markdown)).strip()


def _plain(tokens: Sequence[Token]) -> str:
    lines: list[str] = []
    numbers: list[int] = []
    for token in tokens:
        if token.type in ("ordered_list_open", "bullet_list_open"):
            numbers.append(1 if token.type == "ordered_list_open" else 0)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
            lines.append("")
        elif token.type == "inline":
            text = "".join(_inline(child) for child in token.children or [])
            if numbers:
                mark = f"{numbers[-1]}. " if numbers[-1] else "- "
                lines.append(mark + text)
                numbers[-1] += 1 if numbers[-1] else 0
            else:
                lines += [text, ""]
    return "\n".join(lines)


def _inline(token: Token) -> str:
    if token.type in ("softbreak", "hardbreak"):
        return "\n"
    return token.content
