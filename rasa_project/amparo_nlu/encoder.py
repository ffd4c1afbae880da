"""Sentence vectors. Another encoder takes e5's place by offering the same `name`, `size` and `encode`.

Encoding is most of the time of training and of a parse, so vectors are remembered: on disk by text while
training (VectorCache), in memory for the messages that many people send (`remembered`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Protocol

import numpy as np
import onnxruntime

from amparo_nlu.pieces import Pieces
from amparo_nlu.weights import E5Weights

REMEMBERED = 20_000
"""Vectors kept in memory by a server: 30 MB."""


class Encoder(Protocol):
    """Turns texts into vectors of one length."""

    name: str
    size: int

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """One row a text."""


class SmallE5:
    """multilingual-e5-small, run by onnxruntime from a graph that `graph.Graph` wrote."""

    def __init__(self, graph: bytes, name: str, cores: int = 1) -> None:
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads, options.inter_op_num_threads = cores, 1
        self._session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
        self._weights = E5Weights()
        self._pieces = Pieces(self._weights)
        self.name = name
        self.size: int = self._weights.sizes["width"]

    def encode(self, texts: Sequence[str]) -> np.ndarray:
        """See Encoder. The vector of a text is the mean over its pieces, with length one."""
        cut = [self._pieces(text) for text in texts]
        embeddings = np.zeros((len(cut), max(map(len, cut)), self.size), np.float32)
        mask = np.zeros(embeddings.shape[:2], np.int32)
        for row, pieces in enumerate(cut):
            embeddings[row, : len(pieces)] = self._weights.inputs(pieces)
            mask[row, : len(pieces)] = 1
        (outputs,) = self._session.run(None, {"embeddings": embeddings, "mask": mask})
        sums = np.einsum("tpw,tp->tw", outputs, mask.astype(np.float32))
        return sums / np.linalg.norm(sums, axis=1, keepdims=True)


def remembered(encoder: Encoder) -> Callable[[str], np.ndarray]:
    """The vector of one text; the same text is encoded once."""

    @lru_cache(maxsize=REMEMBERED)
    def vector(text: str) -> np.ndarray:
        return encoder.encode([text])[0]

    return vector
