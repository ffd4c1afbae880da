"""What is not documented does not exist: settings and commands."""

from __future__ import annotations

import re

from bot.__main__ import app
from bot.settings import Settings, settings_page
from tests.conftest import ROOT


def test_every_setting_is_documented() -> None:
    documented = (ROOT / "docs" / "settings.md").read_text()
    assert documented == settings_page()
    assert all(field.description for field in Settings.model_fields.values())


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in app.registered_commands:
        name = command.name or command.callback.__name__
        assert f"python -m bot {name}" in readme, name


def test_every_file_the_readme_links_is_there() -> None:
    readme = (ROOT / "README.md").read_text()
    for target in re.findall(r"\]\(([^)#]+)", readme):
        assert (ROOT / target).exists(), target


def test_no_path_of_a_machine_is_in_the_project() -> None:
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("bot/**/*.py")]:
        assert "/root/" not in path.read_text(), path
