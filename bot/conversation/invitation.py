"""The code in an office's link: which office, language, country and perhaps topic. Signed, short, and harmless to see.

It looks like `es-cl-pe_consulado_santiago-unpaid_wages-k3j9x2ab`. Telegram takes 64 letters, digits, `_` and `-`.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import re

LONGEST = 64
SIGNATURE = 8
CODE = re.compile(
    r"(?P<said>(?P<language>[a-z]{2,3})-(?P<country>[a-z]{2}|x)-(?P<office>[a-z0-9_]*)-(?P<topic>[a-z_]*))"
    r"-(?P<signature>[a-z2-7]{8})"
)


@dataclasses.dataclass(frozen=True)
class Invitation:
    """Who invites, and what the person lands with. `topic` is a topic's own part: `unpaid_wages`."""

    language: str
    country: str = ""
    office: str = ""
    topic: str = ""


class Invitations:
    """Writes and reads codes with the bot's key."""

    def __init__(self, key: bytes) -> None:
        self._key = hashlib.sha256(b"amparo invitations" + key).digest()

    def code(self, invitation: Invitation) -> str:
        """The code. Raises ValueError when the office's id is too long for one."""
        office = invitation.office.replace(".", "_", 1)
        said = f"{invitation.language}-{invitation.country or 'x'}-{office}-{invitation.topic}"
        code = f"{said}-{self._signature(said)}"
        if len(code) > LONGEST or not CODE.fullmatch(code):
            raise ValueError(f"no link can carry {invitation.office} {invitation.topic}: {len(code)} letters")
        return code

    def read(self, code: str) -> Invitation | None:
        """The invitation, None when it is not ours or was changed. Compared in constant time."""
        match = CODE.fullmatch(code.strip())
        if match is None or not hmac.compare_digest(match["signature"], self._signature(match["said"])):
            return None
        country = "" if match["country"] == "x" else match["country"]
        office = match["office"]
        named = f"{office[:2]}.{office[3:]}" if office else ""
        return Invitation(match["language"], country, named, match["topic"])

    def _signature(self, said: str) -> str:
        digest = hmac.new(self._key, said.encode(), hashlib.sha256).digest()
        return base64.b32encode(digest).decode().lower()[:SIGNATURE]
