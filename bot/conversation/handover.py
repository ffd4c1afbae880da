"""A person to talk to: an office that reads along after the person agreed to what it sees, until one of both ends it.

While it reads along, the program is quiet but for danger and for what the person asks of it by a button or a command.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

from bot.conversation import actions
from bot.conversation.house import EMERGENCY, CaseAct, House, Turn
from bot.conversation.state import Conversation
from bot.messages import Answer, Button, Message
from bot.modules import doors, helpers
from bot.modules.articles import topic_name
from bot.modules.helpers import HelpingOffice
from bot.modules.housekeeping import place_name
from bot.translations import Words
from bot.understanding import Understanding

HUMAN, DOORS = "conversation.human", "doors"
ALARMING = 90
"""Topics at least so urgent make a case urgent."""
SHOWN_AT_ONCE = ("telegram", "whatsapp")
"""Channels on which a reply reaches the person by itself."""
ANSWERS = ("yes", "part", "no")


def listening(conversation: Conversation) -> bool:
    """Whether an office reads along just now."""
    return conversation.helper is not None and not conversation.helper.paused


def offer(conversation: Conversation, house: House, now: dt.datetime, office: str = "") -> Turn | None:
    """Which office could answer, when, and what it would see: asked before anything is shared. None: there is none."""
    words = house.catalogues.words(conversation.language)
    if conversation.helper:
        text = words.say("handover_on", office=_name(conversation.helper.office, house))
        return _turn(text, conversation, _with_them(words), CaseAct("resume"))
    topic = _topic(conversation)
    request = conversation.request(topic or HUMAN, now)
    placed = conversation.country or conversation.office
    found = helpers.helpers(house.library, request, house.staffed) if placed else []
    if office:
        found = [one for one in found if one.id == office] or found
    if not found:
        return None
    best = found[0]
    shared = "\n".join(f"- {line}" for line in _shared_lines(conversation, house, words))
    parts = [
        words.say("handover_offer", office=best.name),
        _when(best, words),
        f"{words.say('handover_shared')}\n\n{shared}",
        f"{words.say('handover_never')} {words.say('handover_kept', days=house.case_days)}",
    ]
    if best.office.shows_phones and best.office.phones:
        numbers = " · ".join(doors.dialled_as(phone.number) for phone in best.office.phones[:2])
        parts.append(words.say("handover_phone", numbers=numbers))
    buttons = (
        Button(words.say("button_handover_yes"), f"human:yes/{best.id}"),
        Button(words.say("button_handover_no"), f"human:{DOORS}"),
        Button(words.say("button_menu"), "menu"),
    )
    after = conversation.with_(open=None, calm=False, welcomed=True)
    return _turn("\n\n".join(parts), after, buttons, counts="offered")


def done(action: str, conversation: Conversation, house: House, now: dt.datetime) -> Turn | None:
    """What the buttons of a handover do; None for others, and for those that lead to the list of offices."""
    name, _, value = action.partition(":")
    words = house.catalogues.words(conversation.language)
    if name == "helped":
        return _helped(value, conversation, words)
    what, _, office = value.partition("/")
    if name != "human" or not what or what == DOORS:
        return None
    if what == "yes":
        return _agreed(office, conversation, house, now)
    if conversation.helper is None:
        return _turn(words.say("handover_over"), conversation, _next(words))
    helping = _name(conversation.helper.office, house)
    if what == "leave":
        after = conversation.with_(helper=None, giving_contact=False)
        return _turn(words.say("handover_left", office=helping), after, _next(words), CaseAct("leave"))
    if what == "on":
        said = words.say("handover_on", office=helping)
        return _turn(said, conversation, _with_them(words), CaseAct("resume"))
    if what == "phone":
        said = words.say("handover_give", office=helping)
        buttons = (Button(words.say("button_handover_nothing"), "human:nothing"),)
        return _turn(said, conversation.with_(giving_contact=True), buttons, CaseAct("resume"))
    if what == "nothing":
        after = conversation.with_(giving_contact=False)
        return _turn(words.say("handover_on", office=helping), after, _with_them(words), CaseAct("resume"))
    if what in ("refer", "keep"):
        agreed = what == "refer"
        said = words.say("handover_refer_yes") if agreed else words.say("handover_refer_no", office=helping)
        return _turn(said, conversation, _with_them(words), CaseAct("refer", agreed=agreed))
    return None


def passed_on(message: Message, read: Understanding, conversation: Conversation, house: House) -> Turn | None:
    """A text for the office that reads along. None for what the program answers: buttons, and words that name them."""
    typed = message.text.strip().casefold()
    pressed = message.button or any(button.label.casefold() == typed for button in conversation.offered)
    if pressed or message.unreadable or (read.command and read.command != "human"):
        return None
    place = message.location
    text = doors.map_link(place.latitude, place.longitude) if place else message.text
    if not text.strip() or conversation.helper is None:
        return None
    words = house.catalogues.words(conversation.language)
    if conversation.giving_contact and not place:
        said = words.say("handover_given", office=_name(conversation.helper.office, house))
        act = CaseAct("contact", text=text)
        return _turn(said, conversation.with_(giving_contact=False), _with_them(words, phone=False), act)
    act = CaseAct("message", text=text)
    if message.channel in SHOWN_AT_ONCE:
        return Turn((), conversation, case=act)
    said = words.say("handover_passed_on", office=_name(conversation.helper.office, house))
    return _turn(said, conversation, _with_them(words), act)


def overheard(message: Message, turn: Turn) -> Turn:
    """Danger while an office reads along: it is told at once, and nothing on the person's screen shows it."""
    if turn.conversation.helper is None:
        return turn
    if turn.conversation.helper.paused:  # these words were not for the office: it is told that there is danger
        return dataclasses.replace(turn, case=CaseAct("pause", urgent=True))
    return dataclasses.replace(turn, case=CaseAct("message", text=message.text, urgent=True))


def aside(message: Message, turn: Turn, before: Conversation, house: House) -> Turn:
    """An answer of the program while an office reads along: what is written next is for the program, with a way back.
    Who opts out of messages ends the case too.
    """
    if before.helper is None or turn.case or turn.forget or message.unreadable or not turn.answers:
        return turn
    words = house.catalogues.words(turn.conversation.language)
    helping = _name(before.helper.office, house)
    said = turn.answers[-1]
    if turn.conversation.quiet and not before.quiet:
        text = f"{said.text}\n\n{words.say('handover_left', office=helping)}"
        last, act = dataclasses.replace(said, text=text), CaseAct("leave")
    else:
        back = Button(words.say("button_handover_on"), "human:on")
        buttons = (*said.buttons, *(() if any(one.action == back.action for one in said.buttons) else (back,)))
        last = said.with_buttons(*buttons)
        act = CaseAct("pause")
    after = turn.conversation.with_(giving_contact=False).offering(last.buttons)
    return dataclasses.replace(turn, answers=(*turn.answers[:-1], last), conversation=after, case=act)


def _agreed(name: str, conversation: Conversation, house: House, now: dt.datetime) -> Turn | None:
    """The person agrees: the case is opened. An office that has no staff any more is offered anew, or not at all."""
    words = house.catalogues.words(conversation.language)
    topic = _topic(conversation)
    request = conversation.request(topic or HUMAN, now)
    found = [one for one in helpers.helpers(house.library, request, house.staffed) if one.id == name]
    if conversation.helper or not found:
        return offer(conversation, house, now)
    entry = house.library.topics.topics.get(topic)
    urgent = topic == EMERGENCY or bool(entry and entry.urgency >= ALARMING)
    act = CaseAct("open", office=name, urgent=urgent, shared=shared(conversation))
    text = "\n\n".join([words.say("handover_begun", office=found[0].name), _when(found[0], words)])
    return _turn(text, conversation.with_(open=None), _with_them(words), act, counts="handed_over")


def shared(conversation: Conversation) -> dict[str, Any]:
    """What an office sees of a conversation: what the offer names, nothing else."""
    case = conversation.case
    return {
        "language": conversation.language,
        "country": conversation.country,
        "origin": conversation.origin,
        "work": conversation.work,
        "topic": _topic(conversation),
        "told": conversation.told.model_dump(mode="json"),
        "form": case.model_dump(mode="json") if case and case.told else None,
    }


def _shared_lines(conversation: Conversation, house: House, words: Words) -> list[str]:
    lines = []
    if conversation.country:
        lines.append(words.say("fact_country", country=place_name(conversation.country, words)))
    if conversation.origin:
        lines.append(words.say("fact_origin", country=place_name(conversation.origin, words)))
    if conversation.work:
        lines.append(words.say("fact_work", work=words.say(f"work_{conversation.work}")))
    if topic := _topic(conversation):
        lines.append(words.say("handover_topic", topic=topic_name(house.library, topic, words)))
    lines += actions.quantities(conversation.told, conversation.country, words)
    if conversation.case and conversation.case.told:
        lines.append(words.say("handover_form"))
    return [*lines, words.say("handover_from_now")]


def _topic(conversation: Conversation) -> str:
    """What it is about; '' where nothing was asked yet."""
    if conversation.topic == EMERGENCY or (conversation.topic and not conversation.topic.startswith("conversation.")):
        return conversation.topic
    return conversation.about or (conversation.case.topic if conversation.case else "")


def _when(one: HelpingOffice, words: Words) -> str:
    """When somebody will answer."""
    if one.hours is None:
        return words.say("handover_when_unknown")
    if one.hours.now:
        return words.say("handover_when_open")
    if one.hours.next is None:
        return words.say("handover_when_unknown")
    return words.say("handover_when_next", when=words.moment(one.hours.next))


def _helped(value: str, conversation: Conversation, words: Words) -> Turn | None:
    number, _, answer = value.partition(":")
    if answer not in ANSWERS or not number.isascii() or not number.isdigit():
        return None
    act = CaseAct("helped", text=answer, case=int(number[:9]))
    return _turn(words.say(f"helped_thanks_{answer}"), conversation, _next(words), act)


def _turn(
    text: str, conversation: Conversation, buttons: tuple[Button, ...], act: CaseAct | None = None, *, counts: str = ""
) -> Turn:
    kept = ((counts, HUMAN, conversation.country[:2], conversation.language),) if counts else ()
    return Turn((Answer(text, topic=HUMAN, buttons=buttons),), conversation.offering(buttons), kept, case=act)


def _with_them(words: Words, *, phone: bool = True) -> tuple[Button, ...]:
    return (
        *((Button(words.say("button_handover_phone"), "human:phone"),) if phone else ()),
        Button(words.say("button_handover_leave"), "human:leave"),
        Button(words.say("button_menu"), "menu"),
    )


def _next(words: Words) -> tuple[Button, ...]:
    return (Button(words.say("button_menu"), "menu"), Button(words.say("button_human"), "human"))


def _name(office: str, house: House) -> str:
    entry = house.library.office(office)
    return (entry.short or entry.name) if entry else office
