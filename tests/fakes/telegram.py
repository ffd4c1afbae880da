"""Telegram's Bot API as far as a bot meets it: records calls, remembers messages, hands out updates, misbehaves."""

from __future__ import annotations

import itertools
import json
import time
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.fakes.misbehaviour import Call, Misbehaviour

BOT = {"id": 7, "is_bot": True, "first_name": "Amparo", "username": "amparo_test_bot"}


class FakeTelegram:
    """`calls` is what the bot asked for; `shown` what each chat would show."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1000)
        self.reset()
        self.app = FastAPI()
        self.app.post("/bot{token}/{method}")(self.call)

    def reset(self) -> None:
        """As new."""
        self.calls: list[Call] = []
        self.shown: dict[int, dict[int, dict[str, Any]]] = {}
        self.updates: list[dict[str, Any]] = []
        self.blocked: set[int] = set()
        self.misbehaviour = Misbehaviour()

    async def call(self, request: Request, method: str) -> Response:
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        if method.startswith("send") and method != "sendChatAction":
            failure = await self.misbehaviour.next(self._refuse)
            if failure is not None:
                return failure
        return self._done(method, arguments)

    def _done(self, method: str, arguments: dict[str, Any]) -> Response:
        if method == "getMe":
            return _ok(BOT)
        if method == "getUpdates":
            offset = int(arguments.get("offset", 0))
            self.updates = [update for update in self.updates if update["update_id"] >= offset]
            return _ok(self.updates[:100])
        if method in ("sendMessage", "sendVoice"):
            chat = int(arguments["chat_id"])
            if chat in self.blocked:
                return _error(403, "Forbidden: bot was blocked by the user")
            number = next(self._numbers)
            message = {
                "message_id": number, "date": int(time.time()), "chat": {"id": chat, "type": "private"}, "from": BOT,
                "text": arguments.get("text", ""), "reply_markup": json.loads(arguments.get("reply_markup", "null")),
            }  # fmt: skip
            self.shown.setdefault(chat, {})[number] = message
            return _ok({name: value for name, value in message.items() if value is not None})
        if method == "deleteMessages":
            for number in json.loads(arguments["message_ids"]):
                self.shown.get(int(arguments["chat_id"]), {}).pop(number, None)
            return _ok(True)
        if method == "editMessageReplyMarkup":
            message = self.shown[int(arguments["chat_id"])][int(arguments["message_id"])]
            message["reply_markup"] = json.loads(arguments["reply_markup"])
            return _ok({name: value for name, value in message.items() if value is not None})
        return _ok(True)

    def _refuse(self, what: str) -> Response:
        status, _, seconds = what.partition(":")
        if status == "429":
            return _error(429, f"Too Many Requests: retry after {seconds}", {"retry_after": int(seconds)})
        return _error(int(status), seconds or "Bad Request: chat not found")

    def sent(self, chat: int) -> list[dict[str, Any]]:
        """What the chat shows, oldest first."""
        return list(self.shown.get(chat, {}).values())

    def asked(self, method: str) -> list[dict[str, Any]]:
        return [arguments for name, arguments in self.calls if name == method]


async def _arguments(request: Request) -> dict[str, Any]:
    if request.headers.get("content-type", "").startswith("application/json"):
        return dict(await request.json())
    return dict((await request.form()).items())


def _ok(result: object) -> Response:
    return JSONResponse({"ok": True, "result": result})


def _error(code: int, description: str, parameters: dict[str, Any] | None = None) -> Response:
    body = {"ok": False, "error_code": code, "description": description}
    return JSONResponse(body | ({"parameters": parameters} if parameters else {}), status_code=code)


class Phone:
    """Somebody's Telegram: makes the updates that Telegram would send."""

    def __init__(self, fake: FakeTelegram, chat: int = 5, language: str = "es") -> None:
        self.fake, self.chat, self.language = fake, chat, language
        self._numbers = itertools.count(chat * 1000)

    def update(self, **what: Any) -> dict[str, Any]:
        return {"update_id": next(self._numbers), **what}

    def message(self, **content: Any) -> dict[str, Any]:
        return self.update(message=self.raw(**content))

    def raw(self, **content: Any) -> dict[str, Any]:
        return {
            "message_id": next(self._numbers), "date": int(time.time()),
            "chat": {"id": self.chat, "type": "private", "first_name": "Rosa"}, "from": self.user(), **content,
        }  # fmt: skip

    def user(self) -> dict[str, Any]:
        return {"id": self.chat, "is_bot": False, "first_name": "Rosa", "language_code": self.language}

    def text(self, text: str) -> dict[str, Any]:
        command = {"entities": [{"type": "bot_command", "offset": 0, "length": len(text.split(maxsplit=1)[0])}]}
        return self.message(text=text, **(command if text.startswith("/") else {}))

    def tap(self, label: str) -> dict[str, Any]:
        """Tap a button of the last message that has it."""
        for message in reversed(self.fake.sent(self.chat)):
            for row in (message["reply_markup"] or {"inline_keyboard": []})["inline_keyboard"]:
                for key in row:
                    if key["text"] == label:
                        shown = {name: value for name, value in message.items() if value is not None}
                        query = {"id": "q1", "from": self.user(), "chat_instance": "1", "data": key["callback_data"]}
                        return self.update(callback_query=query | {"message": shown})
        raise AssertionError(f"no button {label}")

    def labels(self) -> list[str]:
        markup = self.fake.sent(self.chat)[-1]["reply_markup"] or {"inline_keyboard": []}
        return [key["text"] for row in markup["inline_keyboard"] for key in row]
