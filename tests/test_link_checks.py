"""Addresses are tried politely, and never inside private networks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import httpx
import pytest
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.library.loading import Library
from bot.storage.database import open_engine
from bot.storage.upkeep import Upkeep
from bot.upkeep import EACH_ROUND, LinkChecker, public
from tests.conftest import NOON

pytestmark = pytest.mark.anyio
HOSTS = {
    "good.example": ["93.184.216.34"],
    "inside.example": ["10.0.0.5"],
    "both.example": ["93.184.216.34", "127.0.0.1"],
}


class Site:
    """A far side that can misbehave."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str, str]] = []

    async def answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append((request.method, request.headers["host"], request.url.path))
        path = request.url.path
        if path == "/slow":
            raise httpx.ReadTimeout("slow")
        if path == "/inside":
            return httpx.Response(302, headers={"location": "http://inside.example/secret"})
        if path == "/number":
            return httpx.Response(302, headers={"location": "http://169.254.169.254/latest"})
        if path == "/round":
            return httpx.Response(302, headers={"location": "/round"})
        if path == "/moved":
            return httpx.Response(301, headers={"location": "/here"})
        if path == "/only-get":
            return httpx.Response(200 if request.method == "GET" else 404)
        return httpx.Response({"/gone": 404, "/robots": 403, "/error": 500}.get(path, 200))


def checker(site: Site, engine: object = None, library: object = None, now: dt.datetime = NOON) -> LinkChecker:
    async def resolve(host: str) -> Sequence[str]:
        return HOSTS.get(host, [host] if host[0].isdigit() else ["93.184.216.34"] if library else [])

    client = httpx.AsyncClient(transport=httpx.MockTransport(site.answer))
    engine = engine or open_engine("sqlite+aiosqlite://")
    return LinkChecker(Upkeep(engine), lambda: library, client, resolve=resolve, now=lambda: now, pause=0)  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("https://good.example/", ""),
        ("https://good.example/moved", ""),
        ("https://good.example/only-get", ""),
        ("https://good.example/robots", ""),
        ("https://good.example/gone", "404"),
        ("https://good.example/error", "500"),
        ("https://good.example/slow", "timeout"),
        ("https://good.example/round", "redirects"),
        ("https://good.example/inside", "private"),
        ("https://good.example/number", "private"),
        ("http://inside.example/", "private"),
        ("http://both.example/", "private"),
        ("http://127.0.0.1:5432/", "address"),
        ("http://[::1]/", "no_such_host"),
        ("http://nowhere.example/", "no_such_host"),
        ("https://user:word@good.example/", "address"),
        ("file:///etc/passwd", "address"),
        ("http://[bad", "address"),
    ],
)
async def test_each_kind_of_address(address: str, why: str) -> None:
    site = Site()
    assert await checker(site).why_not(address) == why
    assert all(host == "good.example" for _, host, _ in site.asked), "nobody inside was asked"


@pytest.mark.parametrize(
    "number",
    [
        "10.1.2.3",
        "127.0.0.1",
        "169.254.169.254",
        "::1",
        "fd00::1",
        "::ffff:10.0.0.1",
        "0.0.0.0",
        "100.64.0.1",
        "224.0.0.1",
        "x",
    ],
)
def test_numbers_that_are_not_public(number: str) -> None:
    assert not public(number)
    assert public("93.184.216.34")


async def test_a_round_tries_the_most_read_first_and_each_once_a_week(engine: AsyncEngine, library: Library) -> None:
    site = Site()
    assert await checker(site, engine, library).round() == EACH_ROUND
    first = await Upkeep(engine).links()
    assert len(first) == EACH_ROUND
    assert len({httpx.URL(address).host for address in first}) > EACH_ROUND // 2, "no host many times in a row"
    await checker(site, engine, library, NOON + dt.timedelta(hours=1)).round()
    assert len(await Upkeep(engine).links()) == 2 * EACH_ROUND, "others had their turn"
