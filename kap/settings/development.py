"""Settings for `make run` on one machine: embedded servers, plain HTTP, the demo clinic."""

from __future__ import annotations

import secrets
from pathlib import Path

from kap.settings import env
from kap.settings.base import *  # noqa: F403 -- settings are layered by import
from kap.settings.base import KAP_HOME


def _own_secret(name: str) -> str:
    """A random secret kept beside the data, made on first use."""
    path = Path(KAP_HOME) / "secrets" / name
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        path.write_text(secrets.token_urlsafe(64))
        path.chmod(0o600)
    return path.read_text().strip()


KAP_DEMO = env.flag("KAP_DEMO", default=True)
SECRET_KEY = env.text("SECRET_KEY") or _own_secret("secret-key")
FIELD_KEYS = env.words("FIELD_KEYS") or ["dev:" + _own_secret("field-key")]
AUDIT_ANCHOR_KEY = env.text("AUDIT_ANCHOR_KEY") or _own_secret("anchor-key")
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", "*")
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True  # passkeys at http://localhost
SECOND_FACTOR_REQUIRED = env.flag("SECOND_FACTOR_REQUIRED", default=not KAP_DEMO)
EMAIL_TRANSPORT = env.text("EMAIL_TRANSPORT", "demo" if KAP_DEMO else "smtp")
SMS_TRANSPORT = env.text("SMS_TRANSPORT", "demo" if KAP_DEMO else "none")
