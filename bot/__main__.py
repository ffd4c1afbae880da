"""The commands. Each is a few lines: the work is done elsewhere.

What needs the whole bot is imported inside its command, so that `calculate` and `check` start at once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from bot import reckoning_cli
from bot.library import catalogue_keys, checks, coverage, glossary, loading, retire, scaffolds, sheets, workbooks
from bot.reckoning import examples, report
from bot.settings import Settings, settings_page
from bot.translations import Catalogues

app = typer.Typer(
    add_completion=False, no_args_is_help=True, help="Amparo: sourced answers for people cheated at work."
)


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


@app.command()
def run(
    parts: Annotated[
        str, typer.Option(help="Which parts run in this process: nlu, web, worker, with commas between.")
    ] = "nlu,web,worker",
) -> None:
    """Serve: understanding server, worker and web server, or some of them, until Ctrl-C."""
    from bot.app import PARTS
    from bot.app import run as serve
    from bot.understanding.server import NluServerError

    wanted = {part.strip() for part in parts.split(",") if part.strip()}
    if unknown := wanted - set(PARTS):
        _say(f"there is no part {', '.join(sorted(unknown))}; the parts are {', '.join(PARTS)}")
        raise typer.Exit(2)
    try:
        asyncio.run(serve(Settings(), wanted))
    except NluServerError as error:
        _say(str(error))
        raise typer.Exit(1) from None
    except KeyboardInterrupt:
        pass


@app.command()
def migrate() -> None:
    """Bring the database to this version; where several processes run, before they start."""
    from bot.app import migrate as bring_up

    asyncio.run(bring_up(Settings()))


@app.command()
def rotate() -> None:
    """Seal everything anew with the present key (AMPARO_SEALING_SECRET); those before it are then not needed."""
    from bot.app import rotate as seal_anew

    done, lost = asyncio.run(seal_anew(Settings(log_level="ERROR")))
    _say(f"{done} texts sealed anew, {lost} could not be opened with any key")
    raise typer.Exit(1 if lost else 0)


@app.command()
def doctor(
    quick: Annotated[bool, typer.Option("--quick", help="Database and queue alone, for health checks.")] = False,
) -> None:
    """Find what is wrong with this installation, and how to mend it. Fails when something is broken."""
    from bot.clock import utc_now
    from bot.doctor import Doctor

    look = Doctor(Settings(log_level="ERROR"), utc_now)
    found = asyncio.run(look.quick() if quick else look.whole())
    for finding in found:
        print(f"{finding.level:8} {finding.what}{': ' if finding.advice else ''}{finding.advice}")
    raise typer.Exit(1 if any(finding.level == "broken" for finding in found) else 0)


@app.command()
def chat() -> None:
    """Talk to the bot in the terminal."""
    from bot import terminal

    asyncio.run(terminal.chat(Settings(log_level="ERROR"), print))


@app.command()
def ask(
    text: Annotated[str, typer.Argument(help="The message; - or nothing reads it from a pipe.")] = "-",
    language: Annotated[str, typer.Option(help="Language of the conversation; else that of the text.")] = "",
    country: Annotated[str, typer.Option(help="Where the person works, such as pe.")] = "",
    origin: Annotated[str, typer.Option(help="Where the person is from, such as ve.")] = "",
    work: Annotated[str, typer.Option(help="general, domestic, live_in, agricultural or own_account.")] = "",
    lines: Annotated[
        bool, typer.Option("--lines", help="Every line of the pipe is a message of its own person.")
    ] = False,
    on: Annotated[
        str, typer.Option(help="As of this day, such as 2027-01-01: the law and the doubts of that day.")
    ] = "",
    as_json: Annotated[bool, typer.Option("--json", help="Print an object instead of text.")] = False,
) -> None:
    """Send one message through the whole path and print the answer."""
    texts = [text] if text != "-" else sys.stdin.read().splitlines() if lines else [sys.stdin.read().rstrip("\n")]
    facts = {
        "language": language,
        "language_chosen": bool(language),
        "country": country,
        "origin": origin,
        "work": work,
    }
    # One message cannot answer a question back: with the country told, the general page answers and offers the kinds
    # of work as buttons.
    facts |= {"welcomed": True, "asked": frozenset({"work", "origin"} if country else ())}
    try:
        moment = dt.datetime.combine(dt.date.fromisoformat(on), dt.time(12), dt.UTC) if on else None
    except ValueError:
        _say(f"write a day as 2027-01-01, not {on}")
        raise typer.Exit(1) from None
    asyncio.run(_ask(texts, facts, moment, as_json=as_json))


async def _ask(texts: list[str], facts: dict[str, object], moment: dt.datetime | None, *, as_json: bool) -> None:
    from bot import terminal
    from bot.conversation.state import Conversation

    async with terminal.visit(Settings(log_level="ERROR"), _say) as visitor:
        if moment is not None:
            visitor.now = lambda: moment
        for text in texts:
            await visitor.begin(**facts)
            answers = await visitor.say(text)
            if as_json:
                stored = await visitor.amparo.records.load(visitor.person)
                read = await terminal.reading(visitor, text, str(facts["language"]))
                print(terminal.as_json(answers, read, Conversation.model_validate(stored or facts)), flush=True)
            else:
                print("\n".join(terminal.shown(answer) for answer in answers), flush=True)


@app.command()
def calculate(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of a calculation, such as pe.general.cts.")] = "",
    told: Annotated[list[str] | None, typer.Argument(metavar="FACT=VALUE", help="Facts told.")] = None,
    on: Annotated[str, typer.Option(help="As of this day, such as 2026-07-15; else today.")] = "",
    language: Annotated[str, typer.Option(help="Language of the words.")] = "es",
    country: Annotated[str, typer.Option(help="With --list: this country alone.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="All calculations, with the facts each needs.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print an object instead of text.")] = False,
) -> None:
    """Work out an amount, line by line with its articles; or say which facts are still needed."""
    library = reckoning_cli.library(name, country)
    order = (language, "es", "en")
    if list_ or not name:
        reckoning_cli.say_list(report.listed(library, country, order), as_json=as_json)
        return
    raise typer.Exit(reckoning_cli.calculate(library, name, told or [], on, order, as_json=as_json))


@app.command()
def deadline(
    name: Annotated[str, typer.Argument(metavar="ID", help="Id of a claim period.")] = "",
    on: Annotated[str, typer.Option(help="The day it happened, such as 2026-05-03.")] = "",
    today: Annotated[str, typer.Option(help="Count what is left from this day; else from today.")] = "",
    region: Annotated[str, typer.Option(help="Region whose holidays count too, such as MD.")] = "",
    language: Annotated[str, typer.Option(help="Language of the words.")] = "es",
    country: Annotated[str, typer.Option(help="With --list: this country alone.")] = "",
    list_: Annotated[bool, typer.Option("--list", help="All claim periods.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print an object instead of text.")] = False,
) -> None:
    """The last day to claim for something that happened on a day."""
    library = reckoning_cli.library(name, country)
    order = (language, "es", "en")
    if list_ or not name:
        reckoning_cli.say_list(report.deadlines_listed(library, country, order), as_json=as_json)
        return
    raise typer.Exit(reckoning_cli.deadline(library, name, on, today, region, order, as_json=as_json))


@app.command()
def nlu() -> None:
    """The Rasa server alone, at the address and with the token of the settings."""
    from bot.understanding.server import NluServerError, server_command, server_environment

    settings = Settings()
    try:
        command = server_command(settings, settings.nlu_addresses[0])
    except NluServerError as error:
        _say(str(error))
        raise typer.Exit(1) from None
    os.chdir(settings.nlu_project)
    os.execve(command[0], command, server_environment())  # noqa: S606 - our own command line


@app.command()
def share(
    office: Annotated[str, typer.Option(help="Id of the office, such as pe.sunafil.")],
    language: Annotated[str, typer.Option(help="One language; else all that people are offered.")] = "",
    topic: Annotated[str, typer.Option(help="Lead straight to a topic, such as labour_rights.unpaid_wages.")] = "",
    out: Annotated[Path, typer.Option(help="Folder for QR codes, poster and card.")] = Path("share"),
) -> None:
    """Links, QR codes, poster, wallet cards and the line for its site, for one office; and how many came by week."""
    from bot import sharing
    from bot.conversation.invitation import Invitations
    from bot.storage.secret import load_keys

    settings = Settings(log_level="ERROR")
    library, catalogues = loading.load(settings.content), Catalogues(settings.locales)
    found = library.office(office)
    if found is None or (topic and topic not in library.topics.topics):
        _say(f"no such {'topic: ' + topic if found else 'office: ' + office}")
        raise typer.Exit(1)
    secret = load_keys(settings)
    kit = sharing.Kit(settings, Invitations(secret), office, found)
    for code in [language] if language else [entry.code for entry in catalogues.offered()]:
        words = catalogues.words(code)
        links = kit.links(words, topic)
        for link in (links.telegram, links.whatsapp, links.web, kit.script(words)):
            if link:
                print(f"{code}  {link}")
        for path in kit.write(out / office, words, topic):
            print(f"{code}  {path}")
    for week, channel, times in asyncio.run(_arrivals(settings, office)):
        print(f"{week}  {channel}  {times}")


async def _arrivals(settings: Settings, office: str) -> list[tuple[dt.date, str, int]]:
    from bot.app import open_records

    async with open_records(settings) as records:
        return await records.arrivals(office)


@app.command()
def invite(
    role: Annotated[str, typer.Option(help="editor, reviewer, case_worker, office_admin or administrator.")] = "",
    office: Annotated[str, typer.Option(help="Id of the office, such as pe.sunafil, for those who work for one.")] = "",
) -> None:
    """Invite somebody to the console: prints a link that makes one account. The first one is an administrator's."""
    settings = Settings(log_level="ERROR")
    try:
        print(asyncio.run(_invite(settings, role or "administrator", office)))
    except ValueError as error:
        _say(str(error))
        raise typer.Exit(1) from None


async def _invite(settings: Settings, role: str, office: str) -> str:
    from bot.app import open_staff
    from bot.clock import utc_now
    from bot.storage.staff import OF_AN_OFFICE, ROLES

    if role not in ROLES:
        raise ValueError(f"there is no role {role}; the roles are {', '.join(ROLES)}")
    if (office or role in OF_AN_OFFICE) and loading.load(settings.content).office(office) is None:
        raise ValueError(f"say --office with the id of an office of the content; '{office}' is none")
    async with open_staff(settings) as (staff, audit):
        token = await staff.invite(role, office, None, utc_now())
        await audit.note(None, "invited", role, utc_now(), office)
    address = settings.public_address.rstrip("/") or f"http://{settings.web_host}:{settings.web_port}"
    return f"{address}/console/invite/{token}"


@app.command("nlu-data")
def nlu_data(
    take: Annotated[Path | None, typer.Option(help="A labelled file: its questions become phrases.")] = None,
    out: Annotated[Path | None, typer.Option(help="Where to write the file to label; else it is printed.")] = None,
) -> None:
    """Questions that were not understood, for an editor to label; or, with --take, the labels as phrases."""
    from bot import learning

    settings = Settings(log_level="ERROR")
    if take is None:
        text = learning.export(asyncio.run(_unclear(settings)))
        if out:
            out.write_text(text, encoding="utf-8")
        else:
            print(text, end="")
        return
    topics = loading.load(settings.content).topics.topics
    try:
        dealt, added = learning.take(take, settings.nlu_project / "data" / "nlu", topics)
    except learning.LabelError as error:
        _say(str(error))
        raise typer.Exit(1) from None
    asyncio.run(_learnt(settings, dealt))
    _say(f"{added} phrases added, {len(dealt)} questions dealt with. `make setup` trains a model with them.")


async def _unclear(settings: Settings) -> list[dict[str, Any]]:
    from bot.app import open_records

    async with open_records(settings) as records:
        return await records.unclear()


async def _learnt(settings: Settings, numbers: list[int]) -> None:
    from bot.app import open_records

    async with open_records(settings) as records:
        await records.learnt(numbers)


@app.command()
def check(
    on: Annotated[str, typer.Option(help="As of this day, such as 2027-01-01.")] = "",
    warnings: Annotated[bool, typer.Option(help="Show warnings too.")] = True,
    form: Annotated[str, typer.Option("--format", help="text, github (marks on a pull request) or json.")] = "text",
) -> None:
    """Check the content: file:line: what to do. Errors make it fail, warnings are counted."""
    settings = Settings()
    day = dt.date.fromisoformat(on) if on else dt.date.today()  # noqa: DTZ011 - editors think in their own day
    languages = [language.code for language in Catalogues(settings.locales).offered()]
    library = loading.load(settings.content)
    found = checks.problems(library, day, languages) + examples.problems(library, day)
    found += glossary.problems(library, glossary.load(settings.locales))
    print(checks.shown([one for one in found if warnings or not one.warning], str(settings.content), form), end="")
    errors = sum(not problem.warning for problem in found)
    _say(f"{errors} errors, {len(found) - errors} warnings")
    raise typer.Exit(1 if errors else 0)


@app.command()
def schemas(check_only: Annotated[bool, typer.Option("--check", help="Fail when they are stale.")] = False) -> None:
    """Write what follows from the program: content/.schema/*.json for editors' programs, docs/settings.md."""
    stale = scaffolds.write_schemas(Settings().content / ".schema", check_only=check_only)
    page = Path("docs/settings.md")
    if page.exists() and page.read_text(encoding="utf-8") != settings_page():
        stale.append(str(page))
        if not check_only:
            page.write_text(settings_page(), encoding="utf-8")
    if stale and check_only:
        _say(f"stale: {', '.join(stale)}: run `make schemas` and commit")
        raise typer.Exit(1)


@app.command()
def translations(
    check_only: Annotated[bool, typer.Option("--check", help="Fail when they are stale.")] = False,
) -> None:
    """Bring locales/messages.pot and every language's messages.po up to date with the program."""
    stale = catalogue_keys.write_catalogues(Path(__file__).parent, Settings().locales, check_only=check_only)
    for line in stale:
        _say(line)
    raise typer.Exit(1 if stale and check_only else 0)


@app.command("coverage")
def coverage_page(
    check_only: Annotated[bool, typer.Option("--check", help="Fail when it is stale.")] = False,
) -> None:
    """Write docs/coverage.md and its summary in the README: what is written, in which languages, and how fresh."""
    library = loading.load(Settings().content)
    readme = Path("README.md")
    pages = {Path("docs/coverage.md"): coverage.page(library)}
    pages[readme] = coverage.put_in(readme.read_text(encoding="utf-8"), library)
    stale = [path for path, text in pages.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if stale and check_only:
        _say(f"stale: {', '.join(map(str, stale))}: run `make coverage` and commit")
        raise typer.Exit(1)
    for path in stale:
        path.write_text(pages[path], encoding="utf-8")


@app.command("changes")
def changes_list(
    language: Annotated[str, typer.Option(help="Language of the words.")] = "es",
    country: Annotated[str, typer.Option(help="This country alone, such as pe.")] = "",
    most: Annotated[int, typer.Option(help="So many lines at most.")] = 100,
) -> None:
    """What changed in the content, the newest first: day, country, what kind of change, and of what."""
    from bot.library.changes import History
    from bot.library.shelf import Shelf
    from bot.web.changes import line

    settings = Settings(log_level="ERROR")
    shelf, words = Shelf(settings.content, keep=None), Catalogues(settings.locales).words(language)
    found = [change for change in History(settings.content).changes() if not country or change.country == country]
    for change in found[:most]:
        print(f"{change.day}  {line(change, words, shelf)}")
    if not found:
        _say(words.say("changes_none"))


@app.command("retire")
def retire_entry(
    name: Annotated[str, typer.Argument(help="An office (pe.sunafil), a topic (labour_rights.unions) or a country.")],
) -> None:
    """Take an office, a topic or a country out of the content, so that nothing points to it any more."""
    settings = Settings()
    try:
        changed = retire.retire(loading.load(settings.content), name)
    except retire.UnknownNameError:
        _say(f"no office, topic or country is called {name}")
        raise typer.Exit(1) from None
    for path in changed:
        print(path)
    _say(f"{len(changed)} files changed; `git diff` shows them, `make check` what to look at next")


@app.command("sheet")
def sheet(
    path: Annotated[Path, typer.Argument(help="The .xlsx or .po file.")],
    country: Annotated[str, typer.Option(help="Country, such as pe; international for the general pages.")] = "",
    language: Annotated[str, typer.Option(help="Language to translate into, such as ht.")] = "",
    take: Annotated[bool, typer.Option("--take", help="Read the file back in; else it is written.")] = False,
) -> None:
    """Texts for translators, as an Excel sheet or PO: source and translation side by side, out and in again."""
    settings = Settings()
    library = loading.load(settings.content)
    code = "" if country == "international" else country
    if code not in library.countries or language not in Catalogues(settings.locales).languages:
        _say("say --country and --language of the content, such as --country cl --language ht")
        raise typer.Exit(1)
    if not take:
        rows = sheets.rows(library, code, language)
        workbooks.write(path, rows)
        _say(f"{len(rows)} texts, {sum(row.behind for row in rows)} to translate or look at again")
        return
    written, problems = sheets.take(library, code, language, path)
    for problem in problems:
        _say(problem)
    _say(f"{written} texts written")
    raise typer.Exit(1 if problems else 0)


@app.command("new-country")
def new_country(code: Annotated[str, typer.Argument(help="ISO code, such as py.")]) -> None:
    """Write the folder of a country with all that is to be filled in."""
    print(scaffolds.new_country(Settings().content, code))


@app.command("new-language")
def new_language(
    code: Annotated[str, typer.Argument(help="Language code, such as qu.")],
    name: Annotated[str, typer.Option(help="The language's own name.")] = "",
) -> None:
    """Write the catalogue of a language, kept out of the menu until it is ready."""
    settings = Settings()
    print(scaffolds.new_language(settings.locales, code, name or code))


if __name__ == "__main__":
    app()
