"""Our Markdown as web HTML, Telegram HTML, WhatsApp marks and plain text, from one parse. Raw HTML in it stays text."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable, Sequence
from html import escape

from markdown_it import MarkdownIt
from markdown_it.token import Token

_parser = MarkdownIt("commonmark", {"html": False, "breaks": True}).disable(
    ["image", "autolink", "html_inline", "html_block", "entity"]
)


@dataclasses.dataclass(frozen=True)
class Marks:
    """How a platform writes bold and italics, and what it does to letters that mean something to it."""

    strong: tuple[str, str]
    emphasis: tuple[str, str]
    code: tuple[str, str]
    text: Callable[[str], str]


PLAIN = Marks(("", ""), ("", ""), ("", ""), str)
TELEGRAM = Marks(("<b>", "</b>"), ("<i>", "</i>"), ("<code>", "</code>"), lambda text: escape(text, quote=False))
WHATSAPP = Marks(("*", "*"), ("_", "_"), ("`", "`"), str)


def literal(text: str) -> str:
    """What a person wrote, as Markdown that shows just that: no mark of it means anything."""
    lines = (re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", line.strip()) for line in text.splitlines())
    return "\n".join(lines).strip()


def html(markdown: str) -> str:
    """Markdown as HTML for a page: paragraphs, lists, bold, italics. Nothing a person wrote runs."""
    return str(_parser.render(markdown))


def plain(markdown: str) -> str:
    """Markdown as text for a terminal."""
    return "\n\n".join(blocks(markdown, PLAIN))


def blocks(markdown: str, marks: Marks) -> list[str]:
    """Paragraphs, headings and list items with the marks of a platform. Tags never stretch over two blocks."""
    found: list[str] = []
    numbers: list[int] = []
    items: list[str] = []
    for token in _parser.parse(markdown):
        if token.type in ("ordered_list_open", "bullet_list_open"):
            numbers.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else 0)
        elif token.type in ("ordered_list_close", "bullet_list_close"):
            numbers.pop()
            if not numbers:
                found.append("\n".join(items))
                items = []
        elif token.type in ("fence", "code_block"):
            found.append(marks.text(token.content.strip()))
        elif token.type == "inline":
            text = _inline(token.children or [], marks)
            if numbers:
                items.append(f"{numbers[-1]}. {text}" if numbers[-1] else f"- {text}")
                numbers[-1] += 1 if numbers[-1] else 0
            else:
                found.append(text)
    return [block for block in found if block.strip()]


def parts(markdown: str, marks: Marks, limit: int) -> list[str]:
    """The text in messages of at most `limit` characters, split between blocks, then lines, then words.

    An empty text gives one empty message.
    """
    messages = [""]
    for block in blocks(markdown, marks):
        for piece in _within(block, limit):
            joined = f"{messages[-1]}\n\n{piece}" if messages[-1] else piece
            if len(joined) <= limit:
                messages[-1] = joined
            else:
                messages.append(piece)
    return messages


def _within(block: str, limit: int) -> list[str]:
    """A block as it is, or cut at line ends and spaces when it is too long; without marks where they would break."""
    if len(block) <= limit:
        return [block]
    for separator in ("\n", " "):
        pieces = [""]
        for word in block.split(separator):
            joined = f"{pieces[-1]}{separator}{word}" if pieces[-1] else word
            if len(joined) <= limit:
                pieces[-1] = joined
            else:
                pieces.append(word)
        if all(len(piece) <= limit and _balanced(piece) for piece in pieces):
            return pieces
    bare = _without_tags(block)
    return [bare[start : start + limit] for start in range(0, len(bare), limit)]


def _balanced(piece: str) -> bool:
    return all(piece.count(f"<{tag}>") == piece.count(f"</{tag}>") for tag in ("b", "i", "code"))


def _without_tags(block: str) -> str:
    for tag in ("<b>", "</b>", "<i>", "</i>", "<code>", "</code>"):
        block = block.replace(tag, "")
    return block


def _inline(tokens: Sequence[Token], marks: Marks) -> str:
    around = {
        "strong_open": marks.strong[0], "strong_close": marks.strong[1],
        "em_open": marks.emphasis[0], "em_close": marks.emphasis[1],
        "softbreak": "\n", "hardbreak": "\n",
    }  # fmt: skip
    said = []
    for token in tokens:
        if token.type in around:
            said.append(around[token.type])
        elif token.type == "code_inline":
            said.append(f"{marks.code[0]}{marks.text(token.content)}{marks.code[1]}")
        else:
            said.append(marks.text(token.content))
    return "".join(said)
