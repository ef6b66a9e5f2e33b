"""Settings for a clinic: refuses to start when a secret is missing or weak."""

from __future__ import annotations

from kap.settings import env
from kap.settings.base import *  # noqa: F403 -- settings are layered by import

KAP_DEMO = env.flag("KAP_DEMO", default=False)
SECRET_KEY = env.strong_secret("SECRET_KEY")
FIELD_KEYS = env.required("FIELD_KEYS").split(",")
AUDIT_ANCHOR_KEY = env.strong_secret("AUDIT_ANCHOR_KEY")
SECRET_KEY_FALLBACKS = env.words("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.required("ALLOWED_HOSTS").replace(",", " ").split()
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS if host != "*"]
SECOND_FACTOR_REQUIRED = True

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https")
    if env.flag("BEHIND_PROXY", default=True)
    else None
)
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-kap_sid"
CSRF_COOKIE_NAME = "__Host-kap_csrf"
EMAIL_TRANSPORT = env.text("EMAIL_TRANSPORT", "smtp")
SMS_TRANSPORT = env.text("SMS_TRANSPORT", "none")
