"""What is deployed with: compose and Kubernetes files fit their schemas, name what exists, and give nothing away."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from bot import metrics
from bot.settings import Settings
from tests.conftest import ROOT

COMPOSE = ROOT / "docker-compose.yml"
MANIFESTS = sorted((ROOT / "deploy/k8s/base").glob("*.yaml"))
METRIC = re.compile(r"amparo_[a-z_]+")


def documents(path: Path) -> list[dict[str, Any]]:
    return [document for document in YAML(typ="safe").load_all(path) if document]


def test_the_compose_file_fits_its_schema() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(COMPOSE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.name)
def test_every_manifest_fits_the_kubernetes_api(path: Path) -> None:
    for document in documents(path):
        if document["kind"] != "Kustomization":
            kubernetes_validate.validate(document, "1.31", strict=True)


def test_kustomize_names_every_manifest_and_they_name_each_other() -> None:
    (kustomization,) = documents(ROOT / "deploy/k8s/base/kustomization.yaml")
    assert set(kustomization["resources"]) == {path.name for path in MANIFESTS} - {"kustomization.yaml"}
    every = [document for path in MANIFESTS for document in documents(path)]
    deployed = {document["metadata"]["name"] for document in every if document["kind"] == "Deployment"}
    for document in every:
        if document["kind"] == "HorizontalPodAutoscaler":
            assert document["spec"]["scaleTargetRef"]["name"] in deployed
        if document["kind"] == "PodDisruptionBudget":
            assert document["spec"]["selector"]["matchLabels"]["app"] in deployed


def containers() -> list[tuple[str, dict[str, Any], dict[str, Any]]]:
    found = []
    for path in MANIFESTS:
        for document in documents(path):
            if document["kind"] in ("Deployment", "Job"):
                pod = document["spec"]["template"]["spec"]
                found += [(document["metadata"]["name"], pod, container) for container in pod["containers"]]
    return found


@pytest.mark.parametrize(("name", "pod", "container"), containers(), ids=[name for name, _, _ in containers()])
def test_no_container_runs_as_root_or_writes_its_own_files(
    name: str, pod: dict[str, Any], container: dict[str, Any]
) -> None:
    assert pod["securityContext"]["runAsNonRoot"]
    assert container["securityContext"]["readOnlyRootFilesystem"]
    assert container["securityContext"]["capabilities"]["drop"] == ["ALL"]
    assert container["resources"]["limits"]["memory"]


def test_the_understanding_server_has_no_way_out_and_no_outside_port() -> None:
    compose = documents(COMPOSE)[0]
    nlu = compose["services"]["nlu"]
    assert nlu["networks"] == ["inside"]
    assert compose["networks"]["inside"]["internal"]
    assert "ports" not in nlu
    assert nlu["read_only"]
    policies = [document for path in MANIFESTS for document in documents(path) if document["kind"] == "NetworkPolicy"]
    assert next(one for one in policies if one["metadata"]["name"] == "nlu")["spec"]["egress"] == []


def test_every_setting_that_is_deployed_exists() -> None:
    text = COMPOSE.read_text() + "".join(path.read_text() for path in MANIFESTS)
    named = set(re.findall(r"\bAMPARO_([A-Z_]+)\b", text)) - {"VERSION", "PORT", "SECRETS_FOLDER"}
    assert named <= {name.upper() for name in Settings.model_fields}
    secrets = {name.removeprefix("amparo_") for name in documents(COMPOSE)[0]["secrets"] if name.startswith("amparo_")}
    assert secrets <= set(Settings.model_fields)


def test_alerts_and_dashboard_name_metrics_that_exist() -> None:
    known = {sample.name for family in metrics.REGISTRY.collect() for sample in family.samples}
    known |= {family.name for family in metrics.REGISTRY.collect()}
    known |= {f"{family.name}{end}" for family in metrics.REGISTRY.collect() for end in ("_total", "_bucket")}
    rules = documents(ROOT / "deploy/monitoring/alerts.yaml")[0]["groups"][0]["rules"]
    panels = json.loads((ROOT / "deploy/monitoring/grafana.json").read_text())["panels"]
    expressions = [rule["expr"] for rule in rules] + [target["expr"] for panel in panels for target in panel["targets"]]
    assert {name for expression in expressions for name in METRIC.findall(expression)} <= known


def test_secrets_come_from_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "amparo_secret").write_text("from a file")
    (tmp_path / "password").write_text("p@ss\n")
    settings = Settings(
        _env_file=None,
        _secrets_dir=str(tmp_path),
        database="postgresql+psycopg://amparo@db/amparo",
        database_password_file=tmp_path / "password",
    )
    assert settings.secret.get_secret_value() == "from a file"
    assert settings.database_address == "postgresql+psycopg://amparo:p%40ss@db/amparo"


def test_backup_and_restore_are_whole_scripts() -> None:
    for script in ("deploy/backup/backup", "deploy/backup/restore", "deploy/make-secrets"):
        assert subprocess.run(["bash", "-n", str(ROOT / script)], check=False).returncode == 0
