"""What tests share: the real content and words, databases of both kinds, and a bot without its network."""

from __future__ import annotations

import datetime as dt
import socket
import uuid
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.app import Amparo, HouseKeeper, build_keywords, open_amparo
from bot.conversation.house import House
from bot.conversation.invitation import Invitations
from bot.library.loading import Library
from bot.library.shelf import Shelf
from bot.settings import Settings
from bot.storage import database
from bot.translations import Catalogues
from bot.understanding.keywords import Keywords

hypothesis.settings.register_profile("amparo", deadline=None)  # a test asserts no wall-clock time
hypothesis.settings.load_profile("amparo")
ROOT = Path(__file__).parent.parent
NOON = dt.datetime(2026, 11, 21, 15, 0, tzinfo=dt.UTC)
POSTGRES = "postgresql://postgres@127.0.0.1:5432"


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    return "asyncio"


def free_port() -> int:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of a bot of its own whose understanding server is away."""
    return Settings(
        _env_file=None,
        content=ROOT / "content",
        locales=ROOT / "locales",
        data=tmp_path / "var",
        nlu_address=f"http://127.0.0.1:{free_port()}",
        nlu_managed=False,
        log_level="WARNING",
    )


@pytest.fixture(scope="session")
def catalogues() -> Catalogues:
    return Catalogues(ROOT / "locales")


@pytest.fixture(scope="session")
def shelf() -> Shelf:
    return Shelf(ROOT / "content", keep=None)


@pytest.fixture(scope="session")
def library(shelf: Shelf) -> Library:
    return shelf.library


@pytest.fixture(scope="session")
def keywords(catalogues: Catalogues) -> Keywords:
    return build_keywords(Settings(_env_file=None, locales=ROOT / "locales"), catalogues)


@pytest.fixture(scope="session")
def house(shelf: Shelf, catalogues: Catalogues) -> House:
    return HouseKeeper(Settings(_env_file=None), shelf, catalogues, Invitations(b"test")).house


@pytest.fixture
async def amparo(settings: Settings) -> AsyncIterator[Amparo]:
    async with open_amparo(settings) as ready:
        yield ready


def postgres_runs() -> bool:
    try:
        psycopg.connect(f"{POSTGRES}/postgres", connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of each kind."""
    if request.param == "sqlite":
        yield f"sqlite+aiosqlite:///{tmp_path}/test.db"
        return
    if not postgres_runs():
        pytest.skip("no PostgreSQL at 127.0.0.1:5432 with trusted user postgres")
    name = f"amparo_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield f"postgresql+psycopg://postgres@127.0.0.1:5432/{name}"
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def engine(address: str) -> AsyncIterator[AsyncEngine]:
    """A migrated database of each kind."""
    ready = database.open_engine(address)
    await database.migrate(ready)
    yield ready
    await ready.dispose()
