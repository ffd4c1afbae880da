"""Encryption of what the database keeps in sealed form: one key for each purpose, all made from the one secret."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Secret(bytes):
    """The key with which people's ids are hashed; it never changes, or nobody is known any more. `sealing` are the
    keys that seal: the present one first, then those before it, which still open.
    """

    sealing: tuple[bytes, ...] = ()

    @classmethod
    def of(cls, hashing: bytes, present: str = "", before: Sequence[str] = ()) -> Secret:
        """With `present` to seal from now on, and what was sealed `before` it or with the first key still readable."""
        secret = cls(hashing)
        named = [key.encode() for key in (present, *before) if key]
        secret.sealing = (*named, hashing) if present else (hashing, *named)
        return secret


class Seal:
    """Seals and opens texts of one purpose with the keys of a secret."""

    def __init__(self, secret: bytes, purpose: str) -> None:
        known = (secret.sealing or (secret,)) if isinstance(secret, Secret) else (secret,)
        self._cipher = MultiFernet([Fernet(base64.urlsafe_b64encode(_derived(secret, purpose))) for secret in known])

    def seal(self, text: str) -> str:
        """The text as nobody can read it without the secret."""
        return self._cipher.encrypt(text.encode()).decode()

    def open(self, sealed: str) -> str | None:
        """The text again; None where the secret is another one, or somebody changed what was sealed."""
        try:
            return self._cipher.decrypt(sealed.encode()).decode()
        except InvalidToken:
            return None

    def again(self, sealed: str) -> str | None:
        """Sealed with the present secret, for rotation; None where it cannot be opened."""
        try:
            return self._cipher.rotate(sealed.encode()).decode()
        except InvalidToken:
            return None


def _derived(secret: bytes, purpose: str) -> bytes:
    return HKDF(SHA256(), 32, salt=None, info=f"amparo {purpose}".encode()).derive(secret)
