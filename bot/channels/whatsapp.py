"""WhatsApp's Cloud API: pywa checks the signature, reads payloads and sends. It never dispatches: letters do."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

import httpx
import structlog
from pywa import utils
from pywa.errors import ReEngagementMessage, ThrottlingError, WhatsAppError
from pywa.types import (
    Button as ReplyButton,
)
from pywa.types import (
    CallbackButton,
    CallbackSelection,
    DeletedMessage,
    EditedMessage,
    MessageType,
    PhoneNumberChange,
    RawUpdate,
    Section,
    SectionList,
    SectionRow,
)
from pywa.types import (
    Message as WhatsAppMessage,
)
from pywa.types.templates import BodyText, TemplateLanguage
from pywa_async import WhatsApp as Client

from bot.channels import (
    Destination,
    Ignored,
    Incoming,
    Moved,
    Piece,
    SendLater,
    Sent,
    Undeliverable,
    Undelivered,
    WindowClosed,
)
from bot.channels.markup import WHATSAPP, parts
from bot.channels.payloads import answer_of, payload_of
from bot.messages import Button, Location, Message, Unreadable

log = structlog.get_logger()

TEXT_LIMIT, BODY_LIMIT = 4096, 1024
REPLY_BUTTONS, REPLY_TITLE = 3, 20
ROWS, ROW_TITLE, ROW_DETAIL, ROW_ID = 10, 24, 72, 200
LIST_BUTTON = 20
WINDOW = dt.timedelta(hours=24)
"""Free text may be sent for so long after the person's last message."""
PAIR_LIMIT = 131056
"""Too many messages to one person: others are not held up."""
PAIR_PAUSE, CROWD_PAUSE = 6.0, 2.0
GONE = frozenset({131026, 131030, 131045, 130472})
"""Undeliverable for reasons that trying again does not mend."""
PLATFORM_TIMEOUT = 10.0
CODE = re.compile(r"\[([A-Za-z0-9_-]{6,64})\]")
"""The code of an office's link in the prefilled text of a wa.me address."""


@dataclasses.dataclass(frozen=True)
class Account:
    """The business account at Meta."""

    phone_id: str
    token: str
    app_secret: str
    api: str
    templates: Mapping[str, str]
    """By language, the name of the approved template that asks a person to write again; '' key for all others."""
    news_templates: Mapping[str, str] = dataclasses.field(default_factory=dict)
    """The same for templates with one place, into which an announcement goes."""


class WhatsApp:
    """See Channel."""

    name = "whatsapp"
    pulled = False
    window = WINDOW

    def __init__(self, account: Account, text_limit: int, choose: Mapping[str, str], neutral: str = "💬") -> None:
        """`choose` is, by language, what stands on the button that opens a list."""
        self.account, self.text_limit, self.choose, self.neutral = account, text_limit, choose, neutral
        self.overall = 1 / 80
        self.each = 0.0
        self._session = httpx.AsyncClient(timeout=PLATFORM_TIMEOUT)
        self.client = Client(
            account.phone_id,
            account.token,
            session=self._session,
            app_secret=account.app_secret,
            validate_updates=False,  # done on the raw body, by `signed`
        )
        self._session.base_url = httpx.URL(f"{account.api.rstrip('/')}/v{utils.Version.GRAPH_API.value}")

    async def close(self) -> None:
        """Close the connections."""
        await self._session.aclose()

    # -- what came in ---------------------------------------------------------------------------------------------

    def signed(self, body: bytes, signature: str) -> bool:
        """Whether Meta signed this body with the app's secret; compared in constant time."""
        return bool(signature) and utils.webhook_updates_validator(
            app_secret=self.account.app_secret, request_body=body, x_hub_signature=signature
        )

    def pieces(self, update: Mapping[str, Any]) -> list[Piece]:
        """See Channel. One for each message and each report of a failed delivery."""
        try:
            return [piece for value, entry in _values(update) for piece in self._pieces(value, entry)]
        except (AttributeError, TypeError, KeyError, ValueError) as failure:
            log.warning("update_not_read", kind=type(failure).__name__)
            return []

    def _pieces(self, value: Mapping[str, Any], entry: str) -> list[Piece]:
        if str(value.get("metadata", {}).get("phone_number_id", "")) != self.account.phone_id:
            return []
        found = []
        contacts = value.get("contacts") or []
        for number, message in enumerate(value.get("messages") or []):
            contact = contacts[min(number, len(contacts) - 1)] if contacts else {}
            sender, aliases = _who(message, contact)
            whole = _alone(value, entry, {"messages": [message], "contacts": [_known_user(contact, message)]})
            speaks = message.get("type") not in ("system", "unsupported")
            found.append(Piece(str(message["id"]), sender, whole, aliases, speaks=speaks))
        for status in value.get("statuses") or []:
            if status.get("status") == "failed":
                user = status.get("recipient_user_id") or status.get("recipient_id") or "?"
                whole = _alone(value, entry, {"statuses": [status]})
                found.append(Piece(f"{status['id']}.failed", str(user), whole, speaks=False))
        return found

    async def received(self, update: Mapping[str, Any]) -> None:
        """Mark as read and show that an answer is on its way."""
        with contextlib.suppress(WhatsAppError, httpx.HTTPError, AttributeError, TypeError, KeyError, ValueError):
            for value, _ in _values(update):
                for message in value.get("messages") or []:
                    if message.get("type") not in ("system", "reaction", "unsupported", "revoke"):
                        await self.client.indicate_typing(str(message["id"]))

    def read(self, payload: Mapping[str, Any], person: str, letter: str) -> Incoming:
        """See Channel."""
        raw = RawUpdate(json.dumps(payload).encode(), hmac_header=None, update_hash=letter)
        value = payload["entry"][0]["changes"][0]["value"]
        about = _About(person, letter, dt.datetime.fromisoformat(str(payload["kept_at"])))
        if value.get("statuses"):
            return _undelivered(value["statuses"][0])
        message = value["messages"][0]
        if "group_id" in message:
            return Ignored("a group")
        kind = MessageType(message.get("type", "unsupported"))
        if kind == MessageType.SYSTEM:
            return _system(message, self.client, raw)
        if kind == MessageType.REVOKE:
            DeletedMessage.from_update(self.client, raw)
            return Ignored("the person deleted a message")
        if kind == MessageType.EDIT:
            return self._message(EditedMessage.from_update(self.client, raw).message, about)
        if kind == MessageType.BUTTON:
            return about.message(button=str(CallbackButton.from_update(self.client, raw).data))
        if kind == MessageType.INTERACTIVE:
            return _choice(message, self.client, raw, about)
        return self._message(WhatsAppMessage.from_update(self.client, raw), about)

    def _message(self, message: WhatsAppMessage, about: _About) -> Incoming:
        if message.reaction is not None:
            return _reaction(message.reaction.emoji or "", about)
        text = message.text or message.caption or ""
        if len(text) > self.text_limit:
            return about.message(unreadable="too_long")
        if code := CODE.search(text):
            return about.message(button=f"start:{code[1]}")
        if text.strip():
            return about.message(text=text)
        if message.location is not None:
            return about.message(location=Location(message.location.latitude, message.location.longitude))
        if message.audio is not None:
            return about.message(unreadable="voice", sound=message.audio.id)
        kinds: tuple[tuple[Unreadable, object], ...] = (
            ("file", message.image or message.video or message.document),
            ("sticker", message.sticker),
            ("contact", message.contacts),
            ("order", message.order),
        )
        return about.message(unreadable=next((kind for kind, found in kinds if found), "unsupported"))

    # -- what goes out --------------------------------------------------------------------------------------------

    def fit(self, payload: Mapping[str, Any]) -> list[dict[str, Any]]:
        """See Channel: text, then what fits: three short buttons, a list of ten, or a numbered menu in the text."""
        answer = answer_of(payload)
        known = {field.name for field in dataclasses.fields(answer)}
        rest = {name: value for name, value in payload.items() if name not in known}
        offered = _offered(answer.buttons)
        room = (BODY_LIMIT if offered["as"] in ("buttons", "list") else TEXT_LIMIT) - len(self.neutral) - 2
        texts = parts(answer.text, WHATSAPP, room)
        if menu := str(offered.get("menu", "")):
            together = f"{texts[-1]}\n\n{menu}".strip()
            texts = [*texts[:-1], together] if len(together) <= room else [*texts, menu[:room]]
        bare = payload_of(dataclasses.replace(answer, text="", buttons=(), wants_location=False))
        if answer.wants_location:  # Meta's own button stands below the words: no other choice fits beside it
            offered = {"as": "location"}
        return [
            bare | {"text": text or "…", "offered": offered if number == len(texts) else {"as": "text"}} | rest
            for number, text in enumerate(texts, 1)
        ]

    async def send(self, to: Destination, payload: Mapping[str, Any]) -> Sent:
        """See Channel."""
        try:
            if not to.open_window:
                return await self._send_template(to, payload)
            sent = await self._send(to.address, payload)
        except WhatsAppError as refusal:
            if isinstance(refusal, ReEngagementMessage):
                return await self._send_template(to, payload)
            _give_up(refusal)
        return Sent((str(sent.id),))

    async def _send(self, address: str, payload: Mapping[str, Any]) -> Any:
        text = str(payload["text"])
        if payload.get("discreet"):
            text = f"{self.neutral}\n\n{text}"
        if paper := payload.get("document_file"):
            name = str(payload.get("document_name", "")) or "amparo.pdf"
            return await self.client.send_document(address, str(paper), filename=name, mime_type=_mime(name))
        if sound := payload.get("sound_file"):
            return await self.client.send_voice(address, str(sound), mime_type="audio/ogg; codecs=opus")
        offered = payload.get("offered") or {"as": "text"}
        if offered["as"] == "location":
            return await self.client.request_location(address, text[:BODY_LIMIT])
        keys: Any = None
        if offered["as"] == "buttons":
            keys = [ReplyButton(title, callback_data=action) for title, action in offered["keys"]]
        elif offered["as"] == "list":
            language = str(payload.get("language", ""))
            title = self.choose.get(language) or self.choose.get("es", "☰")
            rows = [
                SectionRow(name, callback_data=action, description=more or None)
                for name, action, more in offered["keys"]
            ]
            keys = SectionList(title[:LIST_BUTTON], [Section(title[:ROW_TITLE], rows)])
        return await self.client.send_message(address, text, buttons=keys, preview_url=False)

    async def _send_template(self, to: Destination, payload: Mapping[str, Any]) -> Sent:
        """Outside the window only an approved template may be sent: it asks the person to write, or holds an
        announcement they asked for. What was announced but may not be shown waits until they write.
        """
        language, news = str(payload.get("language", "")), payload.get("news")
        known = self.account.templates if news is None else self.account.news_templates if news else {}
        name = known.get(language) or known.get("", "")
        if not name:
            raise WindowClosed
        place: Any = BodyText("{{1}}", "…")  # its hints take the first value for self
        params = [place.params(str(news))] if news else []
        try:
            code = TemplateLanguage(_TEMPLATE_CODES.get(language, language or "es"))
            sent = await self.client.send_template(to.address, name, code, params=params)
        except WhatsAppError as refusal:
            _give_up(refusal)
        return Sent((str(sent.id),))

    async def take_back(self, to: Destination, messages: Sequence[str]) -> None:
        """See Channel. WhatsApp lets no business delete what it sent."""

    async def sound(self, name: str) -> bytes:
        """A voice message, as it was recorded. Raises WhatsAppError or httpx.HTTPError."""
        media = await self.client.get_media_url(name)
        return await self.client.get_media_bytes(media.url)


_TEMPLATE_CODES = {"pt": "pt_BR", "ht": "fr"}
"""Meta approves no Creole templates: they are written in French's place."""


@dataclasses.dataclass(frozen=True)
class _About:
    """What every message of a payload shares."""

    person: str
    letter: str
    sent_at: dt.datetime

    def message(
        self,
        *,
        text: str = "",
        button: str = "",
        location: Location | None = None,
        unreadable: Unreadable | None = None,
        sound: str = "",
    ) -> Message:
        return Message(
            channel=WhatsApp.name,
            person=self.person,
            id=self.letter,
            sent_at=self.sent_at,
            text=text,
            button=button[:ROW_ID],
            location=location,
            unreadable=unreadable or "",
            sound=sound,
        )


def _values(update: Mapping[str, Any]) -> list[tuple[Mapping[str, Any], str]]:
    return [
        (change.get("value") or {}, str(entry.get("id", "")))
        for entry in update.get("entry") or []
        for change in entry.get("changes") or []
        if change.get("field") == "messages"
    ]


def _alone(value: Mapping[str, Any], entry: str, what: Mapping[str, Any]) -> dict[str, Any]:
    """An update with this one thing in it, as the library expects it."""
    kept = {name: value[name] for name in ("messaging_product", "metadata") if name in value}
    change = {"field": "messages", "value": kept | dict(what)}
    return {"object": "whatsapp_business_account", "entry": [{"id": entry, "changes": [change]}]}


def _who(message: Mapping[str, Any], contact: Mapping[str, Any]) -> tuple[str, tuple[str, ...]]:
    """The person's business-scoped id, or the phone number where there is none, and the other ids."""
    user = message.get("from_user_id") or contact.get("user_id") or ""
    phone = message.get("from") or contact.get("wa_id") or ""
    known = [str(name) for name in (user, phone) if name]
    if not known:
        raise ValueError("nobody sent it")
    return known[0], tuple(known[1:])


def _known_user(contact: Mapping[str, Any], message: Mapping[str, Any]) -> dict[str, Any]:
    """The contact as the library wants it: with a user id, which older payloads lack, and without a name."""
    phone = contact.get("wa_id") or message.get("from")
    user = contact.get("user_id") or message.get("from_user_id") or ""
    return {"user_id": user, "profile": {}} | ({"wa_id": phone} if phone else {})


def _undelivered(status: Mapping[str, Any]) -> Incoming:
    """A report of failure. Not read through the library, which wants a person in it; Meta often names none."""
    code = next((error.get("code", 0) for error in status.get("errors") or []), 0)
    return Undelivered(str(status["id"]), f"whatsapp {code}")


def _system(message: Mapping[str, Any], client: Client, raw: RawUpdate) -> Incoming:
    if str(message.get("system", {}).get("type", "")).endswith(("changed_number", "changed_user_id")):
        change = PhoneNumberChange.from_update(client, raw)
        if new := change.new_user_id or change.new_wa_id:
            return Moved(str(new))
    return Ignored("system message")


def _choice(message: Mapping[str, Any], client: Client, raw: RawUpdate, about: _About) -> Incoming:
    kind = message.get("interactive", {}).get("type")
    if kind == "list_reply":
        return about.message(button=str(CallbackSelection.from_update(client, raw).data))
    if kind == "button_reply":
        return about.message(button=str(CallbackButton.from_update(client, raw).data))
    return about.message(unreadable="unsupported")


def _reaction(emoji: str, about: _About) -> Incoming:
    if emoji[:1] in "👍❤🔥👏🙏" and emoji:
        return about.message(button="feedback:useful")
    return about.message(button="feedback:not_useful") if emoji[:1] == "👎" else Ignored("a reaction")


def _offered(buttons: Sequence[Button]) -> dict[str, Any]:
    """How these choices fit: `as` text, buttons, list or menu."""
    if not buttons:
        return {"as": "text"}
    fits = all(len(button.action) <= ROW_ID for button in buttons)
    if fits and len(buttons) <= REPLY_BUTTONS and all(len(button.label) <= REPLY_TITLE for button in buttons):
        titles = {button.label for button in buttons}
        if len(titles) == len(buttons):
            return {"as": "buttons", "keys": [[button.label, button.action] for button in buttons]}
    if fits and len(buttons) <= ROWS and all(len(button.label) <= ROW_TITLE + ROW_DETAIL for button in buttons):
        return {"as": "list", "keys": _rows(buttons)}
    lines = [f"{number}. {button.label}" for number, button in enumerate(buttons, 1)]
    return {"as": "menu", "menu": "\n".join(lines)}


def _rows(buttons: Sequence[Button]) -> list[list[str]]:
    """Title, action and, for a long label, the whole of it as description."""
    rows: list[list[str]] = []
    for button in buttons:
        short = len(button.label) <= ROW_TITLE
        title = button.label if short else button.label[: ROW_TITLE - 1].rstrip() + "…"
        rows.append([title, button.action, "" if short else button.label[:ROW_DETAIL]])
    return rows


def _give_up(refusal: WhatsAppError) -> NoReturn:
    """Wait, or leave it, as Meta's error says; whatever else is tried again as any failure is."""
    if refusal.code == PAIR_LIMIT:
        raise SendLater(PAIR_PAUSE, everybody=False) from refusal
    if isinstance(refusal, ThrottlingError):
        raise SendLater(CROWD_PAUSE, everybody=True) from refusal
    status = refusal.status_code or 0
    transient = refusal.is_transient or status >= httpx.codes.INTERNAL_SERVER_ERROR
    if transient and refusal.code not in GONE:
        raise ConnectionError(f"whatsapp {refusal.code}") from refusal
    raise Undeliverable(f"whatsapp {refusal.code}", gone=False) from refusal


def _mime(name: str) -> str:
    return "text/csv" if name.endswith(".csv") else "application/pdf"
