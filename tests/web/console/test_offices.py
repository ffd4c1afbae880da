"""Offices in the console: the form, the second person, what people reported, and who may keep which."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.library import office_forms
from bot.library.loading import Library
from bot.library.office_forms import fields_of, file_with, values_of
from bot.storage.upkeep import Upkeep
from bot.web.console.desk import Desk
from bot.web.console.drafting import Drafting
from tests.conftest import NOON
from tests.web.console.conftest import Browser, SignIn

pytestmark = pytest.mark.anyio
SUNAFIL = "pe.sunafil"


async def published(desk: Desk, sign_in: SignIn) -> None:
    """A second person publishes all that waits."""
    reviewer = await sign_in("reviewer")
    member = await desk.staff.member(reviewer.number)
    assert member is not None
    drafting = Drafting(desk)
    session = await desk.staff.session(reviewer.client.cookies["amparo_staff"], desk.now())
    assert session is not None
    for draft in await drafting.drafts.in_states("review"):
        await drafting.publish(session, draft)


def filled(desk: Desk, office_id: str = SUNAFIL, **changes: str) -> dict[str, object]:
    office = desk.shelf.library.office(office_id)
    assert office is not None
    return fields_of(office) | {"what_for": office.what_for} | changes


async def test_a_change_reaches_people_after_the_second_person(sign_in: SignIn, desk: Desk) -> None:
    editor = await sign_in("editor")
    await editor.get("/console/offices?country=pe")
    assert "SUNAFIL" in editor.words
    await editor.get(f"/console/offices/{SUNAFIL}")
    changes = {
        "phone_0": "(01) 390-2801",
        "from_Mo_0": "8:30",
        "to_Mo_0": "17:15",
        "latitude": "-12,0464",
        "longitude": "-77.0428",
    }
    page = await editor.post(f"/console/offices/{SUNAFIL}", **filled(desk, **changes))
    assert "A second person looks at it" in page
    assert desk.shelf.library.office(SUNAFIL).phones[0].number != "(01) 390-2801"
    await published(desk, sign_in)
    office = desk.shelf.library.office(SUNAFIL)
    assert (office.phones[0].number, office.latitude, office.checked.isoformat()) == (
        "(01) 390-2801",
        -12.0464,
        "2026-11-01",
    )
    page = await editor.get(f"/console/offices/{SUNAFIL}")
    assert "Monday: 08:30 to 17:15" in page
    assert "Not confirmed for long" not in page


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"phone_0": "12"}, ""),
        ({"phone_0": "999999999999999999"}, "cannot exist"),
        ({"name": ""}, "Write something"),
        ({"url": "javascript:alert(1)"}, "starts with https://"),
        ({"from_Mo_0": "18:00", "to_Mo_0": "08:00"}, "closes after it opens"),
        ({"latitude": "900", "longitude": "1"}, "Write both numbers"),
        ({"visit_on_0": "2026-12-01"}, "A visit has a day and a city"),
    ],
)
async def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    sign_in: SignIn, desk: Desk, changes: dict[str, str], said: str
) -> None:
    editor = await sign_in("editor")
    await editor.get(f"/console/offices/{SUNAFIL}")
    page = await editor.post(f"/console/offices/{SUNAFIL}", **filled(desk, address="Calle <b>nueva</b>", **changes))
    if said:
        assert editor.status == 422
        assert said in page
        assert "Calle &lt;b&gt;nueva&lt;/b&gt;" in editor.page
    else:
        assert editor.status == 200


async def test_an_office_keeps_its_own_only(sign_in: SignIn, desk: Desk) -> None:
    own = await sign_in("office_admin", SUNAFIL)
    await own.get("/console/offices")
    assert own.status == 200 and "SUNAFIL" in own.words
    await own.get("/console/offices/bo.ministerio_trabajo")
    assert own.status == 404
    await own.get(f"/console/offices/{SUNAFIL}")
    await own.post("/console/offices/bo.ministerio_trabajo", **filled(desk))
    assert own.status == 404
    await own.get(f"/console/offices/{SUNAFIL}")
    before = desk.shelf.library.office(SUNAFIL)
    await own.post(
        f"/console/offices/{SUNAFIL}", **filled(desk, kind="police", what_for="consular.passport", city="Lima y Callao")
    )
    assert own.status == 200
    await published(desk, sign_in)
    after = desk.shelf.library.office(SUNAFIL)
    assert (after.kind, after.what_for, after.city) == (before.kind, before.what_for, "Lima y Callao")
    case_worker = await sign_in("case_worker", SUNAFIL)
    await case_worker.get("/console/offices")
    assert case_worker.status == 403


async def test_a_phone_two_people_reported_is_given_out_no_more(sign_in: SignIn, desk: Desk) -> None:
    upkeep = Upkeep(desk.engine)
    async with desk.engine.begin() as connection:
        for person in ("one", "two"):
            await upkeep.report(connection, NOON.date(), person, "phone", SUNAFIL)
    editor = await sign_in("editor")
    page = await editor.get("/console/offices?show=reported")
    assert "2 people reported it" in page
    page = await editor.get(f"/console/offices/{SUNAFIL}")
    assert "2 people say that the phone does not answer" in page
    number = desk.shelf.library.office(SUNAFIL).phones[0].number
    await editor.post(f"/console/offices/{SUNAFIL}/withdraw/phone", number="no such")
    assert editor.status == 404
    await editor.get(f"/console/offices/{SUNAFIL}")
    page = await editor.post(f"/console/offices/{SUNAFIL}/withdraw/phone", number=number)
    assert "The bot gives it no more" in page
    assert number not in [phone.number for phone in desk.shelf.library.office(SUNAFIL).phones]
    assert not await upkeep.reported()


async def test_it_works_after_all(sign_in: SignIn, desk: Desk) -> None:
    upkeep = Upkeep(desk.engine)
    async with desk.engine.begin() as connection:
        await upkeep.report(connection, NOON.date(), "one", "link", SUNAFIL)
    editor = await sign_in("editor")
    await editor.get(f"/console/offices/{SUNAFIL}")
    await editor.post(f"/console/offices/{SUNAFIL}/works/link")
    assert editor.status == 200
    assert not await upkeep.reported()
    assert desk.shelf.library.office(SUNAFIL).url


async def test_still_right_and_a_new_one(sign_in: SignIn, desk: Desk) -> None:
    editor = await sign_in("editor")
    await editor.get(f"/console/offices/{SUNAFIL}")
    await editor.post(f"/console/offices/{SUNAFIL}/confirm")
    await published(desk, sign_in)
    assert desk.shelf.library.office(SUNAFIL).checked.isoformat() == "2026-11-01"
    await editor.get("/console/offices/new/pe")
    form = {"name": "Casa de la mujer", "kind": "ngo", "confidence": "medium", "what_for": "labour_rights.harassment"}
    page = await editor.post("/console/offices/new/pe", id="../x", **form)
    assert editor.status == 422 and "Only small letters" in page
    await editor.post("/console/offices/new/pe", id="casa_mujer", phone_0="0800-16872", **form)
    assert editor.status == 200
    await published(desk, sign_in)
    assert desk.shelf.library.office("pe.casa_mujer").phones[0].number == "0800-16872"
    await editor.get("/console/offices/new/../../x")
    assert editor.status == 404


async def test_a_form_without_its_proof_is_refused(sign_in: SignIn, desk: Desk) -> None:
    editor: Browser = await sign_in("editor")
    response = await editor.client.post(f"/console/offices/{SUNAFIL}/confirm", data={})
    assert response.status_code == 403


def test_a_form_that_nobody_touched_changes_nothing_but_the_month(library: Library) -> None:
    for code in ("pe", "do", "us"):
        for name, office in list(library.countries[code].offices.offices.items())[:15]:
            values, wrong = values_of(fields_of(office), list(office.what_for), office.checked, code)
            if wrong or any(visit.on < office.checked for visit in office.visits):
                continue
            path, raw = file_with(library, code, name, values)
            before = (library.folder / path).read_text()
            if values["hours"] == office.hours:
                assert raw == before, name


@given(
    st.dictionaries(
        st.sampled_from(
            [
                "name",
                "phone_0",
                "from_Mo_0",
                "to_Mo_0",
                "latitude",
                "visit_on_0",
                "visit_city_0",
                "url",
                "special",
                "hours",
            ]
        ),
        st.text(max_size=30),
    )
)
def test_no_form_breaks_the_reader(fields: dict[str, str]) -> None:
    values, wrong = values_of(
        fields | {"kind": "ngo", "confidence": "low"}, ["labour_rights.unions"], NOON.date(), "pe"
    )
    assert wrong or office_forms.OfficeEntry.model_validate(values)
