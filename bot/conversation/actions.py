"""What buttons and commands do. An action stands alone: `topic:ID/detail`, `country:pe`, `erase`."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from bot.conversation.house import CALCULATE, LESSON, House, Remind
from bot.conversation.prefill import prefill
from bot.conversation.state import Case, Conversation, Told
from bot.library.loading import Library
from bot.library.schema import CountryEntry
from bot.messages import Answer, Button
from bot.modules.articles import topic_button
from bot.modules.deadlines import HAPPENED
from bot.modules.housekeeping import FIELDS, place_name
from bot.reckoning.deadline import until_when
from bot.reckoning.facts import facts_of
from bot.translations import Catalogues, Words
from bot.understanding import Understanding

REMINDING = ("telegram", "whatsapp")
"""Channels on which the bot can write first."""
TRAINING = "entrepreneurship.training"
"""What the list of lessons belongs to."""
REMIND_AT = dt.time(9)
REMIND_DAYS_BEFORE = (7, 2)
CORRECTABLE = ("country", "origin", "work")
VERDICTS = ("useful", "not_useful", "outdated")
WORKS = ("general", "domestic", "live_in", "agricultural", "own_account")
LEFT_BEHIND = {"telegram": "erased_telegram", "whatsapp": "erased_whatsapp"}
"""What is said, by channel, of what stays on the person's phone."""
FACT_WORDS = (4, 7)
"""A text of so few words that tells a fact is most likely no question, or may be none."""


@dataclasses.dataclass(frozen=True)
class Done:
    """What an action changed, and either its answers or the topic to answer next."""

    conversation: Conversation
    answers: tuple[Answer, ...] = ()
    topic: str = ""
    detail: str = ""
    judged: tuple[str, str, str] | None = None
    reported: tuple[str, str] | None = None
    """What is wrong (phone, link or untrue), and with which office or page."""
    forget: bool = False
    take_back: bool = False
    """True: earlier answers are deleted on the person's device, where that can be done."""
    arrived: str = ""
    """The office whose link brought the person."""
    spoken: bool = False
    """True: the answer is to be heard."""
    printed: bool = False
    """True: the answer is wanted as a paper too."""
    remind: Remind | None = None
    forget_reminders: bool = False
    unclear: str = ""
    """A question without names and numbers that may be kept to learn from."""


@dataclasses.dataclass(frozen=True)
class _At:
    """Where and when an action is carried out."""

    conversation: Conversation
    house: House
    channel: str
    now: dt.datetime

    @property
    def library(self) -> Library:
        return self.house.library

    @property
    def catalogues(self) -> Catalogues:
        return self.house.catalogues

    @property
    def words(self) -> Words:
        return self.catalogues.words(self.conversation.language)


def do(action: str, conversation: Conversation, house: House, channel: str, now: dt.datetime) -> Done:
    """Carry out an action. One that is not known, or names what is gone, shows the menu."""
    name, _, value = action.partition(":")
    at = _At(conversation, house, channel, now)
    if name in ACTIONS:
        return ACTIONS[name](at, value)
    if name in CORRECTABLE and _valid(name, value):
        return _told(conversation.with_(**{name: value}))
    return Done(conversation.with_(open=None), topic=f"conversation.{TOPICS.get(name, 'menu')}")


def _topic(at: _At, value: str) -> Done:
    topic, _, detail = value.partition("/")
    if topic not in at.library.topics.topics:
        return Done(at.conversation, topic="conversation.menu")
    return Done(at.conversation.with_(open=None), topic=topic, detail=detail)


def _menu(at: _At, value: str) -> Done:
    detail = value if value.partition("/")[0] in FIELDS else ""
    return Done(at.conversation.with_(open=None), topic="conversation.menu", detail=detail)


def _told(conversation: Conversation) -> Done:
    """A fact was chosen: go on with what was asked before it."""
    if conversation.open:
        waiting = conversation.open
        return Done(
            conversation.with_(open=None),
            topic=waiting.topic if waiting.topic != "conversation.change_country" else "conversation.menu",
            detail=waiting.detail,
        )
    return Done(conversation, topic=conversation.topic or "conversation.menu")


def _papers(at: _At, value: str) -> Done:
    return _told(at.conversation.with_(papers=value == "yes"))


def _skip(at: _At, _: str) -> Done:
    return _told(at.conversation)


def _language(at: _At, value: str) -> Done:
    if value not in at.catalogues.languages:
        return _menu(at, "")
    return _told(at.conversation.with_(language=value, language_chosen=True))


def _feedback(at: _At, value: str) -> Done:
    conversation = at.conversation
    if value not in VERDICTS or not conversation.page:
        return _menu(at, "")
    text, buttons = at.words.say(f"feedback_thanks_{value}"), _next(at.words)
    if value == "useful" and conversation.news is None and at.channel in REMINDING:
        text = f"{text}\n\n_{at.words.say('news_ask')}_"
        buttons = (Button(at.words.say("button_news_on"), "news:on"), *buttons)
    if value == "outdated":
        kinds = [Button(at.words.say(f"wrong_{kind}"), f"wrong:{kind}") for kind in _could_be_wrong(at)]
        text, buttons = f"{text}\n\n{at.words.say('wrong_ask')}", (*kinds, *buttons)
    judged = (conversation.page, conversation.version, value)
    return Done(conversation, (Answer(text, buttons=buttons),), judged=judged)


def _news(at: _At, value: str) -> Done:
    """News of offices, wanted or not: from this moment on."""
    if value == "off":
        buttons = (Button(at.words.say("button_news_on"), "news:on"), *_next(at.words))
        return Done(at.conversation.with_(news=False), (Answer(at.words.say("news_off"), buttons=buttons),))
    if at.channel not in REMINDING:
        return Done(at.conversation, (Answer(at.words.say("remind_not_here"), buttons=_next(at.words)),))
    buttons = (Button(at.words.say("button_news_off"), "news:off"), *_next(at.words))
    return Done(at.conversation.with_(news=True, quiet=False), (Answer(at.words.say("news_on"), buttons=buttons),))


def _could_be_wrong(at: _At) -> list[str]:
    """What can be wrong with the last answer: a phone and a site where an office of it has one, and the text."""
    return [*(kind for kind in ("phone", "link") if _offices_with(at, kind)), "untrue"]


def _offices_with(at: _At, kind: str) -> list[tuple[str, str]]:
    """Offices of the last answer that give out a phone or a site: id and name."""
    found = [(name, at.library.office(name)) for name in at.conversation.doors]
    return [
        (name, office.short or office.name)
        for name, office in found
        if office and (office.url if kind == "link" else office.shows_phones and office.phones)
    ]


def _wrong(at: _At, value: str) -> Done:
    """What exactly is wrong; where several offices were named, of which one. Kept without a word of the person."""
    kind, _, name = value.partition("/")
    if kind not in ("phone", "link", "untrue") or not at.conversation.page:
        return _menu(at, "")
    target = at.conversation.page
    if kind != "untrue":
        offices = dict(_offices_with(at, kind))
        if name not in offices and len(offices) > 1:
            buttons = tuple(Button(label[:24], f"wrong:{kind}/{one}") for one, label in offices.items())
            return Done(at.conversation, (Answer(at.words.say("wrong_which"), buttons=buttons),))
        if not offices:
            return _menu(at, "")
        target = name if name in offices else next(iter(offices))
    answer = Answer(at.words.say("wrong_thanks"), buttons=_next(at.words))
    return Done(at.conversation, (answer,), reported=(kind, target))


def _other(at: _At, _: str) -> Done:
    """Not that: what else the last question may have meant, else a way to say it differently."""
    conversation, library, words = at.conversation, at.library, at.words
    known = [topic for topic in conversation.likely if topic in library.topics.topics]
    if not known:
        return Done(conversation.with_(open=None), topic="conversation.deny")
    buttons = (*(topic_button(library, topic, words) for topic in known), *_next(words))
    return Done(conversation.with_(likely=()), (Answer(words.say("other"), buttons=buttons),))


def _learn(at: _At, value: str) -> Done:
    """The person allowed us, or not, to learn from their questions."""
    allowed = value == "yes"
    answer = Answer(at.words.say("learn_yes" if allowed else "learn_no"), buttons=_next(at.words))
    unclear = at.conversation.unclear if allowed else ""
    return Done(at.conversation.with_(learn=allowed, unclear=""), (answer,), unclear=unclear)


def _erase(at: _At, _: str) -> Done:
    """Erasing needs no second question: whoever types it may be in a hurry. What cannot be erased is said."""
    left = LEFT_BEHIND.get(at.channel)
    text = f"{at.words.say('erased')}\n\n{at.words.say(left)}" if left else at.words.say("erased")
    return Done(at.conversation, (Answer(text, fleeting=True),), forget=True)


def _start(at: _At, value: str) -> Done:
    """First contact, perhaps by an office's link. A link that was changed or cut still opens the door."""
    invitation = at.house.invitations.read(value)
    if invitation is None:
        language = value[:2] if value[:2] in at.catalogues.languages else at.conversation.language
        return Done(at.conversation.with_(open=None, language=language), topic="conversation.greet")
    changes: dict[str, Any] = {
        "office": invitation.office,
        "country": invitation.country or at.conversation.country,
        "open": None,
    }
    if invitation.language in at.catalogues.languages:
        changes |= {"language": invitation.language, "language_chosen": True}
    office = at.library.office(invitation.office)
    if office and office.nationality:
        changes["origin"] = at.conversation.origin or office.nationality
    after = at.conversation.with_(**changes)
    topic = next((name for name in at.library.topics.topics if name.endswith(f".{invitation.topic}")), "")
    return Done(after, topic=topic or "conversation.greet", arrived=invitation.office)


def _stop(at: _At, _: str) -> Done:
    """Opted out: confirmed once; whoever writes again is answered."""
    answer = Answer(
        at.words.say("stopped"), buttons=(Button(at.words.say("button_resume"), "resume"), *_next(at.words))
    )
    return Done(at.conversation.with_(quiet=True, news=False, open=None), (answer,), forget_reminders=True)


def _resume(at: _At, _: str) -> Done:
    return Done(at.conversation.with_(quiet=False), (Answer(at.words.say("resumed"), buttons=_next(at.words)),))


def _calc(at: _At, name: str) -> Done:
    """Begin a calculation with what was told before."""
    found = at.library.calculation(name)
    if found is None:
        return Done(at.conversation.with_(open=None), topic=CALCULATE)
    facts = facts_of(at.library, found[1])
    # what was said of a wage is no price and no cost of one's own business
    told = {} if at.library.lesson_with(name) else prefill(facts, at.conversation.told)
    case = at.conversation.case
    if case and case.detail.endswith(f"/{name}"):  # a letter was made of it in between
        told = {fact: value for fact, value in case.told.items() if fact in facts}
    return _begin(at, found[1].topic, f"calc:{name}", told)


def _lesson(at: _At, name: str) -> Done:
    """A lesson, or the list of them."""
    entry = at.library.lessons.get(name)
    return Done(at.conversation.with_(open=None), topic=entry.topic if entry else TRAINING, detail=f"{LESSON}:{name}")


def _until(at: _At, name: str) -> Done:
    """Begin to count a claim period, from the day that was told; the answer names it, and it can be changed."""
    found = at.library.deadline(name)
    if found is None:
        return _menu(at, "")
    told = at.conversation.told
    known = told.day is not None and not told.month_only and told.day <= at.now.date()
    return _begin(at, found[1].topic, f"until:{name}", {HAPPENED: f"{told.day}"} if known else {})


def _could(at: _At, topic: str) -> Done:
    """Which programmes could the person have."""
    known = topic in at.library.topics.topics
    return _begin(at, topic if known else "entrepreneurship.start_business", "could:", {})


def _years(at: _At, _: str) -> Done:
    """Pension years in several countries."""
    return _begin(at, "social_security.portability", "years:", {})


def _letter(at: _At, value: str) -> Done:
    """A letter; one after a calculation takes over what was told for it."""
    kind, _, rule = value.partition("/")
    case = at.conversation.case
    entry = at.library.letters.get(kind)
    told = dict(case.told) if case and rule and case.detail == f"calc:{rule}" else {}
    return _begin(at, entry.topic if entry else CALCULATE, f"letter:{value}", told)


def _pdf(at: _At, _: str) -> Done:
    """The calculation again, with its paper."""
    if at.conversation.case is None:
        return _menu(at, "")
    return dataclasses.replace(_go_on(at, at.conversation.case), printed=True)


def _remind(at: _At, name: str) -> Done:
    """Remind of a claim period a week and two days before its end, at nine in the morning there; `off` ends it all."""
    if name == "off":
        answer = Answer(at.words.say("reminders_off"), buttons=_next(at.words))
        return Done(at.conversation, (answer,), forget_reminders=True)
    case, found = at.conversation.case, at.library.deadline(name)
    if found is None or case is None or case.detail != f"until:{name}" or HAPPENED not in case.told:
        return _until(at, name)
    if at.channel not in REMINDING:
        return Done(at.conversation, (Answer(at.words.say("remind_not_here"), buttons=_next(at.words)),))
    result = until_when(at.library, name, dt.date.fromisoformat(case.told[HAPPENED]), at.now.date())
    moments = reminders_before(result.day, at.now, at.library.country(found[0]))
    if not moments:
        return Done(at.conversation, (Answer(at.words.say("remind_too_late"), buttons=_next(at.words)),))
    days = ", ".join(at.words.date(moment.date()) for moment in moments)
    buttons = (Button(at.words.say("button_remind_off"), "remind:off"), *_next(at.words))
    answer = Answer(at.words.say("reminded", days=days), buttons=buttons)
    return Done(at.conversation, (answer,), remind=Remind(name, moments))


def reminders_before(last: dt.date, now: dt.datetime, about: CountryEntry | None) -> tuple[dt.datetime, ...]:
    """The moments to remind at, in UTC, that are still to come."""
    zone = ZoneInfo(about.time_zone if about else "UTC")
    wanted = [
        dt.datetime.combine(last - dt.timedelta(days=days), REMIND_AT, zone).astimezone(dt.UTC)
        for days in REMIND_DAYS_BEFORE
    ]
    return tuple(moment for moment in wanted if moment > now)


def _begin(at: _At, topic: str, detail: str, told: dict[str, str]) -> Done:
    """A form, gone on with if it is the one that was being filled in."""
    case = at.conversation.case
    if case is None or case.detail != detail:
        case = Case(topic=topic, detail=detail, told=told)
    return Done(at.conversation.with_(case=case, open=None), topic=topic, detail=detail)


def _fact(at: _At, value: str) -> Done:
    """A fact of the form that is being filled in, told by a button."""
    fact, _, told = value.partition("=")
    if at.conversation.case is None:
        return _menu(at, "")
    return _go_on(at, at.conversation.case.with_(fact, told))


def _back(at: _At, _: str) -> Done:
    """One question back; without a form, the menu."""
    case = at.conversation.case
    if case is None or not case.told:
        return _menu(at, "")
    return _go_on(at, case.without(list(case.told)[-1]))


def _again(at: _At, fact: str) -> Done:
    """Tell one fact anew; the others stay."""
    if at.conversation.case is None:
        return _menu(at, "")
    return _go_on(at, at.conversation.case.without(fact))


def _go_on(at: _At, case: Case) -> Done:
    return Done(at.conversation.with_(case=case, open=None), topic=case.topic, detail=case.detail)


def _resume_case(at: _At, _: str) -> Done:
    """Back to the form after another question."""
    return _go_on(at, at.conversation.case) if at.conversation.case else _menu(at, "")


def _change(at: _At, _: str) -> Done:
    """Which fact to change; a single one is asked at once."""
    case = at.conversation.case
    if case is None or not case.told:
        return _menu(at, "")
    if len(case.told) == 1:
        return _again(at, next(iter(case.told)))
    labels = at.house.labels(case.detail, at.words)
    buttons = tuple(Button(labels.get(fact, fact), f"again:{fact}") for fact in case.told)
    return Done(at.conversation.with_(open=None), (Answer(at.words.say("calc_change"), buttons=buttons),))


def _cancel(at: _At, _: str) -> Done:
    """Leaves the question that is open, nothing else."""
    resume = (Button(at.words.say("button_resume_case"), "case"),) if at.conversation.case else ()
    answer = Answer(at.words.say("cancelled"), buttons=(*resume, *_next(at.words)))
    return Done(at.conversation.with_(open=None), (answer,))


def _discreet(at: _At, value: str) -> Done:
    """Notifications that show nothing; what was said before is taken back where the platform allows it."""
    wanted = value != "off"
    text = at.words.say("discreet_on" if wanted else "discreet_off")
    left = LEFT_BEHIND.get(at.channel)
    if wanted and left:
        text = f"{text}\n\n{at.words.say(left)}"
    answer = Answer(text, buttons=(_discreet_button(at.words, discreet=wanted), *_next(at.words)))
    return Done(at.conversation.with_(discreet=wanted), (answer,), take_back=wanted)


def _discreet_button(words: Words, *, discreet: bool) -> Button:
    if discreet:
        return Button(words.say("button_plain"), "discreet:off")
    return Button(words.say("button_discreet"), "discreet:on")


def _group(at: _At, _: str) -> Done:
    """In a group nobody's case is talked about."""
    button = Button(at.words.say("button_private"), "private")
    return Done(at.conversation, (Answer(at.words.say("group"), buttons=(button,)),))


def _near(at: _At, _: str) -> Done:
    """Asks for a place; it is used once and never kept."""
    label = at.words.say("button_near")
    buttons = _next(at.words)
    answer = Answer(at.words.say("share_place"), buttons=buttons, wants_location=True, location_label=label)
    return Done(at.conversation.with_(open=None), (answer,))


def _listen(at: _At, _: str) -> Done:
    """The last answer, to be heard."""
    conversation = at.conversation
    if not conversation.topic:
        return _menu(at, "")
    return Done(conversation.with_(open=None), topic=conversation.topic, detail=conversation.detail, spoken=True)


def _human(at: _At, value: str) -> Done:
    """Somebody to talk to; `doors`: not here but where to call or go."""
    return Done(at.conversation.with_(open=None), topic="conversation.human", detail=value if value == "doors" else "")


def _know(at: _At, _: str) -> Done:
    return Done(at.conversation, (what_is_known(at.conversation, at.words, at.channel),))


ACTIONS: Mapping[str, Callable[[_At, str], Done]] = {
    "topic": _topic,
    "menu": _menu,
    "papers": _papers,
    "skip": _skip,
    "language": _language,
    "feedback": _feedback,
    "wrong": _wrong,
    "other": _other,
    "learn": _learn,
    "erase": _erase,
    "know": _know,
    "start": _start,
    "stop": _stop,
    "resume": _resume,
    "cancel": _cancel,
    "discreet": _discreet,
    "group": _group,
    "listen": _listen,
    "near": _near,
    "calc": _calc,
    "lesson": _lesson,
    "until": _until,
    "could": _could,
    "remind": _remind,
    "news": _news,
    "years": _years,
    "letter": _letter,
    "pdf": _pdf,
    "fact": _fact,
    "back": _back,
    "again": _again,
    "change": _change,
    "case": _resume_case,
    "human": _human,
}
TOPICS = {"languages": "change_language", "countries": "change_country", "privacy": "privacy"}


def _valid(name: str, value: str) -> bool:
    if name == "work":
        return value in WORKS
    return len(value) == 2 and value.isascii() and value.isalpha() and value.islower()  # noqa: PLR2004


def _news_buttons(conversation: Conversation, words: Words, channel: str) -> tuple[Button, ...]:
    """News of offices switched on or off, where the bot can write first."""
    if conversation.news:
        return (Button(words.say("button_news_off"), "news:off"),)
    return (Button(words.say("button_news_on"), "news:on"),) if channel in REMINDING else ()


def what_is_known(conversation: Conversation, words: Words, channel: str = "") -> Answer:
    """All that is remembered of the person, each thing with the button that corrects it."""
    buttons = (
        Button(words.say("button_country"), "countries"),
        Button(words.say("button_language"), "languages"),
        _discreet_button(words, discreet=conversation.discreet),
        *((Button(words.say("button_learn_no"), "learn:no"),) if conversation.learn else ()),
        *_news_buttons(conversation, words, channel),
        Button(words.say("button_erase"), "erase"),
        Button(words.say("button_menu"), "menu"),
    )
    line = known_line(conversation, words)
    text = words.say("known", facts=line) if line else words.say("known_nothing")
    return Answer(text, buttons=buttons)


def known_line(conversation: Conversation, words: Words) -> str:
    """The facts told, as a list in words."""
    facts = []
    if conversation.country:
        facts.append(words.say("fact_country", country=place_name(conversation.country, words)))
    if conversation.origin:
        facts.append(words.say("fact_origin", country=place_name(conversation.origin, words)))
    if conversation.work:
        facts.append(words.say("fact_work", work=words.say(f"work_{conversation.work}")))
    if conversation.papers is not None:
        facts.append(words.say("fact_papers" if conversation.papers else "fact_no_papers"))
    facts += quantities(conversation.told, conversation.country, words)
    if conversation.diary:
        facts.append(words.say("fact_diary", count=len(conversation.diary)))
    if conversation.lessons:
        facts.append(words.say("fact_lessons", count=len(conversation.lessons)))
    facts.append(words.say("fact_language", language=words.language.name))
    if conversation.learn:
        facts.append(words.say("fact_learn"))
    if conversation.news:
        facts.append(words.say("fact_news"))
    return "; ".join(facts)


def quantities(told: Told, country: str, words: Words) -> list[str]:
    """What was understood of money, time and days, each in words."""
    said = []
    if told.amount is not None:
        amount = (
            words.money(told.amount, told.currency, country) if told.currency else words.number(told.amount, country)
        )
        said.append(words.say(f"per_{told.per}", amount=amount) if told.per else amount)
    if told.count is not None:
        said.append(words.span(told.count, told.unit))
    if told.day:
        said.append(words.month(told.day) if told.month_only else words.date(told.day))
    return said


def only_facts(text: str, read: Understanding, sure: float, half_sure: float) -> bool:
    """True for a short text that tells a fact and asks nothing: the shorter, the surer a question must be."""
    facts = read.facts
    told = facts.here or facts.origin or (facts.work and facts.work_told) or facts.papers is not None
    length = len(text.split())
    if not told or "?" in text or length > FACT_WORDS[1]:
        return False
    asking = read.confidence >= (sure if length <= FACT_WORDS[0] else half_sure)
    return read.topic.startswith("conversation.") or not asking


def _next(words: Words) -> tuple[Button, ...]:
    return (Button(words.say("button_menu"), "menu"), Button(words.say("button_human"), "human"))
