"""Every setting with its default and what it is for; the only place that reads the environment.

A setting is the upper-case name behind `AMPARO_`, in the environment or in a file `.env`.
"""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What an operator can set. Times are in seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="AMPARO_", env_file=".env", extra="ignore")

    content: Path = Field(Path("content"), description="Folder of the pages, figures and offices.")
    locales: Path = Field(Path("locales"), description="Folder of the interface languages.")
    data: Path = Field(Path("var"), description="Folder for the database and the secret key.")
    database: str = Field("", description="SQLAlchemy address; empty: SQLite in the data folder.")
    secret: SecretStr = Field(
        SecretStr(""), description="Key for hashing people's ids; empty: made once and kept in the data folder."
    )

    web_host: str = Field("127.0.0.1", description="Address the web server listens on.")
    web_port: int = Field(8080, description="Port of the web server.")
    web_cookie_secure: bool = Field(False, description="True when the page is served over HTTPS.")
    exit_address: str = Field(
        "https://www.google.com/", description="Where 'leave this page' goes: something nobody would ask about."
    )

    nlu_address: str = Field("http://127.0.0.1:5005", description="Where the Rasa server listens.")
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
    attempts: int = Field(5, description="Tries at a letter before it is given up and shown to the staff.")
    lease: float = Field(30.0, description="How long a worker has a letter before another may take it.")
    keep_hours: float = Field(24.0, description="How long the words of a web conversation are kept for its page.")
    forget_days: int = Field(180, description="A conversation silent for this long is forgotten.")
    waiting_limit: int = Field(20, description="Unanswered messages one person may have; more are politely refused.")
    text_limit: int = Field(2000, description="Characters of a message; a longer one is answered with a request.")
    log_level: str = Field("INFO", description="How much is logged. Words of people never are.")

    @property
    def database_address(self) -> str:
        """The database address, SQLite in the data folder when none is set."""
        return self.database or f"sqlite+aiosqlite:///{self.data / 'amparo.db'}"
