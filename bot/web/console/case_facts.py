"""What a person agreed to show, in the words of whoever reads it: facts, and what was worked out with them."""

from __future__ import annotations

import contextlib
import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from markupsafe import Markup
from pydantic import ValidationError

from bot.channels import markup
from bot.conversation import actions
from bot.conversation.house import FORMS
from bot.conversation.state import Case, Told
from bot.library.loading import Library
from bot.messages import Answer, Request
from bot.modules import Module
from bot.modules.articles import topic_name
from bot.modules.calculations import Calculations
from bot.modules.deadlines import Deadlines
from bot.modules.eligibility import Eligibility
from bot.modules.housekeeping import place_name
from bot.modules.letters import Letters
from bot.modules.pensions import PensionYears
from bot.translations import Catalogues, Words

MODULES: Mapping[str, Any] = {
    "calculations": Calculations,
    "deadlines": Deadlines,
    "eligibility": Eligibility,
    "pensions": PensionYears,
    "letters": Letters,
}


def fact_lines(shared: Mapping[str, Any], words: Words) -> list[str]:
    """Where, from where, which work, how much and when."""
    lines = []
    country = str(shared.get("country", ""))
    if country:
        lines.append(words.say("desk_fact_country", country=place_name(country, words)))
    if origin := shared.get("origin"):
        lines.append(words.say("desk_fact_origin", country=place_name(str(origin), words)))
    if work := shared.get("work"):
        lines.append(words.say("desk_fact_work", work=words.say(f"work_{work}")))
    with contextlib.suppress(ValidationError):  # kept by another version of the program
        lines += actions.quantities(Told.model_validate(shared.get("told") or {}), country, words)
    return lines


def worked_out(
    shared: Mapping[str, Any], library: Library, catalogues: Catalogues, words: Words, now: dt.datetime
) -> Markup | str:
    """The calculation, deadline or letter that was made with what was told, as of now; '' where there is none."""
    try:
        form = Case.model_validate(shared.get("form"))
    except ValidationError:
        return ""
    name = FORMS.get(form.detail.partition(":")[0], "")
    if name not in MODULES:
        return ""
    module: Module = MODULES[name](library, catalogues)
    request = Request(
        topic=form.topic,
        language=words.language.code,
        day=now,
        country=str(shared.get("country", "")),
        origin=str(shared.get("origin", "")),
        work=str(shared.get("work", "")),
        detail=form.detail,
        told=form.told,
    )
    try:
        answer = module.answer(request)
    except (KeyError, ValueError, ArithmeticError):  # a rule that is gone, or told under an older one
        return ""
    return Markup(markup.html(answer.text)) if isinstance(answer, Answer) else ""  # noqa: S704 - our own Markdown


def topic_said(library: Library, topic: str, words: Words) -> str:
    """A topic's name; '' for none, or one that is gone."""
    return topic_name(library, topic, words) if topic in library.topics.topics else ""


def span_said(span: dt.timedelta, words: Words) -> str:
    """'3 hours': minutes, then hours, then days, rounded down."""
    minutes = max(int(span.total_seconds() // 60), 0)
    if minutes < 60:  # noqa: PLR2004
        return words.span(Decimal(minutes), "minute")
    hours = minutes // 60
    return words.span(Decimal(hours), "hour") if hours < 48 else words.span(Decimal(hours // 24), "day")  # noqa: PLR2004
