"""Sentence vectors on disk, by text: a second training encodes only the phrases that are new."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from amparo_nlu.encoder import Encoder

BATCH = 32


class VectorCache:
    """One file an encoder. What is not there yet is encoded and added."""

    def __init__(self, folder: Path, encoder: Encoder) -> None:
        self.encoder = encoder
        self.file = folder / f"vectors-{hashlib.sha256(encoder.name.encode()).hexdigest()[:12]}.npz"
        self._known: dict[bytes, np.ndarray] = {}
        if self.file.exists():
            with np.load(self.file) as stored:
                self._known = dict(
                    zip((key.tobytes() for key in stored["keys"]), stored["vectors"], strict=True)
                )

    def encode(
        self, texts: Sequence[str], progress: Callable[[int, int], None] = lambda _done, _of: None
    ) -> np.ndarray:
        """One row a text; `progress` hears how many of the unknown texts are done."""
        unknown = sorted({text for text in texts if _key(text) not in self._known}, key=len)
        for start in range(
            0, len(unknown), BATCH
        ):  # texts of like length together, as a batch is as slow as its longest
            batch = unknown[start : start + BATCH]
            self._known.update(zip(map(_key, batch), self.encoder.encode(batch), strict=True))
            progress(start + len(batch), len(unknown))
        if unknown:
            self._write()
        return (
            np.stack([self._known[_key(text)] for text in texts])
            if texts
            else np.empty((0, self.encoder.size))
        )

    def _write(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        unfinished = self.file.with_suffix(".unfinished.npz")
        keys = np.frombuffer(b"".join(self._known), np.uint8).reshape(len(self._known), -1)
        np.savez(unfinished, keys=keys, vectors=np.stack(list(self._known.values())).astype(np.float32))
        unfinished.replace(self.file)


def _key(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "replace"), digest_size=16).digest()
