"""Telegram, through python-telegram-bot's `Bot` and `Update`. Reads what came, sends answers, asks for updates."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import datetime as dt
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, NoReturn

import structlog
import telegram
from telegram import constants, error
from telegram.request import HTTPXRequest

from bot.channels import (
    Destination,
    Ignored,
    Incoming,
    Left,
    Moved,
    Piece,
    SendLater,
    Sent,
    Undeliverable,
)
from bot.channels.markup import TELEGRAM, parts
from bot.channels.payloads import answer_of, payload_of
from bot.messages import Answer, Button, Location, Message, Unreadable

log = structlog.get_logger()

TEXT_LIMIT = int(constants.MessageLimit.MAX_TEXT_LENGTH)
BUTTON_LIMIT = int(constants.InlineKeyboardButtonLimit.MAX_CALLBACK_DATA)
ALLOWED = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
"""Kinds of update we ask Telegram for; others that come all the same are ignored."""
COMMANDS = {
    "help": "menu", "menu": "menu", "language": "languages", "country": "countries", "human": "human",
    "privacy": "privacy", "delete": "erase", "stop": "stop", "settings": "know", "start": "start",
}  # fmt: skip
"""Telegram's commands as actions."""
PAIR = 18
"""Two buttons share a row when neither label is longer."""
FEEDBACK = "feedback:"
UP, DOWN = frozenset("👍❤🔥👏🙏"), frozenset("👎💩")
PRIVATE = "private"
"""The action of the button that leads from a group to the private chat."""
NUMBER = "number:"
"""Instead of an action that is too long for a button: the place of the button in the answer."""
POLL_SECONDS = 25
LONGEST_PAUSE = 30.0
PLATFORM_TIMEOUT = 10.0


class Telegram:
    """See Channel. `neutral` is the first line of an answer to somebody who wants notifications to show nothing."""

    name = "telegram"
    pulled = False
    window = None

    def __init__(self, bot: telegram.Bot, text_limit: int, neutral: str = "💬") -> None:
        self.bot, self.text_limit, self.neutral = bot, text_limit, neutral
        self.overall = 1 / int(constants.FloodLimit.MESSAGES_PER_SECOND)
        self.each = 1 / int(constants.FloodLimit.MESSAGES_PER_SECOND_PER_CHAT)

    # -- what came in ---------------------------------------------------------------------------------------------

    def pieces(self, update: Mapping[str, Any]) -> list[Piece]:
        """See Channel. Updates that belong to no chat (polls, inline queries) give none."""
        parsed = self._parsed(update)
        if parsed is None:
            return _unparsed(update)
        if parsed.effective_chat is None:
            return []
        speaks = parsed.my_chat_member is None
        return [Piece(str(parsed.update_id), str(parsed.effective_chat.id), dict(update), speaks=speaks)]

    async def received(self, update: Mapping[str, Any]) -> None:
        """Answer the tap at once, show what was chosen, retire the old buttons; show that an answer is on its way."""
        parsed = self._parsed(update)
        if parsed is None or parsed.effective_chat is None or parsed.effective_chat.type != "private":
            return
        with contextlib.suppress(error.TelegramError):
            if parsed.callback_query:
                await parsed.callback_query.answer()
                await self._show_choice(parsed.callback_query)
            if parsed.message or parsed.callback_query:
                await self.bot.send_chat_action(parsed.effective_chat.id, constants.ChatAction.TYPING)

    def read(self, payload: Mapping[str, Any], person: str, letter: str) -> Incoming:
        """See Channel."""
        update = self._parsed(payload)
        if update is None:  # newer than the library: the person gets a word all the same
            return _About(person, letter, _moment(payload), "").message(unreadable="unsupported")
        return self._read(update, _About(person, letter, _moment(payload), _language(update)))

    def _read(self, update: telegram.Update, about: _About) -> Incoming:
        """What an update of a chat means."""
        chat = update.effective_chat
        if chat is None:
            return Ignored("no chat")
        if update.my_chat_member:
            return _membership(update.my_chat_member)
        if chat.type == "channel":
            return Ignored("channel post")
        if update.callback_query:
            return about.message(button=str(update.callback_query.data or "menu")[:BUTTON_LIMIT])
        if update.message_reaction:
            return _reaction(update.message_reaction, about)
        message = update.message or update.edited_message
        if message is None:
            return Ignored("kind of update")
        if message.migrate_to_chat_id:
            return Moved(str(message.migrate_to_chat_id))
        if message.from_user and message.from_user.is_bot:
            return Ignored("another bot")
        if chat.type != "private":
            return about.message(button="group") if self._addressed(message) else Ignored("not addressed in a group")
        return self._message(message, about)

    def _message(self, message: telegram.Message, about: _About) -> Incoming:
        """A message in the private chat."""
        text = message.text or message.caption or ""
        if text.startswith("/"):
            return _command(text, about)
        if len(text) > self.text_limit:
            return about.message(unreadable="too_long")
        if text:
            return about.message(text=text)
        place = message.location or (message.venue.location if message.venue else None)
        if place:
            return about.message(location=Location(place.latitude, place.longitude))
        sound = message.voice or message.audio or message.video_note
        if sound:
            return about.message(unreadable="voice", sound=sound.file_id, sound_seconds=_seconds(sound.duration))
        kind = _kind(message)
        return about.message(unreadable=kind) if kind else Ignored("service message")

    def _addressed(self, message: telegram.Message) -> bool:
        """In a group the bot answers only a command, its name, or a reply to its own words."""
        text = (message.text or message.caption or "").casefold()
        name = f"@{self._username()}".casefold()
        replied = message.reply_to_message and message.reply_to_message.from_user
        to_us = bool(replied and replied.username and f"@{replied.username}".casefold() == name)
        command = re.match(r"/\w+(@\w+)?", text)
        return to_us or (len(name) > 1 and name in text) or bool(command and (not command[1] or command[1] == name))

    def _username(self) -> str:
        try:
            return self.bot.username
        except RuntimeError:  # not asked yet who we are: a group will then only be answered on a bare command
            return ""

    def _parsed(self, update: Mapping[str, Any]) -> telegram.Update | None:
        """The update, None when the library can make nothing of it."""
        try:
            parsed = telegram.Update.de_json(dict(update), self.bot)
        except Exception as failure:
            log.warning("update_not_read", kind=type(failure).__name__)
            return None
        return parsed if isinstance(parsed.update_id, int) else None

    # -- what goes out --------------------------------------------------------------------------------------------

    def fit(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """See Channel: long texts as several messages, the buttons below the last."""
        answer = answer_of(payload)
        room = TEXT_LIMIT - len(self.neutral) - 2
        texts = [text for text in parts(answer.text, TELEGRAM, room) if text] or ["…"]
        known = {field.name for field in dataclasses.fields(answer)}
        rest = {name: value for name, value in payload.items() if name not in known}
        return [
            payload_of(dataclasses.replace(answer, text=text, buttons=answer.buttons if last else ()))
            | rest
            | {"html": True}
            for last, text in ((number == len(texts), text) for number, text in enumerate(texts, 1))
        ]

    async def send(self, to: Destination, payload: Mapping[str, Any]) -> Sent:
        """See Channel."""
        answer = answer_of(payload)
        text = f"{self.neutral}\n\n{answer.text}" if payload.get("discreet") else answer.text
        options: dict[str, Any] = {
            "chat_id": to.address,
            "reply_markup": self._keyboard(answer),
            "protect_content": False,
        }
        try:
            if paper := payload.get("document_file"):
                options.pop("parse_mode", None)
                with open(str(paper), "rb") as file:  # noqa: ASYNC230, PTH123 - a few kB that we just wrote
                    name = str(payload.get("document_name", "")) or "amparo.pdf"
                    sent = await self.bot.send_document(document=file.read(), filename=name, **options)
            elif sound := payload.get("sound_file"):
                with open(str(sound), "rb") as file:  # noqa: ASYNC230, PTH123 - a few kB from our own cache
                    sent = await self.bot.send_voice(voice=file.read(), **options)
            else:
                sent = await self._send_text(text, options)
        except error.RetryAfter as wait:
            raise SendLater(_seconds(wait.retry_after), everybody=True) from wait
        except (error.Forbidden, error.ChatMigrated, error.BadRequest) as refusal:
            _give_up(refusal)
        return Sent((str(sent.message_id),))

    async def _send_text(self, text: str, options: Mapping[str, Any]) -> telegram.Message:
        preview = telegram.LinkPreviewOptions(is_disabled=True)
        try:
            return await self.bot.send_message(
                text=text, parse_mode=constants.ParseMode.HTML, link_preview_options=preview, **options
            )
        except error.BadRequest as refusal:
            if "parse entities" not in refusal.message.casefold():
                raise
            log.warning("markup_refused")  # better without bold than not at all
            bare = re.sub(r"</?(?:b|i|code)>", "", text)
            return await self.bot.send_message(text=bare, link_preview_options=preview, **options)

    async def take_back(self, to: Destination, messages: Sequence[str]) -> None:
        """See Channel. Telegram lets a bot delete what it sent in the last 48 hours, a hundred at a time."""
        numbers = [int(message) for message in messages]
        for start in range(0, len(numbers), 100):
            with contextlib.suppress(error.TelegramError):
                await self.bot.delete_messages(to.address, numbers[start : start + 100])

    async def sound(self, name: str) -> bytes:
        """A voice message, as it was recorded. Raises TelegramError."""
        file = await self.bot.get_file(name)
        return bytes(await file.download_as_bytearray())

    def _keyboard(self, answer: Answer) -> telegram.InlineKeyboardMarkup | telegram.ReplyKeyboardMarkup | None:
        if answer.wants_location and answer.buttons:
            share = telegram.KeyboardButton(f"📍 {answer.location_label or '…'}", request_location=True)
            return telegram.ReplyKeyboardMarkup([[share]], one_time_keyboard=True, resize_keyboard=True)
        rows: list[list[telegram.InlineKeyboardButton]] = []
        for number, button in enumerate(answer.buttons, 1):
            key = self._key(button, number)
            before = answer.buttons[number - 2] if number > 1 else None
            small = len(button.label) <= PAIR and before is not None and len(before.label) <= PAIR
            alike = before is not None and button.action.startswith(FEEDBACK) == before.action.startswith(FEEDBACK)
            most = 3 if button.action.startswith(FEEDBACK) else 2
            if rows and small and alike and len(rows[-1]) < most:
                rows[-1].append(key)
            else:
                rows.append([key])
        return telegram.InlineKeyboardMarkup(rows) if rows else None

    def _key(self, button: Button, number: int) -> telegram.InlineKeyboardButton:
        if button.action == PRIVATE:
            return telegram.InlineKeyboardButton(button.label, url=f"https://t.me/{self._username()}?start=group")
        fits = len(button.action.encode()) <= BUTTON_LIMIT
        return telegram.InlineKeyboardButton(button.label, callback_data=button.action if fits else f"{NUMBER}{number}")

    async def _show_choice(self, query: telegram.CallbackQuery) -> None:
        """The old keyboard becomes the one button that was pressed."""
        message = query.message
        markup = message.reply_markup if isinstance(message, telegram.Message) else None
        if markup is None or not query.data:
            return
        keys = [key for row in markup.inline_keyboard for key in row if key.callback_data == query.data]
        if keys:
            chosen = telegram.InlineKeyboardButton(f"✓ {keys[0].text.removeprefix('✓ ')}", callback_data=query.data)
            await query.edit_message_reply_markup(telegram.InlineKeyboardMarkup([[chosen]]))

    # -- the bot's own account ------------------------------------------------------------------------------------

    async def introduce(self, texts: Mapping[str, Mapping[str, str]]) -> None:
        """Name, about text and commands in each language. `texts` by language: name, about, description, and one
        `command_NAME` for each command. The language '' is the one for everybody else. Raises TelegramError.
        """
        await self.bot.initialize()
        for language, said in texts.items():
            code = language or None
            commands = [
                telegram.BotCommand(name, said[f"command_{name}"]) for name in COMMANDS if f"command_{name}" in said
            ]
            await self.bot.set_my_commands(commands, language_code=code)
            await self.bot.set_my_name(said["name"], language_code=code)
            await self.bot.set_my_short_description(said["about"], language_code=code)
            await self.bot.set_my_description(said["description"], language_code=code)
        await self.bot.set_chat_menu_button(menu_button=telegram.MenuButtonCommands())

    async def hook(self, address: str, secret: str) -> None:
        """Ask Telegram to send updates to `address` with this secret. Raises TelegramError."""
        await self.bot.set_webhook(address, secret_token=secret, allowed_updates=list(ALLOWED))

    async def poll(self, keep: Callable[[Mapping[str, Any]], Awaitable[None]]) -> NoReturn:
        """Ask for updates for ever. Telegram forgets an update only after it was kept; a failure is retried later."""
        offset, pause = 0, 1.0
        unhooked = False
        while True:
            try:
                if not unhooked:
                    await self.bot.delete_webhook()
                    unhooked = True
                found = await self._updates(offset)
                for update in found:
                    await keep(update)
                    offset = max(offset, int(update["update_id"]) + 1)
                pause = 1.0
            except error.RetryAfter as wait:
                await asyncio.sleep(_seconds(wait.retry_after))
            except Exception as failure:
                conflict = isinstance(failure, error.Conflict)
                reason = "another program polls with the same token" if conflict else type(failure).__name__
                log.warning("telegram_poll_failed", reason=reason, again_in=pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)

    async def _updates(self, offset: int) -> list[dict[str, Any]]:
        found = await self.bot.get_updates(
            offset, timeout=POLL_SECONDS, allowed_updates=list(ALLOWED), read_timeout=POLL_SECONDS + PLATFORM_TIMEOUT
        )
        return [update.to_dict() for update in found]


def open_bot(token: str, api: str) -> telegram.Bot:
    """A bot of python-telegram-bot that talks to the Bot API at `api`, with our time-outs."""
    return telegram.Bot(
        token,
        base_url=f"{api.rstrip('/')}/bot",
        base_file_url=f"{api.rstrip('/')}/file/bot",
        request=_request(16),
        get_updates_request=_request(2),
    )


def _request(connections: int) -> HTTPXRequest:
    return HTTPXRequest(
        connection_pool_size=connections,
        read_timeout=PLATFORM_TIMEOUT,
        write_timeout=PLATFORM_TIMEOUT,
        connect_timeout=PLATFORM_TIMEOUT,
    )


@dataclasses.dataclass(frozen=True)
class _About:
    """What every message of an update shares."""

    person: str
    letter: str
    sent_at: dt.datetime
    language: str

    def message(
        self,
        *,
        text: str = "",
        button: str = "",
        location: Location | None = None,
        unreadable: Unreadable | None = None,
        sound: str = "",
        sound_seconds: float = 0.0,
    ) -> Message:
        if button.startswith(NUMBER):
            text, button = button.removeprefix(NUMBER), ""
        return Message(
            channel=Telegram.name,
            person=self.person,
            id=self.letter,
            sent_at=self.sent_at,
            text=text,
            button=button,
            location=location,
            language_hint=self.language,
            unreadable=unreadable or "",
            sound=sound,
            sound_seconds=sound_seconds,
        )


def _unparsed(update: Mapping[str, Any]) -> list[Piece]:
    """A message that the library cannot read is still somebody's: kept, if it says whose."""
    message = update.get("message")
    chat = message.get("chat") if isinstance(message, dict) else None
    if not isinstance(chat, dict) or not isinstance(update.get("update_id"), int):
        return []
    if chat.get("type") != "private" or not isinstance(chat.get("id"), int):
        return []
    return [Piece(str(update["update_id"]), str(chat["id"]), dict(update))]


def _command(text: str, about: _About) -> Message:
    """A command as an action; what is no command of ours is read as words."""
    name, _, rest = text[1:].partition(" ")
    action = COMMANDS.get(name.partition("@")[0].casefold())
    if action == "start":
        return about.message(button=f"start:{rest.strip()}")
    return about.message(button=action) if action else about.message(text=text.lstrip("/"))


def _membership(change: telegram.ChatMemberUpdated) -> Left | Ignored:
    gone = change.new_chat_member.status in ("kicked", "left")
    return Left() if gone else Ignored("the bot was added or unblocked")


def _reaction(change: telegram.MessageReactionUpdated, about: _About) -> Incoming:
    """A thumb below an answer is feedback."""
    signs = {kind.emoji for kind in change.new_reaction if isinstance(kind, telegram.ReactionTypeEmoji)}
    if change.chat.type != "private":
        return Ignored("a reaction in a group")
    if signs & UP:
        return about.message(button="feedback:useful")
    return about.message(button="feedback:not_useful") if signs & DOWN else Ignored("a reaction")


def _kind(message: telegram.Message) -> Unreadable | None:
    kinds: tuple[tuple[Unreadable, tuple[object, ...]], ...] = (
        ("file", (message.photo, message.document, message.video, message.animation, message.story)),
        ("sticker", (message.sticker, message.dice)),
        ("contact", (message.contact, message.users_shared, message.chat_shared)),
        ("poll", (message.poll,)),
        ("unsupported", (message.game, message.invoice, message.paid_media, message.giveaway, message.checklist)),
    )
    return next((kind for kind, found in kinds if any(found)), None)


def _language(update: telegram.Update) -> str:
    return str(update.effective_user.language_code or "") if update.effective_user else ""


def _moment(payload: Mapping[str, Any]) -> dt.datetime:
    """When it was kept: laws and opening hours are those of now, not of when a phone lost its network."""
    return dt.datetime.fromisoformat(str(payload["kept_at"]))


def _seconds(value: float | dt.timedelta) -> float:
    return value.total_seconds() if isinstance(value, dt.timedelta) else float(value)


def _give_up(refusal: error.TelegramError) -> NoReturn:
    """Somebody who blocked the bot, a chat that moved or is gone, or a message Telegram will never take."""
    gone = isinstance(refusal, error.Forbidden) or "chat not found" in refusal.message.casefold()
    raise Undeliverable(type(refusal).__name__, gone=gone) from refusal
