"""What is written for people to fill in, and what is generated: new countries and languages, schemas, catalogues."""

from __future__ import annotations

import json
import re
from pathlib import Path

from babel import Locale, UnknownLocaleError, numbers
from babel.core import get_global
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from pydantic import BaseModel

from bot.library.catalogue_keys import write_catalogue
from bot.library.glossary import GlossaryEntry
from bot.library.rules import Calculations, Deadlines, Letters, Pensions, Questions
from bot.library.schema import (
    CountryEntry,
    Figures,
    Lessons,
    Offices,
    PageEntry,
    Programmes,
    Replies,
    Topics,
)

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
    "lessons": Lessons,
    "replies": Replies,
    "glossary": GlossaryEntry,
}


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
        "calculations.yaml": CALCULATIONS.format(name=name),
        "deadlines.yaml": DEADLINES.format(name=name),
    }
    folder.mkdir()
    for file, text in files.items():
        (folder / file).write_text(text, encoding="utf-8")
    return REMAINS.format(folder=folder)


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
    write_catalogue(folder / "messages.po", catalogue)
    return f"{folder}: translate messages.po and write {locales / code}/words.yaml; then set offered: true."


REMAINS = """\
{folder} is there and passes `make check`. Nobody is offered it yet. What remains, in this order:
 1. country.yaml    the emergency numbers, each dialled or read on an official page; currency, language, time zone
 2. offices.yaml    labour inspectorate, free lawyer, hotlines: name, what each does, page, phone with its check
 3. figures.yaml    minimum_wage first, with the day it began, article and the month it was checked
 4. labour_rights/  unpaid_wages, dismissal, minimum_wage, irregular_status, document_retention first: TOPIC.yaml
                    (sources, offices) and TOPIC.es.md (the text); the other topics after them
 5. deadlines.yaml and calculations.yaml, each with examples worked out by hand (docs/calculations.md)
 6. the other languages (`python -m bot sheet`), then ten questions in tests/stories/by_country
 7. in country.yaml take `skeleton: true` away
docs/add-a-country.md walks through it. `make check` says what is wrong, `make coverage` what is missing."""

COUNTRY = """\
# yaml-language-server: $schema=../.schema/country.json
# {name}. TODO: check the currency, the leading language and the time zone; write the emergency numbers.
currency: {currency}
language: es
languages: [es, en, fr, ht]
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
CALCULATIONS = """\
# yaml-language-server: $schema=../.schema/calculations.json
# What people are owed in {name}, step by step. How to write one: docs/calculations.md
calculations: {{}}
"""
DEADLINES = """\
# yaml-language-server: $schema=../.schema/deadlines.json
# Until when one can claim in {name}. How to write one: docs/calculations.md
deadlines: {{}}
"""
