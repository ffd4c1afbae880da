"""Tries the web addresses that the content gives out, slowly and politely, and keeps which are dead.

One at a time for each host, the most read first, with a time-out and a limit of size. Addresses of private networks are
never asked: editors write addresses, and one of them must not make this server talk to its own neighbours.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from urllib.parse import urljoin, urlsplit

import httpx
import structlog

from bot.clock import utc_now
from bot.library.due import Due
from bot.library.loading import Library
from bot.storage.upkeep import Upkeep

log = structlog.get_logger()

AGENT = "AmparoLinkCheck/1.0 (checks that links given to people still work; one visit a day at most)"
AGAIN = dt.timedelta(days=7)
"""A working address is tried once a week, one that failed the next day."""
AGAIN_FAILED = dt.timedelta(hours=20)
EACH_ROUND = 40
"""Addresses tried in a round."""
ROUND = 3600.0
PAUSE = 2.0
"""Seconds between two visits."""
TIMEOUT = 20.0
REDIRECTS = 5
READ = 64 * 1024
"""Bytes of an answer that are read at most."""
PORTS = (None, 80, 443)
FORBIDDEN = (401, 403, 405, 406, 429, 503)
"""The site is there and does not like programs: that says nothing of what people see."""
GONE_FROM = 400
VISITS = dt.timedelta(days=90)

Resolve = Callable[[str], Awaitable[Sequence[str]]]


class Refused(Exception):
    """An address that is not asked; the message is the kind."""


class LinkChecker:
    """Tries addresses; `client` follows no redirects itself, `resolve` gives the IP addresses of a host."""

    def __init__(
        self,
        upkeep: Upkeep,
        library: Callable[[], Library],
        client: httpx.AsyncClient,
        *,
        resolve: Resolve | None = None,
        now: Callable[[], dt.datetime] = utc_now,
        pause: float = PAUSE,
    ) -> None:
        self.upkeep, self.library, self.client = upkeep, library, client
        self.resolve, self.now, self.pause = resolve or resolved, now, pause

    async def run(self) -> None:
        """Round after round until cancelled."""
        while True:
            try:
                tried = await self.round()
                if tried:
                    log.info("links_tried", count=tried)
            except Exception as error:
                log.warning("link_check_failed", kind=type(error).__name__)
            await asyncio.sleep(ROUND)

    async def round(self) -> int:
        """Try the addresses that are due, the most read first; how many."""
        now = self.now()
        due = Due(self.library(), now.date(), await self.upkeep.visits(now.date() - VISITS))
        wanted = [one.address for one in await asyncio.to_thread(due.addresses)]
        await self.upkeep.forget_links(wanted)
        known = await self.upkeep.links()
        late = [
            address
            for address in wanted
            if address not in known or now - known[address].tried_at > (AGAIN if known[address].works else AGAIN_FAILED)
        ]
        for address in _hosts_in_turn(late)[:EACH_ROUND]:
            await self.upkeep.tried(address, self.now(), await self.why_not(address))
            await asyncio.sleep(self.pause)
        return len(late[:EACH_ROUND])

    async def why_not(self, address: str) -> str:
        """Why an address does not work, as a kind; '' when it does or nobody can tell."""
        try:
            status = await self._ask("HEAD", address)
            if status >= GONE_FROM and status not in FORBIDDEN:  # some sites only answer what a browser asks
                status = await self._ask("GET", address)
        except Refused as refused:
            return str(refused)
        except httpx.TimeoutException:
            return "timeout"
        except httpx.HTTPError as error:
            return type(error).__name__
        except (ValueError, UnicodeError, OSError):
            return "address"
        return "" if status < GONE_FROM or status in FORBIDDEN else str(status)

    async def _ask(self, method: str, address: str) -> int:
        """The status at the end of its redirects; every one of them is looked at as the first was."""
        for _ in range(REDIRECTS + 1):
            pinned, host = await self._public(address)
            headers = {"User-Agent": AGENT, "Host": host, "Accept": "*/*"}
            extensions = {"sni_hostname": urlsplit(address).hostname or ""}
            request = self.client.build_request(method, pinned, headers=headers, extensions=extensions)
            answer = await self.client.send(request, stream=True)
            try:
                if answer.next_request is None or "location" not in answer.headers:
                    return answer.status_code
                address = urljoin(address, answer.headers["location"])
            finally:
                await answer.aclose()  # nothing of the body is needed
        raise Refused("redirects")

    async def _public(self, address: str) -> tuple[str, str]:
        """The address with the host's IP number in it, so that what was looked at is what is asked; and the host.

        Raises Refused for another scheme or port, a name that is not found, and numbers of private networks.
        """
        parts = urlsplit(address)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.username or parts.port not in PORTS:
            raise Refused("address")
        numbers = await self.resolve(parts.hostname)
        if not numbers:
            raise Refused("no_such_host")
        if not all(public(number) for number in numbers):
            raise Refused("private")
        number = f"[{numbers[0]}]" if ":" in numbers[0] else numbers[0]
        netloc = number if parts.port is None else f"{number}:{parts.port}"
        return parts._replace(netloc=netloc, fragment="").geturl(), parts.netloc


def public(number: str) -> bool:
    """Whether an IP number is one of the open internet."""
    try:
        found = ipaddress.ip_address(number.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return found.is_global and not found.is_multicast and not found.is_reserved


async def resolved(host: str) -> list[str]:
    """The IP numbers of a host, [] where it is not found."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except (socket.gaierror, UnicodeError):
        return []
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def _hosts_in_turn(addresses: Sequence[str]) -> list[str]:
    """The same order, but no host twice before every other had its turn."""
    turns: dict[str, int] = {}
    ranked = []
    for place, address in enumerate(addresses):
        host = urlsplit(address).hostname or ""
        ranked.append((turns.setdefault(host, 0), place, address))
        turns[host] += 1
    return [address for _, _, address in sorted(ranked)]
