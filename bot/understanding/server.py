"""Starts and stops the Rasa server, which lives in its own environment on Python 3.10."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path

import httpx
import structlog

from bot.settings import Settings

log = structlog.get_logger()

POLL = 0.3
LOOK_FOR_MODEL = 5.0
RESTART_AFTER = 2.0
STOP_TIMEOUT = 10.0
DEFAULT_PORT = 5005


class NluServerError(RuntimeError):
    """The server could not be started; the message says what to do."""


class NluServers:
    """All understanding servers of this machine. One that fails or is renewed leaves the others answering."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.servers = [NluServer(settings, address) for address in settings.nlu_addresses]

    async def start(self) -> bool:
        """Start those that do not run yet; True when one was started here. Raises NluServerError."""
        return any([await server.start() for server in self.servers])

    async def ready(self) -> None:
        """Wait until all answer. Raises NluServerError."""
        for server in self.servers:
            await server.ready()

    async def watch(self) -> None:
        """Start again what ends, and renew one after another when a new model has taken over."""
        async with asyncio.TaskGroup() as group:
            for server in self.servers:
                group.create_task(server.watch())
            group.create_task(self._renew())

    async def stop(self) -> None:
        """Stop those started here."""
        await asyncio.gather(*(server.stop() for server in self.servers))

    async def _renew(self) -> None:
        model = served_model(self.settings)
        while any(server.process for server in self.servers):
            await asyncio.sleep(LOOK_FOR_MODEL)
            if (newest := served_model(self.settings)) != model:
                log.info("nlu_new_model", model=newest)
                model = newest
                for server in self.servers:
                    await server.renew()


class NluServer:
    """A Rasa server as a child process. One that already answers at the address is used as it is."""

    def __init__(self, settings: Settings, address: str) -> None:
        self.settings, self.address = settings, address
        self.process: asyncio.subprocess.Process | None = None

    async def start(self) -> bool:
        """Start unless it runs already; True when it was started here. Raises NluServerError."""
        if await self.answers():
            return False
        command = server_command(self.settings, self.address)
        self.settings.data.mkdir(parents=True, exist_ok=True)
        name = f"nlu-{httpx.URL(self.address).port}.log"
        with (self.settings.data / name).open("wb") as said:  # its greetings and old libraries' warnings
            self.process = await asyncio.create_subprocess_exec(
                *command,
                cwd=self.settings.nlu_project,
                env=server_environment(),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,  # Ctrl-C reaches us alone, and we stop it in order
            )
        return True

    async def ready(self) -> None:
        """Wait until it answers. Raises NluServerError when it ends or takes too long."""
        waited = 0.0
        while not await self.answers():
            if self.process and self.process.returncode is not None:
                raise NluServerError(
                    f"The Rasa server ended with code {self.process.returncode}; run `make nlu` to see why."
                )
            if waited > self.settings.nlu_start_timeout:
                raise NluServerError("The Rasa server did not answer in time; set AMPARO_NLU_START_TIMEOUT higher.")
            await asyncio.sleep(POLL)
            waited += POLL

    async def watch(self) -> None:
        """Start it again whenever it ends. Returns at once when it was not started here."""
        while self.process is not None:
            code = await self.process.wait()
            log.warning("nlu_ended", code=code)
            await asyncio.sleep(RESTART_AFTER)
            await self.start()

    async def renew(self) -> None:
        """End it, so that the watch starts it with the model of now, and wait until it answers."""
        ended = self.process
        if ended is None or ended.returncode is not None:
            return
        os.killpg(ended.pid, signal.SIGTERM)
        while self.process is ended:  # noqa: ASYNC110 - the watch puts the new one in its place
            await asyncio.sleep(POLL)
        await self.ready()

    async def answers(self) -> bool:
        """True when a Rasa server with a model answers at the address."""
        try:
            async with httpx.AsyncClient(base_url=self.address, timeout=2.0) as client:
                response = await client.get("/status", params={"token": self.settings.nlu_token.get_secret_value()})
                return response.status_code == httpx.codes.OK and bool(response.json().get("model_file"))
        except (httpx.HTTPError, ValueError):
            return False

    async def stop(self) -> None:
        """Stop it if it was started here; kill it when it does not listen."""
        if self.process is None or self.process.returncode is not None:
            return
        os.killpg(self.process.pid, signal.SIGTERM)
        try:
            await asyncio.wait_for(self.process.wait(), STOP_TIMEOUT)
        except TimeoutError:
            os.killpg(self.process.pid, signal.SIGKILL)
            await self.process.wait()


def served_model(settings: Settings) -> str:
    """The name of the model that new servers start with, '' when there is none."""
    try:
        return (settings.nlu_project / "models" / "current.tar.gz").resolve(strict=True).name
    except OSError:
        return ""


def server_command(settings: Settings, where: str) -> list[str]:
    """The command line that serves the current model at an address."""
    project = settings.nlu_project.resolve()
    python, model = project / ".venv" / "bin" / "python", project / "models" / "current.tar.gz"
    _present(python, "Run `make setup`: the environment of the Rasa server is missing.")
    _present(model, "Run `make setup`: no model is trained yet.")
    address = httpx.URL(where)
    token = settings.nlu_token.get_secret_value()
    options = ["-i", address.host, "-p", str(address.port or DEFAULT_PORT), "--auth-token", token]
    return [str(python), str(project / "serve.py"), "--model", str(model), *options]


def server_environment() -> dict[str, str]:
    """No warnings of old libraries in the operator's terminal; serve.py sets the rest itself."""
    return dict(os.environ) | {"PYTHONWARNINGS": "ignore"}


def _present(path: Path, advice: str) -> None:
    if not path.exists():
        raise NluServerError(advice)
