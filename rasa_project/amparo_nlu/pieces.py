"""Cuts a text into the pieces of words that e5 knows, the likeliest way, as SentencePiece does."""

from __future__ import annotations

import re

from amparo_nlu.weights import E5Weights

PREFIX = "query: "
"""e5 was trained with it."""
SPACE = "▁"
MOST = 160
"""Pieces read of a text: about the 600 characters that are read of a message."""
_NOT_A_WORD = 10.0
"""How much an unknown letter costs more than the rarest piece; the number is SentencePiece's."""


class Pieces:
    """Text to numbers of pieces."""

    def __init__(self, weights: E5Weights) -> None:
        self._spellings = {ord(letter): read_as for letter, read_as in weights.spellings.items()}
        self._known = {
            piece: (number, score)
            for number, (piece, score) in enumerate(zip(weights.pieces, weights.scores, strict=True))
            if number != weights.unknown
        }
        self._longest = max(map(len, self._known))
        self._unknown = (weights.unknown, min(weights.scores) - _NOT_A_WORD)
        self._begin, self._end = weights.begin, weights.end

    def __call__(self, text: str) -> list[int]:
        """The numbers of the pieces of the text, between the marks for its begin and end."""
        line = re.sub(" {2,}", " ", (PREFIX + text).translate(self._spellings))
        return [
            self._begin,
            *self._best_way(SPACE + line.lstrip(" ").replace(" ", SPACE))[: MOST - 2],
            self._end,
        ]

    def _best_way(self, line: str) -> list[int]:
        """The pieces with the highest sum of scores. `ways[i]` is the best way to letter i."""
        ways: list[tuple[float, int, int]] = [(0.0, 0, 0)] + [(float("-inf"), 0, 0)] * len(line)
        known, longest = self._known, self._longest
        for start in range(len(line)):
            so_far = ways[start][0]
            number, cost = self._unknown
            if so_far + cost > ways[start + 1][0]:
                ways[start + 1] = (so_far + cost, start, number)
            for end in range(start + 1, min(start + longest, len(line)) + 1):
                found = known.get(line[start:end])
                if found is not None and so_far + found[1] > ways[end][0]:
                    ways[end] = (so_far + found[1], start, found[0])
        return _walked_back(ways)


def _walked_back(ways: list[tuple[float, int, int]]) -> list[int]:
    pieces, at = [], len(ways) - 1
    while at > 0:
        _, at, number = ways[at]
        pieces.append(number)
    return pieces[::-1]
