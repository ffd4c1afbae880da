"""Measures the running server: how long /model/parse takes, one message at a time and eight at once.

`python speed.py --auth-token TOKEN` sends held-out messages, each once, so that the server remembers none.
"""

from __future__ import annotations

import argparse
import http.client
import itertools
import json
import statistics
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from amparo_nlu.phrases import held_out_phrases, training_phrases

MESSAGES = 400


def main() -> int:
    """Print the figures. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("-p", "--port", type=int, default=5005)
    parser.add_argument("--auth-token", default="")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    options = parser.parse_args()
    texts = [phrase.text for phrase in held_out_phrases() or training_phrases()[::20]]
    unused = itertools.cycle(f"{text} ({number})" for number, text in enumerate(texts))
    for connections in (1, 8):
        chosen = list(itertools.islice(unused, options.messages))
        began = time.perf_counter()
        times = sorted(_together(chosen, connections, options))
        seconds = time.perf_counter() - began
        p50, p95 = statistics.median(times), times[int(len(times) * 0.95)]
        print(
            f"{connections} at once: p50 {p50 * 1000:.1f} ms, p95 {p95 * 1000:.1f} ms, "
            f"{len(times) / seconds:.0f} messages/s of {statistics.mean(map(len, chosen)):.0f} characters"
        )
    return 0


def _together(texts: list[str], connections: int, options: argparse.Namespace) -> list[float]:
    queue, times = iter(texts), []
    lock = threading.Lock()

    def work() -> None:
        connection = http.client.HTTPConnection("127.0.0.1", options.port, timeout=10)
        for text in _taken(queue, lock):
            began = time.perf_counter()
            body = json.dumps({"text": text})
            connection.request("POST", f"/model/parse?token={options.auth_token}", body)
            connection.getresponse().read()
            times.append(time.perf_counter() - began)

    workers = [threading.Thread(target=work) for _ in range(connections)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return times


def _taken(queue: Iterator[str], lock: threading.Lock) -> Iterator[str]:
    while True:
        with lock:
            text = next(queue, None)
        if text is None:
            return
        yield text


if __name__ == "__main__":
    sys.exit(main())
