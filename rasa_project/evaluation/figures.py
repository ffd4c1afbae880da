"""The numbers: accuracy, calibration, danger, what is not ours, confusions. `also` counts as right."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from sklearn.metrics import f1_score, roc_auc_score

from evaluation.runs import Answer

EMERGENCY = "conversation.emergency"
OUT_OF_SCOPE = "conversation.out_of_scope"
SURE, HALF_SURE = 0.45, 0.20
"""Confidence from which the bot answers, and from which it also offers other readings: its settings."""
BINS = 10
CONFUSIONS = 25


def figures(answers: Sequence[Answer]) -> dict[str, Any]:
    """All figures of one run, ready for JSON."""
    return {
        "all": _accuracy(answers),
        "by language": _by(answers, lambda answer: answer.phrase.language),
        "by field": _by(answers, lambda answer: answer.phrase.field),
        "by style": _by(answers, lambda answer: answer.phrase.style),
        "by language and style": _by(
            answers, lambda answer: f"{answer.phrase.language} {answer.phrase.style}"
        ),
        "by length": _by(answers, lambda answer: _length(answer.phrase.text)),
        "by topic": _by(answers, lambda answer: answer.phrase.topic),
        "macro-F1": _rounded(_macro_f1(answers)),
        "calibration error": _rounded(_calibration_error(answers)),
        "danger": _danger(answers),
        "out of scope": _out_of_scope(answers),
        "thresholds": _thresholds(answers),
        "confusions": _confusions(answers),
    }


def _accuracy(answers: Sequence[Answer]) -> dict[str, Any]:
    return {
        "messages": len(answers),
        "top-1": _rounded(np.mean([answer.right() for answer in answers])),
        "top-3": _rounded(np.mean([answer.right(within=3) for answer in answers])),
    }


def _by(answers: Iterable[Answer], key: Callable[[Answer], str]) -> dict[str, Any]:
    groups = defaultdict(list)
    for answer in answers:
        groups[key(answer)].append(answer)
    return {name: _accuracy(groups[name]) for name in sorted(groups)}


def _length(text: str) -> str:
    words = len(text.split())
    return "1-9 words" if words < 10 else "10-25 words" if words <= 25 else "more than 25 words"


def _macro_f1(answers: Sequence[Answer]) -> float:
    """A second acceptable topic counts as if it had been the first."""
    wanted = [answer.topic if answer.right() else answer.phrase.topic for answer in answers]
    return f1_score(wanted, [answer.topic for answer in answers], average="macro", zero_division=0)


def _calibration_error(answers: Sequence[Answer]) -> float:
    """How far confidence and accuracy lie apart, on average over ten bins of confidence (ECE)."""
    confidence = np.array([answer.confidence for answer in answers])
    right = np.array([answer.right() for answer in answers])
    bins = np.minimum((confidence * BINS).astype(int), BINS - 1)
    gaps = [
        abs(confidence[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins)
    ]
    return float(sum(gaps))


def _danger(answers: Sequence[Answer]) -> dict[str, Any]:
    """Danger is seen when the model rings the alarm or its topic comes first."""
    seen = np.array([answer.topic == EMERGENCY or answer.alarm for answer in answers])
    real = np.array([answer.phrase.topic == EMERGENCY for answer in answers])
    either = np.array([EMERGENCY in answer.phrase.also for answer in answers])
    return {
        "messages": int(real.sum()),
        "recall": _rounded(seen[real].mean()) if real.any() else None,
        "false alarms": _rounded(seen[~real & ~either].mean()),
        "false alarms, messages": int(seen[~real & ~either].sum()),
        "missed": [
            answer.phrase.text for answer, missed in zip(answers, real & ~seen, strict=True) if missed
        ],
    }


def _out_of_scope(answers: Sequence[Answer]) -> dict[str, Any]:
    """Messages that are not ours: how many are answered all the same, and how well they can be told."""
    outside = [answer for answer in answers if answer.phrase.topic == OUT_OF_SCOPE]
    inside = [answer for answer in answers if not answer.phrase.topic.startswith("conversation.")]
    if not outside or not inside:
        return {}
    ours = [_chance_of_ours(answer) for answer in (*inside, *outside)]
    return {
        "messages": len(outside),
        "answered as ours when sure": _rounded(np.mean([_answered(answer, SURE) for answer in outside])),
        "answered as ours when half sure": _rounded(
            np.mean([_answered(answer, HALF_SURE) for answer in outside])
        ),
        "AUROC": _rounded(roc_auc_score([1] * len(inside) + [0] * len(outside), ours)),
    }


def _answered(answer: Answer, threshold: float) -> bool:
    return not answer.topic.startswith("conversation.") and answer.confidence >= threshold


def _chance_of_ours(answer: Answer) -> float:
    return max(
        (chance for topic, chance in answer.ranking if not topic.startswith("conversation.")), default=0.0
    )


def _thresholds(answers: Sequence[Answer]) -> dict[str, Any]:
    """What a person meets: an answer, one with two other readings, or a question back; how often right."""
    sure = [answer for answer in answers if answer.confidence >= SURE]
    half = [answer for answer in answers if HALF_SURE <= answer.confidence < SURE]
    unsure = [answer for answer in answers if answer.confidence < HALF_SURE]
    return {
        f"sure (from {SURE})": _share(sure, answers, 1),
        f"half sure (from {HALF_SURE})": _share(half, answers, 3),
        "unsure": _share(unsure, answers, 3),
    }


def _share(some: Sequence[Answer], answers: Sequence[Answer], within: int) -> dict[str, Any]:
    right = _rounded(np.mean([answer.right(within) for answer in some])) if some else None
    return {"share": _rounded(len(some) / len(answers)), f"right within {within}": right}


def _confusions(answers: Sequence[Answer]) -> list[list[Any]]:
    pairs = Counter((answer.phrase.topic, answer.topic) for answer in answers if not answer.right())
    return [[wanted, found, count] for (wanted, found), count in pairs.most_common(CONFUSIONS)]


def _rounded(value: float) -> float:
    return round(float(value), 4)
