"""Writes docs/dialogues.md: the dialogues of tests/stories/cases.yaml as the bot has them, with the real model."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

from ruamel.yaml import YAML

from bot import terminal
from bot.channels import markup
from bot.clock import utc_now
from bot.messages import Answer
from bot.settings import Settings
from bot.terminal import Visitor

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "dialogues.md"
HEAD = """# Dialogues

What people read, word for word, written by `make dialogues` from `tests/stories/cases.yaml` with the real model. The
same dialogues are run as tests on Telegram, WhatsApp and the terminal.
"""


async def write() -> None:
    """Talk through every story and write it down."""
    stories = YAML(typ="safe").load(ROOT / "tests" / "stories" / "cases.yaml")
    parts = [HEAD]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(data=Path(folder), log_level="WARNING")
        async with terminal.visit(settings, lambda line: print(line, file=sys.stderr)) as first:
            for story in stories:
                visitor = Visitor(first.amparo)
                parts.append(f"\n## {story['story']}\n")
                answer = Answer("")
                for step in story["steps"]:
                    said, answers = await _step(visitor, step, answer)
                    if not answers:
                        raise SystemExit(f"no answer to {said}")
                    answer = answers[-1]
                    parts.append(f"\n**you** {said}\n")
                    parts += [_shown(one) for one in answers]
                await visitor.forget()
    PAGE.write_text("\n".join(parts).rstrip() + "\n", encoding="utf-8")


async def _step(visitor: Visitor, step: dict, before: Answer) -> tuple[str, list[Answer]]:
    if "say" in step:
        return step["say"], await visitor.say(step["say"])
    action = next((button.action for button in before.buttons if button.label == step["tap"]), "")
    if not action:
        raise SystemExit(f"no button {step['tap']} among {[button.label for button in before.buttons]}")
    return f"[{step['tap']}]", await visitor.send({"button": action, "sent_at": utc_now().isoformat()})


def _shown(answer: Answer) -> str:
    lines = "\n".join(f"> {line}".rstrip() for line in markup.plain(answer.text).splitlines())
    choices = " ".join(f"`{button.label}`" for button in answer.buttons[:8])
    paper = f"\n>\n> 📄 {answer.document.name}" if answer.document else ""
    return f"{lines}{paper}\n>\n> {choices}"


if __name__ == "__main__":
    asyncio.run(write())
