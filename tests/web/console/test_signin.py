"""Signing in to the console: invitations, passwords, second factor, sessions, and who may do what."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DatabaseError

from bot.storage.staff import Refused, Staff
from bot.web.console.desk import Desk, local
from tests.conftest import NOON
from tests.web.console.conftest import PASSWORD, Browser, Clock, SignIn

pytestmark = pytest.mark.anyio


async def test_an_invitation_makes_one_account_and_is_used_up(app: object, desk: Desk, clock: Clock) -> None:
    browser = Browser(app)
    token = await desk.staff.invite("editor", "", None, clock())
    await browser.get(f"/console/invite/{token}")
    await browser.post(f"/console/invite/{token}", name="Rosa", email="Rosa@ngo.example", password="corta")
    assert browser.status == 422
    assert 'value="Rosa"' in browser.page, "what was typed stands there still"
    await browser.post(f"/console/invite/{token}", name="Rosa", email="Rosa@ngo.example", password=PASSWORD)
    assert "Hola, Rosa" in browser.words
    again = Browser(app)
    await again.get(f"/console/invite/{token}")
    assert again.status == 404


async def test_an_invitation_is_too_old_after_a_week(app: object, desk: Desk, clock: Clock) -> None:
    token = await desk.staff.invite("editor", "", None, clock())
    clock.passes(days=8)
    browser = Browser(app)
    await browser.get(f"/console/invite/{token}")
    assert browser.status == 404


async def test_case_workers_need_a_second_factor_and_a_code_counts_once(
    app: object, sign_in: SignIn, clock: Clock
) -> None:
    known = await sign_in("case_worker", "pe.sunafil", "Ana")
    browser = Browser(app)
    await browser.get("/console/signin")
    await browser.post("/console/signin", email="ana@ngo.example", password=PASSWORD)
    assert "/console/second" in browser.page
    await browser.get("/console/account")
    assert 'name="code"' in browser.page, "without the code nothing opens"
    code = pyotp.TOTP(known.second).at(clock())
    await browser.post("/console/second", code=code)
    assert browser.status == 401, "this code was taken when it was set up"
    clock.passes(seconds=30)
    await browser.post("/console/second", code=pyotp.TOTP(known.second).at(clock()))
    assert "Hello, Ana" in browser.words


async def test_nobody_can_lock_somebody_else_out(app: object, sign_in: SignIn) -> None:
    await sign_in("editor", name="Ana")
    guesser, ana = Browser(app, "198.51.100.9"), Browser(app, "203.0.113.7")
    await guesser.get("/console/signin")
    for _ in range(5):
        await guesser.post("/console/signin", email="ana@ngo.example", password="falsa falsa falsa")
        assert guesser.status == 401
    await guesser.post("/console/signin", email="ana@ngo.example", password=PASSWORD)
    assert guesser.status == 429
    await ana.get("/console/signin")
    await ana.post("/console/signin", email="ana@ngo.example", password=PASSWORD)
    assert "Hello, Ana" in ana.words


async def test_a_session_ends_from_anywhere_and_with_time(app: object, sign_in: SignIn, clock: Clock) -> None:
    office = await sign_in("editor", name="Ana")
    home = Browser(app)
    await home.get("/console/signin")
    await home.post("/console/signin", email="ana@ngo.example", password=PASSWORD)
    page = await home.get("/console/account")
    assert "Cerrar" in page or "End" in page
    number = home.page.split("/console/account/end/")[1].split('"')[0]
    await home.post(f"/console/account/end/{number}")
    assert "Entrar" in await office.get("/console") or "Sign in" in office.words
    clock.passes(hours=13)
    await home.get("/console")
    assert 'name="password"' in home.page


async def test_the_session_changes_when_somebody_signs_in(app: object, sign_in: SignIn) -> None:
    await sign_in("editor", name="Ana")
    browser = Browser(app)
    browser.client.cookies.set("amparo_staff", "planted", domain="amparo.test", path="/console")
    await browser.get("/console/signin")
    await browser.post("/console/signin", email="ana@ngo.example", password=PASSWORD)
    assert "planted" not in [cookie.value for cookie in browser.client.cookies.jar if cookie.path == "/console"][-1:]
    assert "Ana" in browser.words


async def test_a_form_without_its_proof_is_refused(sign_in: SignIn) -> None:
    browser = await sign_in("administrator")
    response = await browser.client.post("/console/team/invite", data={"role": "editor"})
    assert response.status_code == 403
    response = await browser.client.post(
        "/console/team/invite", data={"role": "editor"}, headers={"sec-fetch-site": "cross-site"}
    )
    assert response.status_code == 403


async def test_pages_cannot_be_framed_and_scripts_only_come_from_here(sign_in: SignIn) -> None:
    browser = await sign_in("editor")
    response = await browser.client.get("/console")
    policy = response.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy
    assert "script-src 'self'" in policy
    assert response.headers["cache-control"] == "no-store"
    cookie = browser.client.cookies.jar
    assert all(one.has_nonstandard_attr("HttpOnly") for one in cookie if one.name == "amparo_staff")


@pytest.mark.parametrize(
    ("role", "page", "status"),
    [
        ("editor", "/console/team", 403),
        ("case_worker", "/console/audit", 403),
        ("administrator", "/console/audit", 200),
    ],
)
async def test_each_role_sees_its_own(sign_in: SignIn, role: str, page: str, status: int) -> None:
    browser = await sign_in(role, "pe.sunafil" if role == "case_worker" else "")
    await browser.get(page)
    assert browser.status == status


async def test_an_office_administers_only_its_own_people(sign_in: SignIn, desk: Desk) -> None:
    sunafil = await sign_in("office_admin", "pe.sunafil", "Jefa")
    other = await sign_in("case_worker", "bo.ministerio_trabajo", "Ajena")
    page = await sunafil.get("/console/team")
    assert "Ajena" not in page
    await sunafil.post(f"/console/team/{other.number}/disable")
    assert sunafil.status == 404
    await sunafil.get("/console/team")
    await sunafil.post("/console/team/invite", role="administrator")
    assert sunafil.status == 403


async def test_somebody_whose_access_is_taken_is_out_at_once(sign_in: SignIn) -> None:
    chief, leaving = await sign_in("administrator"), await sign_in("editor", name="Ana")
    await chief.get("/console/team")
    await chief.post(f"/console/team/{leaving.number}/disable")
    await leaving.get("/console")
    assert 'name="password"' in leaving.page


async def test_every_act_stands_in_a_log_that_cannot_be_changed(sign_in: SignIn, desk: Desk) -> None:
    chief = await sign_in("administrator")
    await chief.get("/console/team")
    await chief.post("/console/team/invite", role="editor", office="")
    page = await chief.get("/console/audit")
    assert "invited" in page
    assert "whole" in page
    for statement in ("UPDATE audit SET act = 'x'", "DELETE FROM audit"):
        with pytest.raises(DatabaseError):
            async with desk.engine.begin() as connection:
                await connection.execute(text(statement))
    async with desk.engine.begin() as connection:
        await connection.execute(text("DROP TRIGGER audit_no_update"))
        await connection.execute(text("UPDATE audit SET act = 'x' WHERE id = 2"))
    assert await desk.audit.broken_at() == 2


@pytest.mark.parametrize("language", ["es", "pt", "en", "fr"])
async def test_the_console_speaks_four_languages(app: object, language: str) -> None:
    browser = Browser(app)
    browser.client.headers["accept-language"] = language
    await browser.get("/console/signin")
    assert f'<html lang="{language}"' in browser.page


@pytest.mark.parametrize(
    "to", ["https://evil.example", "//evil.example", "/console\\..\\x", "/console/../x", "javascript:x", "/\n/evil"]
)
def test_signing_in_never_leads_elsewhere(to: str) -> None:
    assert local(to) == "/console"


async def test_an_office_administrator_needs_an_office(desk: Desk) -> None:
    with pytest.raises(Refused):
        await desk.staff.invite("office_admin", "", None, NOON)


def test_codes_of_the_wrong_time_are_refused() -> None:
    from bot.storage.staff import _step

    secret = Staff.new_second()
    assert _step(secret, pyotp.TOTP(secret).at(NOON), NOON)
    assert not _step(secret, pyotp.TOTP(secret).at(NOON - dt.timedelta(minutes=5)), NOON)
