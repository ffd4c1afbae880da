"""What is written for people to fill in, and what is generated: new countries and languages, schemas, catalogues."""

from __future__ import annotations

import ast
import io
import json
import re
from pathlib import Path

from babel import Locale, UnknownLocaleError, numbers
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po
from pydantic import BaseModel

from bot.library.rules import Calculations, Deadlines, Letters, Pensions, Questions
from bot.library.schema import WORKS, CountryEntry, EmergencyKind, Figures, Offices, PageEntry, Programmes, Topics
from bot.messages import Unreadable

SCHEMAS: dict[str, type[BaseModel]] = {
    "topics": Topics,
    "country": CountryEntry,
    "figures": Figures,
    "offices": Offices,
    "programmes": Programmes,
    "page": PageEntry,
    "calculations": Calculations,
    "deadlines": Deadlines,
    "questions": Questions,
    "pensions": Pensions,
    "letters": Letters,
}
FAMILIES = {
    "work_": WORKS,
    "emergency_": EmergencyKind.__args__,  # type: ignore[attr-defined]
    "unreadable_": ("empty", *Unreadable.__args__),  # type: ignore[attr-defined]
    "command_": ("help", "menu", "language", "country", "human", "privacy", "delete", "stop", "settings"),
    "erased_": ("telegram", "whatsapp"),
    "feedback_": ("useful", "not_useful", "outdated"),
    "per_": ("hour", "day", "week", "fortnight", "month", "year"),
    "diary_column_": ("number", "kind", "at", "told", "amount", "seal"),
    "diary_kind_": ("in", "out", "paid", "undo"),
    "could_": ("likely", "depends", "ask", "no"),
    "letter_ask_": ("what", "amount", "since", "until"),
    "fault_": ("number", "date", "choice", "yes_no", "least", "most", "before", "future"),
    "fault_per_": ("hour", "day", "week", "fortnight", "month", "year"),
    "calc_": ("not_covered", "no_law_then", "withheld"),
    "feedback_thanks_": ("useful", "not_useful", "outdated"),
}
"""Keys that the program puts together from a stem and a kind."""
TEMPLATE_KEY = re.compile(r"""say\(\s*["'](\w+)["']\s*[,)]""")
CONDITIONAL_KEY = re.compile(r"""say\(\s*["'](\w+)["']\s+if\s+.+?\s+else\s+["'](\w+)["']""")


def write_schemas(folder: Path, *, check_only: bool) -> list[str]:
    """Write the JSON schemas; the names of those that were stale."""
    stale = []
    for name, model in SCHEMAS.items():
        path = folder / f"{name}.json"
        text = json.dumps(model.model_json_schema(by_alias=True), ensure_ascii=False, indent=1) + "\n"
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            stale.append(name)
            if not check_only:
                folder.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
    return stale


def keys_used(program: Path) -> set[str]:
    """Every key the program and its templates say."""
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
    for path in program.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        keys |= set(TEMPLATE_KEY.findall(text))
        keys |= {key for pair in CONDITIONAL_KEY.findall(text) for key in pair}
    return keys


def _constants(node: ast.expr) -> set[str]:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.IfExp):
        return _constants(node.body) | _constants(node.orelse)
    return set()


def write_catalogues(program: Path, locales: Path, *, check_only: bool) -> list[str]:
    """Bring the template and the catalogues in line with the keys used; a line for each thing that was not."""
    keys = keys_used(program)
    told = _write_template(locales / "messages.pot", keys, check_only=check_only)
    for path in sorted(locales.glob("*/LC_MESSAGES/messages.po")):
        with path.open("rb") as file:
            catalogue = read_po(file)
        have = {str(message.id): message for message in catalogue if message.id}
        told += [f"{path}: no words for {key}" for key in sorted(keys - set(have))]
        told += [f"{path}: {key} is not used any more" for key in sorted(set(have) - keys)]
        told += [
            f"{path}: {key} is empty" for key in sorted(keys & set(have)) if not have[key].string and _complete(path)
        ]
        if not check_only:
            fresh = Catalog(locale=catalogue.locale, header_comment=catalogue.header_comment, fuzzy=False)
            fresh.mime_headers = catalogue.mime_headers
            for key in sorted(keys):
                fresh.add(key, have[key].string if key in have else "")
            _write(path, fresh)
    return told


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


def _write(path: Path, catalogue: Catalog) -> None:
    binary = io.BytesIO()
    write_po(binary, catalogue, width=0, omit_header=False)
    path.write_bytes(binary.getvalue())


def new_country(content: Path, code: str) -> str:
    """Write the skeleton of a country; what remains to be done. Raises ValueError for a code that is none."""
    code = code.lower()
    name = Locale.parse("en").territories.get(code.upper())
    if not name or code == "zz" or not re.fullmatch(r"[a-z]{2}", code):
        raise ValueError(f"'{code}' is no country code such as py")
    folder = content / code
    if folder.exists():
        raise ValueError(f"{folder} is there already")
    currencies = numbers.get_territory_currencies(code.upper()) or ["USD"]
    zones = [zone for zone, land in get_global("zone_territories").items() if land == code.upper()]
    files = {
        "country.yaml": COUNTRY.format(name=name, currency=currencies[0], zone=(sorted(zones) or ["UTC"])[0]),
        "figures.yaml": FIGURES.format(name=name),
        "offices.yaml": OFFICES.format(name=name),
        "programmes.yaml": PROGRAMMES.format(name=name),
    }
    folder.mkdir()
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return f"{folder}: fill in the TODOs and write the pages; `make check` lists what is missing. Not offered yet."


def new_language(locales: Path, code: str, name: str) -> str:
    """Write an empty catalogue and an entry that is not offered yet. Raises ValueError when it is there."""
    if (locales / code).exists():
        raise ValueError(f"{locales / code} is there already")
    try:
        locale = str(Locale.parse(code))
    except (UnknownLocaleError, ValueError):
        locale = "es_419"
    with (locales / "languages.yaml").open("a", encoding="utf-8") as file:
        file.write(f"{code}: {{name: {name}, locale: {locale}, stand_ins: [es], direction: ltr, offered: false}}\n")
    folder = locales / code / "LC_MESSAGES"
    folder.mkdir(parents=True)
    with (locales / "messages.pot").open("rb") as file:
        template = read_po(file)
    catalogue = Catalog(fuzzy=False)
    for message in template:
        if message.id:
            catalogue.add(message.id, "")
    _write(folder / "messages.po", catalogue)
    return f"{folder}: translate messages.po and write {locales / code}/words.yaml; then set offered: true."


COUNTRY = """\
# yaml-language-server: $schema=../.schema/country.json
# {name}. TODO: check the currency, the leading language and the time zone; write the emergency numbers.
currency: {currency}
language: es
time_zone: {zone}
skeleton: true
emergency_numbers: []
"""
FIGURES = """\
# yaml-language-server: $schema=../.schema/figures.json
# Every number of the law of {name} that a page names in braces. TODO: start with minimum_wage.
figures: {{}}
"""
OFFICES = """\
# yaml-language-server: $schema=../.schema/offices.json
# Offices of {name}. TODO: start with the labour inspectorate, free legal aid and the hotlines.
offices: {{}}
"""
PROGRAMMES = """\
# yaml-language-server: $schema=../.schema/programmes.json
# Programmes of {name}.
programmes: {{}}
"""
