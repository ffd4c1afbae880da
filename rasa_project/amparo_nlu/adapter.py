"""What `python -m adaptation` taught e5 about our users' language: small corrections to its weights.

Every matrix of the encoder is corrected by the product of two thin ones (LoRA), every bias and scale by a
new value. One phrase in six is never shown to the encoder, so that confidences can be calibrated on honest
examples.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

import numpy as np

from amparo_nlu.weights import E5Weights

FILE = Path(__file__).with_name("adapter.npz")
ONE_IN = 6


class Adapter:
    """The corrections of one file; without a file the encoder stays as its makers trained it."""

    def __init__(self, file: Path = FILE) -> None:
        self._stored: dict[str, np.ndarray] = {}
        if file.exists():
            with np.load(file) as stored:
                self._stored = {name: stored[name].astype(np.float32) for name in stored.files}

    @property
    def name(self) -> str:
        """Tells adapters apart."""
        return _digest(self._stored) if self._stored else "as published"

    def has_seen(self, text: str) -> bool:
        """Whether the encoder was trained on the text, which flatters whatever is learnt on top of it."""
        return bool(self._stored) and shown_to_encoder(text)

    def matrix(self, weights: E5Weights, name: str) -> np.ndarray:
        """The corrected matrix."""
        pair = self.thin(name)
        return weights.matrix(name) if pair is None else weights.matrix(name) + (pair[0] @ pair[1]).T

    def thin(self, name: str) -> tuple[np.ndarray, np.ndarray] | None:
        """The two thin matrices that correct the named one."""
        if f"{name}.in" not in self._stored:
            return None
        return self._stored[f"{name}.in"], self._stored[f"{name}.out"]

    def vector(self, weights: E5Weights, name: str) -> np.ndarray:
        """The corrected bias or scale."""
        return self._stored.get(name, weights.vector(name))


@lru_cache(maxsize=100_000)
def shown_to_encoder(text: str) -> bool:
    """Five phrases in six. By a hash of the text, so that it never changes for a phrase."""
    return hashlib.blake2b(" ".join(text.lower().split()).encode(), digest_size=1).digest()[0] % ONE_IN != 0


def _digest(stored: dict[str, np.ndarray]) -> str:
    digest = hashlib.sha256()
    for name in sorted(stored):
        digest.update(name.encode() + stored[name].tobytes())
    return digest.hexdigest()[:12]
