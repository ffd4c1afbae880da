"""What is measured while the bot runs, for Prometheus: times, counts and failures by kind; never words or people."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REGISTRY = CollectorRegistry()
SECONDS = (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 3600)

LETTERS = Counter(
    "amparo_letters", "Letters by what became of them.", ["channel", "direction", "outcome"], registry=REGISTRY
)
ANSWER_SECONDS = Histogram(
    "amparo_answer_seconds",
    "From keeping a message to its stored answer.",
    ["channel"],
    buckets=SECONDS,
    registry=REGISTRY,
)
UNDERSTANDING_SECONDS = Histogram(
    "amparo_understanding_seconds",
    "What the understanding server takes for a message.",
    buckets=SECONDS[:8],
    registry=REGISTRY,
)
UNDERSTOOD = Counter(
    "amparo_understood", "Messages in words, by who read them and how sure.", ["by", "sure"], registry=REGISTRY
)
FAILURES = Counter("amparo_failures", "Failures by step and kind of error.", ["step", "kind"], registry=REGISTRY)

QUEUE_AGE = Gauge("amparo_queue_age_seconds", "How long the oldest due letter waits.", registry=REGISTRY)
GIVEN_UP = Gauge("amparo_given_up", "Letters given up after all tries.", registry=REGISTRY)
HELD = Gauge("amparo_held", "Answers that wait for a person to write again.", registry=REGISTRY)
CONTENT_PROBLEMS = Gauge("amparo_content_problems", "Content files whose last good copy serves.", registry=REGISTRY)
STALE_PAGES = Gauge("amparo_stale_pages", "Pages past the day to check them again.", registry=REGISTRY)
