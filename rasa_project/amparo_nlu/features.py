"""What the heads look at: sentence vectors for meaning, words and letter groups for names and spelling."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix, hstack
from sklearn.feature_extraction.text import TfidfVectorizer

from amparo_nlu.normalisation import for_words


@dataclass(frozen=True)
class Features:
    """Both views of the same messages, a row each."""

    vectors: np.ndarray
    words: csr_matrix

    def rows(self, chosen: np.ndarray) -> Features:
        """The same views of some of the messages."""
        return Features(self.vectors[chosen], self.words[chosen])


class WordCounts:
    """TF-IDF of words, pairs of words and groups of 2 to 5 letters, on text without accents or case."""

    def __init__(self) -> None:
        shared = {"sublinear_tf": True, "min_df": 2, "dtype": np.float32}
        self._words = TfidfVectorizer(tokenizer=str.split, lowercase=False, ngram_range=(1, 2), **shared)
        self._letters = TfidfVectorizer(analyzer="char_wb", lowercase=False, ngram_range=(2, 5), **shared)

    def learn(self, texts: Sequence[str]) -> csr_matrix:
        """Learn the vocabulary of the texts and count them."""
        folded = [for_words(text) for text in texts]
        return hstack([self._words.fit_transform(folded), self._letters.fit_transform(folded)], format="csr")

    def count(self, texts: Sequence[str]) -> csr_matrix:
        """One row a text."""
        folded = [for_words(text) for text in texts]
        return hstack([self._words.transform(folded), self._letters.transform(folded)], format="csr")

    def knows(self, word: str) -> bool:
        """True for a folded word that at least two phrases have."""
        return word in self._words.vocabulary_
