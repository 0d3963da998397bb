"""Settings of the deployment, read from the environment: typed, and a wrong value fails at start saying what is allowed."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def load(home: Path) -> None:
    """Take the settings that `home`/desk.env states and the environment does not: lines of NAME=VALUE."""
    file = home / "desk.env"
    for line in file.read_text(encoding="utf-8").splitlines() if file.is_file() else ():
        name, equals, value = line.partition("=")
        if equals and not name.lstrip().startswith("#"):
            os.environ.setdefault(name.strip(), value.strip())


def text(name: str, default: str = "") -> str:
    """The variable's value; a value that begins with `file:` is read from that file, so that a secret need not stand in the environment."""
    value = os.environ.get(name, default)
    return Path(value.removeprefix("file:")).read_text(encoding="utf-8").strip() if value.startswith("file:") else value


def needed(name: str, why: str) -> str:
    """The variable's value; ImproperlyConfigured where there is none."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set · {why}")
    return value


def chosen(name: str, allowed: tuple[str, ...]) -> str:
    """One of `allowed`, the first unless the variable says otherwise."""
    value = text(name, allowed[0])
    if value not in allowed:
        raise ImproperlyConfigured(f"{name}={value!r} · allowed: {', '.join(allowed)}")
    return value


def whole(name: str, default: int, least: int = 0) -> int:
    """A whole number, at least `least`."""
    value = text(name, str(default))
    if not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name}={value!r} · allowed: a whole number from {least}")
    return int(value)


def database(url: str) -> dict[str, object]:
    """Django's settings for `sqlite:///path`, `postgresql://user:password@host:port/name` or `postgresql://user@/name?host=socket folder`.

    What else a PostgreSQL address asks (`sslmode=verify-full`) is handed to the driver.
    """
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")) or ":memory:",
            # A writer takes its place at once and waits for the one before; readers go on meanwhile; REPLACE counts as the DELETE that it is.
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 30,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA recursive_triggers=ON;",
            },
        }  # fmt: skip
    if parts.scheme in ("postgres", "postgresql"):
        asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        host = unquote(parts.hostname or "") or asked.pop("host", "")
        names = {"PORT": parts.port, "USER": parts.username, "PASSWORD": parts.password, "NAME": parts.path.removeprefix("/")}
        return {
            "ENGINE": "django.db.backends.postgresql",
            "HOST": host,
            **{key: unquote(str(value)) if value else "" for key, value in names.items()},
            "CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True, "OPTIONS": asked,
        }  # fmt: skip
    raise ImproperlyConfigured(f"DATABASE_URL has the scheme {parts.scheme!r} · allowed: sqlite:///PATH, postgresql://USER:PASSWORD@HOST:PORT/NAME")
