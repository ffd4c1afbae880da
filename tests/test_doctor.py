"""The doctor finds what is wrong with an installation, and says in a sentence how to mend it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from pydantic import SecretStr

from bot.app import migrate
from bot.doctor import Doctor, Finding
from bot.settings import Settings
from bot.storage import database
from bot.storage.mailbox import Mailbox
from tests.conftest import NOON

pytestmark = pytest.mark.anyio


async def findings(settings: Settings, *, quick: bool = False) -> dict[str, Finding]:
    look = Doctor(settings, lambda: NOON)
    return {finding.what: finding for finding in await (look.quick() if quick else look.whole())}


async def test_a_new_installation_is_told_what_is_missing(settings: Settings) -> None:
    await migrate(settings)
    found = await findings(settings)
    assert found["database"].level == "ok"
    assert "python -m bot invite" in found["console"].advice
    assert not [one for one in found.values() if one.level == "broken"]


async def test_tables_that_were_never_made(settings: Settings) -> None:
    found = await findings(settings, quick=True)
    assert "python -m bot migrate" in found["database"].advice


async def test_a_database_that_is_away_and_no_password_in_what_is_said(settings: Settings) -> None:
    away = settings.model_copy(update={"database": "postgresql+psycopg://amparo:hunter2@127.0.0.1:1/amparo"})
    found = await findings(away, quick=True)
    assert found["database"].level == "broken"
    assert "hunter2" not in found["database"].advice


async def test_a_letter_that_waits_means_no_worker(settings: Settings) -> None:
    await migrate(settings)
    engine = database.open_engine(settings.database_address)
    mailbox = Mailbox(engine, dt.timedelta(seconds=30))
    await mailbox.keep("web", "k", "p" * 64, {"text": "x"}, NOON - dt.timedelta(minutes=5))
    await engine.dispose()
    found = await findings(settings, quick=True)
    assert "300 s" in found["queue"].advice
    assert found["queue"].level == "broken"


async def test_a_key_that_others_can_read(settings: Settings) -> None:
    await migrate(settings)
    await findings(settings)
    (settings.data / "secret").chmod(0o644)
    assert "chmod 600" in (await findings(settings))["secret key"].advice


async def test_broken_content_a_plain_address_and_old_backups(settings: Settings, tmp_path: Path) -> None:
    await migrate(settings)
    backups = tmp_path / "backups"
    backups.mkdir()
    changed = settings.model_copy(
        update={"public_address": "http://amparo.example", "backups": backups, "content": tmp_path / "nothing"}
    )
    found = await findings(changed)
    assert "HTTPS" in found["public address"].advice
    assert found["backups"].level == "broken"
    assert found["content"].level == "broken"


async def test_a_platform_that_cannot_be_reached(settings: Settings) -> None:
    await migrate(settings)
    changed = settings.model_copy(
        update={"telegram_token": SecretStr("7:secret"), "telegram_api": "http://127.0.0.1:1"}
    )
    found = await findings(changed)
    assert found["Telegram"].level == "broken"
    assert "7:secret" not in found["Telegram"].advice
