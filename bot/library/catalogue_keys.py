"""The catalogues of the interface, kept in line with the program: which texts it says, and in which file they stand."""

from __future__ import annotations

import ast
import io
import re
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

from bot.library.schema import WORKS, EmergencyKind, Stage
from bot.messages import Unreadable

FAMILIES = {
    "work_": WORKS,
    "emergency_": EmergencyKind.__args__,  # type: ignore[attr-defined]
    "unreadable_": ("empty", *Unreadable.__args__),  # type: ignore[attr-defined]
    "command_": ("help", "menu", "language", "country", "human", "privacy", "delete", "stop", "settings"),
    "erased_": ("telegram", "whatsapp"),
    "feedback_": ("useful", "not_useful", "outdated"),
    "helped_thanks_": ("yes", "part", "no"),
    "button_helped_": ("yes", "part", "no"),
    "per_": ("hour", "day", "week", "fortnight", "month", "year"),
    "diary_column_": ("number", "kind", "at", "told", "amount", "seal"),
    "diary_kind_": ("in", "out", "paid", "undo"),
    "stage_": Stage.__args__,  # type: ignore[attr-defined]
    "menu_stage_": Stage.__args__,  # type: ignore[attr-defined]
    "could_": ("likely", "depends", "ask", "no"),
    "letter_ask_": ("what", "amount", "since", "until"),
    "fault_": ("number", "date", "choice", "yes_no", "least", "most", "before", "future"),
    "fault_per_": ("hour", "day", "week", "fortnight", "month", "year"),
    "calc_": ("not_covered", "no_law_then", "withheld"),
    "feedback_thanks_": ("useful", "not_useful", "outdated"),
    "wrong_": ("phone", "link", "untrue"),
    "changed_": (
        "amount",
        "deadline",
        "phone",
        "office",
        "calculation",
        "programme",
        "text",
        "new",
        "translation",
        "gone",
    ),
}
"""Keys that the program puts together from a stem and a kind."""
TEMPLATE_KEY = re.compile(r"""say\(\s*["'](\w+)["']\s*[,)]""")
CONDITIONAL_KEY = re.compile(r"""say\(\s*["'](\w+)["']\s+if\s+.+?\s+else\s+["'](\w+)["']""")
DESK = "desk_"
"""How keys of the console begin; they stand in a catalogue of their own, console.po."""
DESK_KEY = re.compile(rf"{DESK}\w+")
QUOTED_DESK_KEY = re.compile(rf"""["']({DESK}\w+)["']""")


def keys_used(program: Path) -> tuple[set[str], set[str]]:
    """Every key the program and its templates say, and the stems to which the console adds a kind.

    The bot's own keys stand in calls of `say`; the console's wherever a text begins as they do.
    """
    keys = {stem + kind for stem, kinds in FAMILIES.items() for kind in kinds}
    for path in program.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr == "say"
                and node.args
            ):
                keys |= _constants(node.args[0])
            elif isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "key" for t in node.targets):
                keys |= _constants(node.value)
            elif isinstance(node, ast.Constant) and DESK_KEY.fullmatch(str(node.value)):
                keys.add(str(node.value))
    for path in program.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        keys |= set(TEMPLATE_KEY.findall(text)) | set(QUOTED_DESK_KEY.findall(text))
        keys |= {key for pair in CONDITIONAL_KEY.findall(text) for key in pair}
    stems = {key for key in keys if key.startswith(DESK) and key.endswith("_")}
    return keys - stems, stems - {DESK}


def _constants(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _constants(node.body) | _constants(node.orelse)
    return set()


def write_catalogues(program: Path, locales: Path, *, check_only: bool) -> list[str]:
    """Bring the templates and the catalogues in line with the keys used; a line for each thing that was not."""
    used, stems = keys_used(program)
    told = []
    for domain in ("messages", "console"):
        of_console = domain == "console"
        keys = {key for key in used if key.startswith(DESK) == of_console}
        if of_console:  # what a stem and a kind make is known from the Spanish catalogue
            spanish = _read(locales / "es/LC_MESSAGES/console.po")
            keys |= {key for key in spanish if key.startswith(tuple(stems))}
        told += _write_template(locales / f"{domain}.pot", keys, check_only=check_only)
        for path in sorted(locales.glob(f"*/LC_MESSAGES/{domain}.po")):
            told += _bring_in_line(path, keys, check_only=check_only)
    return told


def _bring_in_line(path: Path, keys: set[str], *, check_only: bool) -> list[str]:
    have = _read(path)
    told = [f"{path}: no words for {key}" for key in sorted(keys - set(have))]
    told += [f"{path}: {key} is not used any more" for key in sorted(set(have) - keys)]
    told += [f"{path}: {key} is empty" for key in sorted(keys & set(have)) if not have[key] and _complete(path)]
    if not check_only:
        with path.open("rb") as file:
            catalogue = read_po(file)
        fresh = Catalog(locale=catalogue.locale, header_comment=catalogue.header_comment, fuzzy=False)
        fresh.mime_headers = catalogue.mime_headers
        marks = {str(message.id): message.flags for message in catalogue if message.id}
        for key in sorted(keys):
            fresh.add(key, have.get(key, ""), flags=marks.get(key, ()))  # fuzzy: a draft that nobody confirmed
        write_catalogue(path, fresh)
    return told


def _read(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    with path.open("rb") as file:
        return {str(message.id): str(message.string or "") for message in read_po(file) if message.id}


def _complete(path: Path) -> bool:
    """The five languages of the house are complete; a draft may have gaps."""
    return path.parts[-3] in ("es", "pt", "en", "fr", "ht")


def _write_template(path: Path, keys: set[str], *, check_only: bool) -> list[str]:
    lines = ["# Keys of all texts of the program. Written by `make translations`.", 'msgid ""', 'msgstr ""']
    lines += ['"Content-Type: text/plain; charset=utf-8\\n"', ""]
    text = "\n".join(lines) + "\n" + "\n".join(f'msgid "{key}"\nmsgstr ""\n' for key in sorted(keys))
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return []
    if not check_only:
        path.write_text(text, encoding="utf-8")
    return [f"{path}: stale; run `make translations` and commit"]


def write_catalogue(path: Path, catalogue: Catalog) -> None:
    """Write a catalogue with one line a text, as translators' programs and differences like it."""
    binary = io.BytesIO()
    write_po(binary, catalogue, width=0, omit_header=False)
    path.write_bytes(binary.getvalue())
