"""Where Telegram and Meta bring their updates: authentic, kept, then 200.

A database that fails means 503, and they bring it again.
"""

from __future__ import annotations

import hmac
import json
from typing import Any

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse

from bot.channels import Channel
from bot.inbox import Inbox
from bot.messengers import TELEGRAM_PATH, WHATSAPP_PATH, Messengers

log = structlog.get_logger()

BODY_LIMIT = 1024 * 1024
"""Updates are a few kB; the platforms' own limit is below this."""


def webhooks(messengers: Messengers, inbox: Inbox) -> APIRouter:
    """The routes of the messengers in use."""
    router = APIRouter()
    if messengers.telegram and messengers.telegram_secret:
        router.post(TELEGRAM_PATH)(_telegram(messengers.telegram, messengers.telegram_secret, inbox))
    if messengers.whatsapp:
        router.get(WHATSAPP_PATH)(_verification(messengers.whatsapp_verify_token))
        router.post(WHATSAPP_PATH)(_whatsapp(messengers, inbox))
    return router


def _telegram(channel: Channel, secret: str, inbox: Inbox) -> Any:
    async def update(request: Request) -> Response:
        given = request.headers.get("x-telegram-bot-api-secret-token", "")
        if not hmac.compare_digest(given.encode(), secret.encode()):
            return Response(status_code=401)
        return await _keep(channel, await _body(request), inbox)

    return update


def _whatsapp(messengers: Messengers, inbox: Inbox) -> Any:
    async def update(request: Request) -> Response:
        channel = messengers.whatsapp
        body = await _body(request)
        if channel is None or body is None or not channel.signed(body, request.headers.get("x-hub-signature-256", "")):
            return Response(status_code=401)
        return await _keep(channel, body, inbox)

    return update


def _verification(token: str) -> Any:
    async def verify(request: Request) -> Response:
        """Meta's handshake: our token, and its challenge back."""
        asked = request.query_params
        ours = bool(token) and hmac.compare_digest(asked.get("hub.verify_token", "").encode(), token.encode())
        if asked.get("hub.mode") == "subscribe" and ours:
            return PlainTextResponse(asked.get("hub.challenge", "")[:200])
        return Response(status_code=403)

    return verify


async def _body(request: Request) -> bytes | None:
    """The raw body, None when it is too large."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return None
    return body


async def _keep(channel: Channel, body: bytes | None, inbox: Inbox) -> Response:
    if body is None:
        return Response(status_code=413)
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return Response(status_code=400)
    if not isinstance(update, dict):
        return Response(status_code=400)
    try:
        await inbox.keep(channel, update)
    except Exception as error:  # nothing was kept: the platform must bring it again
        log.error("update_not_kept", channel=channel.name, kind=type(error).__name__)
        return Response(status_code=503)
    return Response(status_code=200)
