"""What an operator may set, read from ``SHUZHI_*`` variables. Knows nothing of Django."""

from __future__ import annotations

import secrets
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

from shuzhi.engine.errors import SettingError
from shuzhi.secret_files import keep_once

DATABASE_FILE = "shuzhi.sqlite3"
SECRET_LENGTH = 32
SECRET_SIGNS = 10
"""The shortest signing secret, and how many different characters it has at least (defaults)."""


class WeakSecretError(SettingError):
    """The signing secret is missing or could be guessed."""

    code = "setting.weak_secret"
    text = (
        "The secret that signs sessions ({where}) is empty, a known example or too simple "
        "(under {length} characters, or few different ones). Remove it: the program then makes a random "
        "one at its next start. Everybody signs in anew."
    )


class Configuration(BaseSettings):
    """Every setting of an installation; each is documented in docs/settings.md."""

    model_config = SettingsConfigDict(env_prefix="SHUZHI_", extra="ignore")

    home: Path = Field(Path("~/.local/share/shuzhi"), description="Folder of the records, files and keys.")
    database_url: str = Field(
        "", description="postgresql://user:password@host/name; empty: SQLite in the home."
    )
    secret_key: str = Field("", description="Signs sessions; empty: the file secret.key in the home.")
    allowed_hosts: str = Field("127.0.0.1,localhost", description="Names under which the portal answers.")
    time_zone: str = Field("Asia/Shanghai", description="The district's zone: days begin and end in it.")
    division: str = Field("330109", description="GB/T 2260 code of the district this installation serves.")
    memory_mb: int = Field(512, ge=128, description="Memory one table operation may use before it spills.")
    threads: int = Field(2, ge=1, description="Threads one table operation may use.")
    upload_mb: int = Field(1024, ge=1, description="Largest file a department may upload.")
    person_day_mb: int = Field(
        10_240, ge=1, description="What one person may hand in within 24 hours (default, not a regulation)."
    )
    disk_free_mb: int = Field(
        2048, ge=0, description="Room on the disk that no upload takes (default, not a regulation)."
    )
    under_way_hours: int = Field(
        24,
        ge=1,
        description="How long an upload that broke off waits to be gone on with (default, not a regulation).",
    )
    password_length: int = Field(
        10, ge=8, description="Shortest password, in characters (default, not a regulation)."
    )
    password_classes: int = Field(
        3,
        ge=1,
        le=4,
        description="How many of lower, upper, digit, sign it needs (default, not a regulation).",
    )
    password_memory: int = Field(
        5, ge=0, description="How many passwords back may not be used again (default, not a regulation)."
    )
    sign_in_failures: int = Field(
        5, ge=1, description="Failed sign-ins before an account is locked (default, not a regulation)."
    )
    sign_in_window_minutes: int = Field(
        15, ge=1, description="Time within which these failures count (default, not a regulation)."
    )
    sign_in_lock_minutes: int = Field(
        30, ge=1, description="How long the account then stays locked (default, not a regulation)."
    )
    idle_minutes: int = Field(
        30, ge=1, description="A session without a request ends after this (default, not a regulation)."
    )
    backup: str = Field("", description="Folder that backups go to, outside the home; best on another disk.")
    metrics_token: str = Field(
        "",
        description="What Prometheus sends as its bearer token; empty: /metrics answers this machine only.",
    )
    https: bool = Field(False, description="The portal is reached by TLS: cookies are sent over it only.")

    @property
    def root(self) -> Path:
        """The home as an absolute path; it need not exist yet."""
        return self.home.expanduser().resolve()

    def secret(self) -> str:
        """The signing secret: the setting, else the file in the home; empty where there is neither."""
        kept = self.root / "secret.key"
        return self.secret_key or (kept.read_text("ascii").strip() if kept.is_file() else "")

    def refuse_weak_secret(self) -> None:
        """Raises WeakSecretError for a secret that somebody could guess."""
        secret = self.secret()
        named = any(word in secret.lower() for word in ("change", "insecure", "example", "secret"))
        if named or len(secret) < SECRET_LENGTH or len(set(secret)) < SECRET_SIGNS:
            where = "SHUZHI_SECRET_KEY" if self.secret_key else self.root / "secret.key"
            raise WeakSecretError(where=where, length=SECRET_LENGTH)

    def keep_secret(self) -> None:
        """Makes the home and, where none is set, a new random secret in it; both are their owner's only."""
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not self.secret():
            keep_once(self.root / "secret.key", secrets.token_urlsafe(48).encode("ascii"))


def database(configuration: Configuration) -> dict[str, object]:
    """Django's settings for the records' database.

    SQLite runs in WAL with IMMEDIATE transactions (deferred ones fail under two writers) and
    synchronous=FULL, so that what was answered "done" survives a power cut.
    """
    if not configuration.database_url:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": str(configuration.root / DATABASE_FILE),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
            },
        }
    url = urlsplit(configuration.database_url)
    if url.scheme not in {"postgresql", "postgres"} or not url.path.strip("/"):
        raise SettingError(
            name="SHUZHI_DATABASE_URL",
            problem="not a PostgreSQL address",
            fix="Write postgresql://user:password@host:5432/name, or leave it empty for SQLite.",
        )
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(url.path.strip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": url.hostname or "",
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": 60,
        "CONN_HEALTH_CHECKS": True,
        # a server that is gone is noticed in seconds, not when the network gives up
        "OPTIONS": {"connect_timeout": "5"} | dict(parse_qsl(url.query)),
    }
