"""What is said about the work diary: an entry noted, the week, the whole as a paper for the inspector."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.conversation import diary
from bot.conversation.diary import Entry, WorkDay
from bot.conversation.house import House
from bot.conversation.state import Conversation
from bot.messages import Answer, Button, Document
from bot.modules import calculations
from bot.translations import Words
from bot.understanding import Understanding

SHOWN = 14
"""Days shown in chat; the paper has all."""
WORDS = 9
"""A longer text is a question, not an entry."""
TOPIC = "labour_rights.working_hours"


def entry_of(read: Understanding, text: str, conversation: Conversation) -> bool:
    """Whether a text is an entry: the diary was opened, and it is short and begins like one."""
    return conversation.diary_open and bool(read.diary) and "?" not in text and len(text.split()) <= WORDS


def noted(
    read: Understanding, text: str, conversation: Conversation, house: House, now: dt.datetime
) -> tuple[Conversation, Answer]:
    """The diary with what was told, and the words for it."""
    words = house.catalogues.words(conversation.language)
    local = _local(conversation, house, now)
    day = read.facts.days[-1].date if read.facts.days else local.date()
    kind = read.diary
    if kind == "" or (kind == "paid" and _amount(read, text) is None):
        return conversation, Answer(words.say("diary_amount"), topic=TOPIC, buttons=_buttons(words))
    begun = [entry.at for entry in diary.standing(conversation.diary) if entry.kind == "in"]
    since = max((at for at in begun if at.date() <= day), default=None)
    if kind == "paid":
        at, amount = dt.datetime.combine(day, local.time().replace(second=0, microsecond=0)), _amount(read, text)
    else:
        at, amount = diary.clock(text, day, kind, since, local), None
    after = conversation.with_(diary=diary.added(conversation.diary, kind, at, now, amount))
    return after, Answer(_said(after, kind, at, amount, house, words), topic=TOPIC, buttons=_buttons(words))


def _said(
    conversation: Conversation, kind: str, at: dt.datetime, amount: Decimal | None, house: House, words: Words
) -> str:
    day, time = words.date(at.date()), at.strftime("%H:%M")
    if kind == "in":
        return words.say("diary_in", day=day, time=time)
    if kind == "paid":
        return words.say("diary_paid", day=day, amount=_money(amount or Decimal(0), conversation, house, words))
    worked = [one for one in diary.days(conversation.diary) if any(end == at for _, end in one.spans)]
    hours = worked[-1].hours if worked else Decimal(0)
    return words.say("diary_out", day=day, time=time, hours=_hours(hours, words))


def opened(words: Words) -> Answer:
    """How the diary works."""
    return Answer(words.say("diary_start"), topic=TOPIC, buttons=_buttons(words))


def undone(conversation: Conversation, house: House, now: dt.datetime) -> tuple[Conversation, Answer]:
    """The last entry taken back, visibly."""
    words = house.catalogues.words(conversation.language)
    standing = diary.standing(conversation.diary)
    if not standing:
        return conversation, Answer(words.say("diary_empty"), topic=TOPIC, buttons=_buttons(words))
    local = _local(conversation, house, now).replace(tzinfo=None)
    last = max(standing, key=lambda entry: entry.number)
    after = conversation.with_(diary=diary.added(conversation.diary, "undo", local, now, undoes=last.number))
    return after, Answer(words.say("diary_undone"), topic=TOPIC, buttons=_buttons(words))


def shown(conversation: Conversation, house: House, now: dt.datetime, paper: str = "") -> Answer:
    """The last days; with `paper`, the whole as `sheet` (PDF) or `csv`."""
    words = house.catalogues.words(conversation.language)
    days = diary.days(conversation.diary)
    if not days:
        return Answer(words.say("diary_empty"), topic=TOPIC, buttons=_buttons(words))
    lines = [f"- {line}" for one in days[-SHOWN:] for line in _lines(one, conversation, house, words)]
    owed = calculations.fitting(house.library, conversation.country, conversation.work, TOPIC)[:1]
    buttons = (
        *(Button(words.say("button_calc"), f"calc:{name}") for name, _ in owed),
        Button(words.say("button_pdf"), "diary:sheet"),
        Button(words.say("button_diary_csv"), "diary:csv"),
        Button(words.say("button_diary_undo"), "diary:undo"),
    )
    text = "\n\n".join(
        [
            f"**{words.say('diary_week')}**",
            "\n".join(lines),
            _total(days, conversation, house, words),
            f"_{words.say('diary_law')}_",
            f"_{words.say('diary_kept', days=house.forget_days)}_",
        ]
    )
    if not paper:
        return Answer(text, topic=TOPIC, buttons=buttons)
    document = _paper(conversation, house, words, now, paper)
    return Answer(words.say("paper_here"), topic=TOPIC, buttons=buttons, document=document)


def _lines(one: WorkDay, conversation: Conversation, house: House, words: Words) -> list[str]:
    day = words.date(one.date)
    lines = []
    if one.spans:
        spans = ", ".join(f"{start:%H:%M}-{end:%H:%M}" for start, end in one.spans)
        lines.append(words.say("diary_line", day=day, spans=spans, hours=_hours(one.hours, words)))
    if one.open_since:
        lines.append(words.say("diary_open", day=day, time=f"{one.open_since:%H:%M}"))
    if one.paid:
        lines.append(words.say("diary_paid", day=day, amount=_money(one.paid, conversation, house, words)))
    return lines


def _total(days: Sequence[WorkDay], conversation: Conversation, house: House, words: Words) -> str:
    return words.say(
        "diary_total",
        hours=_hours(sum((one.hours for one in days), Decimal(0)), words),
        over=_hours(sum((one.over for one in days), Decimal(0)), words),
        paid=_money(sum((one.paid for one in days), Decimal(0)), conversation, house, words),
    )


def _paper(conversation: Conversation, house: House, words: Words, now: dt.datetime, kind: str) -> Document:
    entries = conversation.diary
    head = [words.say(f"diary_column_{name}") for name in ("number", "kind", "at", "told", "amount", "seal")]
    seal = slice(0, 64 if kind == "csv" else 16)
    rows = [[*_row(entry, words), entry.seal[seal]] for entry in entries]
    said = {
        "language": words.language.code,
        "title": words.say("diary_week"),
        "above": [_total(diary.days(entries), conversation, house, words)],
        "head": head,
        "rows": rows,
        "below": [words.say("diary_seal_note")],
        "footer": words.say("paper_footer", day=words.date(now.date())),
    }
    ending = "csv" if kind == "csv" else "pdf"
    return Document("csv" if kind == "csv" else "sheet", f"{words.say('diary_file')}.{ending}", said)


def _row(entry: Entry, words: Words) -> list[str]:
    kind = (
        words.say("diary_kind_undo", number=entry.undoes)
        if entry.kind == "undo"
        else words.say(f"diary_kind_{entry.kind}")
    )
    amount = str(entry.amount) if entry.amount is not None else ""
    return [str(entry.number), kind, f"{entry.at:%Y-%m-%d %H:%M}", f"{entry.told_at:%Y-%m-%d %H:%M}", amount]


def _local(conversation: Conversation, house: House, now: dt.datetime) -> dt.datetime:
    about = house.library.country(conversation.country)
    return now.astimezone(ZoneInfo(about.time_zone if about else "UTC"))


def _amount(read: Understanding, text: str) -> Decimal | None:
    if read.facts.amounts:
        return read.facts.amounts[0].value
    digits = "".join(char for char in text if char.isdigit())
    return Decimal(digits) if digits else None


def _money(amount: Decimal, conversation: Conversation, house: House, words: Words) -> str:
    about = house.library.country(conversation.country)
    if about is None:
        return words.number(amount, "")
    return words.money(amount, about.currency, conversation.country)


def _hours(hours: Decimal, words: Words) -> str:
    return words.span(round(hours, 2).normalize() + 0, "hour")


def _buttons(words: Words) -> tuple[Button, ...]:
    return (
        Button(words.say("button_diary_see"), "diary:see"),
        Button(words.say("button_diary_undo"), "diary:undo"),
        Button(words.say("button_menu"), "menu"),
    )
