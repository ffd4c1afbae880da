"""train.py: knows what is stale, is instant when nothing is, leaves the served model when it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import train
from amparo_nlu.phrases import PROJECT
from evaluation.takeover import compared


@pytest.fixture
def models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(train, "MODELS", tmp_path)
    monkeypatch.setattr(train, "CURRENT", tmp_path / "current.tar.gz")
    monkeypatch.setattr(train, "PROJECT", tmp_path)
    return tmp_path


def test_domain_is_up_to_date() -> None:
    assert (PROJECT / "domain.yml").read_text("utf-8") == train.domain(), "run train.py"


def test_current_model_is_switched_in_one_step(models: Path) -> None:
    for name in ("aa.tar.gz", "bb.tar.gz"):
        (models / name).touch()
        train.point_at(models / name)
        assert train.CURRENT.resolve() == models / name


def test_previous_model_is_kept(models: Path) -> None:
    for name in ("aa.tar.gz", "bb.tar.gz", "cc.tar.gz"):
        (models / name).touch()
    train.point_at(models / "cc.tar.gz")
    train._forget_old_models(models / "cc.tar.gz")
    assert {file.name for file in models.glob("[ab]*.tar.gz")} < {"aa.tar.gz", "bb.tar.gz"}
    assert train.CURRENT.exists()


def test_failed_training_leaves_the_served_model(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    (models / "aa.tar.gz").touch()
    train.point_at(models / "aa.tar.gz")

    def fail(_model: Path) -> None:
        raise RuntimeError("no phrases")

    monkeypatch.setattr(train, "_trained_by_rasa", fail)
    assert train.train(models / "bb.tar.gz") == 1
    assert train.CURRENT.resolve() == models / "aa.tar.gz"
    assert "no phrases" in capsys.readouterr().err


def test_fingerprint_follows_the_phrases(models: Path) -> None:
    (models / "data/nlu/es").mkdir(parents=True)
    file = models / "data/nlu/es/labour_rights.yml"
    file.write_text("a", "utf-8")
    before = train.fingerprint()
    file.write_text("b", "utf-8")
    assert train.fingerprint() != before


def test_checking_imports_neither_rasa_nor_tensorflow() -> None:
    slow = "('rasa', 'tensorflow', 'numpy')"
    code = f"import sys, train; train.fingerprint(); print(any(name in sys.modules for name in {slow}))"
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == "False"


def test_a_model_that_understands_worse_is_refused_and_taken_on_demand(
    models: Path, monkeypatch: pytest.MonkeyPatch, capsys
) -> None:
    for name in ("aa.tar.gz", "bb.tar.gz"):
        (models / name).touch()
    train.point_at(models / "aa.tar.gz")
    monkeypatch.setattr("evaluation.takeover.reasons_against", lambda *_: ["es: top-1 0.800 instead of 0.900"])
    assert not train.take_over(models / "bb.tar.gz", accept=False)
    assert train.CURRENT.resolve() == models / "aa.tar.gz"
    assert "0.800 instead of 0.900" in capsys.readouterr().err
    assert train.take_over(models / "bb.tar.gz", accept=True)
    assert train.CURRENT.resolve() == models / "bb.tar.gz"


def test_one_command_goes_back(models: Path) -> None:
    for name in ("aa.tar.gz", "bb.tar.gz"):
        (models / name).touch()
    train.point_at(models / "bb.tar.gz")
    assert train.go_back() == 0
    assert train.CURRENT.resolve() == models / "aa.tar.gz"


def test_going_back_needs_another_model(models: Path) -> None:
    (models / "aa.tar.gz").touch()
    train.point_at(models / "aa.tar.gz")
    assert train.go_back() == 1


def _run(top1: float, *, missed: int = 0, messages: int = 100) -> dict:
    figures = {"messages": messages, "top-1": top1}
    return {"all": figures, "by language": {"es": figures}, "danger": {"missed": ["x"] * missed}}


@pytest.mark.parametrize(
    ("new", "served", "refused"),
    [
        (_run(0.90), _run(0.90), False),
        (_run(0.895), _run(0.90), False),
        (_run(0.88), _run(0.90), True),
        (_run(0.95, missed=1), _run(0.90), True),
    ],
)
def test_what_counts_as_worse(new: dict, served: dict, *, refused: bool) -> None:
    assert bool(compared(new, served)) is refused
