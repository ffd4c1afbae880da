"""What an office gives to people: its links, QR codes, a poster and a wallet card, in every language."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from urllib.parse import quote

import segno
import typst

from bot.conversation.invitation import Invitation, Invitations
from bot.library.schema import OfficeEntry
from bot.settings import Settings
from bot.translations import Words

TEMPLATES = Path(__file__).parent / "print"
PRINTS = ("poster", "card")


@dataclasses.dataclass(frozen=True)
class Links:
    """Where one code leads; '' where a messenger is not set up."""

    telegram: str
    whatsapp: str
    web: str

    @property
    def best(self) -> str:
        """The link for a QR code: what most people have on their phones."""
        return self.whatsapp or self.telegram or self.web


class Kit:
    """Links and prints of one office."""

    def __init__(self, settings: Settings, invitations: Invitations, office_id: str, office: OfficeEntry) -> None:
        self.settings, self.invitations, self.office_id, self.office = settings, invitations, office_id, office

    def links(self, words: Words, topic: str = "") -> Links:
        """The office's links in a language, perhaps straight to a topic. Raises ValueError when none can carry it."""
        country = "" if self.office.kind == "international" else self.office_id[:2]
        invitation = Invitation(words.language.code, country, self.office_id, topic.partition(".")[2])
        code = self.invitations.code(invitation)
        settings = self.settings
        hello = quote(words.say("share_hello", code=f"[{code}]"))
        number = "".join(char for char in settings.whatsapp_number if char.isdigit())
        address = settings.public_address.rstrip("/") or f"http://{settings.web_host}:{settings.web_port}"
        name = settings.telegram_username.lstrip("@")
        return Links(
            telegram=f"https://t.me/{name}?start={code}" if name else "",
            whatsapp=f"https://wa.me/{number}?text={hello}" if number else "",
            web=f"{address}/?start={code}",
        )

    def script(self, words: Words) -> str:
        """The line that shows the chat in the office's own site."""
        address = (
            self.settings.public_address.rstrip("/") or f"http://{self.settings.web_host}:{self.settings.web_port}"
        )
        label = words.say("widget_label")
        attributes = f'data-office="{self.office_id}" data-language="{words.language.code}" data-label="{label}"'
        return f'<script src="{address}/static/widget.js" {attributes} async></script>'

    def write(self, folder: Path, words: Words, topic: str = "") -> list[Path]:
        """QR codes as SVG and PNG, poster and card as PDF; the files written."""
        folder.mkdir(parents=True, exist_ok=True)
        links = self.links(words, topic)
        language = words.language.code
        code = segno.make(links.best, error="m", micro=False)
        images = [folder / f"qr.{language}.svg", folder / f"qr.{language}.png"]
        code.save(str(images[0]), scale=8, border=4)
        code.save(str(images[1]), scale=16, border=4)
        said = {
            "title": words.say("poster_title"),
            "text": words.say("poster_text"),
            "how": words.say("poster_how"),
            "promise": words.say("poster_promise"),
            "card": words.say("card_text"),
            "office": self.office.short or self.office.name,
            "telegram": f"@{self.settings.telegram_username.lstrip('@')}" if links.telegram else "",
            "whatsapp": self.settings.whatsapp_number if links.whatsapp else "",
            "web": self.settings.public_address if not (links.telegram or links.whatsapp) else "",
            "language": language,
        }
        return [*images, *(self._print(name, folder / f"{name}.{language}.pdf", images[0], said) for name in PRINTS)]

    def _print(self, name: str, path: Path, code: Path, said: dict[str, str]) -> Path:
        """One PDF. Texts go in as data, never pasted into the template."""
        pdf = typst.compile(  # type: ignore[type-var] # its stub does not know bytes
            input=(TEMPLATES / f"{name}.typ").read_bytes(),
            root=str(code.parent),
            sys_inputs={"said": json.dumps(said), "code": code.name},
        )
        path.write_bytes(pdf)
        return path
