"""The simple classifiers that are blended: each sees one view of a message and scores every label."""

from __future__ import annotations

from typing import Protocol

import numpy as np
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from amparo_nlu.features import Features


class Head(Protocol):
    """Learns labels numbered from 0 and scores them; scores are comparable within a message only."""

    def fit(self, features: Features, labels: np.ndarray) -> None:
        """Learn from the messages and their labels."""

    def scores(self, features: Features) -> np.ndarray:
        """A row a message, a column a label; the higher the likelier."""


class VectorHead:
    """Logistic regression on centred sentence vectors. Uncentred, all e5 vectors look alike."""

    def __init__(self, strength: float = 0.1) -> None:
        self._model = LogisticRegression(C=strength, max_iter=200)

    def fit(self, features: Features, labels: np.ndarray) -> None:
        """See Head."""
        self.centre, self.spread = features.vectors.mean(axis=0), features.vectors.std()
        self._model.fit(self._centred(features), labels)

    def scores(self, features: Features) -> np.ndarray:
        """See Head."""
        return self._model.predict_log_proba(self._centred(features))

    @property
    def weights(self) -> tuple[np.ndarray, np.ndarray]:
        """A row of weights and a bias for each label."""
        return self._model.coef_, self._model.intercept_

    def _centred(self, features: Features) -> np.ndarray:
        return (features.vectors - self.centre) / self.spread


class NearestHead:
    """The topics of the nearest known phrases, the nearer the weightier: it remembers what is rare."""

    SHARPNESS = 25.0
    """How quickly weight falls with distance."""
    DOUBT = 1e-3
    """Weight of the topics of which no phrase is near, next to the 1 of the nearest phrase."""

    def fit(self, features: Features, labels: np.ndarray) -> None:
        """See Head."""
        self._centre = features.vectors.mean(axis=0)
        self._phrases = self._directions(features)
        self._topics = np.eye(labels.max() + 1, dtype=np.float32)[labels]

    def scores(self, features: Features) -> np.ndarray:
        """See Head."""
        closeness = self._directions(features) @ self._phrases.T
        weights = np.exp(self.SHARPNESS * (closeness - closeness.max(axis=1, keepdims=True)))
        return np.log(weights @ self._topics + self.DOUBT)

    def _directions(self, features: Features) -> np.ndarray:
        away = features.vectors - self._centre
        return away / np.maximum(np.linalg.norm(away, axis=1, keepdims=True), np.float32(1e-6))


class WordHead:
    """Linear support vectors on words and letters: as good as logistic regression, thirty times faster."""

    SHARPNESS = 3.0
    """Turns margins, which lie around -1 and 1, into something like log-odds."""

    def __init__(self, strength: float = 0.3) -> None:
        self._model = LinearSVC(C=strength)

    def fit(self, features: Features, labels: np.ndarray) -> None:
        """See Head."""
        self._model.fit(features.words, labels)
        self._model.coef_ = self._model.coef_.astype(np.float32)

    def scores(self, features: Features) -> np.ndarray:
        """See Head."""
        margins = self._model.decision_function(features.words)
        if margins.ndim == 1:
            margins = np.stack([-margins, margins], axis=1) / 2
        return log_softmax(self.SHARPNESS * margins, axis=1)
