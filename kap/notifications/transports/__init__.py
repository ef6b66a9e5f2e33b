"""Ways out of the building: what each channel is set to use."""

from __future__ import annotations

from django.conf import settings

from kap.notifications.transports.base import Transport
from kap.notifications.transports.demo import DemoTransport
from kap.notifications.transports.gateway import gateway_from_settings
from kap.notifications.transports.mail import MailTransport
from kap.patients.enums import Channel


def transport_for(channel: str) -> Transport:
    """The transport that the settings name for a channel."""
    name = _setting(channel)
    if name == "demo":
        return DemoTransport()
    if channel == Channel.EMAIL and name == "smtp":
        return MailTransport()
    if channel == Channel.SMS and name == "gateway":
        return gateway_from_settings()
    raise LookupError(f"No transport {name!r} for {channel}.")


def _setting(channel: str) -> str:
    return (
        settings.SMS_TRANSPORT if channel == Channel.SMS else settings.EMAIL_TRANSPORT
    )
