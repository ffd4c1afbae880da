"""What is learnt from the phrases, without Rasa: topics and danger of a text. Pickled whole, with its encoder.

The encoder's graph travels with the heads that were fitted on its vectors, so that an older model can be
served again after the encoder has changed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from amparo_nlu.adapter import Adapter
from amparo_nlu.blend import CORES, Blend
from amparo_nlu.encoder import SmallE5, remembered
from amparo_nlu.features import Features, WordCounts
from amparo_nlu.heads import VectorHead, WordHead
from amparo_nlu.normalisation import for_encoder
from amparo_nlu.vector_cache import VectorCache
from amparo_nlu.weights import E5Weights

EMERGENCY = "conversation.emergency"
OTHERS = "other"


class TopicModel:
    """Fit once, then read texts one by one."""

    def __init__(self) -> None:
        self.words = WordCounts()
        self.blend = Blend([VectorHead, WordHead])
        self.danger = Blend([VectorHead, WordHead])
        self._graph = b""
        self._vector: Callable[[str], np.ndarray] | None = None

    @property
    def topics(self) -> np.ndarray:
        """The topics in the order of the probabilities that `read` gives."""
        return self.blend.labels

    def fit(
        self,
        texts: Sequence[str],
        topics: Sequence[str],
        cache: Path,
        progress: Callable[..., None] = lambda *_: None,
    ) -> TopicModel:
        """Learn the topics of the texts; vectors are taken from the cache where it has them."""
        features = self.learn_features(texts, cache, progress)
        adapter = Adapter()
        honest = np.array([not adapter.has_seen(text) for text in texts])
        return self.fit_heads(features, topics, honest, progress)

    def fit_heads(
        self,
        features: Features,
        topics: Sequence[str],
        honest: np.ndarray,
        progress: Callable[..., None] = lambda *_: None,
    ) -> TopicModel:
        """Learn the topics; `honest` marks the texts that the encoder was not trained on."""
        progress("topics")
        self.blend.fit(features, topics, honest)
        progress("danger")
        self.danger.fit(features, [EMERGENCY if topic == EMERGENCY else OTHERS for topic in topics], honest)
        return self

    def learn_features(self, texts: Sequence[str], cache: Path, progress: Callable[..., None]) -> Features:
        """Fix the encoder and the vocabulary, and give both views of the texts."""
        adapter = Adapter()
        self._graph = _graph(adapter)
        encoder = SmallE5(self._graph, f"e5-small, {adapter.name}, 8 bits", CORES)
        vectors = VectorCache(cache, encoder).encode(
            [for_encoder(text) for text in texts], lambda done, of: progress("sentence vectors", done, of)
        )
        progress("words and letters")
        return Features(vectors, self.words.learn(texts))

    def read(self, text: object) -> tuple[np.ndarray, float]:
        """Probabilities of the topics, and of danger."""
        if self._vector is None:
            self._vector = remembered(SmallE5(self._graph, "served"))
        features = Features(self._vector(for_encoder(text))[None], self.words.count([text]))
        topics, danger = self.judge(features)
        return topics[0], float(danger[0])

    def judge(self, features: Features) -> tuple[np.ndarray, np.ndarray]:
        """Probabilities of the topics, and of danger, a row a message."""
        danger = self.danger.probabilities(features)[:, list(self.danger.labels).index(EMERGENCY)]
        return self.blend.probabilities(features), danger

    def __getstate__(self) -> dict[str, Any]:
        """All but the running encoder, which is started from its graph at the first reading."""
        return self.__dict__ | {"_vector": None}


def _graph(adapter: Adapter) -> bytes:
    from amparo_nlu.graph import Graph  # noqa: PLC0415 - a server never writes graphs and need not load `onnx`

    return Graph(E5Weights(), adapter).build()
