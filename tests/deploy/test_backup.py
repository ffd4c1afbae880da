"""A backup, a new empty database, a restore: the conversation goes on and its letters are there."""

from __future__ import annotations

import os
import subprocess
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bot.app import open_amparo
from bot.settings import Settings
from tests.conftest import NOON, POSTGRES, ROOT, postgres_runs

pytestmark = [pytest.mark.anyio, pytest.mark.skipif(not postgres_runs(), reason="no PostgreSQL here")]


@pytest.fixture
def two_databases() -> Iterator[tuple[str, str]]:
    names = [f"amparo_{uuid.uuid4().hex[:12]}" for _ in range(2)]
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
    yield names[0], names[1]
    with psycopg.connect(f"{POSTGRES}/postgres", autocommit=True) as connection:
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run(script: str, database: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PGHOST": "127.0.0.1", "PGUSER": "postgres", "PGDATABASE": database} | more
    command = [str(ROOT / "deploy/backup" / script), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


async def test_what_was_backed_up_comes_back(
    settings: Settings, two_databases: tuple[str, str], tmp_path: Path
) -> None:
    old, new = two_databases
    person = "p" * 64
    before = settings.model_copy(update={"database": f"postgresql+psycopg://postgres@127.0.0.1:5432/{old}"})
    async with open_amparo(before) as amparo:
        said = {"button": "country:pe", "language": "es", "sent_at": NOON.isoformat()}
        await amparo.mailbox.keep("web", "k1", person, said, NOON)
        assert await amparo.worker.answer_next()
        await amparo.mailbox.keep("web", "k2", person, said | {"button": "menu"}, NOON)

    content = tmp_path / "content"
    content.mkdir()
    (content / "page.md").write_text("a page")
    done = run("backup", old, BACKUPS=str(tmp_path / "backups"), CONTENT=str(content))
    assert done.returncode == 0, done.stderr
    dump = done.stdout.strip()
    assert os.stat(dump).st_mode & 0o077 == 0, "nobody else may read a backup"  # noqa: PTH116
    assert list((tmp_path / "backups").glob("*.content.tar.gz"))

    assert run("restore", new, dump).returncode == 0
    assert run("restore", new, dump).returncode == 1, "a database that holds tables is left alone"

    after = settings.model_copy(update={"database": f"postgresql+psycopg://postgres@127.0.0.1:5432/{new}"})
    async with open_amparo(after) as amparo:
        state = await amparo.records.load(person)
        assert state is not None
        assert state["country"] == "pe"
        assert await amparo.worker.answer_next(), "the letter that waited is answered after the restore"


def test_old_backups_are_removed(two_databases: tuple[str, str], tmp_path: Path) -> None:
    old = tmp_path / "20200101T000000Z.dump"
    old.write_text("x")
    os.utime(old, (0, 0))
    done = run("backup", two_databases[0], BACKUPS=str(tmp_path), CONTENT=str(tmp_path / "none"), KEEP_DAYS="30")
    assert done.returncode == 0, done.stderr
    assert not old.exists()
    assert len(list(tmp_path.glob("*.dump"))) == 1
