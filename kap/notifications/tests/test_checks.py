"""A message channel that cannot work is said before the clinic opens."""

from __future__ import annotations

from typing import Any

import pytest

from kap.notifications.checks import transports_are_set_up


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"EMAIL_TRANSPORT": "smtpp"}, ["notifications.E001"]),
        ({"SMS_TRANSPORT": "none", "EMAIL_TRANSPORT": "none"}, []),
        (
            {"KAP_DEMO": False, "SMS_TRANSPORT": "none"},
            ["notifications.E002"],
        ),
        ({"SMS_TRANSPORT": "gateway"}, ["notifications.E003"]),
        (
            {
                "SMS_TRANSPORT": "gateway",
                "SMS_GATEWAY_URL": "http://x.example",
                "SMS_GATEWAY_TOKEN": "t",
            },
            ["notifications.E003"],
        ),
        (
            {
                "SMS_TRANSPORT": "gateway",
                "SMS_GATEWAY_URL": "https://x.example",
                "SMS_GATEWAY_TOKEN": "t",
            },
            [],
        ),
    ],
)
def test_transports_are_checked(
    settings: Any, changes: dict[str, Any], found: list[str]
) -> None:
    for name, value in changes.items():
        setattr(settings, name, value)
    assert [message.id for message in transports_are_set_up()] == found
