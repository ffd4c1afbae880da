"""Answers read aloud: real espeak-ng where it is installed."""

from __future__ import annotations

from pathlib import Path

import pytest
import soundfile

from bot.voice import Speech

pytestmark = pytest.mark.anyio


def made(path: str) -> int:
    return Path(path).stat().st_mtime_ns


def left(folder: Path) -> list[Path]:
    return list(folder.iterdir())


@pytest.mark.skipif(not Speech(Path()).available, reason="espeak-ng is not installed")
@pytest.mark.parametrize("language", ["es", "pt", "en", "fr", "ht"])
async def test_a_text_becomes_a_voice_message_once(tmp_path: Path, language: str) -> None:
    speech = Speech(tmp_path)
    path = await speech.speak("**Tienen** que pagarte.", language)
    about = soundfile.info(path)
    assert (about.format, about.subtype) == ("OGG", "OPUS")
    assert 0.5 < about.duration < 10
    first = made(path)
    assert await speech.speak("**Tienen** que pagarte.", language) == path
    assert made(path) == first


async def test_a_program_that_is_missing_or_fails_leaves_the_text_to_be_read(tmp_path: Path) -> None:
    assert not Speech(tmp_path, "no-such-program").available
    assert await Speech(tmp_path, "no-such-program").speak("hola", "es") == ""
    assert await Speech(tmp_path, "false").speak("hola", "es") == ""
    assert left(tmp_path) == []
