"""Meta's Graph API as far as a bot meets it: records calls, checks Meta's limits, misbehaves; and somebody's phone."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import time
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.fakes.misbehaviour import Call, Misbehaviour

NUMBERS = itertools.count(1)
"""Of messages that people send: Meta numbers them all over, whoever writes."""
PHONE_ID, APP_SECRET = "111222333", "app secret"


class FakeWhatsApp:
    """`calls` is what the bot asked for; `shown` the messages of each person."""

    def __init__(self) -> None:
        self.reset()
        self._numbers = itertools.count(1)
        self.app = FastAPI()
        self.app.post("/v{version}/{phone}/messages")(self.messages)

    def reset(self) -> None:
        """As new."""
        self.calls: list[Call] = []
        self.shown: dict[str, list[dict[str, Any]]] = {}
        self.misbehaviour = Misbehaviour()

    async def messages(self, request: Request, phone: str) -> Response:
        body = await request.json()
        self.calls.append(("messages", body))
        if body.get("status") == "read":
            return JSONResponse({"success": True})
        failure = await self.misbehaviour.next(self._refuse)
        if failure is not None:
            return failure
        if problem := _too_much(body):
            return self._refuse(f"100:{problem}")
        person = str(body.get("to") or body.get("recipient"))
        number = f"wamid.{next(self._numbers)}"
        self.shown.setdefault(person, []).append(body | {"id": number})
        contact = {"input": person, "wa_id": person}
        return JSONResponse({"messaging_product": "whatsapp", "contacts": [contact], "messages": [{"id": number}]})

    def _refuse(self, what: str) -> Response:
        code, _, message = what.partition(":")
        status = 429 if code in ("130429", "131056") else 400
        error = {"message": message or f"(#{code})", "type": "OAuthException", "code": int(code), "fbtrace_id": "x"}
        return JSONResponse({"error": error | {"error_data": {"details": message}}}, status_code=status)

    def sent(self, person: str) -> list[dict[str, Any]]:
        return self.shown.get(person, [])


def _too_much(body: dict[str, Any]) -> str:
    """Meta's limits, as its documentation states them."""
    if body["type"] == "text":
        return "" if 0 < len(body["text"]["body"]) <= 4096 else "text"
    if body["type"] != "interactive":
        return ""
    inside = body["interactive"]
    if not 0 < len(inside["body"]["text"]) <= 1024:
        return "body"
    if inside["type"] == "button":
        keys = [key["reply"] for key in inside["action"]["buttons"]]
        good = len(keys) <= 3 and all(0 < len(key["title"]) <= 20 and len(key["id"]) <= 256 for key in keys)
        return "" if good and len({key["title"] for key in keys}) == len(keys) else "buttons"
    if inside["type"] == "list":
        rows = [row for section in inside["action"]["sections"] for row in section["rows"]]
        good = 0 < len(rows) <= 10 and 0 < len(inside["action"]["button"]) <= 20
        fits = all(
            0 < len(r["title"]) <= 24 and len(r.get("description") or "") <= 72 and len(r["id"]) <= 200 for r in rows
        )
        return "" if good and fits else "list"
    return ""


class Handset:
    """Somebody's WhatsApp: makes the payloads that Meta would send, with a business-scoped id or without."""

    def __init__(self, fake: FakeWhatsApp, phone: str = "56911111111", user: str = "CL.13491208655302741918") -> None:
        self.fake, self.phone, self.user = fake, phone, user

    @property
    def address(self) -> str:
        return self.user or self.phone

    def payload(self, **value: Any) -> dict[str, Any]:
        whole = {
            "messaging_product": "whatsapp",
            "metadata": {"display_phone_number": "15550000", "phone_number_id": PHONE_ID},
            **value,
        }
        return {
            "object": "whatsapp_business_account",
            "entry": [{"id": "waba", "changes": [{"field": "messages", "value": whole}]}],
        }

    def message(self, kind: str, **content: Any) -> dict[str, Any]:
        contact: dict[str, Any] = {"profile": {"name": "Rosa"}}
        message: dict[str, Any] = {
            "id": f"wamid.in{next(NUMBERS)}",
            "timestamp": str(int(time.time())),
            "type": kind,
        }
        if self.phone:
            contact["wa_id"] = message["from"] = self.phone
        if self.user:
            contact["user_id"] = message["from_user_id"] = self.user
        return self.payload(contacts=[contact], messages=[message | content])

    def text(self, text: str) -> dict[str, Any]:
        return self.message("text", text={"body": text})

    def tap(self, label: str) -> dict[str, Any]:
        """Choose a button or a row of the last message; a number where there is only a menu in words."""
        last = self.fake.sent(self.address)[-1]
        context = {"from": "15550000", "id": last["id"]}
        if last["type"] == "interactive":
            action = last["interactive"]["action"]
            for key in action.get("buttons", []):
                if key["reply"]["title"] == label:
                    chosen = {"type": "button_reply", "button_reply": key["reply"]}
                    return self.message("interactive", interactive=chosen, context=context)
            for row in (row for section in action.get("sections", []) for row in section["rows"]):
                if label in (row["title"], row.get("description")):
                    reply = {"id": row["id"], "title": row["title"]}
                    chosen = {"type": "list_reply", "list_reply": reply}
                    return self.message("interactive", interactive=chosen, context=context)
        for line in said(last).splitlines():
            number, _, name = line.partition(". ")
            if name == label and number.isdigit():
                return self.text(number)
        raise AssertionError(f"no choice {label} in {last}")


def said(message: dict[str, Any]) -> str:
    """The words of a message."""
    if message["type"] == "interactive":
        return str(message["interactive"]["body"]["text"])
    return str(message.get("text", {}).get("body", ""))


def signed(payload: dict[str, Any]) -> tuple[bytes, dict[str, str]]:
    """A payload as Meta sends it."""
    body = json.dumps(payload).encode()
    digest = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
    return body, {"X-Hub-Signature-256": f"sha256={digest}", "Content-Type": "application/json"}
