"""Puts the parts together; the only place that knows them all."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
import signal
import sys
from collections.abc import AsyncIterator, Collection, Iterator

import httpx
import structlog
import uvicorn
from fastapi import FastAPI

from bot.announcing import Announcing
from bot.casework import Casework
from bot.channels import Channel
from bot.channels.webchat import COUNTER, WebChat
from bot.clock import utc_now
from bot.conversation.house import House
from bot.conversation.invitation import Invitations
from bot.documents import Documents
from bot.inbox import Inbox
from bot.library.shelf import Shelf
from bot.messengers import Messengers, open_messengers
from bot.modules import Module
from bot.modules.articles import Articles
from bot.modules.calculations import Calculations
from bot.modules.deadlines import Deadlines
from bot.modules.eligibility import Eligibility
from bot.modules.emergency import Emergency
from bot.modules.housekeeping import Housekeeping
from bot.modules.lessons import Lessons
from bot.modules.letters import Letters
from bot.modules.offices import Offices
from bot.modules.pensions import PensionYears
from bot.modules.programmes import Programmes
from bot.settings import Settings
from bot.storage import database, rotation
from bot.storage.audit import Audit
from bot.storage.cases import Cases
from bot.storage.mailbox import Mailbox
from bot.storage.reach import Reach
from bot.storage.records import Records
from bot.storage.reminders import Reminders
from bot.storage.secret import load_keys
from bot.storage.staff import Staff
from bot.storage.upkeep import Upkeep
from bot.translations import Catalogues
from bot.understanding import lexicon
from bot.understanding.facts import FactReader
from bot.understanding.keywords import Keywords
from bot.understanding.language import LanguageGuess
from bot.understanding.model_client import ModelClient
from bot.understanding.rasa import RasaInterpreter
from bot.understanding.server import NluServers
from bot.upkeep import TIMEOUT as LINK_TIMEOUT
from bot.upkeep import LinkChecker
from bot.voice import Hearing, Speech
from bot.web.console import add_console
from bot.web.console.desk import Desk
from bot.web.health import Health
from bot.web.server import web_app
from bot.web.webhooks import webhooks
from bot.worker import Worker

log = structlog.get_logger()


@dataclasses.dataclass
class Amparo:
    """A bot that is ready to work."""

    settings: Settings
    shelf: Shelf
    catalogues: Catalogues
    keywords: Keywords
    mailbox: Mailbox
    records: Records
    reach: Reach
    worker: Worker
    inbox: Inbox
    messengers: Messengers
    secret: bytes


def speaks(settings: Settings) -> bool:
    """Whether answers can be heard here."""
    return settings.speech and Speech(settings.data).available


def open_hearing(settings: Settings) -> Hearing | None:
    """What writes down voice messages, None where the operator set nothing up or it does not work."""
    if settings.hearing_model is None:
        return None
    try:
        return Hearing(settings.hearing_model, settings.hearing_seconds)
    except Exception as error:  # the bot runs all the same and asks people to write
        log.warning("no_hearing", kind=type(error).__name__)
        return None


class HouseKeeper:
    """Builds the House for the library in use, anew only when the content was read again."""

    def __init__(self, settings: Settings, shelf: Shelf, catalogues: Catalogues, invitations: Invitations) -> None:
        self.settings, self.shelf, self.catalogues, self.invitations = settings, shelf, catalogues, invitations
        self._house = self._build()

    @property
    def house(self) -> House:
        """The house of the library in use, whoever had it read again."""
        if self._house.library is not self.shelf.library:
            self._house = self._build()
        return self._house

    def refresh(self) -> None:
        """Read the content again if it changed."""
        self.shelf.refresh()
        self._house = self.house

    def _build(self) -> House:
        library, catalogues = self.shelf.library, self.catalogues
        modules: dict[str, Module] = {
            "articles": Articles(library, catalogues),
            "offices": Offices(library, catalogues),
            "programmes": Programmes(library, catalogues),
            "calculations": Calculations(library, catalogues),
            "deadlines": Deadlines(library, catalogues),
            "lessons": Lessons(library, catalogues),
            "letters": Letters(library, catalogues),
            "pensions": PensionYears(library, catalogues),
            "eligibility": Eligibility(library, catalogues),
            "emergency": Emergency(library, catalogues),
            "housekeeping": Housekeeping(library, catalogues),
        }
        settings = self.settings
        return House(
            library,
            catalogues,
            modules,
            settings.sure,
            settings.half_sure,
            self.invitations,
            forget_days=settings.forget_days,
            case_days=settings.case_days,
            speaks=speaks(settings),
        )


def build_keywords(settings: Settings, catalogues: Catalogues) -> Keywords:
    """The reader of words for all languages that people are offered."""
    offered = [language.code for language in catalogues.offered()]
    lexicons = lexicon.load(settings.locales, offered)
    locales = {code: catalogues.languages[code].locale for code in offered}
    return Keywords(lexicons, LanguageGuess(offered), FactReader(lexicons, locales))


@contextlib.asynccontextmanager
async def open_amparo(settings: Settings) -> AsyncIterator[Amparo]:
    """Everything but the servers: database migrated, content read, worker ready to be run."""
    prepare_logging(settings.log_level)
    catalogues = Catalogues(settings.locales)
    shelf = Shelf(settings.content, settings.data / "last_good_content")
    keywords = build_keywords(settings, catalogues)
    secret = load_keys(settings)
    keeper = HouseKeeper(settings, shelf, catalogues, Invitations(secret))
    engine = database.open_engine(settings.database_address)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(engine.dispose)
        model = await open_model_client(settings, stack)
        interpreter = RasaInterpreter(model, keywords, frozenset(shelf.library.topics.topics))
        messengers = await open_messengers(settings, catalogues, stack, secret)
        channels: dict[str, Channel] = {
            "web": WebChat(settings.text_limit),
            "terminal": WebChat(settings.text_limit, name="terminal"),
            COUNTER: WebChat(settings.text_limit, name=COUNTER),
        } | messengers.channels
        await database.migrate(engine)
        mailbox, records = Mailbox(engine, dt.timedelta(seconds=settings.lease)), Records(engine)
        reach = Reach(engine, secret)
        speech, hearing = Speech(settings.data / "speech"), open_hearing(settings)
        worker = Worker(
            mailbox,
            records,
            reach,
            Reminders(engine),
            interpreter,
            channels,
            lambda: keeper.house,
            keeper.refresh,
            settings,
            Cases(engine, secret),
            hear=hearing.hear if hearing else None,
            speak=speech.speak if speaks(settings) else None,
            write=Documents(settings.data / "papers").file,
            announcing=Announcing(mailbox, reach, channels, lambda: keeper.house, settings),
        )
        inbox = Inbox(mailbox, reach, worker.awake.set, settings.waiting_limit)
        yield Amparo(settings, shelf, catalogues, keywords, mailbox, records, reach, worker, inbox, messengers, secret)


async def open_model_client(settings: Settings, stack: contextlib.AsyncExitStack) -> ModelClient:
    """A client for all understanding servers, closed with the stack."""
    clients = [
        await stack.enter_async_context(httpx.AsyncClient(base_url=address, timeout=settings.nlu_timeout))
        for address in settings.nlu_addresses
    ]
    return ModelClient(clients, settings.nlu_token.get_secret_value())


@contextlib.asynccontextmanager
async def open_records(settings: Settings) -> AsyncIterator[Records]:
    """The records alone, the database brought up to date."""
    engine = database.open_engine(settings.database_address)
    try:
        await database.migrate(engine)
        yield Records(engine)
    finally:
        await engine.dispose()


@contextlib.asynccontextmanager
async def open_staff(settings: Settings) -> AsyncIterator[tuple[Staff, Audit]]:
    """The accounts of the console and its log, the database brought up to date."""
    engine = database.open_engine(settings.database_address)
    secret = load_keys(settings)
    try:
        await database.migrate(engine)
        yield Staff(engine, secret), Audit(engine, secret)
    finally:
        await engine.dispose()


class Server(uvicorn.Server):
    """Uvicorn without its signal handlers: they end the process before its children are stopped."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals to `run`."""
        yield


READ_EVERY = 5.0
PARTS = ("nlu", "web", "worker")


async def migrate(settings: Settings) -> None:
    """Bring the tables to this version, before its processes start."""
    engine = database.open_engine(settings.database_address)
    try:
        await database.migrate(engine)
    finally:
        await engine.dispose()


async def rotate(settings: Settings) -> tuple[int, int]:
    """Seal everything anew with the present key; how many texts were, and how many no key opens."""
    engine = database.open_engine(settings.database_address)
    try:
        await database.migrate(engine)
        return await rotation.rotate(engine, load_keys(settings))
    finally:
        await engine.dispose()


async def run(settings: Settings, parts: Collection[str] = PARTS) -> None:
    """Serve until told to stop: the understanding servers, the worker and the web server, or those of them that are
    asked for. Without "web" the server shows its health alone. Stops them in order.
    """
    nlu = NluServers(settings)
    with contextlib.suppress(asyncio.CancelledError):
        async with open_amparo(settings) as amparo:
            server = _web_server(amparo, parts)
            _stop_on_signals(server)
            try:
                if settings.nlu_managed and "nlu" in parts:
                    started = await nlu.start()
                    _tell(
                        "Starting the understanding server…" if started else "Using the understanding server that runs."
                    )
                    await nlu.ready()  # nobody's first question should meet a bot that is half awake
                await _serve(amparo, server, nlu, parts)
            finally:
                await nlu.stop()


def _web_server(amparo: Amparo, parts: Collection[str]) -> Server:
    settings = amparo.settings
    if "web" in parts:
        page = web_app(
            settings,
            amparo.mailbox,
            amparo.shelf,
            amparo.catalogues,
            secret=amparo.secret,
            wake=amparo.worker.awake.set,
        )
        page.include_router(webhooks(amparo.messengers, amparo.inbox))
        add_console(page, console_desk(amparo))
    else:
        page = FastAPI(title="Amparo", docs_url=None, redoc_url=None, openapi_url=None)
        page.include_router(Health(settings, amparo.mailbox, amparo.shelf, utc_now).router)
    return Server(
        uvicorn.Config(
            page,
            host=settings.web_host,
            port=settings.web_port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
        )
    )


def console_desk(amparo: Amparo) -> Desk:
    """What the console works with, on the bot's own database and content."""
    engine = amparo.mailbox.engine
    return Desk(
        amparo.settings,
        engine,
        amparo.shelf,
        Catalogues(amparo.settings.locales, ("console", "messages")),
        Staff(engine, amparo.secret),
        Audit(engine, amparo.secret),
        amparo.secret,
        utc_now,
        casework=_casework(amparo),
    )


def _casework(amparo: Amparo) -> Casework:
    worker, settings = amparo.worker, amparo.settings
    return Casework(
        worker.cases,
        amparo.mailbox,
        amparo.reach,
        amparo.records,
        worker.reminders,
        Audit(amparo.mailbox.engine, amparo.secret),
        worker.channels,
        lambda: amparo.shelf.library,
        amparo.catalogues,
        worker.awake.set,
        templates=bool(settings.whatsapp_templates),
    )


def _stop_on_signals(server: Server) -> None:
    """Ctrl-C and SIGTERM end the web server, or what is being started before it."""
    loop, task = asyncio.get_running_loop(), asyncio.current_task()

    def stop() -> None:
        if server.started:
            server.should_exit = True
        elif task:
            task.cancel()

    for sign in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sign, stop)


async def _serve(amparo: Amparo, server: Server, nlu: NluServers, parts: Collection[str]) -> None:
    """The web server in front; what runs beside it ends with it."""
    steps = [_announce(server, amparo.settings, parts)]
    if "nlu" in parts:
        steps.append(nlu.watch())
    if "worker" in parts:
        steps += [amparo.worker.run(), *amparo.messengers.tasks(amparo.inbox.keep)]
        if amparo.settings.link_checks:
            steps.append(_check_links(amparo))
    else:
        steps.append(_keep_reading(amparo))
    beside = [asyncio.create_task(step) for step in steps]
    try:
        await server.serve()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _check_links(amparo: Amparo) -> None:
    """Try the web addresses of the content, hour by hour."""
    async with httpx.AsyncClient(timeout=LINK_TIMEOUT, follow_redirects=False) as client:
        await LinkChecker(Upkeep(amparo.mailbox.engine), lambda: amparo.shelf.library, client).run()


async def _keep_reading(amparo: Amparo) -> None:
    """Read the content again when it changed, in a process whose worker does not run."""
    while True:
        await asyncio.sleep(READ_EVERY)
        try:
            await asyncio.to_thread(amparo.shelf.refresh)
        except OSError as error:
            log.warning("content_not_read", kind=type(error).__name__)


async def _announce(server: Server, settings: Settings, parts: Collection[str]) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    where = f"http://{settings.web_host}:{settings.web_port}/"
    _tell(f"Amparo answers at {where}  (Ctrl-C stops it)" if "web" in parts else f"Working; health at {where}health")


def _tell(line: str) -> None:
    print(line, flush=True)


def prepare_logging(level: str) -> None:
    """Log lines as key=value; only kinds and ids reach them, never words of people."""
    logging.getLogger("httpx").setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.KeyValueRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(getattr(logging, level.upper(), logging.INFO)),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
    )
