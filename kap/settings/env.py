"""Reads the environment, once, with a plain sentence when a value is wrong."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured


def text(name: str, default: str = "") -> str:
    return os.environ.get(name, default).strip()


def required(name: str) -> str:
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"Set {name}; see .env.example for what it is.")
    return value


def flag(name: str, *, default: bool) -> bool:
    value = text(name).lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} is {value!r}; use 1 or 0.")


def whole_number(name: str, default: int) -> int:
    value = text(name)
    if not value:
        return default
    if not value.isdecimal():
        raise ImproperlyConfigured(f"{name} is {value!r}; use a whole number.")
    return int(value)


def words(name: str, default: str = "") -> list[str]:
    return [word for word in text(name, default).replace(",", " ").split() if word]


def home(base_dir: Path) -> Path:
    """Where data files live: KAP_HOME, or var/ beside manage.py."""
    return Path(text("KAP_HOME") or base_dir / "var").resolve()


def strong_secret(name: str, *, at_least: int = 50) -> str:
    """A secret that is set, long and not a sample value; refuses to start otherwise."""
    value = required(name)
    weak = len(value) < at_least or len(set(value)) < 12
    sample = any(word in value.lower() for word in ("change", "secret", "insecure"))
    if weak or sample:
        raise ImproperlyConfigured(
            f"{name} is weak. Make one with: python3 -c "
            '"import secrets; print(secrets.token_urlsafe(64))"'
        )
    return value


def database(url: str) -> dict[str, object]:
    """Django's settings for a postgres:// URL; a socket folder goes in ?host=."""
    parts = urlsplit(url)
    if parts.scheme not in {"postgres", "postgresql"}:
        raise ImproperlyConfigured("DATABASE_URL must start with postgresql://")
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    settings: dict[str, object] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")) or "kap",
        "USER": unquote(parts.username or query.pop("user", "") or "postgres"),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": query.pop("host", "") or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
    }
    return settings
