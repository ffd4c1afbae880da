"""Interface words from the gettext catalogues, and names, amounts and dates from CLDR.

Python names each text by a key; what a person reads stands in locales/LANGUAGE/LC_MESSAGES/messages.po.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import gettext
import io
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from babel import Locale, UnknownLocaleError, dates, numbers, units
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from ruamel.yaml import YAML


@dataclasses.dataclass(frozen=True)
class Language:
    """One entry of locales/languages.yaml."""

    code: str
    name: str
    locale: str
    stand_ins: tuple[str, ...]
    direction: str
    offered: bool
    countries: Mapping[str, str] = dataclasses.field(default_factory=dict, hash=False)
    """Names of countries, months and days (Monday first) where CLDR does not know the language."""
    months: tuple[str, ...] = ()
    days: tuple[str, ...] = ()


@dataclasses.dataclass(frozen=True)
class Words:
    """All words for one reader: a language and the country whose money and names are meant."""

    language: Language
    chain: tuple[gettext.NullTranslations, ...]

    def say(self, key: str, **values: object) -> str:
        """The text named `key` in the reader's language or its stand-in, with its {places} filled.

        Raises KeyError when no language has it, which the catalogue check finds first.
        """
        for catalogue in self.chain:
            text = catalogue.gettext(key)
            if text != key:
                return text.format(**values) if values else text
        raise KeyError(key)

    @property
    def locale(self) -> Locale:
        """The CLDR locale of the language."""
        return _locale(self.language.locale)

    def country(self, code: str) -> str:
        """A country's name; its code where nobody has one."""
        if name := self.language.countries.get(code):
            return name
        for locale in (self.locale, _locale("fr"), _locale("es")):
            if name := locale.territories.get(code.upper()):
                return str(name)
        return code.upper()

    def month(self, day: dt.date) -> str:
        """'junio de 2026'."""
        if self.language.months:
            return f"{self.language.months[day.month - 1]} {day.year}"
        skeleton = dates.format_skeleton("yMMMM", day, locale=self._dated_locale())
        return str(skeleton)

    def date(self, day: dt.date) -> str:
        """'21 de diciembre de 2026'."""
        if self.language.months:
            return f"{day.day} {self.month(day)}"
        return str(dates.format_date(day, format="long", locale=self._dated_locale()))

    def moment(self, moment: dt.datetime) -> str:
        """'lunes 23 nov, 08:30'."""
        if self.language.days and self.language.months:
            month = self.language.months[moment.month - 1]
            return f"{self.language.days[moment.weekday()]} {moment.day} {month}, {moment:%H:%M}"
        return str(dates.format_datetime(moment, "EEEE d MMM, HH:mm", locale=self._dated_locale()))

    def money(self, amount: Decimal, currency: str, country: str) -> str:
        """'S/ 1,130': the currency as it is written in its country, the digits as the reader's language writes them.
        Without a currency the digits alone.
        """
        home = _locale_of_country(country, self.language.code)
        symbol = numbers.get_currency_symbol(currency, locale=_locale_of_country(country, "es")) if currency else ""
        whole = amount == amount.to_integral_value()
        digits = numbers.format_decimal(amount, format="#,##0" if whole else "#,##0.00", locale=home)
        return f"{symbol} {digits}".strip()

    def number(self, amount: Decimal, country: str) -> str:
        """A plain number in the reader's digits, without needless zeros."""
        return str(
            numbers.format_decimal(amount, format="#,##0.####", locale=_locale_of_country(country, self.language.code))
        )

    def span(self, count: Decimal, unit: str) -> str:
        """'2.5 años'. CLDR has no fortnights: they are said in weeks."""
        if unit == "fortnight":
            count, unit = count * 2, "week"
        return str(units.format_unit(count, f"duration-{unit}", locale=self._dated_locale()))

    def percent(self, amount: Decimal, country: str) -> str:
        """'9 %' with a space that does not break."""
        return f"{self.number(amount, country)} %"

    def _dated_locale(self) -> Locale:
        """CLDR knows no units of time in Creole: French ones are read by everybody who reads Creole."""
        return self.locale if self.locale.months["format"]["wide"].get(6, "M06") != "M06" else _locale("fr")


class Catalogues:
    """All languages of a locales/ folder, read once. `domains`: which catalogues of each, the first one first."""

    def __init__(self, folder: Path, domains: tuple[str, ...] = ("messages",)) -> None:
        raw = YAML(typ="safe").load(folder / "languages.yaml")
        self.languages = {
            code: Language(
                code,
                stand_ins=tuple(entry.pop("stand_ins")),
                months=tuple(entry.pop("months", ())),
                days=tuple(entry.pop("days", ())),
                **entry,
            )
            for code, entry in raw.items()
        }
        self._catalogues = {
            code: tuple(_catalogue(folder, code, domain) for domain in domains) for code in self.languages
        }

    def offered(self) -> list[Language]:
        """Languages people can choose."""
        return [language for language in self.languages.values() if language.offered]

    @functools.cache  # noqa: B019 - one Catalogues lives as long as the process
    def words(self, language: str) -> Words:
        """The words of a language; Spanish for one that is not known."""
        known = self.languages.get(language) or self.languages["es"]
        chain = dict.fromkeys((known.code, *known.stand_ins, "es"))
        return Words(known, tuple(found for code in chain for found in self._catalogues[code]))


def _catalogue(folder: Path, code: str, domain: str) -> gettext.NullTranslations:
    path = folder / code / "LC_MESSAGES" / f"{domain}.po"
    if not path.exists():
        return gettext.NullTranslations()
    binary = io.BytesIO()
    with path.open("rb") as file:
        write_mo(binary, read_po(file, locale=None))
    binary.seek(0)
    return gettext.GNUTranslations(binary)


@functools.cache
def _locale(name: str) -> Locale:
    return Locale.parse(name)


@functools.cache
def _locale_of_country(country: str, language: str) -> Locale:
    for name in (f"{language}_{country.upper()}", language, f"es_{country.upper()}", "es_419"):
        try:
            return Locale.parse(name)
        except (UnknownLocaleError, ValueError):
            continue
    return Locale.parse("es_419")
