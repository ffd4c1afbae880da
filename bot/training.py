"""Trains the understanding model from the console: one training at a time, watched by its words, with a way back.

The work is done by rasa_project/train.py in its own environment. What it says is kept in a file of the data folder, so
that every process of the console shows the same.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import fcntl
import json
import os
import signal
from pathlib import Path
from typing import Any, Literal

Wish = Literal["train", "accept", "back"]
State = Literal["never", "running", "taken_over", "refused", "failed"]
OPTIONS: dict[Wish, list[str]] = {"train": [], "accept": ["--accept"], "back": ["--back"]}
REFUSED = 3
"""train.py's exit code when the new model understands worse."""
TIMEOUT = 45 * 60.0
LINES = 200
STEPS = (("Training on", "training"), ("Trained in", "comparing"), ("up to date", "comparing"))
"""What train.py says, and the step that begins with it."""


@dataclasses.dataclass(frozen=True)
class Progress:
    """How a training stands: its state, the step it is at, its last lines, when it began and ended (UTC)."""

    state: State
    step: str = ""
    lines: tuple[str, ...] = ()
    began: str = ""
    ended: str = ""
    wish: str = ""


@dataclasses.dataclass(frozen=True)
class Model:
    """A model on disk: its name, whether it is served, and its figures where they were taken."""

    name: str
    served: bool
    right: float | None
    first_three: float | None
    languages: dict[str, float]
    missed: int | None
    """Danger messages it did not see."""


class Training:
    """Trainings of one Rasa project."""

    def __init__(self, project: Path, data: Path, timeout: float = TIMEOUT) -> None:
        self.project, self.timeout = project, timeout
        self.folder = data / "training"
        self.program: list[str] = [
            str((project / ".venv/bin/python").absolute()),
            str((project / "train.py").absolute()),
        ]

    @property
    def possible(self) -> bool:
        """Whether the training environment is on this machine."""
        return Path(self.program[0]).exists() and Path(self.program[-1]).exists()

    def progress(self) -> Progress:
        """How the last training stands. One whose process died is told as failed."""
        try:
            kept = json.loads((self.folder / "progress.json").read_text("utf-8"))
            kept["lines"] = tuple(kept.get("lines", ()))
            found = Progress(**kept)
        except (OSError, ValueError, TypeError):
            return Progress("never")
        return dataclasses.replace(found, state="failed") if found.state == "running" and not self._busy() else found

    def models(self) -> list[Model]:
        """The models on disk, the served one first."""
        folder = self.project / "models"
        current = folder / "current.tar.gz"
        served = os.path.realpath(current) if current.exists() else ""
        found = [path for path in folder.glob("[0-9a-f]*.tar.gz") if not path.is_symlink()]
        models = [_model(path, served=str(path.resolve()) == served) for path in found]
        return sorted(models, key=lambda model: not model.served)

    async def start(self, wish: Wish, now: dt.datetime) -> asyncio.Task[Progress] | None:
        """Begin; None while another runs. The task ends with it."""
        self.folder.mkdir(parents=True, exist_ok=True)
        lock = (self.folder / "lock").open("a")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            lock.close()
            return None
        self._keep(Progress("running", "starting", began=now.isoformat(), wish=wish))
        return asyncio.create_task(self._run(wish, now, lock))

    async def _run(self, wish: Wish, now: dt.datetime, lock: Any) -> Progress:
        progress = Progress("running", "starting", began=now.isoformat(), wish=wish)
        began = asyncio.get_running_loop().time()
        process = None
        try:
            process = await asyncio.create_subprocess_exec(
                *self.program,
                *OPTIONS[wish],
                cwd=self.project,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.STDOUT,
                start_new_session=True,
            )
            async with asyncio.timeout(self.timeout):
                assert process.stdout is not None
                async for raw in process.stdout:
                    progress = _heard(progress, raw.decode("utf-8", "replace").strip())
                    self._keep(progress)
                code = await process.wait()
        except (TimeoutError, OSError, ValueError) as error:
            progress = _heard(progress, type(error).__name__)
            code = 1
        finally:
            if process is not None and process.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
                with contextlib.suppress(asyncio.CancelledError):
                    await process.wait()
            lock.close()
        state: State = "taken_over" if code == 0 else "refused" if code == REFUSED else "failed"
        took = dt.timedelta(seconds=asyncio.get_running_loop().time() - began)
        progress = dataclasses.replace(progress, state=state, step="", ended=(now + took).isoformat())
        self._keep(progress)
        return progress

    def _keep(self, progress: Progress) -> None:
        aside = self.folder / ".progress.new"
        aside.write_text(json.dumps(dataclasses.asdict(progress)), "utf-8")
        aside.replace(self.folder / "progress.json")

    def _busy(self) -> bool:
        with (self.folder / "lock").open("a") as lock:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                return True
        return False


def _heard(progress: Progress, line: str) -> Progress:
    if not line:
        return progress
    step = next((step for words, step in STEPS if words in line), progress.step)
    return dataclasses.replace(progress, step=step, lines=(*progress.lines, line[:400])[-LINES:])


def _model(path: Path, *, served: bool) -> Model:
    try:
        kept = json.loads(path.with_suffix("").with_suffix(".json").read_text("utf-8"))["figures"]
        languages = {code: float(figures["top-1"]) for code, figures in kept["by language"].items()}
        missed = len(kept["danger"]["missed"])
        return Model(path.name, served, float(kept["all"]["top-1"]), float(kept["all"]["top-3"]), languages, missed)
    except (OSError, ValueError, KeyError, TypeError):
        return Model(path.name, served, None, None, {}, None)
