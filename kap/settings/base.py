"""Settings that every environment shares; each value is read from the environment once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF

from kap.settings import env

BASE_DIR = Path(__file__).resolve().parent.parent.parent
KAP_HOME = env.home(BASE_DIR)
KAP_VERSION = "2026.11"
KAP_DEMO = env.flag("KAP_DEMO", default=False)
SECRET_KEY = env.text("SECRET_KEY")
FIELD_KEYS = env.words("FIELD_KEYS")
"""Keys for secrets at rest, newest first: ``id:base64`` pairs."""
AUDIT_ANCHOR_KEY = env.text("AUDIT_ANCHOR_KEY")
PUBLIC_URL = env.text("PUBLIC_URL", "http://localhost:8000").rstrip("/")
DEBUG = False
ALLOWED_HOSTS: list[str] = env.words("ALLOWED_HOSTS")

INSTALLED_APPS = [
    "kap.core",
    "kap.ui",
    "kap.accounts",
    "kap.audit",
    "kap.clinic",
    "kap.patients",
    "kap.pharmacy",
    "kap.documents",
    "kap.notifications",
    "kap.worklist",
    "screening.apps.ScreeningConfig",
    "sessions.apps.SessionsConfig",
    "integration.apps.IntegrationConfig",
    "kap.demo",
    "kap.accounts.admin_config.KapAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "pgtrigger",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_htmx",
    "template_partials.apps.SimpleAppConfig",
    "csp",
    "django_structlog",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kap.core.middleware.RequestContextMiddleware",
    "kap.core.csp.PlainCSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "kap.accounts.middleware.StaffSessionMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "kap.accounts.middleware.AccessPolicyMiddleware",
    "kap.clinic.middleware.ClinicTimeMiddleware",
]

ROOT_URLCONF = "kap.urls"
WSGI_APPLICATION = "kap.wsgi.application"
AUTH_USER_MODEL = "accounts.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SILENCED_SYSTEM_CHECKS: list[str] = []

TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": [
                "kap.ui.templatetags.ui",
                "kap.documents.templatetags.documents",
                "template_partials.templatetags.partials",
                "crispy_forms.templatetags.crispy_forms_tags",
                "django.templatetags.static",
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kap.ui.context.shell",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
CRISPY_FAIL_SILENTLY = False

DATABASES = {
    "default": {
        **env.database(
            env.text("DATABASE_URL", "postgresql:///kap?host=/var/run/postgresql")
        ),
        "CONN_MAX_AGE": 600,
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": {
            "options": "-c statement_timeout=15000 -c lock_timeout=5000"
            " -c idle_in_transaction_session_timeout=30000 -c timezone=UTC"
            " -c plan_cache_mode=force_generic_plan"
        },
    }
}
PREPARED_STATEMENTS = env.flag("PREPARED_STATEMENTS", default=True)
"""Off behind a pooler that hands each transaction another connection."""
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "core_cache",
    }
}

# Sign-in
AUTHENTICATION_BACKENDS = ["kap.accounts.backends.StaffBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {
        "NAME": "django.contrib.auth.password_validation."
        "UserAttributeSimilarityValidator"
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "kap.accounts.passwords.ClinicWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_ADAPTER = "kap.accounts.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_PREVENT_ENUMERATION = "strict"
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_SESSION_REMEMBER = False
ALLAUTH_TRUSTED_PROXY_COUNT = env.whole_number("TRUSTED_PROXY_COUNT", 0)
MFA_ADAPTER = "kap.accounts.adapters.MfaAdapter"
ACCOUNT_FORMS = {
    "login": "kap.accounts.forms.SignInForm",
    "reauthenticate": "kap.accounts.forms.PasswordAgainForm",
    "change_password": "kap.accounts.forms.NewPasswordForm",
    "reset_password_from_key": "kap.accounts.forms.PasswordByLinkForm",
    "reset_password": "kap.accounts.forms.ResetForm",
}
MFA_FORMS = {
    "activate_totp": "kap.accounts.forms.AddAppForm",
    "authenticate": "kap.accounts.forms.CodeForm",
    "reauthenticate": "kap.accounts.forms.CodeAgainForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"
MFA_TOTP_TOLERANCE = 0
MFA_TRUST_ENABLED = False
MFA_RECOVERY_CODES_SHOW_ONCE = True
USERSESSIONS_TRACK_ACTIVITY = False
SECOND_FACTOR_REQUIRED = not KAP_DEMO
IDLE_LOGOFF_MIN = env.whole_number("IDLE_LOGOFF_MIN", 10)
"""Minutes without a deliberate request before a staff session ends; 2 to 30."""
SESSION_MAX_HOURS = 12

SESSION_ENGINE = "kap.accounts.session_store"
SESSION_COOKIE_AGE = SESSION_MAX_HOURS * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_NAME = "kap_sid"
CSRF_COOKIE_NAME = "kap_csrf"
CSRF_USE_SESSIONS = False
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "kap.ui.views.csrf_failure"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"  # "no-referrer" makes browsers send "Origin: null", which the CSRF check refuses
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    "camera": [],
    "display-capture": [],
    "geolocation": [],
    "microphone": [],
    "payment": [],
    "usb": [],
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 600
FILE_UPLOAD_PERMISSIONS = 0o640

# Language and time: UTC in the database, the site's zone on the screen.
LANGUAGE_CODE = "en-us"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = KAP_HOME / "static"
MEDIA_ROOT = KAP_HOME / "files"
MEDIA_URL = ""
STORAGES: dict[str, dict[str, Any]] = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "kap.ui.storage.StaticFilesStorage"},
}

# Mail and text
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = env.text("EMAIL_HOST", "localhost")
EMAIL_PORT = env.whole_number("EMAIL_PORT", 587)
EMAIL_HOST_USER = env.text("EMAIL_HOST_USER")
EMAIL_HOST_PASSWORD = env.text("EMAIL_HOST_PASSWORD")
EMAIL_USE_TLS = env.flag("EMAIL_USE_TLS", default=True)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.text("DEFAULT_FROM_EMAIL", "clinic@localhost")
EMAIL_TRANSPORT = env.text("EMAIL_TRANSPORT", "demo" if KAP_DEMO else "smtp")
SMS_TRANSPORT = env.text("SMS_TRANSPORT", "demo" if KAP_DEMO else "none")
SMS_GATEWAY_URL = env.text("SMS_GATEWAY_URL")
SMS_GATEWAY_TOKEN = env.text("SMS_GATEWAY_TOKEN")

# Celery: only the worker and beat processes are given REDIS_URL.
CELERY_BROKER_URL = env.text("REDIS_URL")

LOGGING: dict[str, Any] = {"version": 1}
"""Not empty: with an empty one Django never calls LOGGING_CONFIG."""
LOGGING_CONFIG = "kap.core.logs.configure"
DJANGO_STRUCTLOG_CELERY_ENABLED = False
