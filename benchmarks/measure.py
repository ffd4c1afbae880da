"""Start time, memory, and time from message to answer of the program as people run it. Prints a table.

Run with `make measure`; it starts its own bot with a database of its own and the real model.
"""

from __future__ import annotations

import asyncio
import os
import platform
import signal
import socket
import statistics
import sys
import tempfile
import time
from pathlib import Path

import httpx
from ruamel.yaml import YAML

ROOT = Path(__file__).parent.parent
ALONE, TOGETHER, EACH = 60, 32, 8


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return int(door.getsockname()[1])


def messages() -> list[str]:
    """Held-out messages of all languages, those the model never saw."""
    paths = sorted((ROOT / "rasa_project" / "tests").glob("*/*.yml"))
    return [str(item["text"]) for path in paths for item in YAML(typ="safe").load(path)][::3]


async def ask(url: str, visitor: str, text: str, number: int) -> float:
    """Seconds from sending a message to having its answer."""
    async with httpx.AsyncClient(cookies={"amparo": visitor}, timeout=30) as client:
        begin = time.perf_counter()
        form = {"text": text, "nonce": f"{visitor}{number}"}
        page = await client.post(f"{url}/say", data=form, headers={"x-fragment": "1"})
        page.raise_for_status()
        while 'data-pending="yes"' in page.text:
            page = await client.get(f"{url}/new")
        return time.perf_counter() - begin


async def parse(address: str, token: str, text: str) -> float:
    """Seconds the model alone takes."""
    async with httpx.AsyncClient(base_url=address, timeout=30) as client:
        begin = time.perf_counter()
        (await client.post("/model/parse", params={"token": token}, json={"text": text[:600]})).raise_for_status()
        return time.perf_counter() - begin


def memory(pid: int) -> float:
    """Resident MB of a process."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def machine() -> str:
    """The processor's name."""
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    return next((line.split(":")[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def children(pid: int) -> list[int]:
    """Direct children of a process."""
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def row(name: str, times: list[float]) -> None:
    """One line of the table, in milliseconds."""
    ordered = sorted(times)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(f"| {name} | {statistics.median(ordered) * 1000:.0f} ms | {p95 * 1000:.0f} ms | {len(ordered)} |")


async def measure(url: str, address: str) -> None:
    """All measurements on a bot that runs."""
    texts = messages()
    for text in texts[:5]:
        await ask(url, "warm", text, hash(text))
    alone = [await ask(url, f"alone{number}", text, number) for number, text in enumerate(texts[5 : 5 + ALONE])]
    model = [await parse(address, "measure", text) for text in texts[5 : 5 + ALONE]]

    async def visitor(who: int) -> list[float]:
        mine = texts[who::TOGETHER][:EACH]
        return [await ask(url, f"many{who}", text, number) for number, text in enumerate(mine)]

    begin = time.perf_counter()
    shares = await asyncio.gather(*(visitor(who) for who in range(TOGETHER)))
    many = [seconds for share in shares for seconds in share]
    elapsed = time.perf_counter() - begin
    print("\n| from message to answer | p50 | p95 | messages |\n|---|---|---|---|")
    row("one person", alone)
    row(f"{TOGETHER} people at once", many)
    row("of which the model alone", model)
    share = statistics.median(model) / statistics.median(alone)
    print(f"\nShare of the model with one person: {share:.0%}.")
    print(f"With {TOGETHER}: {len(many) / elapsed:.0f} answers a second.")


async def main() -> None:
    """Start the bot, measure, stop it."""
    port, nlu = free_port(), free_port()
    environment = os.environ | {
        "AMPARO_DATA": tempfile.mkdtemp(),
        "AMPARO_WEB_PORT": str(port),
        "AMPARO_NLU_ADDRESS": f"http://127.0.0.1:{nlu}",
        "AMPARO_NLU_TOKEN": "measure",
        "AMPARO_LOG_LEVEL": "ERROR",
    }
    begin = time.perf_counter()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", "run", cwd=ROOT, env=environment, stdout=asyncio.subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    async with httpx.AsyncClient() as client:
        while True:
            try:
                await client.get(f"{url}/health")
                break
            except httpx.HTTPError:
                await asyncio.sleep(0.1)
    print(f"Machine: {machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(f"Start until the page answers: {time.perf_counter() - begin:.1f} s")
    try:
        await measure(url, f"http://127.0.0.1:{nlu}")
        sizes = [memory(process.pid), *(memory(child) for child in children(process.pid))]
        print(f"Memory: bot {sizes[0]:.0f} MB, understanding server {sum(sizes[1:]):.0f} MB")
    finally:
        process.send_signal(signal.SIGTERM)
        await process.wait()


if __name__ == "__main__":
    asyncio.run(main())
