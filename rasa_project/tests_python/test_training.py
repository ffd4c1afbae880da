"""train.py: knows what is stale, is instant when nothing is, leaves the served model when it fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import train
from amparo_nlu.phrases import PROJECT


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
