"""Live, ready, healthy, measured: what load balancers and operators are told is true."""

from __future__ import annotations

import dataclasses

import httpx
import pytest
from alembic import command
from alembic.config import Config
from pydantic import SecretStr

from bot.app import Amparo
from bot.settings import Settings
from bot.storage import database
from bot.web.server import web_app
from tests.conftest import NOON

pytestmark = pytest.mark.anyio


def client(amparo: Amparo, address: str = "127.0.0.1", settings: Settings | None = None) -> httpx.AsyncClient:
    page = web_app(
        settings or amparo.settings,
        amparo.mailbox,
        amparo.shelf,
        amparo.catalogues,
        secret=amparo.secret,
        wake=lambda: None,
    )
    transport = httpx.ASGITransport(app=page, client=(address, 5000))
    return httpx.AsyncClient(transport=transport, base_url="http://bot")


async def test_a_working_bot_is_live_ready_and_healthy(amparo: Amparo) -> None:
    async with client(amparo) as web:
        assert (await web.get("/live")).status_code == 200
        assert (await web.get("/ready")).json() == {"ready": True}
        assert (await web.get("/health")).json()["status"] == "ok"


async def test_without_its_database_it_lives_but_is_not_ready(amparo: Amparo) -> None:
    await amparo.mailbox.engine.dispose()
    broken = database.open_engine("postgresql+psycopg://nobody@127.0.0.1:1/nothing")
    mailbox = dataclasses.replace(amparo)
    mailbox.mailbox.engine = broken
    mailbox.mailbox.readers = broken
    async with client(mailbox) as web:
        assert (await web.get("/live")).status_code == 200
        assert (await web.get("/ready")).status_code == 503
        assert (await web.get("/health")).json()["status"] == "no database"


async def test_tables_of_an_older_version_are_not_ready(amparo: Amparo) -> None:
    async with amparo.mailbox.engine.begin() as connection:

        def older(sync: object) -> None:
            config = Config()
            config.set_main_option("script_location", str(database.MIGRATIONS))
            config.attributes["connection"] = sync
            command.downgrade(config, "-1")

        await connection.run_sync(older)
    async with client(amparo) as web:
        assert (await web.get("/ready")).status_code == 503


async def test_metrics_count_what_was_done_and_tell_no_words(amparo: Amparo) -> None:
    person, said = "p" * 64, "mi patrona no me paga"
    await amparo.mailbox.keep("web", "k1", person, {"text": said, "language": "es", "sent_at": NOON.isoformat()}, NOON)
    assert await amparo.worker.answer_next()
    async with client(amparo) as web:
        body = (await web.get("/metrics")).text
    assert 'amparo_letters_total{channel="web",direction="in",outcome="answered"}' in body
    assert 'amparo_answer_seconds_bucket{channel="web"' in body
    assert "amparo_queue_age_seconds 0.0" in body
    assert "patrona" not in body
    assert person not in body


@pytest.mark.parametrize(
    ("address", "token", "given", "status"),
    [
        ("127.0.0.1", "", "", 200),
        ("203.0.113.9", "", "", 403),
        ("203.0.113.9", "s3cret", "Bearer s3cret", 200),
        ("127.0.0.1", "s3cret", "", 403),
    ],
)
async def test_only_this_machine_or_who_has_the_token_reads_metrics(
    amparo: Amparo, address: str, token: str, given: str, status: int
) -> None:
    settings = amparo.settings.model_copy(update={"metrics_token": SecretStr(token)})
    async with client(amparo, address, settings) as web:
        assert (await web.get("/metrics", headers={"Authorization": given} if given else {})).status_code == status


async def test_a_proxy_on_this_machine_does_not_make_everybody_local(amparo: Amparo) -> None:
    async with client(amparo) as web:
        assert (await web.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"})).status_code == 403
