"""Puts messages through the model: the archive as the server loads it, or folds of the training phrases."""

from __future__ import annotations

import logging
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import structlog

from amparo_nlu.phrases import PROJECT, Phrase, held_out_phrases, training_phrases
from amparo_nlu.topic_model import ALARM, TopicModel

FOLDS = 5


@dataclass(frozen=True)
class Answer:
    """What the model made of a phrase."""

    phrase: Phrase
    ranking: tuple[tuple[str, float], ...]
    alarm: bool

    @property
    def topic(self) -> str:
        """The topic that came first."""
        return self.ranking[0][0]

    @property
    def confidence(self) -> float:
        """The confidence of the first topic."""
        return self.ranking[0][1]

    def right(self, within: int = 1) -> bool:
        """Whether an acceptable topic is among the first."""
        return any(topic in (self.phrase.topic, *self.phrase.also) for topic, _ in self.ranking[:within])


async def served_answers(model: Path, every: int = 1) -> list[Answer]:
    """The held-out messages, understood by the model archive."""
    warnings.simplefilter("ignore")
    logging.disable(logging.WARNING)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    from rasa.core.agent import Agent  # noqa: PLC0415 - slow to import, and folds do without it

    agent = Agent.load(str(model))
    return [_answer(phrase, await agent.parse_message(phrase.text)) for phrase in held_out_phrases()[::every]]


def fold_answers(every: int = 1) -> list[Answer]:
    """Training phrases, each understood by a model that has not learnt it.

    Phrases on which the sentence encoder was trained would flatter it, so only those it never saw are asked.
    """
    from sklearn.model_selection import StratifiedKFold  # noqa: PLC0415

    from amparo_nlu.adapter import Adapter  # noqa: PLC0415

    phrases = training_phrases()
    adapter = Adapter()
    asked_at_all = np.array([not adapter.has_seen(phrase.text) for phrase in phrases])
    model = TopicModel()
    features = model.learn_features([phrase.text for phrase in phrases], PROJECT / ".cache", lambda *_: None)
    topics = np.array([phrase.topic for phrase in phrases])
    answers = []
    for learnt, left in StratifiedKFold(FOLDS, shuffle=True, random_state=7).split(topics, topics):
        asked = left[asked_at_all[left]][::every]
        model.fit_heads(features.rows(learnt), topics[learnt], asked_at_all[learnt])
        answers += [
            Answer(phrases[i], _ranking(model.topics, row), model.danger(row) >= ALARM)
            for i, row in zip(asked, model.judge(features.rows(asked)), strict=True)
        ]
    return answers


def _answer(phrase: Phrase, parsed: dict) -> Answer:
    ranking = tuple((entry["name"], entry["confidence"]) for entry in parsed["intent_ranking"])
    return Answer(phrase, ranking, parsed["emergency"] >= ALARM)


def _ranking(topics: np.ndarray, row: np.ndarray) -> tuple[tuple[str, float], ...]:
    return tuple((str(topics[i]), float(row[i])) for i in np.argsort(-row)[:10])
