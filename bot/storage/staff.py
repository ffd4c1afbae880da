"""The people behind the bot: accounts, invitations, sessions, the second factor, and what slows guessing down."""

from __future__ import annotations

import dataclasses
import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Sequence
from typing import Any, Literal

import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import RowMapping, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from bot.storage import database
from bot.storage.mailbox import as_utc
from bot.storage.sealing import Seal
from bot.storage.tables import staff, staff_attempts, staff_invitations, staff_sessions

Role = Literal["editor", "reviewer", "case_worker", "office_admin", "administrator"]
ROLES: tuple[Role, ...] = ("editor", "reviewer", "case_worker", "office_admin", "administrator")
OF_AN_OFFICE: frozenset[Role] = frozenset({"case_worker", "office_admin"})
NEEDS_SECOND: frozenset[Role] = frozenset({"case_worker", "office_admin", "administrator"})
"""Roles that see people's cases or give others access sign in with a second factor."""

INVITED_FOR = dt.timedelta(days=7)
SESSION_IDLE, SESSION_MOST = dt.timedelta(hours=12), dt.timedelta(days=14)
PASSWORD_LEAST, PASSWORD_MOST = 12, 200
TRIES, TRIES_WITHIN = 5, dt.timedelta(minutes=15)
"""Wrong passwords for one account from one address before it has to wait…"""
ADDRESS_TRIES = 40
"""…and from one address for any account."""
STEP = 30
"""Seconds for which a code of the second factor holds."""


@dataclasses.dataclass(frozen=True)
class Member:
    """Somebody who works with the console."""

    id: int
    name: str
    email: str
    role: Role
    office: str
    language: str
    disabled: bool
    has_second: bool
    joined_at: dt.datetime
    alert_person: str = ""

    @property
    def needs_second(self) -> bool:
        """Whether this role signs in with a second factor; who set one up is asked for it in any role."""
        return self.role in NEEDS_SECOND or self.has_second


@dataclasses.dataclass(frozen=True)
class Session:
    """A browser somebody is signed in with. `whole` is false until the second factor was told."""

    id: int
    member: Member
    whole: bool
    begun_at: dt.datetime
    seen_at: dt.datetime
    agent: str
    csrf: str = ""


@dataclasses.dataclass(frozen=True)
class StaffInvitation:
    """What an invitation makes of the person who accepts it."""

    role: Role
    office: str


class Refused(Exception):
    """Somebody may not do this; `reason` is the key of the words to say."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Staff:
    """All accounts of one database."""

    def __init__(self, engine: AsyncEngine, secret: bytes) -> None:
        self.engine, self.readers = engine, database.readers(engine)
        self._secret = secret
        self._seal = Seal(secret, "second factor")
        self._hasher = PasswordHasher()
        self._nobody = self._hasher.hash(secrets.token_urlsafe(16))

    # Joining

    async def invite(self, role: Role, office: str, by: int | None, now: dt.datetime) -> str:
        """The token of a link that lets one person join. Raises Refused when a role needs an office and has none."""
        if role in OF_AN_OFFICE and not office:
            raise Refused("desk_problem_office")
        token = secrets.token_urlsafe(32)
        values = {"token": _digest(token), "role": role, "office": office, "invited_by": by}
        async with self.engine.begin() as connection:
            await connection.execute(insert(staff_invitations).values(**values, expires_at=now + INVITED_FOR))
        return token

    async def invitation(self, token: str, now: dt.datetime) -> StaffInvitation | None:
        """What a link offers; None when it was used, is too old or never was."""
        async with self.readers.connect() as connection:
            return await self._invitation(connection, token, now)

    async def _invitation(self, connection: AsyncConnection, token: str, now: dt.datetime) -> StaffInvitation | None:
        query = select(staff_invitations).where(staff_invitations.c.token == _digest(token))
        row = (await connection.execute(query)).mappings().first()
        if row is None or as_utc(row["expires_at"]) < now:
            return None
        return StaffInvitation(row["role"], row["office"])

    async def join(
        self, token: str, *, name: str, email: str, password: str, language: str, now: dt.datetime
    ) -> Member:
        """Make an account of an invitation, which then is used up. Raises Refused with what to mend."""
        name, email = " ".join(name.split())[:120], email.strip().lower()[:200]
        if not name or "@" not in email[1:-1]:
            raise Refused("desk_problem_name")
        _check_password(password, email)
        async with self.engine.begin() as connection:
            invited = await self._invitation(connection, token, now)
            if invited is None:
                raise Refused("desk_problem_invitation")
            if await connection.scalar(select(func.count()).select_from(staff).where(staff.c.email == email)):
                raise Refused("desk_problem_email")
            await connection.execute(delete(staff_invitations).where(staff_invitations.c.token == _digest(token)))
            values = {
                "name": name,
                "email": email,
                "role": invited.role,
                "office": invited.office,
                "language": language,
                "password": self._hasher.hash(password),
                "second": "",
                "second_at": 0,
                "disabled": False,
                "joined_at": now,
                "alert_person": "",
            }
            number = (await connection.execute(insert(staff).values(**values))).inserted_primary_key
        found = await self.member(int(number[0]))  # type: ignore[index]
        if found is None:
            raise RuntimeError("an account that was just made is not there")
        return found

    # Signing in

    async def check(self, email: str, password: str, address: str, now: dt.datetime) -> Member:
        """The member with this e-mail and password. Raises Refused, in the same words whatever was wrong.

        Guessing is slowed for an account and an address together, and for an address alone: nobody can lock somebody
        else out by typing wrong passwords elsewhere.
        """
        email = email.strip().lower()
        keys = {self._attempt("account", email, address): TRIES, self._attempt("address", "", address): ADDRESS_TRIES}
        async with self.readers.connect() as connection:
            for key, most in keys.items():
                if await self._tries(connection, key, now) >= most:
                    raise Refused("desk_problem_wait")
            row = (await connection.execute(select(staff).where(staff.c.email == email))).mappings().first()
        fits = self._fits(row["password"] if row else self._nobody, password)
        if row is None or not fits or row["disabled"]:
            async with self.engine.begin() as connection:
                await connection.execute(insert(staff_attempts), [{"key": key, "at": now} for key in keys])
            raise Refused("desk_problem_password")
        return _member(row)

    async def begin(self, member: Member, agent: str, now: dt.datetime) -> str:
        """A new session; the token its cookie holds. Not whole while a second factor is to come."""
        token = secrets.token_urlsafe(32)
        values = {
            "token": _digest(token),
            "staff": member.id,
            "whole": not member.needs_second,
            "begun_at": now,
            "seen_at": now,
            "agent": agent[:200],
        }
        async with self.engine.begin() as connection:
            old = now - SESSION_MOST
            await connection.execute(delete(staff_sessions).where(staff_sessions.c.begun_at < old))
            await connection.execute(delete(staff_attempts).where(staff_attempts.c.at < now - TRIES_WITHIN))
            await connection.execute(insert(staff_sessions).values(**values))
        return token

    async def session(self, token: str, now: dt.datetime) -> Session | None:
        """Who is signed in with a cookie; None when nobody is, or no longer."""
        query = (
            select(staff_sessions, *(column.label(f"staff_{column.name}") for column in staff.c))
            .join(staff, staff.c.id == staff_sessions.c.staff)
            .where(staff_sessions.c.token == _digest(token))
        )
        async with self.readers.connect() as connection:
            row = (await connection.execute(query)).mappings().first()
        if row is None or row["staff_disabled"]:
            return None
        begun, seen = as_utc(row["begun_at"]), as_utc(row["seen_at"])
        if now - seen > SESSION_IDLE or now - begun > SESSION_MOST:
            return None
        if now - seen > dt.timedelta(minutes=1):
            async with self.engine.begin() as connection:
                moved = update(staff_sessions).where(staff_sessions.c.id == row["id"]).values(seen_at=now)
                await connection.execute(moved)
        member = _member({column.name: row[f"staff_{column.name}"] for column in staff.c})
        csrf = hmac.new(self._secret, f"csrf {token}".encode(), hashlib.sha256).hexdigest()
        return Session(row["id"], member, row["whole"], begun, seen, row["agent"], csrf)

    async def complete(self, session: Session, agent: str, now: dt.datetime) -> str:
        """The session made whole: a new token in place of the old one, so that one set by somebody else is worth
        nothing.
        """
        token = secrets.token_urlsafe(32)
        values = {"token": _digest(token), "whole": True, "seen_at": now, "agent": agent[:200]}
        async with self.engine.begin() as connection:
            await connection.execute(update(staff_sessions).where(staff_sessions.c.id == session.id).values(**values))
        return token

    async def sessions(self, member: int) -> Sequence[Session]:
        """Where a member is signed in, the newest first."""
        found = await self.member(member)
        query = select(staff_sessions).where(staff_sessions.c.staff == member).order_by(staff_sessions.c.seen_at.desc())
        async with self.readers.connect() as connection:
            rows = (await connection.execute(query)).mappings().all()
        return [
            Session(row["id"], found, row["whole"], as_utc(row["begun_at"]), as_utc(row["seen_at"]), row["agent"])
            for row in rows
            if found
        ]

    async def end(self, member: int, session: int | None = None) -> None:
        """End one session of a member, or all of them."""
        gone = delete(staff_sessions).where(staff_sessions.c.staff == member)
        if session is not None:
            gone = gone.where(staff_sessions.c.id == session)
        async with self.engine.begin() as connection:
            await connection.execute(gone)

    # The second factor

    @staticmethod
    def new_second() -> str:
        """A secret for an app that shows codes; it counts only once a code of it was told."""
        return pyotp.random_base32()

    @staticmethod
    def second_link(member: Member, secret: str) -> str:
        """The otpauth link that such an app reads from a QR code."""
        return pyotp.TOTP(secret).provisioning_uri(name=member.email, issuer_name="Amparo")

    async def set_second(self, member: int, secret: str, code: str, now: dt.datetime) -> bool:
        """Set up the second factor, if the code is one of this secret."""
        step = _step(secret, code, now)
        if not step:
            return False
        values = {"second": self._seal.seal(secret), "second_at": step}
        async with self.engine.begin() as connection:
            await connection.execute(update(staff).where(staff.c.id == member).values(**values))
        return True

    async def second(self, member: int, code: str, address: str, now: dt.datetime) -> bool:
        """Whether a code is right; each is taken once. Raises Refused after too many wrong ones from an address."""
        key = self._attempt("second", str(member), address)
        async with self.engine.begin() as connection:
            if await self._tries(connection, key, now) >= TRIES:
                raise Refused("desk_problem_wait")
            query = select(staff.c.second, staff.c.second_at).where(staff.c.id == member)
            row = (await connection.execute(query)).mappings().one()
            secret = self._seal.open(row["second"]) if row["second"] else None
            step = _step(secret, code, now) if secret else 0
            if step > row["second_at"]:
                taken = update(staff).where(staff.c.id == member, staff.c.second_at < step).values(second_at=step)
                return (await connection.execute(taken)).rowcount == 1
            await connection.execute(insert(staff_attempts).values(key=key, at=now))
            return False

    # Accounts

    async def member(self, number: int) -> Member | None:
        """An account by its number."""
        async with self.readers.connect() as connection:
            row = (await connection.execute(select(staff).where(staff.c.id == number))).mappings().first()
        return _member(row) if row else None

    async def members(self, office: str | None = None) -> Sequence[Member]:
        """All accounts, or those of one office, by name."""
        query = select(staff).order_by(staff.c.name)
        if office is not None:
            query = query.where(staff.c.office == office)
        async with self.readers.connect() as connection:
            return [_member(row) for row in (await connection.execute(query)).mappings()]

    async def change(self, member: int, **values: Any) -> None:
        """Set columns of an account: name, role, office, language, disabled, alert_person. Ends its sessions where
        what it may do changed.
        """
        async with self.engine.begin() as connection:
            await connection.execute(update(staff).where(staff.c.id == member).values(**values))
            if {"role", "office", "disabled"} & set(values):
                await connection.execute(delete(staff_sessions).where(staff_sessions.c.staff == member))

    async def new_password(self, member: Member, old: str, new: str) -> None:
        """Change one's own password. Raises Refused when the old one is wrong or the new one too easy."""
        async with self.readers.connect() as connection:
            hashed = await connection.scalar(select(staff.c.password).where(staff.c.id == member.id))
        if not self._fits(str(hashed), old):
            raise Refused("desk_problem_password")
        _check_password(new, member.email)
        await self.change(member.id, password=self._hasher.hash(new))

    async def reset_second(self, member: int) -> None:
        """Take the second factor away, for somebody who lost their phone: they set it up anew at the next sign-in."""
        await self.change(member, second="", second_at=0)
        await self.end(member)

    def _fits(self, hashed: str, password: str) -> bool:
        try:
            return self._hasher.verify(hashed, password[:PASSWORD_MOST])
        except (VerificationError, InvalidHashError):
            return False

    async def _tries(self, connection: AsyncConnection, key: str, now: dt.datetime) -> int:
        recent = staff_attempts.c.key == key, staff_attempts.c.at > now - TRIES_WITHIN
        return int(await connection.scalar(select(func.count()).select_from(staff_attempts).where(*recent)) or 0)

    def _attempt(self, kind: str, name: str, address: str) -> str:
        return hmac.new(self._secret, f"{kind}:{name}:{address}".encode(), hashlib.sha256).hexdigest()


def _check_password(password: str, email: str) -> None:
    if not PASSWORD_LEAST <= len(password) <= PASSWORD_MOST or email.partition("@")[0] in password.lower():
        raise Refused("desk_problem_easy")


def _step(secret: str, code: str, now: dt.datetime) -> int:
    """The time step of a code, the one before and after it counting too; 0 for a wrong one."""
    code = "".join(char for char in code if char.isdigit())
    totp, step = pyotp.TOTP(secret), int(now.timestamp()) // STEP
    fits = [near for near in (step - 1, step, step + 1) if hmac.compare_digest(totp.at(near * STEP), code)]
    return max(fits, default=0)


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _member(row: RowMapping | dict[str, Any]) -> Member:
    return Member(
        row["id"],
        row["name"],
        row["email"],
        row["role"],
        row["office"],
        row["language"],
        row["disabled"],
        bool(row["second"]),
        as_utc(row["joined_at"]),
        row["alert_person"],
    )
