"""The one component of the Rasa pipeline: from the text of a message to ranked topics and an alarm.

The alarm rings long before danger is the likeliest topic: a missed emergency costs most, and a neighbour
(harassment, forced labour) that is right as well often takes the first place.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from amparo_nlu.topic_model import TopicModel

ARTEFACT = "topics.joblib"
CACHE = Path(__file__).resolve().parent.parent / ".cache"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(IntentClassifier, GraphComponent):
    """Ranks the topics of a message. The work is done by TopicModel, which knows nothing of Rasa."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`ranking_length`: topics in the answer; `cache`: folder of the vectors of training phrases."""
        return {"ranking_length": 10, "cache": str(CACHE)}

    def __init__(
        self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: TopicModel
    ) -> None:
        self.config, self.storage, self.resource, self.model = config, storage, resource, model

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name
    ) -> TopicClassifier:
        """An untrained component."""
        return cls({**cls.get_default_config(), **config}, model_storage, resource, TopicModel())

    def train(self, training_data: TrainingData) -> Resource:
        """Learn the phrases and keep what was learnt in Rasa's model storage."""
        examples = [example for example in training_data.intent_examples if example.get(TEXT)]
        progress = Progress()
        self.model.fit(
            [example.get(TEXT) for example in examples],
            [example.get(INTENT) for example in examples],
            Path(self.config["cache"]),
            progress,
        )
        with self.storage.write_to(self.resource) as folder:
            joblib.dump(self.model, folder / ARTEFACT)
        progress("done")
        return self.resource

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,  # noqa: ARG003 - Rasa passes it by name
        **_: Any,
    ) -> TopicClassifier:
        """The trained component."""
        with model_storage.read_from(resource) as folder:
            model = joblib.load(folder / ARTEFACT)
        model.read("")  # starts the encoder now rather than at the first message
        return cls({**cls.get_default_config(), **config}, model_storage, resource, model)

    def process(self, messages: list[Message]) -> list[Message]:
        """Write `intent`, `intent_ranking`, `emergency`, `unknown` words and the model's name into each message."""
        for message in messages:
            self._understand(message)
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """No other component of the pipeline waits for the topics of training phrases."""
        return training_data

    def _understand(self, message: Message) -> None:
        topics = self.model.read(message.get(TEXT) or "")
        best = np.argsort(-topics)[: self.config["ranking_length"]]
        ranking = [{"name": str(self.model.topics[i]), "confidence": float(topics[i])} for i in best]
        message.set("intent", ranking[0], add_to_output=True)
        message.set("intent_ranking", ranking, add_to_output=True)
        message.set("emergency", self.model.danger(topics), add_to_output=True)
        message.set("unknown", self.model.unknown(message.get(TEXT) or ""), add_to_output=True)
        message.set("model", self.model.name, add_to_output=True)


class Progress:
    """Says on the terminal what training is at, and since when."""

    def __init__(self) -> None:
        self._began = time.monotonic()

    def __call__(self, what: str, done: int = 0, of: int = 0) -> None:
        """Say it: one line a step, rewritten while it counts when somebody watches."""
        count = f" {done:,} of {of:,}" if of else ""
        counting = sys.stderr.isatty() and done < of
        if of and not counting and done < of:
            return
        print(
            f"[{time.monotonic() - self._began:4.0f} s] {what}{count}",
            end="\r" if counting else "\n",
            file=sys.stderr,
            flush=True,
        )


__all__: Sequence[str] = ["Progress", "TopicClassifier"]
