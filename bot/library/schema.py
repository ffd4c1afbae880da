"""What each file of content/ may say.

The same models validate the files, make the JSON schemas that editors' programs use, and will be the console's forms.
Every legal statement carries its source, the month it was checked and when to look again.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Annotated, Literal

import phonenumbers
from opening_hours import OpeningHours
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from bot.law.formulas import names_in

WORKS = ("general", "domestic", "live_in", "agricultural", "own_account")
VARIANTS = ("domestic", "live_in", "agricultural", "own_account", "irregular", "abroad")
"""`irregular`: without papers. `abroad`: what a country does for its own people in another one."""

SHORT_PHONE = 6
"""Digits of a hotline at most that phonenumbers need not know."""

Confidence = Literal["high", "medium", "low"]
Variant = Literal["domestic", "live_in", "agricultural", "own_account", "irregular", "abroad"]
Field_ = Literal["labour_rights", "social_security", "consular", "entrepreneurship", "conversation"]
OfficeKind = Literal[
    "labour_inspectorate", "labour_authority", "legal_aid", "court", "social_security", "union", "ngo", "consulate",
    "migration_authority", "asylum", "ombudsman", "police", "hotline", "womens_shelter", "health",
    "employment_service", "programme_office", "tax_authority", "civil_registry", "international",
]  # fmt: skip
EmergencyKind = Literal[
    "emergency", "police", "ambulance", "fire", "violence", "trafficking", "mental_health", "missing", "children",
    "sea", "other",
]  # fmt: skip


def _month(value: object) -> object:
    """'2026-06' → the first of that month."""
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d{2}", value):
        return dt.date.fromisoformat(f"{value}-01")
    if isinstance(value, dt.date):
        return value
    raise ValueError('write a month as "2026-06"')


def _decimal(value: object) -> object:
    """Amounts are text in the files, so that no machine number rounds them."""
    if isinstance(value, str):
        return value
    raise ValueError('write an amount in quotes, with a point for decimals: "1130.50"')


def _language_texts(value: dict[str, str]) -> dict[str, str]:
    for language in value:
        if not re.fullmatch(r"[a-z]{2,3}", language):
            raise ValueError(f"'{language}' is not a language code such as es, pt, en, fr, ht")
    if not value:
        raise ValueError("write at least one language, such as es")
    return value


def _web_address(value: str) -> str:
    if not re.fullmatch(r"https?://[^\s<>()]+", value):
        raise ValueError("a web address starts with https:// and has no spaces or brackets")
    return value


Month = Annotated[dt.date, BeforeValidator(_month, json_schema_input_type=str)]
Amount = Annotated[Decimal, BeforeValidator(_decimal, json_schema_input_type=str)]
Texts = Annotated[dict[str, str], AfterValidator(_language_texts)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
Country = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="Lower-case ISO 3166 code of a country")]


class Entry(BaseModel):
    """A part of a content file: what is not named here is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class SourceEntry(Entry):
    """A law or document: title, article, address."""

    title: str
    article: str = ""
    url: WebAddress | None = None


class TopicEntry(Entry):
    """One topic of the vocabulary. `urgency` decides which of two problems is answered first."""

    about: str
    name: Texts
    urgency: int = Field(50, ge=0, le=100)
    offices: list[OfficeKind] = []
    related: list[str] = []
    in_menu: bool = True


Stage = Literal["before", "there", "back"]


class Topics(Entry):
    """content/topics.yaml"""

    fields: dict[Field_, Texts]
    journey: dict[Stage, list[str]] = Field(
        default={}, description="topics of each part of a journey: before leaving, while there, coming back"
    )
    topics: dict[str, TopicEntry]


class EmergencyNumber(Entry):
    """A number to call in danger; what it is for is said by its kind, in every language."""

    number: str = Field(pattern=r"^[+*]?[0-9][0-9 -]*$")
    kind: EmergencyKind
    name: str = ""
    confidence: Confidence
    checked: Month


class CountryEntry(Entry):
    """xx/country.yaml. `language` leads: pages are written in it first."""

    currency: str = Field(pattern=r"^[A-Z]{3}$")
    language: str = Field(pattern=r"^[a-z]{2}$")
    languages: list[str] = Field(default=["es", "en"], description="languages in which its texts are expected")
    time_zone: str
    role: Literal["host", "origin"] = Field("host", description="origin: only what its citizens abroad can get")
    skeleton: bool = Field(False, description="true: being written, not offered to people yet")
    emergency_numbers: list[EmergencyNumber] = []


class FigureValue(Entry):
    """A figure from a day on. The first day before it is the last of the value above."""

    from_: dt.date = Field(alias="from")
    value: Amount
    source: SourceEntry
    checked: Month
    confidence: Confidence = "high"


class FigureEntry(Entry):
    """A number of the law. Values stand in the order of their dates."""

    unit: Literal["money", "percent", "days", "weeks", "months", "years", "hours", "number"]
    per: str = ""
    currency: str = Field("", pattern=r"^([A-Z]{3})?$")
    check_again_by: Month | None = None
    note: str = ""
    values: list[FigureValue] = Field(min_length=1)

    @model_validator(mode="after")
    def _dates_go_up(self) -> FigureEntry:
        days = [value.from_ for value in self.values]
        if days != sorted(set(days)):
            raise ValueError("dates must go up and none may stand twice: put the values in the order of `from`")
        if self.unit == "money" and not self.currency:
            raise ValueError("an amount of money needs its currency, such as PEN")
        return self


class Figures(Entry):
    """xx/figures.yaml"""

    figures: dict[str, FigureEntry]


class Phone(Entry):
    """A phone as people dial it from the country. One that was never checked is not shown."""

    number: str
    free: bool = False
    whatsapp: bool = False


class VisitEntry(Entry):
    """A day on which an office comes to where people are, such as a mobile consulate."""

    on: dt.date
    until: dt.date | None = None
    city: str
    place: str = ""
    hours: str = ""
    source: SourceEntry


class OfficeEntry(Entry):
    """An office that helps. `nationality` is set for a consulate: whose citizens it serves."""

    name: str
    kind: OfficeKind
    what_for: list[str]
    short: str = Field("", max_length=60, description="the name people use")
    what: Texts = Field(default={"es": ""}, description="what it does, in a few words")
    nationality: Country | None = None
    city: str = ""
    address: str = ""
    phones: list[Phone] = []
    email: str = ""
    url: WebAddress | None = None
    visits: list[VisitEntry] = Field(default=[], description="days on which it comes to other cities")
    hours: str = Field("", description="opening hours as OpenStreetMap writes them: Mo-Fr 08:30-16:30; PH off")
    latitude: float | None = Field(None, ge=-90, le=90)
    longitude: float | None = Field(None, ge=-180, le=180)
    confidence: Confidence
    phone_checked: bool = Field(False, description="true: somebody confirmed the phones a second time")
    checked: Month
    note: str = ""

    @model_validator(mode="after")
    def _hours_read(self) -> OfficeEntry:
        if self.hours:
            OpeningHours(self.hours)
        return self

    @property
    def shows_phones(self) -> bool:
        """A phone reaches people only when it is certain or was confirmed a second time."""
        return self.confidence == "high" or (self.confidence == "medium" and self.phone_checked)


class Offices(Entry):
    """xx/offices.yaml"""

    offices: dict[str, OfficeEntry]


class Condition(Entry):
    """One thing a programme asks for: a formula over the facts of content/questions.yaml, and the words for who does
    not meet it.
    """

    when: str
    because: Texts

    @model_validator(mode="after")
    def _is_formula(self) -> Condition:
        names_in(self.when)
        return self


class ProgrammeEntry(Entry):
    """A public or NGO programme. One that ended says so and names what took its place."""

    name: str
    operator: str
    topics: list[str]
    what: Texts
    who: Texts
    how: Texts
    status: Literal["running", "ended", "renamed", "unknown"]
    successor: str = ""
    area: Literal["any", "city", "countryside"] = "any"
    conditions: list[Condition] | None = Field(None, description="who can have it; an empty list: everybody")
    papers: Texts | None = Field(None, description="what to bring")
    opens: list[str] = Field(default=[], description="ids of programmes that one can ask for afterwards")
    source: SourceEntry
    confidence: Confidence
    checked: Month
    note: str = ""


class Programmes(Entry):
    """xx/programmes.yaml"""

    programmes: dict[str, ProgrammeEntry]


class LessonEntry(Entry):
    """A short lesson. Its text stands in lessons/ID.LANGUAGE.md, its exercise is a calculation."""

    name: Texts = Field(description="on buttons, in a word or two")
    exercise: str = Field(description="id of an international calculation")
    topic: str = Field(description="the topic whose page, of the person's country, goes on from here")
    topics: list[str] = Field(description="topics whose pages offer it")
    sources: list[SourceEntry] = Field(min_length=1)
    checked: Month
    check_again_by: Month
    note: str = ""


class Lessons(Entry):
    """international/lessons.yaml: the lessons in the order in which they are taught."""

    lessons: dict[str, LessonEntry] = {}


class ReplyEntry(Entry):
    """A reply that case workers send often. They read its name, the person its text."""

    name: Texts
    text: Texts


class Replies(Entry):
    """content/replies.yaml"""

    replies: dict[str, ReplyEntry] = {}


class PageVariant(Entry):
    """What differs for a kind of work; what is not said is as on the page."""

    sources: list[SourceEntry] | None = None
    confidence: Confidence | None = None
    offices: list[str] | None = None
    checked: Month | None = None


class PageEntry(Entry):
    """xx/FIELD/TOPIC.yaml: what all languages of a page share."""

    checked: Month
    check_again_by: Month
    checked_by: str
    confidence: Confidence
    sources: list[SourceEntry] = Field(min_length=1)
    offices: list[str] = Field(default=[], description="kinds of office, or ids, in the order to offer them")
    related: list[str] = []
    variants: dict[Variant, PageVariant] = {}


class PageFront(Entry):
    """The lines between --- at the top of a text. `translated_from` is the mark of the text it was made from."""

    title: str = Field(max_length=72)
    until: str = Field("", description="until when one can claim, in a few words")
    translated_from: str = Field("", pattern=r"^([0-9a-f]{8})?$")


def phone_problem(number: str, country: str) -> str:
    """Why a number cannot exist in a country, or '' when it can. Short numbers are looked up too."""
    try:
        parsed = phonenumbers.parse(number, country.upper() or None)
    except phonenumbers.NumberParseException:
        return "it cannot be read"
    if phonenumbers.is_possible_number(parsed):
        return ""
    digits = re.sub(r"\D", "", number)
    short = phonenumbers.is_possible_short_number(parsed) or (len(digits) <= SHORT_PHONE and not number.startswith("+"))
    return "" if short else "no number of that length exists there"
