"""Work queues and translations in the console, up to what people then read."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook

from bot.library import confirming
from bot.library.amend import NoSuchPlace
from bot.storage.records import Records
from bot.storage.upkeep import Upkeep
from bot.web.console.desk import Desk
from bot.web.console.drafting import Drafting
from tests.conftest import NOON
from tests.web.console.conftest import Clock, SignIn
from tests.web.console.test_offices import published

pytestmark = pytest.mark.anyio
PAGE = "pe/labour_rights/unpaid_wages.yaml"
TEXT = "pe/labour_rights/unpaid_wages.es.md"


async def test_what_does_the_most_harm_stands_first(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    clock.passes(days=120)  # until 2027-03: most pages of January are past their date
    async with desk.engine.begin() as connection:
        marks = [("answered", "labour_rights.unpaid_wages", "pe", "es")] * 50
        await Records(desk.engine).count(connection, desk.now().date(), marks)
    editor = await sign_in("editor")
    page = await editor.get("/console/queues?kind=overdue&country=pe")
    first = re.search(r'<article class="task"><h2><a href="([^"]+)"', editor.page)
    assert first and first[1].endswith(PAGE)
    assert "50 answers in 90 days" in page


async def test_checked_still_true_is_published_at_once_and_amounts_wait(sign_in: SignIn, desk: Desk) -> None:
    async with desk.engine.begin() as connection:
        await Records(desk.engine).judge(connection, NOON.date(), TEXT, "0", "outdated")
    editor = await sign_in("editor")
    page = await editor.get("/console/queues?kind=reported")
    assert "1 people reported it" in page
    page = await editor.get(f"/console/queues/look?place={PAGE}")
    assert "Open the source" in page and "It must be changed" in page
    await editor.post("/console/queues/look", place=PAGE)
    entry = desk.shelf.library.countries["pe"].pages["labour_rights.unpaid_wages"]
    assert entry.checked.isoformat() == "2026-11-01"
    assert entry.check_again_by.isoformat() == "2027-06-01", "as far away as before: seven months"
    assert entry.checked_by.startswith("editor")
    assert not await Upkeep(desk.engine).outdated()
    history = Drafting(desk).publisher.history(PAGE)
    assert "still true" in history[0].message

    place = "pe/figures.yaml%23minimum_wage"
    await editor.get(f"/console/queues/look?place={place}")
    page = await editor.post("/console/queues/look", place="pe/figures.yaml#minimum_wage")
    assert "A second person looks at it" in page
    before = desk.shelf.library.countries["pe"].figures.figures["minimum_wage"].values[-1].checked
    await published(desk, sign_in)
    after = desk.shelf.library.countries["pe"].figures.figures["minimum_wage"].values[-1].checked
    assert before < after


@pytest.mark.parametrize(
    "place",
    [
        "../../etc/passwd",
        "pe/../../x.yaml",
        "xx/figures.yaml#a",
        "pe/figures.yaml#nothing",
        "pe/country.yaml",
        "",
        "pe/offices.yaml#",
    ],
)
async def test_only_what_stands_in_the_content_can_be_confirmed(sign_in: SignIn, desk: Desk, place: str) -> None:
    editor = await sign_in("editor")
    response = await editor.client.get("/console/queues/look", params={"place": place})
    assert response.status_code == 404
    await editor.get("/console/queues")
    await editor.post("/console/queues/look", place=place)
    assert editor.status in (403, 404)
    with pytest.raises((NoSuchPlace, KeyError)):
        confirming.confirmed(desk.shelf.library, place, NOON.date(), "x")


async def test_a_dead_address_and_two_reports_stand_in_the_queue(sign_in: SignIn, desk: Desk, clock: Clock) -> None:
    upkeep = Upkeep(desk.engine)
    address = desk.shelf.library.office("pe.sunafil").url
    for _ in range(2):
        await upkeep.tried(address, clock(), "404")
        clock.passes(days=1)
    async with desk.engine.begin() as connection:
        await upkeep.report(connection, NOON.date(), "one", "phone", "pe.sunafil")
    editor = await sign_in("editor")
    page = await editor.get("/console/queues")
    assert "Site that does not open (" in page
    assert "Phone that does not answer" not in page, "one person may have mistyped it"
    async with desk.engine.begin() as connection:
        await upkeep.report(connection, NOON.date(), "two", "phone", "pe.sunafil")
    assert "Phone that does not answer (1)" in await editor.get("/console/queues")


@pytest.mark.parametrize("path", ["/console/queues", "/console/translations", "/console/translations/pe/fr"])
async def test_only_editors_see_them(sign_in: SignIn, path: str) -> None:
    other = await sign_in("case_worker", "pe.sunafil")
    await other.get(path)
    assert other.status == 403


async def translated(desk: Desk, language: str = "en") -> str:
    text = desk.shelf.library.countries["pe"].texts["labour_rights.unpaid_wages", "", language]
    return text.body


def parts(page: str, key: str) -> dict[str, str]:
    """The fields of one text as they stand on the page."""
    form = page.split(f'name="key" value="{key}"')[1].split("</form>", maxsplit=1)[0]
    version = re.search(r'name="version" value="(\w*)"', form)[1]  # type: ignore[index]
    return {"key": key, "version": version}


async def test_what_changed_in_the_source_is_shown_and_the_translation_is_published(
    sign_in: SignIn, desk: Desk, settings: object
) -> None:
    editor = await sign_in("editor")
    session = await desk.staff.session(editor.client.cookies["amparo_staff"], desk.now())
    drafting, path = Drafting(desk), desk.settings.content / TEXT
    before = path.read_text()
    await drafting.publish_alone(session, TEXT, {TEXT: (before, before.replace("Qué hacer", "Qué hacer ahora"))}, "x")
    assert "Qué hacer ahora" in path.read_text() or pytest.skip("the page was written anew")
    await editor.get("/console/translations")
    key = "labour_rights.unpaid_wages"
    await editor.get(f"/console/translations/pe/en?key={key}")
    assert "<ins>" in editor.page and "ahora" in editor.page.split("<ins>")[1].split("</ins>")[0]
    fields = parts(editor.page, key)
    source = desk.shelf.library.countries["pe"].texts[key, "", "es"]
    told = {"part_title": "They did not pay me", "part_body": "Write it down.\n\n{no_such}"}
    told |= {"part_until": "Claim within {claim_years}"} if source.front.until else {}
    page = await editor.post("/console/translations/pe/en", **fields, **told)
    assert editor.status == 422 and "must be those of the source" in page
    assert "Write it down." in page
    braces = " ".join(re.findall(r"\{\w+\}", source.body))
    told["part_body"] = f"Write it down. Now {braces}"
    if source.front.until:
        told["part_until"] = "until " + " ".join(re.findall(r"\{\w+\}", source.front.until))
    page = await editor.post("/console/translations/pe/en", **fields, **told)
    assert "Sent. A second person" in page
    await published(desk, sign_in)
    text = desk.shelf.library.countries["pe"].texts[key, "", "en"]
    assert text.front.title == "They did not pay me"
    assert text.front.translated_from == desk.shelf.library.countries["pe"].texts[key, "", "es"].version


async def test_a_short_text_of_an_office_is_translated(sign_in: SignIn, desk: Desk) -> None:
    editor = await sign_in("editor")
    key = "offices.yaml:offices/pe.sunafil/what"
    await editor.get(f"/console/translations/pe/fr?key={key}")
    fields = parts(editor.page, key)
    await editor.post("/console/translations/pe/fr", **fields, part_text="inspecte le travail partout")
    await published(desk, sign_in)
    assert desk.shelf.library.office("pe.sunafil").what["fr"] == "inspecte le travail partout"


async def test_a_sheet_goes_out_and_comes_back_with_its_wrong_rows_named(sign_in: SignIn, desk: Desk) -> None:
    editor = await sign_in("editor")
    response = await editor.client.get("/console/translations/pe/pt/sheet.xlsx")
    book = load_workbook(io.BytesIO(response.content))
    page = book.active
    rows = {(row[0].value, row[1].value): row for row in page.iter_rows(min_row=2)}
    rows["offices.yaml:offices/pe.sunafil/what", "text"][3].value = "fiscaliza o trabalho em todo lugar"
    rows["offices.yaml:offices/pe.essalud/what", "text"][3].value = "com {figura}"
    out = io.BytesIO()
    book.save(out)
    await editor.get("/console/translations/pe/pt")
    said = await editor.post("/console/translations/pe/pt/sheet", files={"sheet": ("pe.xlsx", out.getvalue())})
    assert "1 texts sent to review" in said
    assert "pe.essalud" in said and "braces" in said
    await published(desk, sign_in)
    assert desk.shelf.library.office("pe.sunafil").what["pt"] == "fiscaliza o trabalho em todo lugar"


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (("x.xlsx", b"PK nothing"), "cannot be read"),
        (("x.exe", b"MZ"), "Send an .xlsx"),
        (("x.po", b"\xff\xfe"), "cannot be read"),
    ],
)
async def test_bad_uploads_are_refused_with_words(sign_in: SignIn, file: tuple[str, bytes], said: str) -> None:
    editor = await sign_in("editor")
    await editor.get("/console/translations/pe/pt")
    assert said in await editor.post("/console/translations/pe/pt/sheet", files={"sheet": file})
    assert editor.status == 422


async def test_names_that_are_none(sign_in: SignIn) -> None:
    editor = await sign_in("editor")
    for path in ("pe/es", "pe/xx", "zz/fr", "pe/fr/sheet.exe", "..%2f..%2fpe/fr"):
        await editor.get(f"/console/translations/{path}")
        assert editor.status == 404, path
