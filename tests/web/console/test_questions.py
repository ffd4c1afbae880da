"""Questions that were not understood: grouped, given to a topic, learnt; and training watched from the console."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from bot.settings import Settings
from bot.storage.records import Records
from bot.training import Training
from bot.web.console.desk import Desk
from tests.conftest import NOON
from tests.web.console.conftest import SignIn

pytestmark = pytest.mark.anyio
TRAIN = """
import sys, time
print("Training on 3 phrases.", flush=True)
print("Trained in 1 s: models/x", flush=True)
if "--slow" in sys.argv: time.sleep(60)
sys.exit({code})
"""


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    project = tmp_path / "rasa"
    (project / "data" / "nlu").mkdir(parents=True)
    (project / "models").mkdir()
    return settings.model_copy(update={"nlu_project": project})


async def asked(desk: Desk, *texts: str) -> None:
    async with desk.engine.begin() as connection:
        for text in texts:
            values = {
                "text": text,
                "language": "es",
                "country": "pe",
                "topic": "labour_rights.contract",
                "reason": "unsure",
            }
            await Records(desk.engine).learn_from(connection, NOON.date(), values)


async def test_a_group_becomes_phrases_of_its_topic(sign_in: SignIn, desk: Desk, settings: Settings) -> None:
    await asked(
        desk, "me sacaron de la pega de un dia pa otro", "de un dia pa otro me sacaron de la pega", "<b>wena</b>"
    )
    editor = await sign_in("editor")
    page = await editor.get("/console/questions")
    assert "2 questions alike" in page
    assert "&lt;b&gt;wena" in editor.page
    numbers = editor.page.split('name="numbers" value="')[1].split('"', 1)[0]
    page = await editor.post("/console/questions/take", numbers=numbers, act="topic", topic="no.such")
    assert "Choose a topic first" in page
    await editor.post("/console/questions/take", numbers=numbers, act="topic", topic="labour_rights.dismissal")
    written = (settings.nlu_project / "data/nlu/es/labour_rights.yml").read_text()
    assert "- intent: labour_rights.dismissal" in written and "me sacaron de la pega" in written
    assert len(await Records(desk.engine).unclear()) == 1
    numbers = str((await Records(desk.engine).unclear())[0]["id"])
    await editor.post("/console/questions/take", numbers=numbers, act="scope")
    assert "conversation.out_of_scope" in (settings.nlu_project / "data/nlu/es/conversation.yml").read_text()
    page = await editor.get("/console/questions")
    assert "No questions to sort" in page


async def test_a_page_is_begun_and_the_questions_stay(sign_in: SignIn, desk: Desk) -> None:
    await asked(desk, "donde vendo mis empanadas")
    editor = await sign_in("editor")
    await editor.get("/console/questions")
    response = await editor.client.post(
        "/console/questions/take",
        data={
            "csrf": editor.page.split('name="csrf" value="')[1].split('"', 1)[0],
            "numbers": "1",
            "act": "page",
            "topic": "entrepreneurship.marketing",
        },
        follow_redirects=False,
    )
    assert response.headers["location"] == "/console/pages/edit/pe/entrepreneurship.marketing/es"
    assert len(await Records(desk.engine).unclear()) == 1


async def test_only_administrators_train_and_others_see_how_it_stands(sign_in: SignIn, desk: Desk) -> None:
    editor = await sign_in("editor")
    page = await editor.get("/console/questions/model")
    assert "for administrators" in page
    await editor.post("/console/questions/model/train")
    assert editor.status == 403
    chief = await sign_in("administrator")
    assert "cannot train" in await chief.get("/console/questions/model")
    await chief.post("/console/questions/model/train")
    assert chief.status == 404, "there is no training environment here"


def training(tmp_path: Path, code: int, timeout: float = 30.0) -> Training:
    script = tmp_path / "train.py"
    script.write_text(TRAIN.replace("{code}", str(code)))
    found = Training(tmp_path, tmp_path / "var", timeout)
    found.program = [sys.executable, str(script)]
    return found


@pytest.mark.parametrize(("code", "state"), [(0, "taken_over"), (3, "refused"), (1, "failed")])
async def test_a_training_is_told_by_its_exit(tmp_path: Path, code: int, state: str) -> None:
    one = training(tmp_path, code)
    assert one.progress().state == "never"
    task = await one.start("train", NOON)
    assert task is not None
    assert await one.start("train", NOON) is None, "one at a time"
    assert one.progress().state == "running"
    done = await task
    assert (done.state, one.progress()) == (state, done)
    assert any("Training on 3" in line for line in done.lines)


async def test_a_training_that_never_ends_is_ended(tmp_path: Path) -> None:
    one = training(tmp_path, 0, timeout=3.0)
    one.program.append("--slow")
    task = await one.start("train", NOON)
    assert task is not None
    assert (await task).state == "failed"
    assert one.progress().step == ""
    one.program.remove("--slow")
    again = await one.start("train", NOON)
    assert again is not None, "and another can begin"
    assert (await again).state == "taken_over"
