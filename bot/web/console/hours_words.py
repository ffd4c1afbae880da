"""Opening hours in words of the reader's language."""

from __future__ import annotations

from bot.library.weekly import DAYS, HOLIDAYS, WHOLE_DAY, Ranges, grouped, week_of
from bot.translations import Words


def hours_in_words(hours: str, words: Words) -> list[str]:
    """Lines such as 'Monday to Friday: 08:30 to 16:30'; the text as it is where it fits no week; [] for none."""
    if not hours:
        return []
    week = week_of(hours)
    if week is None:
        return [hours]
    lines = []
    for days, ranges in grouped(week):
        first, last = day_name(days[0], words), day_name(days[-1], words)
        name = first if len(days) == 1 else words.say("desk_day_span", first=first, last=last)
        lines.append(f"{name[:1].upper()}{name[1:]}: {_ranges(ranges, words)}")
    return [*lines, f"{words.say('desk_day_PH')}: {_ranges(week.get(HOLIDAYS, ()), words)}"]


def day_name(day: str, words: Words) -> str:
    """The name of a day of the week, or of public holidays."""
    if day == HOLIDAYS:
        return words.say("desk_day_PH")
    return str(words.locale.days["format"]["wide"][DAYS.index(day)])


def _ranges(ranges: Ranges, words: Words) -> str:
    if not ranges:
        return words.say("desk_closed")
    if ranges == WHOLE_DAY:
        return words.say("desk_all_day")
    return ", ".join(words.say("desk_time_span", opens=opens, closes=closes) for opens, closes in ranges)
