"""Trains the encoder's corrections on the training phrases and writes amparo_nlu/adapter.npz.

Takes about five minutes an epoch and 20,000 phrases on two cores, so it is run when many phrases are new,
not at every training. It never reads the held-out messages, and it leaves one phrase in six aside (see
adapter.py): their accuracy is printed after each epoch.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

from adaptation.network import Network
from amparo_nlu.adapter import FILE, Adapter, shown_to_encoder
from amparo_nlu.features import Features
from amparo_nlu.heads import VectorHead
from amparo_nlu.normalisation import for_encoder
from amparo_nlu.phrases import training_phrases
from amparo_nlu.pieces import Pieces
from amparo_nlu.weights import E5Weights

BATCH = 32
PIECES = 96
DROPOUT = 0.1
SMOOTHING = 0.1
INPUTS = [tf.TensorSpec((None, None, None)), tf.TensorSpec((None, None))]


class Course:
    """The phrases, the network, and one pass after another."""

    def __init__(self, start: Path | None, rate: float, epochs: int) -> None:
        phrases = training_phrases()
        weights = E5Weights()
        pieces = Pieces(weights)
        self.cut = [pieces(for_encoder(phrase.text))[:PIECES] for phrase in phrases]
        self._inputs = weights.inputs
        self.names, self.topics = np.unique([phrase.topic for phrase in phrases], return_inverse=True)
        shown = np.array([shown_to_encoder(phrase.text) for phrase in phrases])
        self.shown, self.aside = np.flatnonzero(shown), np.flatnonzero(~shown)
        self.network = Network(weights, Adapter(start) if start else Adapter(Path("none")), len(self.names))
        self._chance = np.random.default_rng(1)
        steps = epochs * (len(self.shown) // BATCH + 1)
        self._optimizer = tf.keras.optimizers.legacy.Adam(
            tf.keras.optimizers.schedules.CosineDecay(rate, steps)
        )
        self._step = tf.function(
            self._learn, input_signature=[*INPUTS, tf.TensorSpec((None,), tf.int64)], autograph=False
        )
        self._encode = tf.function(self.network.vectors, input_signature=INPUTS, autograph=False)

    def begin(self) -> None:
        """Start the layer of topics from a logistic regression on the vectors as they are."""
        vectors = np.zeros((len(self.cut), self.network.sizes["width"]), np.float32)
        for chosen in self._batches(np.arange(len(self.cut)), BATCH * 2):
            vectors[chosen] = self._encode(*self._padded(chosen)).numpy()
        head = VectorHead()
        head.fit(Features(vectors[self.shown], None), self.topics[self.shown])
        self.network.centre.assign(head.centre)
        self.network.spread.assign(head.spread)
        weights, bias = head.weights
        self.network.topics[0].assign(weights.T)
        self.network.topics[1].assign(bias)

    def epoch(self) -> float:
        """One pass over the shown phrases. Returns the mean loss."""
        batches = list(self._batches(self.shown, BATCH))
        self._chance.shuffle(batches)
        return float(
            np.mean([float(self._step(*self._padded(chosen), self.topics[chosen])) for chosen in batches])
        )

    def accuracy(self) -> float:
        """Share of the phrases left aside whose topic comes first."""
        right = 0
        for chosen in self._batches(self.aside, BATCH * 2):
            vectors = (self._encode(*self._padded(chosen)) - self.network.centre) / self.network.spread
            logits = (vectors @ self.network.topics[0] + self.network.topics[1]).numpy()
            right += int((logits.argmax(axis=1) == self.topics[chosen]).sum())
        return right / len(self.aside)

    def _learn(self, inputs: tf.Tensor, mask: tf.Tensor, topics: tf.Tensor) -> tf.Tensor:
        count = len(self.names)
        wanted = tf.one_hot(topics, count) * (1 - SMOOTHING) + SMOOTHING / count
        with tf.GradientTape() as tape:
            logits = self.network.logits(inputs, mask, DROPOUT)
            loss = tf.reduce_mean(tf.nn.softmax_cross_entropy_with_logits(wanted, logits))
        gradients, _ = tf.clip_by_global_norm(tape.gradient(loss, self.network.trainable), 1.0)
        pairs = zip(gradients, self.network.trainable, strict=True)
        self._optimizer.apply_gradients(pairs)
        return loss

    def _batches(self, chosen: np.ndarray, size: int) -> Iterator[np.ndarray]:
        """Phrases of about the same length together, differently each time."""
        lengths = np.array([len(self.cut[i]) for i in chosen]) + self._chance.uniform(-4, 4, len(chosen))
        ordered = chosen[np.argsort(lengths)]
        return (ordered[start : start + size] for start in range(0, len(ordered), size))

    def _padded(self, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        longest = -(-max(len(self.cut[i]) for i in chosen) // 8) * 8
        inputs = np.zeros((len(chosen), longest, self.network.sizes["width"]), np.float32)
        mask = np.zeros((len(chosen), longest), np.float32)
        for row, i in enumerate(chosen):
            inputs[row, : len(self.cut[i])] = self._inputs(self.cut[i])
            mask[row, : len(self.cut[i])] = 1
        return inputs, mask


def main() -> int:
    """Train and write the corrections after each pass, so that one can stop when it is good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument(
        "--rate", type=float, default=8e-4, help="learning rate at the start; it falls to nothing"
    )
    parser.add_argument(
        "--go-on", action="store_true", help="start from the present adapter.npz, not from e5 as published"
    )
    parser.add_argument("--to", type=Path, default=FILE, help="file to write")
    options = parser.parse_args()
    tf.config.threading.set_intra_op_parallelism_threads(2)
    course = Course(FILE if options.go_on else None, options.rate, options.epochs)
    print(f"{len(course.shown):,} phrases to learn, {len(course.aside):,} left aside", flush=True)
    course.begin()
    print(f"before: {course.accuracy():.3f} right of those left aside", flush=True)
    for number in range(1, options.epochs + 1):
        began = time.monotonic()
        loss = course.epoch()
        np.savez_compressed(options.to, **course.network.corrections())
        print(
            f"epoch {number}: loss {loss:.3f}, {course.accuracy():.3f} right, "
            f"{time.monotonic() - began:.0f} s",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
