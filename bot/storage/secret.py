"""The key with which people's ids are hashed: from the settings, or made once and kept beside the database."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from bot.settings import Settings
from bot.storage.sealing import Secret


def load_keys(settings: Settings) -> Secret:
    """All keys of an installation: the one for hashing, and those that seal."""
    hashing = load_secret(settings.secret.get_secret_value(), settings.data)
    before = [key.get_secret_value() for key in settings.sealing_secrets_before]
    return Secret.of(hashing, settings.sealing_secret.get_secret_value(), before)


def load_secret(configured: str, folder: Path) -> bytes:
    """The key. Without it nobody can tell which conversation is whose, so a lost key means a fresh start for all."""
    if configured:
        return configured.encode()
    path = folder / "secret"
    try:
        return path.read_bytes()
    except FileNotFoundError:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_hex(32).encode())
        return path.read_bytes()
