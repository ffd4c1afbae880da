"""Pages and amounts from draft to publication: a second person, git, nothing lost, nothing overwritten, live at once."""

from __future__ import annotations

import html
import re

import pytest
from dulwich.repo import Repo

from bot.app import Amparo
from bot.library import pages
from bot.settings import Settings
from bot.web.console.desk import Desk
from tests.web.console.conftest import Browser, Clock, SignIn

pytestmark = pytest.mark.anyio
WAGES = "/console/pages/edit/pe/labour_rights.unpaid_wages/es"
FILE = "pe/labour_rights/unpaid_wages.es.md"
MINIMUM = "/console/figures/pe/figure/minimum_wage"
VALUE = {
    "value": "S/ 1,200",
    "from": "2026-11-01",
    "title": "Decreto Supremo 009-2026-TR",
    "article": "1",
    "url": "",
    "checked": "2026-11",
    "check_again_by": "2027-11",
    "confidence": "high",
    "why": "New minimum wage",
}


def fields_on(browser: Browser) -> dict[str, object]:
    """What stands in the editor's form, as a browser would send it."""
    form = browser.page.split('id="editor"')[1].split("</form>")[0]
    found: dict[str, object] = {}

    def put(name: str, value: str) -> None:
        found.setdefault(name, []).append(html.unescape(value))  # type: ignore[attr-defined]

    for tag in re.findall(r"<input [^>]+>", form):
        name, value = re.search(r'name="(\w+)"', tag), re.search(r'value="([^"]*)"', tag)
        if name and not ('type="checkbox"' in tag and "checked" not in tag.split(">")[0].split("value")[-1]):
            put(name[1], value[1] if value else "")
    for name, inner in re.findall(r'<select name="(\w+)"[^>]*>(.*?)</select>', form, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', inner)
        put(name, chosen[1] if chosen else re.search(r'<option value="([^"]*)"', inner)[1])  # type: ignore[index]
    put("body", re.search(r"<textarea[^>]*>(.*?)</textarea>", form, re.DOTALL)[1])  # type: ignore[index]
    return found


async def edit(browser: Browser, act: str, where: str = WAGES, **changed: object) -> str:
    """Open the editor, change fields and press a button."""
    await browser.get(where)
    assert browser.status == 200
    return await browser.post(where, **(fields_on(browser) | {"act": act} | changed))


def number_of(browser: Browser) -> int:
    found = re.search(r"/console/reviews/(\d+)/", browser.page)
    assert found, browser.words
    return int(found[1])


async def test_a_text_goes_from_draft_through_review_to_people(
    sign_in: SignIn, settings: Settings, amparo: Amparo, desk: Desk
) -> None:
    ana, luz = await sign_in("editor", name="Ana"), await sign_in("reviewer", name="Luz")
    old = (settings.content / FILE).read_text()
    body = pages.parts_of(old)[3].replace("completo y a tiempo", "todo y a tiempo")
    words = await edit(ana, "save", body=body)
    assert "Saved" in words
    assert "todo y a tiempo" in ana.page
    assert (settings.content / FILE).read_text() == old, "a draft changes nothing"
    words = await edit(ana, "send", why="Plainer words")
    assert "Somebody else reviews it now" in words
    number = number_of(ana)
    await ana.post(f"/console/reviews/{number}/publish")
    assert ana.status == 403, "an editor publishes nothing"
    words = await luz.get("/console/reviews")
    assert "You can review it" in words
    words = await luz.get(f"/console/reviews/{number}")
    assert "Removed: completo" in words
    assert "Added: todo" in words
    words = await luz.post(f"/console/reviews/{number}/publish", comment="Good")
    assert "Published. People read it already" in words
    after = (settings.content / FILE).read_text()
    assert after == old.replace("completo y a tiempo", "todo y a tiempo")
    repo = Repo.discover(settings.content)
    commit = repo[repo.head()]
    assert commit.author == b"Ana <ana@ngo.example>"  # type: ignore[attr-defined]
    assert commit.committer == b"Luz <luz@ngo.example>"  # type: ignore[attr-defined]
    assert b"Reviewed-by: Luz <luz@ngo.example>" in commit.message  # type: ignore[attr-defined]
    assert b"Plainer words" in commit.message  # type: ignore[attr-defined]
    text = amparo.shelf.library.countries["pe"].texts["labour_rights.unpaid_wages", "", "es"]
    assert "todo y a tiempo" in text.body
    words = await ana.get("/console/pages/history/pe/labour_rights.unpaid_wages/es")
    assert "Ana · reviewed by Luz" in words
    acts = [(act.act, act.staff) for act in await desk.audit.lines(20)]
    assert ("published", luz.number) in acts


async def test_an_older_version_comes_back_through_review(sign_in: SignIn, settings: Settings) -> None:
    ana, luz = await sign_in("editor"), await sign_in("reviewer")
    old = pages.parts_of((settings.content / FILE).read_text())[3]
    await edit(ana, "send", body=old + "\n\nUna frase más.")
    number = number_of(ana)
    await luz.get(f"/console/reviews/{number}")
    await luz.post(f"/console/reviews/{number}/publish")
    await ana.get("/console/pages/history/pe/labour_rights.unpaid_wages/es")
    version = re.findall(r'name="version" value="(\w+)"', ana.page)[-1]
    words = await ana.post("/console/pages/history/pe/labour_rights.unpaid_wages/es/back", version=version)
    assert "This draft has the old text" in words
    assert "Una frase más" not in fields_on(ana)["body"][0]  # type: ignore[index]
    await ana.post("/console/pages/history/pe/labour_rights.unpaid_wages/es/back", version="0" * 40)
    assert ana.status == 404


async def test_nobody_publishes_their_own_but_a_slip_of_spelling(sign_in: SignIn, settings: Settings) -> None:
    luz = await sign_in("reviewer")
    old = pages.parts_of((settings.content / FILE).read_text())[3]
    await edit(luz, "send", body=old + "\n\nNo pagues nunca nada a nadie por un trabajo, ni firmes papeles en blanco.")
    number = number_of(luz)
    assert "somebody else must review it" in luz.words
    await luz.post(f"/console/reviews/{number}/publish")
    assert luz.status == 403
    await luz.post(f"/console/reviews/{number}/drop")
    await edit(luz, "send", body=old.replace("aunque no tengas", "aunque no tengás"))
    await luz.post(f"/console/reviews/{number_of(luz)}/publish")
    assert "Published" in luz.words


async def test_a_reviewer_sends_back_with_words(sign_in: SignIn, settings: Settings) -> None:
    ana, luz = await sign_in("editor"), await sign_in("administrator")
    old = pages.parts_of((settings.content / FILE).read_text())[3]
    await edit(ana, "send", body=old + "\n\nOtra frase.")
    number = number_of(ana)
    await luz.get(f"/console/reviews/{number}")
    words = await luz.post(f"/console/reviews/{number}/back", comment="")
    assert "Write what should be better" in words
    await luz.post(f"/console/reviews/{number}/back", comment="<b>Más corto</b>")
    words = await ana.get(WAGES)
    assert "<b>Más corto</b>" in words, "as text"
    assert "Otra frase." in ana.page, "nothing of the draft is lost"
    await luz.post(f"/console/reviews/{number}/publish")
    assert luz.status == 409


async def test_the_second_editor_is_told_and_nothing_is_overwritten(
    sign_in: SignIn, settings: Settings, clock: Clock
) -> None:
    ana, eva = await sign_in("editor", name="Ana"), await sign_in("editor", name="Eva")
    luz = await sign_in("reviewer", name="Luz")
    await ana.get(WAGES)
    words = await eva.get(WAGES)
    assert "Ana has been on this page since" in words
    old = pages.parts_of((settings.content / FILE).read_text())[3]
    await ana.post(WAGES, **(fields_on(ana) | {"act": "send", "body": old + "\n\nDe Ana."}))
    mine, anas = fields_on(eva), number_of(ana)
    await luz.get(f"/console/reviews/{anas}")
    await luz.post(f"/console/reviews/{anas}/publish")
    words = await eva.post(WAGES, **(mine | {"act": "send", "body": old + "\n\nDe Eva."}))
    assert eva.status == 409
    assert "De Ana." in words
    assert "De Eva." in words
    assert "De Ana." in (settings.content / FILE).read_text()
    await eva.post(WAGES, **(fields_on(eva) | {"act": "over", "body": old + "\n\nDe Ana.\n\nDe Eva."}))
    words = await edit(eva, "send")
    assert "Somebody else reviews it now" in words
    clock.passes(minutes=11)
    assert "has been on this page" not in await luz.get(WAGES)


async def test_a_change_that_grew_old_in_review_is_not_published(sign_in: SignIn, settings: Settings) -> None:
    ana, luz = await sign_in("editor"), await sign_in("reviewer")
    path = settings.content / FILE
    old = path.read_text()
    await edit(ana, "send", body=pages.parts_of(old)[3] + "\n\nDe Ana.")
    number = number_of(ana)
    path.write_text(old.replace("completo", "entero"))
    words = await luz.get(f"/console/reviews/{number}")
    assert "The published page is another by now" in words
    words = await luz.post(f"/console/reviews/{number}/publish")
    assert luz.status == 409
    assert "entero" in words
    assert path.read_text() == old.replace("completo", "entero")
    await luz.post(f"/console/reviews/{number}/back", comment="Bring both together")
    words = await ana.get(WAGES)
    assert "The page changed while you were writing" in words


async def test_the_new_amount_is_in_force_at_once_in_every_process(
    sign_in: SignIn, settings: Settings, amparo: Amparo
) -> None:
    from bot.library.shelf import Shelf

    other = Shelf(settings.content, None)
    ana, luz = await sign_in("editor", name="Ana"), await sign_in("reviewer", name="Luz")
    words = await ana.get("/console/figures?country=pe")
    assert "minimum wage" in words
    await ana.get(MINIMUM)
    words = await ana.post(MINIMUM, act="look", **VALUE)
    assert "What people will read" in words
    assert "S/ 1,200" in words.replace("\u00a0", " ")
    before = (settings.content / "pe/figures.yaml").read_text()
    words = await ana.post(MINIMUM, act="send", **VALUE)
    number = number_of(ana)
    assert (settings.content / "pe/figures.yaml").read_text() == before
    house = amparo.worker.house()
    await luz.get(f"/console/reviews/{number}")
    assert "Added: 1200" in luz.words
    await luz.post(f"/console/reviews/{number}/publish")
    assert "Published" in luz.words
    after = (settings.content / "pe/figures.yaml").read_text()
    assert (
        set(before.splitlines()) - set(after.splitlines()) == set()
        or len(after.splitlines()) == len(before.splitlines()) + 5
    )
    assert amparo.worker.house() is not house
    assert str(amparo.worker.house().library.countries["pe"].figures.figures["minimum_wage"].values[-1].value) == "1200"
    assert other.refresh()
    assert str(other.library.countries["pe"].figures.figures["minimum_wage"].values[-1].value) == "1200"


async def test_two_amounts_of_a_country_do_not_stand_in_each_others_way(sign_in: SignIn, settings: Settings) -> None:
    ana, luz = await sign_in("editor"), await sign_in("reviewer")
    numbers = []
    for name in ("minimum_wage", "essalud_employer"):
        where = f"/console/figures/pe/figure/{name}"
        await ana.get(where)
        await ana.post(where, act="send", **(VALUE | {"value": "10" if name == "essalud_employer" else "1200"}))
        numbers.append(number_of(ana))
    for number in numbers:
        await luz.get(f"/console/reviews/{number}")
        await luz.post(f"/console/reviews/{number}/publish")
        assert "Published" in luz.words
    raw = (settings.content / "pe/figures.yaml").read_text()
    assert '"1200"' in raw
    assert '"10"' in raw


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": "mil"}, "Write the value in digits"),
        ({"from": "2020-01-01"}, "later than that of the last value"),
        ({"from": "ayer"}, "Write the day like this"),
        ({"title": ""}, "Name the law"),
        ({"url": "javascript:alert(1)"}, "starts with https"),
        ({"checked": "noviembre"}, "Write months like this"),
        ({"check_again_by": "2026-01"}, "cannot be before"),
        ({"confidence": "total"}, "Choose one from the list"),
    ],
)
async def test_a_wrong_value_is_told_and_what_was_typed_stays(
    sign_in: SignIn, changed: dict[str, str], said: str
) -> None:
    ana = await sign_in("editor")
    await ana.get(MINIMUM)
    words = await ana.post(MINIMUM, act="send", **(VALUE | changed))
    assert ana.status == 422
    assert said in words
    assert 'value="New minimum wage"' in ana.page


@pytest.mark.parametrize(
    ("typed", "read"), [("S/ 1.234,50", "1234.50"), ("1,234", "1234"), ("1 300", "1300"), ("9.5", "9.5")]
)
async def test_amounts_are_read_as_people_write_them(sign_in: SignIn, desk: Desk, typed: str, read: str) -> None:
    ana = await sign_in("editor")
    await ana.get(MINIMUM)
    await ana.post(MINIMUM, act="send", **(VALUE | {"value": typed}))
    await ana.get(f"/console/reviews/{number_of(ana)}")
    assert f"Added: {read}" in ana.words


async def test_a_jump_is_asked_about(sign_in: SignIn) -> None:
    ana = await sign_in("editor")
    await ana.get(MINIMUM)
    assert "Are all the zeros right" in await ana.post(MINIMUM, act="look", **(VALUE | {"value": "11300"}))


async def test_what_was_typed_is_text_in_the_files(sign_in: SignIn, settings: Settings) -> None:
    ana, luz = await sign_in("editor"), await sign_in("reviewer")
    evil = '"}, checked: "2026-11"}\n  evil: {unit: number, values: []} # !!python/object'
    await ana.get(MINIMUM)
    await ana.post(MINIMUM, act="send", **(VALUE | {"title": evil, "article": "&a *a"}))
    number = number_of(ana)
    await luz.get(f"/console/reviews/{number}")
    await luz.post(f"/console/reviews/{number}/publish")
    assert "Published" in luz.words
    from bot.library.loading import load

    figures = load(settings.content, only={"pe"}).countries["pe"].figures.figures
    assert "evil" not in figures
    assert figures["minimum_wage"].values[-1].source.title == " ".join(evil.split())
    assert figures["minimum_wage"].values[-1].source.article == "&a *a"


@pytest.mark.parametrize(
    "path",
    [
        "/console/pages/edit/..%2F..%2Fetc/labour_rights.unpaid_wages/es",
        "/console/pages/edit/pe/..%2Foffices/es",
        "/console/pages/edit/pe/labour_rights.unpaid_wages/..",
        "/console/pages/edit/pe/labour_rights.unpaid_wages/xx",
        "/console/pages/edit/pe/labour_rights.unpaid_wages/es?variant=../x",
        "/console/pages/edit/.git/labour_rights.unpaid_wages/es",
        "/console/figures/pe/figure/..%2F..%2Fx",
        "/console/figures/zz/figure/minimum_wage",
        "/console/pages/history/pe/..%2F..%2Fsecret/es",
        "/console/figures/pe/emergency/999",
        "/console/reviews/999",
    ],
)
async def test_names_come_from_closed_lists(sign_in: SignIn, path: str) -> None:
    ana = await sign_in("editor")
    await ana.get(path)
    assert ana.status == 404


async def test_what_would_break_the_content_is_refused_with_its_reason(sign_in: SignIn, settings: Settings) -> None:
    ana = await sign_in("editor")
    words = await edit(ana, "send", body="Te deben {no_such_figure} y S/ 500.")
    assert ana.status == 422
    assert "no figure 'no_such_figure'" in words
    assert "is typed" in words
    assert "{no_such_figure}" in ana.page, "what was typed stays"
    words = await edit(ana, "send", title="", body="x" * 1000)
    assert "Write the title" in words
    words = await edit(ana, "send", title="Bien", body="Hola. " * 200)
    assert "a phone shows 900" in words


async def test_rows_of_sources_come_and_go_without_scripts(sign_in: SignIn) -> None:
    ana = await sign_in("editor")
    await ana.get(WAGES)
    count = ana.page.count('name="source_title"')
    await ana.post(WAGES, **(fields_on(ana) | {"act": "add_source"}))
    assert ana.page.count('name="source_title"') == count + 1
    await ana.post(WAGES, **(fields_on(ana) | {"act": "remove_source_0"}))
    assert ana.page.count('name="source_title"') == count
    assert "DS 003-97" not in ana.page.split('name="source_title"')[1][:80]


async def test_a_missing_page_is_written_whole(sign_in: SignIn, settings: Settings, desk: Desk) -> None:
    for path in (settings.content / "bo" / "labour_rights").glob("contract.*"):
        path.unlink()
    desk.shelf.refresh()
    ana, luz = await sign_in("editor"), await sign_in("reviewer")
    words = await ana.get("/console/pages?country=bo&topic=labour_rights.contract&state=missing")
    assert "Contract" in words
    where = "/console/pages/edit/bo/labour_rights.contract/es"
    assert "does not exist yet" in await ana.get(where)
    new = {"title": "Contrato", "body": "Puede ser de palabra.", "source_title": "Ley General", "source_article": "5"}
    words = await edit(ana, "send", where, **new, office="labour_inspectorate", source_url="")
    assert "Somebody else reviews it now" in words, words
    number = number_of(ana)
    await luz.get(f"/console/reviews/{number}")
    await luz.post(f"/console/reviews/{number}/publish")
    assert "Published" in luz.words
    page = desk.shelf.library.countries["bo"].pages["labour_rights.contract"]
    assert page.sources[0].article == "5"
    assert page.offices == ["labour_inspectorate"]


async def test_the_preview_shows_what_each_channel_sends(sign_in: SignIn) -> None:
    ana = await sign_in("editor")
    await ana.get("/console/pages/edit/pe/labour_rights.minimum_wage/es")
    fields = fields_on(ana) | {"body": "Te toca **{minimum_wage}** <script>x</script>.", "act": "preview"}
    for channel in ("web", "telegram", "whatsapp"):
        await ana.get("/console/pages/edit/pe/labour_rights.minimum_wage/es")
        words = await ana.post(
            "/console/pages/edit/pe/labour_rights.minimum_wage/es/preview", **(fields | {"channel": channel})
        )
        assert "S/ 1,130" in words.replace("\u00a0", " ")
        assert "<script>x" not in ana.page
        assert re.search(r"<(b|strong)>S/\s1,130</", ana.page)
        assert "Decreto Supremo" in words
    await ana.get("/console/pages/edit/pe/labour_rights.minimum_wage/es")
    words = await ana.post(
        "/console/pages/edit/pe/labour_rights.minimum_wage/es/preview", **(fields | {"on": "2023-05-01"})
    )
    assert "S/ 1,025" in words.replace("\u00a0", " "), "as of that day"


async def test_typing_is_kept_by_itself(sign_in: SignIn, desk: Desk) -> None:
    ana, eva = await sign_in("editor", name="Ana"), await sign_in("editor", name="Eva")
    await ana.get(WAGES)
    await eva.get(WAGES)
    fields = fields_on(ana)
    words = await ana.post(WAGES + "/autosave", **(fields | {"body": "a medias", "title": ""}))
    assert "Draft kept" in words
    assert "Eva has been on this page" in words
    await ana.get(WAGES)
    assert fields_on(ana)["body"] == ["a medias"]
    await ana.post(WAGES, act="drop")
    assert "Te deben el sueldo" in ana.page


async def test_emergency_numbers_and_deadlines(sign_in: SignIn, settings: Settings) -> None:
    ana, luz = await sign_in("editor"), await sign_in("reviewer")
    where = "/console/figures/pe/emergency/0"
    await ana.get(where)
    good = {"number": "105", "kind": "police", "name": "", "confidence": "high", "checked": "2026-12", "why": "Called"}
    assert "cannot exist" in await ana.post(where, **(good | {"number": "12345678901234567"}))
    await ana.post(where, **good)
    number = number_of(ana)
    await luz.get(f"/console/reviews/{number}")
    await luz.post(f"/console/reviews/{number}/publish")
    assert "Published" in luz.words
    assert (
        '{number: "105", kind: police, confidence: high, checked: "2026-12"}'
        in (settings.content / "pe/country.yaml").read_text()
    )
    new = "/console/figures/pe/emergency/7"
    await ana.get(new)
    await ana.post(new, **(good | {"number": "117", "kind": "ambulance", "name": "SAMU"}))
    assert ana.status == 200, ana.words
    where = "/console/figures/pe/deadline/pe.labour_rights.dismissal.deadline"
    await ana.get(where)
    period = {"count": "45", "unit": "days", "confidence": "high", "checked": "2026-11", "check_again_by": "2027-11"}
    words = await ana.post(where, **period)
    assert ana.status == 422
    assert "gives 2026-11-04, not 2026-10-20" in words, "cases counted by hand no longer hold"
    await ana.post(where, **(period | {"count": "30"}))
    assert "Somebody else reviews it now" in ana.words


async def test_filters_and_the_map(sign_in: SignIn, desk: Desk) -> None:
    ana = await sign_in("editor")
    words = await ana.get("/console/pages?country=pe&language=es&topic=labour_rights.unpaid_wages")
    assert "Te deben el sueldo" in words
    assert "No page is like that" in await ana.get("/console/pages?country=../etc&start=99999999999")
    words = await ana.get("/console/pages?state=due&sort=age")
    assert ana.status == 200
    words = await ana.get("/console/pages/map?language=es")
    assert "What is written where" in words
    assert f'href="{WAGES}"' in ana.page
    assert "/console/pages/edit/bo/" in ana.page


@pytest.mark.parametrize("role", ["case_worker", "office_admin"])
async def test_only_editors_come_here(sign_in: SignIn, role: str) -> None:
    browser = await sign_in(role, "pe.sunafil")
    for path in ("/console/pages", WAGES, MINIMUM, "/console/reviews", "/console/pages/map"):
        await browser.get(path)
        assert browser.status == 403
