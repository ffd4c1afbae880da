"""Signing in: invitations, passwords, the second factor, one's own account."""

from __future__ import annotations

from typing import Any

import segno
from fastapi import APIRouter, Request, Response
from markupsafe import Markup

from bot.storage.sealing import Seal
from bot.storage.staff import Refused, Session
from bot.web.console.desk import (
    COOKIE,
    HOME,
    LANGUAGE,
    LANGUAGES,
    SECOND,
    SIGNIN,
    Desk,
    SigninNeeded,
    client_of,
    local,
    text_of,
)


class Signin:
    """Routes for people who are not signed in yet, and for their own account."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.seal = Seal(desk.secret, "second factor on its way")
        self.router = APIRouter(prefix="/console")
        self.router.get("/signin")(self.form)
        self.router.post("/signin")(self.sign_in)
        self.router.get("/second")(self.second_form)
        self.router.post("/second")(self.second)
        self.router.get("/invite/{token}")(self.invitation)
        self.router.post("/invite/{token}")(self.join)
        self.router.post("/signout")(self.sign_out)
        self.router.post("/language")(self.language)
        self.router.get("/account")(self.account)
        self.router.post("/account/password")(self.password)
        self.router.post("/account/second")(self.set_up_second)
        self.router.post("/account/end/{number}")(self.end)

    async def form(self, request: Request, next: str = HOME) -> Response:  # noqa: A002 - the name in the address
        """The form to sign in."""
        if (session := await self.desk.session(request)) and session.whole:
            return self.desk.go(local(next))
        return self.desk.page(request, "signin.html", next=local(next), email="", problem="")

    async def sign_in(self, request: Request) -> Response:
        """Check a password and begin a session; on to the second factor where it is needed."""
        fields = await self.desk.form(request)
        email, onward = text_of(fields, "email", 200), local(text_of(fields, "next", 300))
        now = self.desk.now()
        try:
            member = await self.desk.staff.check(email, text_of(fields, "password", 400), client_of(request), now)
        except Refused as refused:
            status = 429 if refused.reason.endswith("wait") else 401
            values: dict[str, Any] = {"next": onward, "email": email, "problem": refused.reason}
            return self.desk.page(request, "signin.html", status=status, **values)
        token = await self.desk.staff.begin(member, request.headers.get("user-agent", ""), now)
        await self.desk.audit.note(member.id, "signed_in", "", now)
        response = self.desk.go(f"{SECOND}?next={onward}" if member.needs_second else onward)
        self.desk.set_cookie(response, COOKIE, token)
        return response

    async def second_form(self, request: Request, next: str = HOME) -> Response:  # noqa: A002
        """Ask for a code; for one who has no second factor yet, show how to set it up."""
        session = await self._half(request)
        return self._second_page(request, session, local(next))

    async def second(self, request: Request) -> Response:
        """Take a code, and make the session whole."""
        session = await self._half(request)
        fields = await self.desk.form(request, session)
        code, onward, now = text_of(fields, "code", 20), local(text_of(fields, "next", 300)), self.desk.now()
        staff = self.desk.staff
        try:
            if session.member.has_second:
                right = await staff.second(session.member.id, code, client_of(request), now)
            else:
                secret = self.seal.open(text_of(fields, "secret", 400)) or ""
                right = bool(secret) and await staff.set_second(session.member.id, secret, code, now)
                if right:
                    await self.desk.note(session, "second_factor_set", "")
        except Refused as refused:
            return self._second_page(request, session, onward, refused.reason, status=429)
        if not right:
            sealed = text_of(fields, "secret", 400)
            return self._second_page(request, session, onward, "desk_problem_code", sealed=sealed, status=401)
        response = self.desk.go(onward)
        self.desk.set_cookie(
            response, COOKIE, await staff.complete(session, request.headers.get("user-agent", ""), now)
        )
        return response

    async def invitation(self, request: Request, token: str) -> Response:
        """The form that an invitation opens."""
        invited = await self.desk.staff.invitation(token, self.desk.now())
        values: dict[str, Any] = {"invited": invited, "token": token, "name": "", "email": "", "problem": ""}
        return self.desk.page(request, "invite.html", status=200 if invited else 404, **values)

    async def join(self, request: Request, token: str) -> Response:
        """Make the account and sign in with it."""
        fields = await self.desk.form(request)
        name, email, now = text_of(fields, "name", 200), text_of(fields, "email", 200), self.desk.now()
        words = self.desk.words(request)
        try:
            member = await self.desk.staff.join(
                token,
                name=name,
                email=email,
                password=text_of(fields, "password", 400),
                language=words.language.code,
                now=now,
            )
        except Refused as refused:
            invited = await self.desk.staff.invitation(token, now)
            values: dict[str, Any] = {
                "invited": invited,
                "token": token,
                "name": name,
                "email": email,
                "problem": refused.reason,
            }
            return self.desk.page(request, "invite.html", status=422, **values)
        await self.desk.audit.note(member.id, "joined", member.role, now, member.office)
        token = await self.desk.staff.begin(member, request.headers.get("user-agent", ""), now)
        response = self.desk.go(SECOND if member.needs_second else HOME)
        self.desk.set_cookie(response, COOKIE, token)
        return response

    async def sign_out(self, request: Request) -> Response:
        """End this session."""
        session = await self.desk.session(request)
        if session:
            await self.desk.form(request, session)
            await self.desk.staff.end(session.member.id, session.id)
        response = self.desk.go(SIGNIN, "desk_said_signed_out")
        response.delete_cookie(COOKIE, path=HOME)
        return response

    async def language(self, request: Request) -> Response:
        """Choose the console's language, for the account when somebody is signed in."""
        session = await self.desk.session(request)
        fields = await self.desk.form(request, session)
        code, back = text_of(fields, "language", 3), local(text_of(fields, "next", 300))
        response = self.desk.go(back)
        if code in LANGUAGES:
            self.desk.set_cookie(response, LANGUAGE, code)
            if session:
                await self.desk.staff.change(session.member.id, language=code)
        return response

    async def account(self, request: Request) -> Response:
        """One's own account: where one is signed in, password, second factor."""
        session = await self.desk.member(request)
        return await self._account(request, session)

    async def password(self, request: Request) -> Response:
        """Change one's password; other sessions end."""
        session = await self.desk.member(request)
        fields = await self.desk.form(request, session)
        try:
            await self.desk.staff.new_password(
                session.member, text_of(fields, "old", 400), text_of(fields, "password", 400)
            )
        except Refused as refused:
            return await self._account(request, session, refused.reason)
        for other in await self.desk.staff.sessions(session.member.id):
            if other.id != session.id:
                await self.desk.staff.end(session.member.id, other.id)
        await self.desk.note(session, "password_changed", "")
        return self.desk.go("/console/account", "desk_said_saved")

    async def set_up_second(self, request: Request) -> Response:
        """Set up the second factor of one's own will."""
        session = await self.desk.member(request)
        fields = await self.desk.form(request, session)
        secret = self.seal.open(text_of(fields, "secret", 400)) or ""
        right = bool(secret) and not session.member.has_second
        if right and await self.desk.staff.set_second(
            session.member.id, secret, text_of(fields, "code", 20), self.desk.now()
        ):
            await self.desk.note(session, "second_factor_set", "")
            return self.desk.go("/console/account", "desk_said_saved")
        return await self._account(request, session, "desk_problem_code")

    async def end(self, request: Request, number: int) -> Response:
        """End one of one's own sessions, from anywhere."""
        session = await self.desk.member(request)
        await self.desk.form(request, session)
        await self.desk.staff.end(session.member.id, number)
        await self.desk.note(session, "session_ended", str(number))
        return self.desk.go("/console/account", "desk_said_session_ended")

    async def _half(self, request: Request) -> Session:
        session = await self.desk.session(request)
        if session is None:
            raise SigninNeeded(SIGNIN)
        if session.whole:
            raise SigninNeeded(HOME)
        return session

    async def _account(self, request: Request, session: Session, problem: str = "") -> Response:
        secret, picture = ("", "") if session.member.has_second else self._new_secret(session)
        sessions = await self.desk.staff.sessions(session.member.id)
        values: dict[str, Any] = {"sessions": sessions, "current": session.id, "problem": problem}
        values |= {"secret": self.seal.seal(secret) if secret else "", "typed": secret, "picture": picture}
        return self.desk.page(request, "account.html", session, status=422 if problem else 200, **values)

    def _second_page(
        self,
        request: Request,
        session: Session,
        onward: str,
        problem: str = "",
        *,
        sealed: str = "",
        status: int = 200,
    ) -> Response:
        secret, picture = "", Markup("")
        if not session.member.has_second:
            secret, picture = self._new_secret(session, self.seal.open(sealed) if sealed else None)
        values: dict[str, Any] = {
            "next": onward,
            "problem": problem,
            "has_second": session.member.has_second,
            "picture": picture,
        }
        values |= {"secret": self.seal.seal(secret) if secret else "", "typed": secret}
        return self.desk.page(request, "second.html", session, status=status, **values)

    def _new_secret(self, session: Session, known: str | None = None) -> tuple[str, Markup]:
        """A secret for an app with codes, and its QR code as a picture in the page."""
        secret = known or self.desk.staff.new_second()
        code = segno.make(self.desk.staff.second_link(session.member, secret), error="m")
        picture = code.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=False)
        return secret, Markup(picture)  # noqa: S704 - made here, from letters and digits
