"""What `manage.py check` says of how messages leave."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

KNOWN = {
    "EMAIL_TRANSPORT": ("smtp", "demo", "none"),
    "SMS_TRANSPORT": ("gateway", "demo", "none"),
}


@register()
def transports_are_set_up(**_: Any) -> list[CheckMessage]:
    """Refuse a misspelt transport, half a gateway, and a clinic that sends into the demo."""
    found: list[CheckMessage] = []
    for name, allowed in KNOWN.items():
        value = getattr(settings, name)
        if value not in allowed:
            hint = f"Use one of {', '.join(allowed)}."
            found.append(
                Error(f"{name} is {value!r}.", hint=hint, id="notifications.E001")
            )
        if value == "demo" and not settings.KAP_DEMO:
            found.append(
                Error(
                    f"{name} is 'demo' outside the demo: nobody would be written to.",
                    hint="Set KAP_DEMO=1, or a real transport.",
                    id="notifications.E002",
                )
            )
    return [*found, *_gateway()]


def _gateway() -> list[CheckMessage]:
    if settings.SMS_TRANSPORT != "gateway":
        return []
    is_https = urlsplit(settings.SMS_GATEWAY_URL).scheme == "https"
    if is_https and settings.SMS_GATEWAY_TOKEN:
        return []
    return [
        Error(
            "The text gateway is not set up whole.",
            hint="Give SMS_GATEWAY_URL (https only) and SMS_GATEWAY_TOKEN.",
            id="notifications.E003",
        )
    ]
