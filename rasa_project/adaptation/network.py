"""e5 as a TensorFlow network whose corrections can be trained, with a layer of topics on top."""

from __future__ import annotations

import numpy as np
import tensorflow as tf

from amparo_nlu.adapter import Adapter
from amparo_nlu.weights import E5Weights

RANK = 16
MASKED = -1e9
FAST = tf.bfloat16
"""Frozen matrices are multiplied in 16 bits, which this kind of training does not feel."""


class Network:
    """Frozen weights, trainable corrections. Starts from the corrections of `adapter`."""

    def __init__(self, weights: E5Weights, adapter: Adapter, topics: int) -> None:
        self.sizes = weights.sizes
        self._epsilon = weights.epsilon
        self._frozen = {name: tf.constant(weights.matrix(name).T, FAST) for name in weights.matrices()}
        self.small = {
            name: tf.Variable(adapter.vector(weights, name).copy()) for name in weights.small_tensors()
        }
        self.thin = {name: _thin(adapter, name, *self._frozen[name].shape) for name in weights.matrices()}
        self.centre, self.spread = (
            tf.Variable(tf.zeros(self.sizes["width"]), trainable=False),
            tf.Variable(1.0, trainable=False),
        )
        self.topics = (tf.Variable(tf.zeros((self.sizes["width"], topics))), tf.Variable(tf.zeros(topics)))

    @property
    def trainable(self) -> list[tf.Variable]:
        """Everything that training changes."""
        return [
            *self.small.values(),
            *(matrix for pair in self.thin.values() for matrix in pair),
            *self.topics,
        ]

    def logits(self, inputs: tf.Tensor, mask: tf.Tensor, dropout: float) -> tf.Tensor:
        """A score for each topic."""
        centred = (self.vectors(inputs, mask, dropout) - self.centre) / self.spread
        return tf.nn.dropout(centred, dropout) @ self.topics[0] + self.topics[1]

    def vectors(self, inputs: tf.Tensor, mask: tf.Tensor, dropout: float = 0.0) -> tf.Tensor:
        """Sentence vectors, as SmallE5 gives them."""
        hidden = self._normalised(inputs, "emb.ln")
        for layer in range(self.sizes["layers"]):
            hidden = self._layer(hidden, mask, f"l{layer}.", dropout)
        return tf.math.l2_normalize(tf.reduce_sum(hidden * mask[:, :, None], 1), -1)

    def corrections(self) -> dict[str, np.ndarray]:
        """What Adapter reads: thin matrices in 16 bits, biases and scales in full."""
        thin = {
            f"{name}.{side}": matrix.numpy().astype(np.float16)
            for name, pair in self.thin.items()
            for side, matrix in zip(("in", "out"), pair, strict=True)
        }
        return thin | {name: vector.numpy() for name, vector in self.small.items()}

    def _layer(self, given: tf.Tensor, mask: tf.Tensor, here: str, dropout: float) -> tf.Tensor:
        seen = self._multiplied(self._attended(given, mask, here), here + "ao")
        read = self._normalised(given + tf.nn.dropout(seen, dropout), here + "aln")
        thought = self._multiplied(tf.nn.gelu(self._multiplied(read, here + "fi")), here + "fo")
        return self._normalised(read + tf.nn.dropout(thought, dropout), here + "oln")

    def _attended(self, given: tf.Tensor, mask: tf.Tensor, here: str) -> tf.Tensor:
        texts, pieces, width = tf.shape(given)[0], tf.shape(given)[1], self.sizes["width"]
        each = width // self.sizes["heads"]
        query, key, value = (
            tf.transpose(
                tf.reshape(self._multiplied(given, here + kind), (texts, pieces, -1, each)), (0, 2, 1, 3)
            )
            for kind in "qkv"
        )
        closeness = (
            tf.matmul(query, key, transpose_b=True) * each**-0.5 + (1 - mask)[:, None, None, :] * MASKED
        )
        return tf.reshape(
            tf.transpose(tf.nn.softmax(closeness) @ value, (0, 2, 1, 3)), (texts, pieces, width)
        )

    def _multiplied(self, given: tf.Tensor, name: str) -> tf.Tensor:
        narrow, wide = self.thin[name + ".w"]
        frozen = tf.cast(tf.matmul(tf.cast(given, FAST), self._frozen[name + ".w"]), tf.float32)
        return frozen + tf.matmul(tf.matmul(given, narrow), wide) + self.small[name + ".b"]

    def _normalised(self, given: tf.Tensor, name: str) -> tf.Tensor:
        away = given - tf.reduce_mean(given, -1, keepdims=True)
        scale = tf.math.rsqrt(tf.reduce_mean(away * away, -1, keepdims=True) + self._epsilon)
        return away * scale * self.small[name + ".w"] + self.small[name + ".b"]


def _thin(adapter: Adapter, name: str, rows: int, columns: int) -> tuple[tf.Variable, tf.Variable]:
    """The thin matrices of the adapter, or new ones whose product is zero."""
    known = adapter.thin(name)
    if known is None:
        known = (np.random.default_rng(0).normal(0, rows**-0.5, (rows, RANK)), np.zeros((RANK, columns)))
    return tf.Variable(known[0].astype(np.float32)), tf.Variable(known[1].astype(np.float32))
