"""Every page reaches a phone: each text, in each language, on each channel, today and on the first of January."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from bot.channels import markup
from bot.channels.payloads import payload_of
from bot.channels.telegram import TEXT_LIMIT, Telegram, open_bot
from bot.channels.whatsapp import BODY_LIMIT, REPLY_TITLE, ROW_DETAIL, ROW_ID, ROW_TITLE, Account, WhatsApp
from bot.channels.whatsapp import TEXT_LIMIT as WHATSAPP_LIMIT
from bot.conversation.house import House
from bot.library.loading import Library
from bot.messages import Answer, Request
from bot.translations import Catalogues
from tests.conftest import ROOT

LANGUAGES = ("es", "pt", "en", "fr", "ht")
DAYS = (dt.datetime(2026, 11, 21, 15, tzinfo=dt.UTC), dt.datetime(2027, 1, 1, 15, tzinfo=dt.UTC))
COUNTRIES = sorted(path.name for path in (ROOT / "content").iterdir() if re.fullmatch("[a-z]{2}", path.name))
LEFTOVER = re.compile(r"\{[a-z0-9_]+\}")
ODD = re.compile(r"\bNone\b|\S  +\S")


@pytest.fixture(scope="module")
def telegram() -> Telegram:
    return Telegram(open_bot("7:token", "http://127.0.0.1:9"), 600)


@pytest.fixture(scope="module")
def whatsapp() -> WhatsApp:
    account = Account("1", "token", "secret", "http://127.0.0.1:9", {})
    return WhatsApp(account, 600, {})


def requests(library: Library, country: str, language: str, day: dt.datetime) -> list[Request]:
    """A question for each text of a country, as somebody asks to whom it applies."""
    asked = []
    for topic, variant, _ in sorted({(topic, variant, "") for topic, variant, _ in library.countries[country].texts}):
        request = {
            "topic": topic,
            "language": language,
            "day": day,
            "country": country,
            "origin": "",
            "work": "general",
        }
        if variant == "abroad":
            request |= {"origin": country, "country": next(code for code in ("es", "cl") if code != country)}
        elif variant == "irregular":
            request |= {"papers": False}
        elif variant:
            request |= {"work": variant}
        asked.append(Request(**request))  # type: ignore[arg-type]
    return asked


def problems(answer: Answer, telegram: Telegram, whatsapp: WhatsApp) -> set[str]:
    """What a platform would refuse of an answer, or a phone show wrongly."""
    payload = payload_of(answer)
    refused = {
        "a figure is missing": LEFTOVER.search(answer.text),
        "odd words or spaces": ODD.search(answer.text),
        "Telegram would refuse the text": any(
            len(piece["text"]) > TEXT_LIMIT or piece["text"].count("<b>") != piece["text"].count("</b>")
            for piece in telegram.fit(payload)
        ),
        "WhatsApp would refuse it": not all(whatsapp_takes(piece) for piece in whatsapp.fit(payload)),
        "the web page would not show it": "<p>" not in markup.html(answer.text),
    }
    return {problem for problem, found in refused.items() if found}


def whatsapp_takes(piece: dict[str, Any]) -> bool:
    """Whether a message keeps Meta's limits on text, buttons and rows."""
    offered = piece["offered"]
    room = WHATSAPP_LIMIT if offered["as"] in ("text", "menu") else BODY_LIMIT
    buttons = offered["keys"] if offered["as"] == "buttons" else []
    rows = offered["keys"] if offered["as"] == "list" else []
    return (
        len(piece["text"]) <= room
        and all(len(title) <= REPLY_TITLE for title, _ in buttons)
        and all(len(row[0]) <= ROW_TITLE and len(row[1]) <= ROW_ID and len(row[2]) <= ROW_DETAIL for row in rows)
    )


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_page_of_a_country_fits_every_channel(
    house: House, library: Library, catalogues: Catalogues, telegram: Telegram, whatsapp: WhatsApp, country: str
) -> None:
    found = []
    for day in DAYS:
        for language in LANGUAGES:
            for request in requests(library, country, language, day):
                answer = house.modules["articles"].answer(request)
                assert isinstance(answer, Answer), request
                where = f"{answer.page} {language} {day:%Y-%m-%d}"
                found += [f"{where}: {problem}" for problem in problems(answer, telegram, whatsapp)]
                if "📖" not in answer.text:
                    found.append(f"{where}: no source")
                if f".{language}.md" not in answer.page and not answer.text.startswith("_"):
                    found.append(f"{where}: another language without a note")
    assert not found, "\n".join(found[:20])


def test_the_international_pages_fit_too(
    house: House, library: Library, telegram: Telegram, whatsapp: WhatsApp
) -> None:
    found = []
    for language in LANGUAGES:
        for topic in library.countries[""].pages:
            request = Request(topic=topic, language=language, day=DAYS[0], country="zz", work="general")
            answer = house.modules["articles"].answer(request)
            assert isinstance(answer, Answer)
            found += [f"{answer.page} {language}: {problem}" for problem in problems(answer, telegram, whatsapp)]
    assert not found, "\n".join(found[:20])
