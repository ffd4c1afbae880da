"""The page of a topic: the country's or the international one, for the kind of work, in the asked language or its
stand-in; with the figures in force, until when, the doors, the source and what is not sure.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import re

from bot.law.figures import Figure, NotInForceError
from bot.library.checks import PLACEHOLDER
from bot.library.loading import Article, Library
from bot.library.schema import SourceEntry
from bot.messages import Answer, Ask, Button, Door, Request, Source
from bot.modules import calculations, deadlines, doors, lessons
from bot.reckoning.calculation import dated
from bot.translations import Catalogues, Words

DOORS_SHOWN = 2
CALCULATIONS_SHOWN = 2
DIARY_TOPICS = ("labour_rights.working_hours", "labour_rights.unpaid_wages")
PENSION_TOPICS = ("social_security.portability", "social_security.pensions")
SOURCES_SHOWN = 3
WORK_CHOICES = ("domestic", "live_in", "agricultural", "own_account")
HOME_HELP = {"labour_rights": "consular.legal_assistance", "social_security": "social_security.portability"}
"""By field, the topic on which a country helps its people elsewhere when it has no page of its own on theirs."""
HOST_FIRST = ("consular.asylum", "consular.regularisation")
ELSEWHERE = "zz"
"""The country of somebody who is in none of those offered."""


@dataclasses.dataclass(frozen=True)
class Articles:
    """Answers with what editors wrote."""

    library: Library
    catalogues: Catalogues

    def answer(self, request: Request) -> Answer | Ask:
        """The page for the request. Asks for the country, and for the kind of work where the law differs by it."""
        if not request.country:
            return Ask("country", tuple(self.library.offered()))
        kinds = self._kinds(request)
        if kinds and not request.work and not request.facts.get("work_asked"):
            return Ask("work", (*kinds, "general"))
        words = self.catalogues.words(request.language)
        article = self._article(request)
        if article is None:
            return self._not_written(request, words)
        return self._page(article, request, words, kinds)

    def _kinds(self, request: Request) -> tuple[str, ...]:
        """Kinds of work for which the country's page differs."""
        written = self.library.variants(request.topic, request.country)
        return tuple(kind for kind in WORK_CHOICES if kind in written)

    def _article(self, request: Request) -> Article | None:
        stand_ins = self.catalogues.words(request.language).language.stand_ins
        home = self._home(request)
        if home and request.detail != "here" and (request.detail == "home" or not _host_first(request.topic)):
            return self.library.article(request.topic, home, request.language, ("abroad",), stand_ins)
        variants = {"live_in": ("live_in", "domestic")}.get(request.work, (request.work,) if request.work else ())
        if request.papers is False:
            variants = (
                ("irregular", *variants) if not variants or variants == ("general",) else (*variants, "irregular")
            )
        return self.library.article(request.topic, request.country, request.language, variants, stand_ins)

    def _home(self, request: Request) -> str:
        """The person's own country, where it does something on this topic for its people elsewhere."""
        home = request.origin if request.origin != request.country else ""
        return home if home and "abroad" in self.library.variants(request.topic, home) else ""

    def _home_button(self, article: Article, request: Request, words: Words) -> Button | None:
        """What the person's own country does from afar, beside the law of the place: on the same topic; for trouble at
        work its legal help, for social security what counts at home.
        """
        field = request.topic.partition(".")[0]
        if not request.origin or request.origin == request.country or article.text.variant == "abroad":
            return None
        for topic in dict.fromkeys((request.topic, HOME_HELP.get(field, request.topic))):
            if "abroad" in self.library.variants(topic, request.origin):
                label = words.say("button_home_country", country=words.country(request.origin))
                return Button(label, f"topic:{topic}/home")
        return None

    def _page(self, article: Article, request: Request, words: Words, kinds: tuple[str, ...]) -> Answer:
        figures = self._figures(article, request)
        body = _filled(article.text.body, figures, words, article.text.country)
        wanted = article.page.offices or list(self.library.topics.topics[request.topic].offices)
        lines, shown = self._doors(request, wanted, words)
        ask_at = next((door.name for door in shown), words.say("somebody_who_knows"))
        notes = self._notes(article, request, words, ask_at)
        buttons = self._buttons(article, request, words, kinds)
        until = _filled(article.text.front.until, figures, words, article.text.country)
        foot = [f"⏳ {until}"] if until else []
        if button := self._home_button(article, request, words):
            foot.append(f"🏛 {words.say('home_helps', country=words.country(request.country))}")
            buttons = (button, *buttons)
        foot += [*lines, _source_line(article, words), *_doubts(article, figures, request, words, ask_at)]
        return Answer(
            text="\n\n".join([*notes, body, "\n".join(foot)]),
            topic=request.topic,
            buttons=buttons,
            sources=tuple(_source(entry, article.page.checked) for entry in article.page.sources),
            doors=shown,
            page=article.text.path,
            version=article.text.version,
        )

    def _figures(self, article: Article, request: Request) -> dict[str, Figure]:
        """The figures the text names, as they stand on the day."""
        written = self.library.countries[article.text.country].figures.figures
        found = {}
        for name in PLACEHOLDER.findall(article.text.body + article.text.front.until):
            if name in written:
                try:
                    found[name] = dated(written[name]).on(request.day.date())
                except NotInForceError:
                    continue
        return found

    def _doors(self, request: Request, wanted: list[str], words: Words) -> tuple[list[str], tuple[Door, ...]]:
        about = self.library.country(request.country)
        zone = about.time_zone if about else "UTC"
        chosen = doors.fitting(self.library, request, wanted)[:DOORS_SHOWN]
        pairs = [doors.shown(name, office, words, request.day, zone) for name, office in chosen]
        return [line for line, _ in pairs], tuple(door for _, door in pairs)

    def _notes(self, article: Article, request: Request, words: Words, ask_at: str) -> list[str]:
        notes = []
        if article.general:
            known = request.country != ELSEWHERE
            place = words.country(request.country) if known else words.say("your_country")
            notes.append(words.say("note_general", country=place))
        if article.stands_in:
            names = self.catalogues.languages
            notes.append(words.say("note_stand_in", language=names[article.text.language].name))
        if request.facts.get("work_asked") and not request.work and self._kinds(request):
            notes.append(words.say("note_most_jobs"))
        if article.page.confidence == "low":
            notes.append(words.say("note_low", office=ask_at))
        return [f"_{note}_" for note in notes]

    def _buttons(self, article: Article, request: Request, words: Words, kinds: tuple[str, ...]) -> tuple[Button, ...]:
        buttons = [*calculations.buttons_for(self.library, request, words, CALCULATIONS_SHOWN)]
        buttons += deadlines.buttons_for(self.library, request, words)
        buttons += lessons.buttons_for(self.library, request.topic, words)
        if request.topic in DIARY_TOPICS:
            buttons.append(Button(words.say("button_diary"), "diary:start"))
        if request.topic in PENSION_TOPICS:
            buttons.append(Button(words.say("button_years"), "years:"))
        if kinds and not request.work:
            buttons += [Button(words.say(f"work_{kind}"), f"work:{kind}") for kind in kinds]
        if request.papers is None and "irregular" in self.library.variants(request.topic, request.country):
            buttons.append(Button(words.say("button_no_papers"), "papers:no"))
        there = self.library.countries.get(request.country)  # people live in countries that nobody wrote about yet, too
        if article.text.variant == "abroad" and there is not None and request.topic in there.pages:
            place = words.country(request.country)
            buttons.append(Button(words.say("button_in_country", country=place), f"topic:{request.topic}/here"))
        if self._has_programmes(request):
            buttons.append(Button(words.say("button_programmes"), f"topic:{request.topic}/programmes"))
        if self.library.topics.topics[request.topic].offices:
            buttons.append(Button(words.say("button_doors"), f"topic:{request.topic}/doors"))
        related = article.page.related or self.library.topics.topics[request.topic].related
        buttons += [topic_button(self.library, topic, words) for topic in related[:2]]
        return tuple(buttons)

    def _has_programmes(self, request: Request) -> bool:
        content = self.library.countries.get(request.country)
        return bool(content) and any(
            request.topic in entry.topics
            for entry in content.programmes.programmes.values()  # type: ignore[union-attr]
        )

    def _not_written(self, request: Request, words: Words) -> Answer:
        """No page anywhere: say so, and name the office."""
        entry = self.library.topics.topics[request.topic]
        lines, shown = self._doors(request, list(entry.offices), words)
        return Answer(
            text="\n\n".join([words.say("not_written"), *lines]),
            topic=request.topic,
            doors=shown,
            buttons=tuple(topic_button(self.library, topic, words) for topic in entry.related),
        )


def _host_first(topic: str) -> bool:
    """Whether the law of the place where somebody works comes before what their own country does for them."""
    return topic.startswith(("labour_rights.", "entrepreneurship.")) or topic in HOST_FIRST


def topic_button(library: Library, topic: str, words: Words) -> Button:
    """The button that opens a topic, in the reader's language."""
    return Button(topic_name(library, topic, words), f"topic:{topic}")


def topic_name(library: Library, topic: str, words: Words) -> str:
    """A topic's name in the reader's language or its stand-in."""
    names = library.topics.topics[topic].name
    order = (words.language.code, *words.language.stand_ins, "es")
    return next((names[code] for code in order if code in names), topic)


def figure_text(figure: Figure, words: Words, country: str) -> str:
    """A figure as the reader's language writes it: 'S/ 1,130', '9 %', '30'."""
    if figure.unit == "money":
        return words.money(figure.value, figure.currency, country)
    if figure.unit == "percent":
        return words.percent(figure.value, country)
    return words.number(figure.value, country)


def _filled(text: str, figures: dict[str, Figure], words: Words, country: str) -> str:
    def value(match: re.Match[str]) -> str:
        figure = figures.get(match[1])
        return figure_text(figure, words, country) if figure else words.say("amount_unknown")

    return PLACEHOLDER.sub(value, text)


def _doubts(article: Article, figures: dict[str, Figure], request: Request, words: Words, ask_at: str) -> list[str]:
    """What may have changed since it was checked, said plainly."""
    doubtful = [figure for figure in figures.values() if figure.doubtful and figure.unit in ("money", "percent")]
    if doubtful:
        oldest = min((figure.law.checked or dt.date.min for figure in doubtful), default=dt.date.min)
        return [f"⚠️ {words.say('doubt_amount', month=words.month(oldest), office=ask_at)}"]
    if article.page.check_again_by < request.day.date():
        return [f"⚠️ {words.say('doubt_page', month=words.month(article.page.checked), office=ask_at)}"]
    return []


def _source(entry: SourceEntry, checked: dt.date) -> Source:
    return Source(entry.title, entry.article, str(entry.url or ""), checked)


def _source_line(article: Article, words: Words) -> str:
    named = [
        entry.title + (f", {words.say('article')} {entry.article}" if entry.article else "")
        for entry in article.page.sources[:SOURCES_SHOWN]
    ]
    return f"📖 {'; '.join(named)} · {words.say('checked_in', month=words.month(article.page.checked))}"
