"""Speech: answers read aloud where espeak-ng is installed, voice messages written down where a model is set up."""

from __future__ import annotations

import asyncio
import hashlib
import io
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
import structlog

from bot.channels import Channel, markup
from bot.messages import Message

log = structlog.get_logger()

VOICES = {"es": "es-419", "pt": "pt-br", "en": "en-us", "fr": "fr-fr", "ht": "ht"}
WORDS_A_MINUTE = "140"
RATE = 24_000
"""Hertz: one of those Opus knows."""
TIMEOUT = 15.0
LONGEST = 3000
"""Characters read aloud: some four minutes."""
SIGNS = str.maketrans(dict.fromkeys("📞📖⏳📍⚠️☎️👍👎🔊", " "))


class Speech:
    """Reads texts aloud into Ogg files, each made once."""

    def __init__(self, folder: Path, program: str = "espeak-ng") -> None:
        self.folder, self.program = folder, program

    @property
    def available(self) -> bool:
        """True when the program is installed."""
        return shutil.which(self.program) is not None

    async def speak(self, text: str, language: str) -> str:
        """The path of the spoken text, '' when it could not be made: then the text is sent to be read."""
        plain = markup.plain(text).translate(SIGNS)[:LONGEST]
        voice = VOICES.get(language, VOICES["es"])
        name = hashlib.sha256(f"{voice}\0{plain}".encode()).hexdigest()[:32]
        path = self.folder / f"{name}.ogg"
        if path.exists():
            return str(path)
        try:
            sound = await asyncio.wait_for(self._wave(plain, voice), TIMEOUT)
            await asyncio.to_thread(_as_ogg, sound, path)
        except (OSError, TimeoutError, RuntimeError) as error:
            log.warning("not_spoken", kind=type(error).__name__)
            return ""
        return str(path)

    async def _wave(self, text: str, voice: str) -> bytes:
        process = await asyncio.create_subprocess_exec(
            self.program, "-v", voice, "-s", WORDS_A_MINUTE, "--stdin", "--stdout",
            stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        )  # fmt: skip
        try:
            sound, _ = await process.communicate(text.encode())
        except asyncio.CancelledError:
            process.kill()
            raise
        if process.returncode != 0 or not sound:
            raise RuntimeError(f"{self.program} ended with {process.returncode}")
        return sound


class Hearing:
    """Writes down voice messages with a faster-whisper model that the operator put in a folder. Sound is never kept."""

    def __init__(self, model: Path, most_seconds: float) -> None:
        """Raises ImportError without the package `faster-whisper`, and its own errors for a folder without a model."""
        from faster_whisper import WhisperModel  # noqa: PLC0415 - only where the operator set it up

        self.most_seconds = most_seconds
        self._model: Any = WhisperModel(str(model), device="cpu", compute_type="int8")

    async def hear(self, message: Message, channel: Channel) -> str:
        """The words of a voice message, '' when they could not be made out."""
        if message.sound_seconds > self.most_seconds:
            return ""
        try:
            sound = await channel.sound(message.sound)
            return await asyncio.to_thread(self._written, sound, message.language_hint[:2])
        except Exception as error:  # whatever fails, the person is asked to write
            log.warning("not_heard", kind=type(error).__name__)
            return ""

    def _written(self, sound: bytes, language: str) -> str:
        parts, _ = self._model.transcribe(io.BytesIO(sound), language=language or None, vad_filter=True)
        return " ".join(part.text.strip() for part in parts)


def _as_ogg(wave: bytes, path: Path) -> None:
    """Write a wave file as Ogg with Opus, which both messengers play as a voice message."""
    samples, rate = soundfile.read(io.BytesIO(wave), dtype="float32")
    length = int(len(samples) * RATE / rate)
    resampled = np.interp(np.linspace(0, len(samples) - 1, length), np.arange(len(samples)), samples)
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".part")
    soundfile.write(unfinished, resampled.astype("float32"), RATE, format="OGG", subtype="OPUS")
    unfinished.replace(path)
