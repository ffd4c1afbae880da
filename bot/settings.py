"""Every setting with its default and what it is for; the only place that reads the environment.

A setting is the upper-case name behind `AMPARO_`, in the environment or in a file `.env`.
"""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url


def secrets_folder() -> str | None:
    """Where files with secrets lie, named as their settings in small letters (amparo_secret): given by
    AMPARO_SECRETS_FOLDER or by systemd, else where Docker puts them. None where there is no such folder.
    """
    folder = os.environ.get("AMPARO_SECRETS_FOLDER") or os.environ.get("CREDENTIALS_DIRECTORY") or "/run/secrets"
    return folder if Path(folder).is_dir() else None


class Settings(BaseSettings):
    """What an operator can set. Times are in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(
        env_prefix="AMPARO_", env_file=".env", extra="ignore", secrets_dir=secrets_folder()
    )

    content: Path = Field(Path("content"), description="Folder of the pages, figures and offices.")
    locales: Path = Field(Path("locales"), description="Folder of the interface languages.")
    data: Path = Field(Path("var"), description="Folder for the database and the secret key.")
    database: str = Field("", description="SQLAlchemy address; empty: SQLite in the data folder.")
    database_password_file: Path | None = Field(
        None, description="File with the database's password, where the address names none."
    )
    secret: SecretStr = Field(
        SecretStr(""), description="Key for hashing people's ids; empty: made once and kept in the data folder."
    )
    sealing_secret: SecretStr = Field(
        SecretStr(""), description="Key that seals addresses and cases from now on; empty: one made of the secret."
    )
    sealing_secrets_before: list[SecretStr] = Field(
        [], description='Keys before it, as JSON, until `python -m bot rotate` has sealed everything anew: ["old"].'
    )

    web_host: str = Field("127.0.0.1", description="Address the web server listens on.")
    web_port: int = Field(8080, description="Port of the web server.")
    web_cookie_secure: bool = Field(False, description="True when the page is served over HTTPS.")
    exit_address: str = Field(
        "https://www.google.com/", description="Where 'leave this page' goes: something nobody would ask about."
    )

    public_address: str = Field(
        "", description="HTTPS address under which platforms reach this server; empty: Telegram is asked for updates."
    )
    telegram_token: SecretStr = Field(SecretStr(""), description="Token of the bot from BotFather; empty: no Telegram.")
    telegram_username: str = Field("", description="The bot's @name, for its links.")
    telegram_api: str = Field("https://api.telegram.org", description="Where Telegram's Bot API is.")
    whatsapp_token: SecretStr = Field(SecretStr(""), description="Access token of the system user; empty: no WhatsApp.")
    whatsapp_phone_id: str = Field("", description="Phone number ID, not the number itself.")
    whatsapp_number: str = Field("", description="The number with its country code, for wa.me links.")
    whatsapp_app_secret: SecretStr = Field(
        SecretStr(""), description="App secret: payloads that it did not sign are refused."
    )
    whatsapp_verify_token: SecretStr = Field(
        SecretStr(""), description="What Meta sends when it verifies the webhook; choose any."
    )
    whatsapp_api: str = Field("https://graph.facebook.com", description="Where Meta's Graph API is.")
    whatsapp_templates: dict[str, str] = Field(
        {}, description='Approved templates by language, as JSON: {"es": "te_respondimos", "": "we_answered"}.'
    )

    whatsapp_news_templates: dict[str, str] = Field(
        {}, description="Approved templates with one place for an announcement, by language, as JSON like the above."
    )
    whatsapp_daily_tier: int = Field(
        250, description="People a day whom Meta lets this number write to first; announcements keep below it."
    )

    embed_origins: list[str] = Field(
        [], description='Sites that may show the chat in a frame, as JSON: ["https://consulado.example"]; needs HTTPS.'
    )
    speech: bool = Field(True, description="Answers can be heard where espeak-ng is installed.")
    hearing_model: Path | None = Field(
        None, description="Folder of a faster-whisper model: voice messages are written down. Empty: please write."
    )
    hearing_seconds: float = Field(120.0, description="Longest voice message that is written down.")

    nlu_address: str = Field(
        "http://127.0.0.1:5005",
        description="Where the Rasa server listens; several addresses with commas between when they run elsewhere.",
    )
    nlu_processes: int = Field(
        2, description="Rasa servers started on this machine, on ports counting up from the address's; 0.4 GB each."
    )
    nlu_token: SecretStr = Field(
        SecretStr("amparo-local"), description="Token of the Rasa server; change it when it is not on this machine."
    )
    nlu_timeout: float = Field(2.5, description="After this long without an answer, keywords and menus take over.")
    nlu_start_timeout: float = Field(90.0, description="How long the Rasa server may take to start.")
    nlu_managed: bool = Field(
        True, description="False: the Rasa server is run elsewhere; keywords answer while it is away."
    )
    nlu_project: Path = Field(Path("rasa_project"), description="Folder of the Rasa project.")

    sure: float = Field(0.45, description="From this confidence on the bot simply answers.")
    half_sure: float = Field(0.20, description="From this confidence on it answers and offers other readings.")

    workers: int = Field(4, description="Letters answered at the same time by one process.")
    senders: int = Field(4, description="Answers sent at the same time by one process, within the platforms' limits.")
    attempts: int = Field(
        5, description="Tries at a letter before it is given up and shown to the staff; answers are tried for a day."
    )
    lease: float = Field(30.0, description="How long a worker has a letter before another may take it.")
    public_statistics: bool = Field(
        False, description="True: /statistics shows everybody how much is asked and how often the bot understands."
    )
    keep_hours: float = Field(24.0, description="How long the words of a web conversation are kept for its page.")
    forget_days: int = Field(180, description="A conversation silent for this long is forgotten.")
    case_days: int = Field(90, description="The texts of a closed case are erased after this many days.")
    learn_days: int = Field(90, description="A question kept to learn from, with consent, is erased after this long.")
    link_checks: bool = Field(
        False, description="True: the web addresses of pages and offices are tried now and then, politely."
    )
    waiting_limit: int = Field(20, description="Unanswered messages one person may have; more are politely refused.")
    text_limit: int = Field(2000, description="Characters of a message; a longer one is answered with a request.")
    translation_address: str = Field(
        "", description="A LibreTranslate server for cases whose two sides share no language; run your own. Empty: off."
    )
    translation_key: SecretStr = Field(SecretStr(""), description="Its API key, where it wants one.")
    translation_timeout: float = Field(6.0, description="After this long the original alone is shown.")
    backups: Path | None = Field(
        None, description="Folder of the backups, for `doctor` to see that there are fresh ones."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Who asks for /metrics must know it; empty: only this machine may ask."
    )
    log_level: str = Field("INFO", description="How much is logged. Words of people never are.")

    @property
    def nlu_addresses(self) -> list[str]:
        """The address of every understanding server."""
        given = [address.strip() for address in self.nlu_address.split(",") if address.strip()]
        if len(given) != 1 or not self.nlu_managed:
            return given
        first = urlsplit(given[0])
        ports = range(first.port or 5005, (first.port or 5005) + self.nlu_processes)
        return [f"{first.scheme}://{first.hostname}:{port}" for port in ports]

    @property
    def database_address(self) -> str:
        """The database address, SQLite in the data folder when none is set."""
        if not self.database:
            return f"sqlite+aiosqlite:///{self.data / 'amparo.db'}"
        if self.database_password_file is None:
            return self.database
        password = self.database_password_file.read_text(encoding="utf-8").strip()
        return make_url(self.database).set(password=password).render_as_string(hide_password=False)


PAGE = """# Settings

Environment variables, or lines of a file `.env` in the folder the program starts in. Times are in seconds unless \
the name says otherwise. Written by `make schemas`.

| setting | default | what it is for |
|---|---|---|
"""


def settings_page() -> str:
    """docs/settings.md: every setting with its default and what it is for."""
    return PAGE + "".join(_row(name, field) for name, field in Settings.model_fields.items())


def _row(name: str, field: FieldInfo) -> str:
    default = field.default.get_secret_value() if isinstance(field.default, SecretStr) else field.default
    shown = "" if default in ("", (), {}, [], None) else f"`{default}`"
    return f"| `AMPARO_{name.upper()}` | {shown} | {field.description} |\n"
