"""What is learnt from the phrases, without Rasa: the topics of a text. Pickled with its encoder.

The encoder's graph travels with the heads that were fitted on its vectors, so that an older model can be
served again after the encoder has changed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from amparo_nlu.adapter import Adapter
from amparo_nlu.blend import CORES, Blend
from amparo_nlu.encoder import SmallE5, remembered
from amparo_nlu.features import Features, WordCounts
from amparo_nlu.heads import NearestHead, VectorHead, WordHead
from amparo_nlu.normalisation import fold, for_encoder
from amparo_nlu.vector_cache import VectorCache
from amparo_nlu.weights import E5Weights

EMERGENCY = "conversation.emergency"
ALARM = 0.5
FALSE_ALARMS = 0.008
"""Share of harmless phrases that may raise an alarm: a missed emergency costs more than a calm page."""


class TopicModel:
    """Fit once, then read texts one by one."""

    name = ""
    """Tells this training from another: what was worked out by one model is not believed of the next. Models trained
    before there were names have none.
    """

    def __init__(self) -> None:
        self.words = WordCounts()
        self.blend = Blend([VectorHead, NearestHead, WordHead])
        self.alarm_from = 1.0
        self.name = secrets.token_hex(4)
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
        unseen = self.blend.fit(features, topics, honest)
        harmless = np.asarray(topics)[honest] != EMERGENCY
        self.alarm_from = float(np.quantile(unseen[honest, self._emergency][harmless], 1 - FALSE_ALARMS))
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

    def read(self, text: object) -> np.ndarray:
        """Probabilities of the topics."""
        if self._vector is None:
            self._vector = remembered(SmallE5(self._graph, "served"))
        return self.judge(Features(self._vector(for_encoder(text))[None], self.words.count([text])))[0]

    def judge(self, features: Features) -> np.ndarray:
        """Probabilities of the topics, a row a message."""
        return self.blend.probabilities(features)

    def danger(self, probabilities: np.ndarray) -> float:
        """From 0 to 1 how likely an emergency is; from ALARM on it is believed, whatever comes first.

        The probability itself, stretched so that `alarm_from` lies at ALARM.
        """
        known, found = [0.0, self.alarm_from, 1.0], float(probabilities[self._emergency])
        return float(np.interp(found, known, [0.0, ALARM, 1.0]))

    def unknown(self, text: object) -> list[str]:
        """Words of the text that fewer than two phrases of the training use: names, mostly, and odd spellings."""
        return sorted({word for word in fold(text).split() if not self.words.knows(word)})

    @property
    def _emergency(self) -> int:
        return int(np.searchsorted(self.topics, EMERGENCY))

    def __getstate__(self) -> dict[str, Any]:
        """All but the running encoder, which is started from its graph at the first reading."""
        return self.__dict__ | {"_vector": None}


def _graph(adapter: Adapter) -> bytes:
    from amparo_nlu.graph import Graph  # noqa: PLC0415 - a server need not load `onnx`

    return Graph(E5Weights(), adapter).build()
