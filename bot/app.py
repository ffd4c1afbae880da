"""Puts the parts together; the only place that knows them all."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import logging
import signal
import sys
from collections.abc import AsyncIterator, Iterator

import httpx
import structlog
import uvicorn

from bot.channels import Channel
from bot.channels.webchat import WebChat
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
from bot.storage import database
from bot.storage.audit import Audit
from bot.storage.mailbox import Mailbox
from bot.storage.reach import Reach
from bot.storage.records import Records
from bot.storage.reminders import Reminders
from bot.storage.secret import load_secret
from bot.storage.staff import Staff
from bot.translations import Catalogues
from bot.understanding import lexicon
from bot.understanding.facts import FactReader
from bot.understanding.keywords import Keywords
from bot.understanding.language import LanguageGuess
from bot.understanding.model_client import ModelClient
from bot.understanding.rasa import RasaInterpreter
from bot.understanding.server import NluServers
from bot.voice import Hearing, Speech
from bot.web.console import add_console
from bot.web.console.desk import Desk
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
        self.house = self._build()

    def refresh(self) -> None:
        """Read the content again if it changed."""
        if self.shelf.refresh():
            self.house = self._build()

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
    secret = load_secret(settings.secret.get_secret_value(), settings.data)
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
            hear=hearing.hear if hearing else None,
            speak=speech.speak if speaks(settings) else None,
            write=Documents(settings.data / "papers").file,
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
    secret = load_secret(settings.secret.get_secret_value(), settings.data)
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


async def run(settings: Settings) -> None:
    """Serve until told to stop: the understanding servers, the worker and the web server. Stops them in order."""
    nlu = NluServers(settings)
    with contextlib.suppress(asyncio.CancelledError):
        async with open_amparo(settings) as amparo:
            server = _web_server(amparo)
            _stop_on_signals(server)
            try:
                if settings.nlu_managed:
                    started = await nlu.start()
                    _tell(
                        "Starting the understanding server…" if started else "Using the understanding server that runs."
                    )
                    await nlu.ready()  # nobody's first question should meet a bot that is half awake
                await _serve(amparo, server, nlu)
            finally:
                await nlu.stop()


def _web_server(amparo: Amparo) -> Server:
    settings = amparo.settings
    page = web_app(
        settings, amparo.mailbox, amparo.shelf, amparo.catalogues, secret=amparo.secret, wake=amparo.worker.awake.set
    )
    page.include_router(webhooks(amparo.messengers, amparo.inbox))
    add_console(page, console_desk(amparo))
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


async def _serve(amparo: Amparo, server: Server, nlu: NluServers) -> None:
    """The web server in front; worker and watch end with it."""
    steps = (amparo.worker.run(), nlu.watch(), _announce(server, amparo.settings))
    beside = [asyncio.create_task(step) for step in (*steps, *amparo.messengers.tasks(amparo.inbox.keep))]
    try:
        await server.serve()
    finally:
        for task in beside:
            task.cancel()
        await asyncio.gather(*beside, return_exceptions=True)


async def _announce(server: Server, settings: Settings) -> None:
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.05)
    _tell(f"Amparo answers at http://{settings.web_host}:{settings.web_port}/  (Ctrl-C stops it)")


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
