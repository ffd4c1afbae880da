"""The inbox and the page of a case: who sees what, what staff can do, and what a misbehaving world does to it."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML

from bot.channels import markup
from bot.conversation.house import CaseAct
from bot.settings import Settings
from bot.web.console.case_facts import span_said
from bot.web.console.desk import Desk
from bot.web.console.translating import Translator
from tests.conftest import ROOT
from tests.web.console.conftest import Clock, SignIn

pytestmark = pytest.mark.anyio
SHARED = {
    "language": "ht",
    "country": "pe",
    "origin": "bo",
    "topic": "labour_rights.unpaid_wages",
    "work": "domestic",
    "told": {"amount": "1200", "currency": "PEN", "per": "month"},
    "form": None,
}


async def acts(desk: Desk, clock: Clock, kind: str, person: str = "rosa", **more: object) -> None:
    """What the person did, as the worker stores it."""
    assert desk.casework
    act = CaseAct(kind, **more)  # type: ignore[arg-type]
    async with desk.engine.begin() as connection:
        await desk.casework.cases.act(connection, person.ljust(64, "x"), "web", act, clock())


async def opens(desk: Desk, clock: Clock, person: str = "rosa", office: str = "pe.sunafil", **more: object) -> None:
    await acts(desk, clock, "open", person, office=office, shared=SHARED, **more)


async def test_an_empty_inbox_says_so(sign_in: SignIn) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    assert "Nobody is waiting" in await ana.get("/console/cases")
    for view, said in (("mine", "You have no cases"), ("office", "no open cases"), ("closed", "no closed cases")):
        assert said in await ana.get(f"/console/cases?view={view}")


async def test_the_urgent_first_then_who_waits_longest(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    for person, urgent in (("rosa", False), ("luz", False), ("eva", True)):
        await opens(desk, clock, person, urgent=urgent)
        clock.passes(minutes=30)
    page = await ana.get("/console/cases")
    assert page.index("Case 3") < page.index("Case 1") < page.index("Case 2")
    assert "waiting for 90 minutes" in page or "waiting for 1 hour" in page
    assert "Kreyòl" in page


@pytest.mark.parametrize(
    "path", ["", "/reply", "/note", "/assign", "/refer", "/close", "/reopen", "/accept", "/canned"]
)
async def test_another_office_is_told_that_there_is_no_such_case(
    sign_in: SignIn, desk: Desk, clock: Clock, path: str
) -> None:
    await opens(desk, clock)
    await acts(desk, clock, "message", text="secreto")
    other = await sign_in("office_admin", "bo.ministerio_trabajo")
    assert "secreto" not in await other.get("/console/cases?view=office")
    if path:
        await other.post(f"/console/cases/1{path}", text="x", to="bo.ministerio_trabajo", outcome="solved")
    else:
        await other.get("/console/cases/1")
    assert other.status == 404
    assert "secreto" not in other.words


@pytest.mark.parametrize("number", ["0", "99", "99999999999999999999", "-1"])
async def test_numbers_without_a_case(sign_in: SignIn, number: str) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    await ana.get(f"/console/cases/{number}")
    assert ana.status == 404


async def test_editors_see_no_cases(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    await opens(desk, clock)
    editor = await sign_in("editor")
    for path in ("/console/cases", "/console/cases/1", "/console/helper", "/console/alerts"):
        await editor.get(path)
        assert editor.status == 403


async def test_facts_are_shown_and_phone_and_name_only_when_given(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", language="pt")
    await opens(desk, clock)
    page = await ana.get("/console/cases/1")
    for said in ("Trabalha em: Peru", "Bolívia", "S/ 1.200", "não informou"):
        assert said in page
    await acts(desk, clock, "contact", text="987654321 Rosa")
    assert "987654321 Rosa" in await ana.get("/console/cases/1")


async def test_a_reply_assigns_and_ends_the_waiting(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", "Ana")
    await opens(desk, clock)
    await ana.get("/console/cases/1")
    assert "Write something first" in await ana.post("/console/cases/1/reply", text="  ")
    assert "on its way" in await ana.post("/console/cases/1/reply", text="<b>Hola</b> Rosa")
    assert "&lt;b&gt;Hola&lt;/b&gt; Rosa" in ana.page
    assert "answered · Ana" in await ana.get("/console/cases?view=mine")
    assert desk.casework
    kept = await desk.casework.mailbox.thread("rosa".ljust(64, "x"))
    assert "SUNAFIL" in kept[-1].payload["text"]
    audit = [act.act for act in await desk.audit.lines()]
    assert audit[0] == "case_read"
    assert "case_replied" in audit
    assert not any("Hola" in f"{act.what}{act.detail}" for act in await desk.audit.lines())


async def test_notes_are_for_the_office(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", "Ana")
    await opens(desk, clock)
    await ana.get("/console/cases/1")
    assert "ojo con el patrón" in await ana.post("/console/cases/1/note", text="ojo con el patrón")
    assert desk.casework
    assert await desk.casework.mailbox.thread("rosa".ljust(64, "x")) == []


async def test_a_canned_reply_in_the_persons_language_keeps_what_was_typed(
    sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    await opens(desk, clock)
    await ana.get("/console/cases/1")
    page = await ana.post("/console/cases/1/canned", text="Bonjou!", canned="received")
    assert "Bonjou! Nou li sa ou te rakonte nou an." in page
    assert "Bonjou!" in await ana.post("/console/cases/1/canned", text="Bonjou!", canned="../../etc")


async def test_assigning_only_within_the_office(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", "Ana")
    luz = await sign_in("case_worker", "pe.sunafil", "Luz")
    other = await sign_in("case_worker", "bo.ministerio_trabajo", "Ajena")
    await opens(desk, clock)
    await ana.get("/console/cases/1")
    await ana.post("/console/cases/1/assign", to=luz.number)
    assert "Case 1" in await luz.get("/console/cases?view=mine")
    for wrong in (other.number, 999, "x", "١"):
        await ana.get("/console/cases/1")
        await ana.post("/console/cases/1/assign", to=wrong)
        assert ana.status == 409


async def test_a_case_is_closed_with_an_outcome_and_opened_again(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    await opens(desk, clock)
    await ana.get("/console/cases/1")
    assert "Choose how the case ended" in await ana.post("/console/cases/1/close", outcome="")
    await ana.post("/console/cases/1/close", outcome="part")
    assert "Solved in part" in ana.words
    await ana.post("/console/cases/1/reply", text="una cosa más")
    assert ana.status == 409
    await ana.post("/console/cases/1/reopen")
    assert "Case reopened" in ana.words
    assert desk.casework
    assert await desk.casework.cases.helper("rosa".ljust(64, "x"))


async def test_a_case_that_its_person_left_stays_closed(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    await opens(desk, clock)
    await acts(desk, clock, "leave")
    assert "The person left" in await ana.get("/console/cases/1")
    await ana.post("/console/cases/1/reopen")
    assert ana.status == 409


async def test_two_at_once_the_second_is_told_and_loses_nothing(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana, luz = await sign_in("case_worker", "pe.sunafil", "Ana"), await sign_in("case_worker", "pe.sunafil", "Luz")
    await opens(desk, clock)
    await ana.get("/console/cases/1")
    await luz.get("/console/cases/1")
    await ana.post("/console/cases/1/close", outcome="solved")
    page = await luz.post("/console/cases/1/note", text="una nota")
    assert luz.status == 200, "a note can still be written"
    await luz.post("/console/cases/1/close", outcome="not")
    assert luz.status == 409
    assert "changed while you looked" in luz.words
    assert page


async def test_declining_leaves_the_case_where_it_was(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", "Ana")
    luz = await sign_in("case_worker", "pe.mtpe", "Luz")
    await opens(desk, clock)
    await ana.get("/console/cases/1")
    await ana.post("/console/cases/1/refer", to="pe.no_such")
    assert ana.status == 409
    await ana.post("/console/cases/1/refer", to="pe.mtpe")
    assert "was asked whether to move" in ana.words
    await acts(desk, clock, "refer", agreed=True)
    await luz.get("/console/cases/1")
    await luz.post("/console/cases/1/reply", text="todavía no")
    assert luz.status == 404, "not before accepting"
    await luz.get("/console/cases/1")
    await luz.post("/console/cases/1/decline")
    assert "Case 1" not in luz.words
    assert "cannot take it" in await ana.get("/console/cases/1")


async def test_a_forged_form_is_refused(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    await opens(desk, clock)
    response = await ana.client.post("/console/cases/1/close", data={"outcome": "solved"})
    assert response.status_code == 403


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
async def test_every_language_shows_the_pages(sign_in: SignIn, desk: Desk, clock: Clock, language: str) -> None:
    ana = await sign_in("case_worker", "pe.sunafil", language=language)
    await opens(desk, clock, urgent=True)
    await acts(desk, clock, "message", text="hola")
    for path in ("/console/cases", "/console/cases/1", "/console/alerts", "/console/helper", "/console/helper/print"):
        await ana.get(path)
        assert ana.status == 200
        assert f'<html lang="{language}"' in ana.page


def far(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    return httpx.MockTransport(answer)


def with_service(settings: Settings) -> Settings:
    return settings.model_copy(update={"translation_address": "http://translate.test/"})


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, str]]:
    """What a translation service is asked, that stands before the console does."""
    asked: list[dict[str, str]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content))
        return httpx.Response(200, json={"translatedText": f"[{asked[-1]['target']}] {asked[-1]['q']}"})

    monkeypatch.setattr(
        "bot.web.console.case.Translator", lambda settings: Translator(with_service(settings), far(answer))
    )
    return asked


async def test_both_languages_are_shown_and_sent(
    asked: list[dict[str, str]], sign_in: SignIn, desk: Desk, clock: Clock
) -> None:
    ana = await sign_in("case_worker", "pe.sunafil")
    await opens(desk, clock)
    await acts(desk, clock, "message", text="mwen bezwen èd")
    assert "[en] mwen bezwen èd" in await ana.get("/console/cases/1")
    await ana.get("/console/cases/1")
    assert len(asked) == 1, "translated once, then kept"
    await ana.post("/console/cases/1/reply", text="We can help", translate="yes")
    assert desk.casework
    said = (await desk.casework.mailbox.thread("rosa".ljust(64, "x")))[-1].payload["text"]
    assert "ht\\] We can help" in said
    assert said.rstrip().endswith("We can help")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(200, text="<html>"),
        httpx.Response(200, json={"error": "quota"}),
        httpx.Response(200, json={"translatedText": ["x"]}),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"translatedText": "  "}),
    ],
)
async def test_a_translation_service_that_misbehaves_costs_nothing(settings: Settings, answer: httpx.Response) -> None:
    translator = Translator(with_service(settings), far(lambda _: answer))
    assert await translator.translate(["hola"], "es", "fr") == [None]


async def test_a_translation_service_that_is_away(settings: Settings) -> None:
    def away(_: httpx.Request) -> httpx.Response:
        raise httpx.ConnectTimeout("no")

    assert await Translator(with_service(settings), far(away)).translate(["a", "b"], "es", "fr") == [None, None]
    assert await Translator(settings).translate(["a"], "es", "fr") == [None], "off by default"


def test_ready_made_replies_stand_in_five_languages() -> None:
    replies = YAML(typ="safe").load(ROOT / "content" / "replies.yaml")["replies"]
    for entry in replies.values():
        assert set(entry["name"]) == set(entry["text"]) == {"es", "pt", "en", "fr", "ht"}


@given(minutes=st.integers(min_value=-10, max_value=10**6))
def test_a_time_waited_is_said_in_words(catalogues: object, minutes: int) -> None:
    assert span_said(dt.timedelta(minutes=minutes), catalogues.words("es"))  # type: ignore[attr-defined]


@given(st.text(max_size=80))
def test_no_text_is_markup(text: str) -> None:
    shown = markup.html(markup.literal(text))
    assert "<script" not in shown
    assert "<a " not in shown
