"""How many held-out messages of danger the bot sees, by words, by model and by both, and how often it errs.

Run with `python -m benchmarks.danger` while an understanding server runs (`make nlu`).
"""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from ruamel.yaml import YAML

from bot.app import build_keywords, open_model_client
from bot.settings import Settings
from bot.translations import Catalogues
from bot.understanding.lexicon import fold
from bot.understanding.rasa import RasaInterpreter

ROOT = Path(__file__).parent.parent
EMERGENCY = "conversation.emergency"


async def main() -> None:
    """Read every held-out message and print the counts."""
    settings = Settings()
    keywords = build_keywords(settings, Catalogues(settings.locales))
    paths = sorted((ROOT / "rasa_project" / "tests").glob("*/*.yml"))
    items = [item for path in paths for item in YAML(typ="safe").load(path)]
    topics = frozenset(item["topic"] for item in items) | {EMERGENCY}
    seen = {"words": [0, 0], "both": [0, 0]}
    settings.nlu_timeout = 30
    async with contextlib.AsyncExitStack() as stack:
        interpreter = RasaInterpreter(await open_model_client(settings, stack), keywords, topics)
        for item in items:
            danger = item["topic"] == EMERGENCY
            found = {
                "words": keywords.danger(fold(item["text"])),
                "both": (await interpreter.understand(item["text"], "")).danger,
            }
            for way, alarm in found.items():
                seen[way][not danger] += bool(alarm)
                if danger != bool(alarm):
                    print(f"{way}: {'missed' if danger else 'false alarm'}: {item['text']}")
    dangerous = sum(item["topic"] == EMERGENCY for item in items)
    for way, (right, wrong) in seen.items():
        print(f"{way}: {right} of {dangerous} seen, {wrong} false alarms in {len(items) - dangerous}")


if __name__ == "__main__":
    asyncio.run(main())
