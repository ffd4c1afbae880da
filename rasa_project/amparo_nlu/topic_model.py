"""What is learnt from the phrases, without Rasa: topics and danger of a text. Pickled whole, encoder apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from amparo_nlu.blend import Blend
from amparo_nlu.encoder import SentenceEncoder, VectorCache, remembered
from amparo_nlu.features import Features, WordCounts
from amparo_nlu.heads import VectorHead, WordHead
from amparo_nlu.normalisation import for_encoder

EMERGENCY = "conversation.emergency"
OTHERS = "other"


class TopicModel:
    """Fit once, then read texts one by one."""

    def __init__(self) -> None:
        self.words = WordCounts()
        self.blend = Blend([VectorHead, WordHead])
        self.danger = Blend([VectorHead, WordHead])
        self._vector: Callable[[str], np.ndarray] | None = None

    @property
    def topics(self) -> np.ndarray:
        """The topics in the order of the probabilities that `read` gives."""
        return self.blend.labels

    def fit(
        self, texts: Sequence[str], topics: Sequence[str], cache: Path, progress: Callable[..., None] = lambda *_: None
    ) -> TopicModel:
        """Learn the topics of the texts; vectors are taken from the cache where it has them."""
        encoder = SentenceEncoder()
        vectors = VectorCache(cache, encoder).encode(
            [for_encoder(text) for text in texts], lambda done, of: progress("sentence vectors", done, of)
        )
        progress("words and letters")
        features = Features(vectors, self.words.learn(texts))
        honest = np.array([not encoder.has_seen(text) for text in texts])
        progress("topics")
        self.blend.fit(features, topics, honest)
        progress("danger")
        self.danger.fit(features, [EMERGENCY if topic == EMERGENCY else OTHERS for topic in topics], honest)
        return self

    def read(self, text: object) -> tuple[np.ndarray, float]:
        """Probabilities of the topics, and of danger."""
        if self._vector is None:
            self._vector = remembered(SentenceEncoder())
        features = Features(self._vector(for_encoder(text))[None], self.words.count([text]))
        danger = self.danger.probabilities(features)[0, list(self.danger.labels).index(EMERGENCY)]
        return self.blend.probabilities(features)[0], float(danger)

    def __getstate__(self) -> dict[str, Any]:
        """The encoder stays out of the model archive: it comes with its package."""
        return self.__dict__ | {"_vector": None}
