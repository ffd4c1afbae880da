"""Several heads as one classifier with honest confidences.

Each head's log-scores get a weight, chosen so that messages the heads did not learn from get the likeliest
right labels (least log-loss). That blends and calibrates at once: it is a weighted geometric mean with
temperature.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from joblib import Parallel, delayed
from scipy.optimize import minimize
from scipy.special import log_softmax
from sklearn.model_selection import StratifiedKFold

from amparo_nlu.features import Features
from amparo_nlu.heads import Head

FOLDS = 4
CORES = 2


class Blend:
    """Heads fitted on all messages, weighted by how they did on messages they had not seen."""

    def __init__(self, heads: Sequence[Callable[[], Head]]) -> None:
        self._recipes = tuple(heads)
        self.heads: list[Head] = []
        self.labels = np.array([])
        self.weights = np.ones(len(self._recipes))

    def fit(self, features: Features, labels: Sequence[str], honest: np.ndarray) -> np.ndarray:
        """Learn. `honest` marks the messages that count for the weights: those no encoder was trained on.

        Returns the probabilities that each message got from heads that had not seen it.
        """
        self.labels, numbers = np.unique(labels, return_inverse=True)
        scores = self._scores_of_unseen(features, numbers)
        self.weights = _least_surprised(scores[:, honest], numbers[honest])
        self.heads = _together(delayed(_fitted)(recipe, features, numbers) for recipe in self._recipes)
        return _pooled(scores, self.weights)

    def probabilities(self, features: Features) -> np.ndarray:
        """A row a message, a column for each of `labels`; rows sum to one."""
        return _pooled(np.stack([head.scores(features) for head in self.heads]), self.weights)

    def _scores_of_unseen(self, features: Features, numbers: np.ndarray) -> np.ndarray:
        """Scores by head, message and label, from heads fitted on the other folds."""
        folds = list(StratifiedKFold(FOLDS, shuffle=True, random_state=1).split(numbers, numbers))
        jobs = [(recipe, learnt, asked) for recipe in self._recipes for learnt, asked in folds]
        found = _together(delayed(_scored)(*job, features, numbers) for job in jobs)
        scores = np.zeros((len(self._recipes), len(numbers), len(self.labels)))
        for (recipe, _, asked), part in zip(jobs, found, strict=True):
            scores[self._recipes.index(recipe), asked] = part
        return scores


def _together(jobs):  # noqa: ANN001, ANN202 - joblib's own types
    """Run on both cores; threads, because the fitting itself runs outside Python and memory stays shared."""
    return Parallel(n_jobs=CORES, prefer="threads")(jobs)


def _fitted(recipe: Callable[[], Head], features: Features, numbers: np.ndarray) -> Head:
    head = recipe()
    head.fit(features, numbers)
    return head


def _scored(
    recipe: Callable[[], Head], learnt: np.ndarray, asked: np.ndarray, features: Features, numbers: np.ndarray
) -> np.ndarray:
    return _fitted(recipe, features.rows(learnt), numbers[learnt]).scores(features.rows(asked))


def _pooled(scores: np.ndarray, weights: np.ndarray) -> np.ndarray:
    return np.exp(log_softmax(np.tensordot(weights, scores, axes=1), axis=1))


def _least_surprised(scores: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """The weights with the least log-loss."""

    def surprise(weights: np.ndarray) -> float:
        logs = log_softmax(np.tensordot(weights, scores, axes=1), axis=1)
        return -float(logs[np.arange(len(numbers)), numbers].mean())

    start = np.full(len(scores), 0.6)
    return np.maximum(
        minimize(surprise, start, method="Nelder-Mead", options={"maxiter": 120, "xatol": 0.01}).x, 0
    )
