"""Encryption of what the database keeps in sealed form: one key for each purpose, all made from the one secret."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


class Seal:
    """Seals and opens texts of one purpose. `secrets` are the present one and those before it, which still open."""

    def __init__(self, secrets: bytes | Sequence[bytes], purpose: str) -> None:
        known = [secrets] if isinstance(secrets, bytes) else list(secrets)
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
