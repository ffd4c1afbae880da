"""One message in, answers out: the whole flow on one screen. Pure and synchronous; whatever waits is done outside."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Literal

from bot.conversation import actions, diary_turns, handover, questions, welcome
from bot.conversation.house import EMERGENCY, House, Turn, Unclear
from bot.conversation.replies import read_reply
from bot.conversation.state import Conversation, Told
from bot.messages import Answer, Ask, Button, Document, Location, Message
from bot.modules import emergency
from bot.modules.articles import topic_button
from bot.modules.housekeeping import feedback_buttons, place_name
from bot.modules.offices import NEAR
from bot.translations import Words
from bot.understanding import Understanding
from bot.understanding.places import country_at

LIKELY = 3
A_QUESTION = 4
"""Words from which on a text that is no reply is taken for a new question."""
SURELY_TOLD = 0.75
"""Confidence of a part of a message from which its problem, if more urgent, goes before what the whole says."""
MESSENGERS = ("telegram", "whatsapp")
"""Channels that play sound and share places."""
ALARMS = ("others", "self")
HARASSMENT = "labour_rights.harassment"
"""Where danger that is only asked about belongs, when the model sees nothing else."""


def take_turn(message: Message, read: Understanding, conversation: Conversation, house: House) -> Turn:
    """Answer one message. Danger comes before everything else, in any state."""
    first = not conversation.welcomed
    conversation = welcome.settle_language(message, read, conversation, house.catalogues)
    if read.danger in ALARMS:
        return handover.overheard(message, _danger(message, read, conversation.with_facts(read.facts), house))
    words = house.catalogues.words(conversation.language)
    if handover.listening(conversation) and (passed := handover.passed_on(message, read, conversation, house)):
        return passed
    command = "" if questions.wants_number(conversation) and message.text.strip().isdigit() else read.command
    action = message.button or questions.offered_action(message.text, conversation) or command
    if message.unreadable or not (message.text.strip() or action or message.location):
        turn = _plain(words.say(f"unreadable_{message.unreadable or 'empty'}"), conversation, words)
        if message.unreadable == "voice" and house.speaks:  # who speaks may not read well: say it aloud too
            aloud = dataclasses.replace(turn.answers[0], spoken=True, buttons=())
            turn = dataclasses.replace(turn, answers=(aloud, *turn.answers))
    elif message.location:
        turn = _located(message.location, message, conversation, house)
    elif action:
        turn = _act(action, message, conversation, house)
    else:
        turn = _words(message, read, conversation, house)
    page = bool(turn.answers) and bool(turn.answers[-1].page) and not turn.answers[-1].spoken
    if page and house.speaks and message.channel in MESSENGERS:
        turn = _with_listening(turn, words)
    if message.channel not in MESSENGERS:
        turn = _without(NEAR, turn)
    turn = handover.aside(message, turn, conversation, house)
    return welcome.greet_first(turn, words) if first and not turn.forget else turn


def _danger(message: Message, read: Understanding, conversation: Conversation, house: House) -> Turn:
    request = conversation.request(EMERGENCY, message.sent_at, detail=read.danger)
    answer = house.modules["emergency"].answer(request)
    if isinstance(answer, Ask):
        raise TypeError("danger is answered at once, never with a question")
    told = conversation.with_(open=None, calm=True, topic=EMERGENCY, detail="", danger_on=message.sent_at.date())
    after = told.offering(answer.buttons)
    return Turn((answer,), after, _counts("danger", EMERGENCY, conversation))


def _act(action: str, message: Message, conversation: Conversation, house: House) -> Turn:
    """A button, a number or a command."""
    if turn := handover.done(action, conversation, house, message.sent_at):
        return turn
    if action.startswith("diary:"):
        return _diary(action.removeprefix("diary:"), message, conversation.with_(open=None), house)
    done = actions.do(action, conversation, house, message.channel, message.sent_at)
    if done.forget:
        return Turn(done.answers, Conversation(language=conversation.language), forget=True)
    if done.judged:
        verdict = done.judged[2]
        unclear = _kept(conversation, conversation.unclear, "not_useful") if verdict == "not_useful" else None
        counts = _counts(verdict, conversation.topic, conversation)
        after = done.conversation.with_(unclear="").offering(done.answers[-1].buttons)
        return Turn(done.answers, after, counts, done.judged, unclear=unclear)
    if done.answers:
        unclear = _kept(done.conversation, done.unclear, "unsure")
        after = done.conversation.offering(done.answers[-1].buttons)
        return Turn(
            done.answers,
            after,
            reported=done.reported,
            unclear=unclear,
            take_back=done.take_back,
            remind=done.remind,
            forget_reminders=done.forget_reminders,
        )
    turn = _answer(done.topic, done.detail, message.sent_at, done.conversation, house)
    if done.spoken:
        turn = dataclasses.replace(turn, answers=tuple(dataclasses.replace(said, spoken=True) for said in turn.answers))
    if done.printed and turn.answers:
        turn = _printed(turn, message, house.catalogues.words(conversation.language))
    return dataclasses.replace(turn, arrived=done.arrived)


def _diary(what: str, message: Message, conversation: Conversation, house: House) -> Turn:
    """The work diary: opened, seen, corrected, printed."""
    now = message.sent_at
    if what == "undo":
        return _settled(*diary_turns.undone(conversation, house, now))
    opened = conversation.with_(diary_open=True)
    if what == "start" or not conversation.diary:
        return _settled(opened, diary_turns.opened(house.catalogues.words(conversation.language)))
    return _settled(opened, diary_turns.shown(opened, house, now, what if what in ("sheet", "csv") else ""))


def _settled(conversation: Conversation, answer: Answer) -> Turn:
    return Turn((answer,), conversation.offering(answer.buttons))


def _printed(turn: Turn, message: Message, words: Words) -> Turn:
    """With the last answer as a paper beside it."""
    said = turn.answers[-1]
    title, *parts = said.text.split("\n\n")
    paper = {
        "language": words.language.code,
        "title": title,
        "above": [],
        "head": [],
        "rows": [],
        "below": parts,
        "footer": words.say("paper_footer", day=words.date(message.sent_at.date())),
    }
    document = Document("sheet", words.say("calc_file"), paper)
    answers = (*turn.answers[:-1], dataclasses.replace(said, text=words.say("paper_here"), document=document))
    return dataclasses.replace(turn, answers=answers)


def _without(action: str, turn: Turn) -> Turn:
    """Without a choice that the channel cannot offer."""
    if not turn.answers or all(button.action != action for button in turn.answers[-1].buttons):
        return turn
    said = turn.answers[-1]
    buttons = tuple(button for button in said.buttons if button.action != action)
    answers = (*turn.answers[:-1], said.with_buttons(*buttons))
    return dataclasses.replace(turn, answers=answers, conversation=turn.conversation.offering(buttons))


def _with_listening(turn: Turn, words: Words) -> Turn:
    """A button to hear the page."""
    said = turn.answers[-1]
    buttons = (*said.buttons, Button(words.say("button_listen"), "listen"))
    answers = (*turn.answers[:-1], dataclasses.replace(said, buttons=buttons))
    return dataclasses.replace(turn, answers=answers, conversation=turn.conversation.offering(buttons))


def _located(place: Location, message: Message, conversation: Conversation, house: House) -> Turn:
    """A shared place: the country it lies in, and the doors there for what was asked last, the nearest first."""
    words = house.catalogues.words(conversation.language)
    country = country_at(place) or conversation.country
    asked = conversation.open.topic if conversation.open else conversation.topic
    topic = asked if asked and not asked.startswith("conversation.") else "consular.find_consulate"
    there = conversation.with_(country=country, open=None)
    turn = _answer(topic, "doors", message.sent_at, there, house, place=place)
    if not country or not turn.answers:
        return turn
    here = words.say("you_are_in", country=place_name(country, words))
    said = dataclasses.replace(turn.answers[0], text=f"{here}\n\n{turn.answers[0].text}")
    return dataclasses.replace(turn, answers=(said, *turn.answers[1:]))


def _words(message: Message, read: Understanding, conversation: Conversation, house: House) -> Turn:
    """Something written: a reply to the open question, a correction, a follow-up, or a new question."""
    now = message.sent_at
    if conversation.open and conversation.open.kind and conversation.case:
        return _reply(message, read, conversation, house)
    if diary_turns.entry_of(read, message.text, conversation):
        return _settled(*diary_turns.noted(read, message.text, conversation, house, now))
    conversation = conversation.with_(unclear=read.anonymous if conversation.learn else "")
    if conversation.open:
        value = questions.reply_in_words(conversation.open.fact, message.text, read)
        if value:
            told = conversation.with_facts(read.facts).with_(**{conversation.open.fact: value}, open=None)
            return _answer(conversation.open.topic, conversation.open.detail, now, told, house)
    told = conversation.with_facts(read.facts)
    leaning = read.follow_up and bool(conversation.topic) and not conversation.topic.startswith("conversation.")
    if leaning and (read.facts.countries or told != conversation or read.confidence < house.sure):
        elsewhere = read.facts.countries[0] if read.facts.countries else ""
        return _answer(conversation.topic, "", now, told, house, country=elsewhere)
    if told != conversation and actions.only_facts(message.text, read, house.sure, house.half_sure):
        return _noted(told, message, house)
    return _question(message, read, told, house)


def _reply(message: Message, read: Understanding, conversation: Conversation, house: House) -> Turn:
    """A reply to a module's own question; a new question put instead is answered, with the way back beside it."""
    asked, case = conversation.open, conversation.case
    if asked is None or case is None:
        raise TypeError("there is no question to reply to")
    words = house.catalogues.words(conversation.language)
    reply = read_reply(asked, message.text, read, message.sent_at.date())
    if reply.value:
        told = conversation.with_(case=case.with_(asked.fact, reply.value), open=None)
        return _answer(case.topic, case.detail, message.sent_at, told, house)
    asking = not read.topic.startswith("conversation.") and read.confidence >= house.sure
    if asking and len(message.text.split()) >= A_QUESTION:
        turn = _question(message, read, conversation.with_(open=None), house)
        return _with_button(Button(words.say("button_resume_case"), "case"), turn)
    turn = _answer(case.topic, case.detail, message.sent_at, conversation.with_(open=None), house)
    said = turn.answers[0]
    text = f"{words.say(reply.fault)}\n\n{said.text}"
    return dataclasses.replace(turn, answers=(dataclasses.replace(said, text=text), *turn.answers[1:]))


def _with_button(button: Button, turn: Turn) -> Turn:
    """With one more choice, the first."""
    said = turn.answers[-1]
    buttons = (button, *said.buttons)
    answers = (*turn.answers[:-1], said.with_buttons(*buttons))
    return dataclasses.replace(turn, answers=answers, conversation=turn.conversation.offering(buttons))


def _noted(conversation: Conversation, message: Message, house: House) -> Turn:
    """A fact was told or corrected: say so, and answer again what was asked before it."""
    words = house.catalogues.words(conversation.language)
    noted = words.say("noted", facts=actions.known_line(conversation, words))
    waiting = conversation.open
    if waiting or (conversation.topic and not conversation.topic.startswith("conversation.")):
        topic, detail = (waiting.topic, waiting.detail) if waiting else (conversation.topic, "")
        turn = _answer(topic, detail, message.sent_at, conversation.with_(open=None), house)
        said = dataclasses.replace(turn.answers[0], text=f"{noted}\n\n{turn.answers[0].text}")
        return dataclasses.replace(turn, answers=(said, *turn.answers[1:]))
    return _plain(noted, conversation, words)


def _question(message: Message, read: Understanding, conversation: Conversation, house: House) -> Turn:
    """A new question: answered when sure, with other readings when half sure, with a choice when not."""
    words = house.catalogues.words(conversation.language)
    others = [topic for topic, _ in read.ranking[1:] if house.library.topics.topics[topic].in_menu]
    if read.confidence < house.half_sure:
        return _choice(read, conversation, house, words)
    topic, second = _urgent_first(read, house)
    if topic == EMERGENCY and read.danger == "asked":  # asked about, or past: the page, with the number beside it
        topic = next(iter(others), HARASSMENT)
    conversation = conversation.with_(likely=tuple(other for other in others[:LIKELY] if other != topic))
    named = (*read.facts.countries, *read.facts.mentioned)
    elsewhere = named[0] if named and not conversation.country else ""
    if elsewhere and not topic.startswith("consular."):
        conversation = conversation.with_(country=elsewhere)
    offered = [second] if second else others[:2] if read.confidence < house.sure else []
    extra = tuple(topic_button(house.library, other, words) for other in offered)
    note = ""
    if extra:
        note = f"_{words.say('note_second', topic=extra[0].label) if second else words.say('note_half_sure')}_"
    told = Told().with_facts(read.facts)
    if understood := actions.quantities(told, conversation.country, words):
        note = f"_{words.say('understood', facts='; '.join(understood))}_\n\n{note}".strip()
    if read.danger == "asked":
        hotline = emergency.hotline(house.library, conversation.country, words)
        note = f"{note}\n\n{hotline}".strip()
    about = read.facts.countries[0] if read.facts.countries else ""
    if topic.startswith("consular."):  # "the Bolivian consulate" names whose it is, not where the person works
        conversation, about = conversation.with_(origin=conversation.origin or next(iter(named), "")), ""
    return _answer(
        topic, "", message.sent_at, conversation, house, country=about, extra=extra, note=note, city=message.text
    )


def _answer(  # noqa: PLR0913 - each is named where it is given
    topic: str,
    detail: str,
    now: dt.datetime,
    conversation: Conversation,
    house: House,
    *,
    country: str = "",
    extra: tuple[Button, ...] = (),
    note: str = "",
    place: Location | None = None,
    city: str = "",
) -> Turn:
    """Ask the module; a fact it lacks becomes the open question."""
    if topic == handover.HUMAN and detail != handover.DOORS and (turn := handover.offer(conversation, house, now)):
        return turn
    words = house.catalogues.words(conversation.language)
    request = dataclasses.replace(conversation.request(topic, now, detail, country, place), city=city)
    reply = house.module(topic, detail).answer(request)
    if isinstance(reply, Ask):
        answer = questions.put(reply, words)
        after = questions.waiting(conversation, reply, request)
        return Turn((answer,), after.offering(answer.buttons), _counts("asked", topic, conversation))
    text = f"{reply.text}\n\n{note}" if note else reply.text
    last = (Button(words.say("button_menu"), "menu"),)
    keep = (
        (*extra, *reply.buttons)
        if any(button.action == "menu" for button in reply.buttons)
        else (*extra, *reply.buttons, *last)
    )
    if reply.page and not conversation.calm:
        keep = (*keep, *feedback_buttons(words))
    buttons = tuple({button.action: button for button in keep}.values())
    answer = dataclasses.replace(reply, text=text, buttons=buttons)
    learned = {lesson: None for lesson in (*conversation.lessons, reply.lesson) if lesson}
    after = conversation.with_(
        open=None,
        topic=topic,
        about=conversation.about if topic.startswith("conversation.") else topic,
        detail=detail,
        lessons=tuple(learned),
        page=reply.page,
        version=reply.version,
        doors=tuple(door.id for door in reply.doors),
        calm=False,
        welcomed=True,
    )
    return Turn((answer,), after.offering(buttons), _counts("answered", topic, conversation, country))


def _choice(read: Understanding, conversation: Conversation, house: House, words: Words) -> Turn:
    """Not understood: what the bot can do, the likeliest topics, the menu and a person."""
    likely = [topic for topic, _ in read.ranking if house.library.topics.topics[topic].in_menu][:LIKELY]
    asking = conversation.learn is None and bool(read.anonymous)
    buttons = (
        *(topic_button(house.library, topic, words) for topic in likely),
        Button(words.say("button_menu"), "menu"),
        Button(words.say("button_human"), "human"),
        *((Button(words.say("button_learn_yes"), "learn:yes"),) if asking else ()),
    )
    text = words.say("not_understood")
    answer = Answer(f"{text}\n\n_{words.say('learn_ask')}_" if asking else text, buttons=buttons)
    after = conversation.with_(welcomed=True, topic=read.topic, detail="", unclear=read.anonymous if asking else "")
    unclear = _kept(conversation, read.anonymous, "unsure") if conversation.learn else None
    return Turn((answer,), after.offering(buttons), _counts("unsure", read.topic, conversation), unclear=unclear)


def _kept(conversation: Conversation, text: str, reason: Literal["unsure", "not_useful"]) -> Unclear | None:
    """A question to learn from, when the person allows it and there is one."""
    if not (conversation.learn and text):
        return None
    return Unclear(text, conversation.language, conversation.country[:2], conversation.topic, reason)


def _plain(text: str, conversation: Conversation, words: Words) -> Turn:
    """A short word with the way on."""
    buttons = (Button(words.say("button_menu"), "menu"), Button(words.say("button_human"), "human"))
    return Turn((Answer(text, buttons=buttons),), conversation.offering(buttons))


def _urgent_first(read: Understanding, house: House) -> tuple[str, str]:
    """Of two problems the more urgent first, if it was surely told: a part read alone is easily misread."""
    topics = house.library.topics.topics
    urgent = bool(read.second) and topics[read.second].urgency > topics[read.topic].urgency
    return (read.second, read.topic) if urgent and read.second_share >= SURELY_TOLD else (read.topic, read.second)


def _counts(
    kind: str, topic: str, conversation: Conversation, country: str = ""
) -> tuple[tuple[str, str, str, str], ...]:
    return ((kind, topic, (country or conversation.country)[:2], conversation.language),)
