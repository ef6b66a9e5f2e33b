"""Set-up of the notifications app."""

from __future__ import annotations

from functools import partial

from django.apps import AppConfig
from django.db.models import Q


class NotificationsConfig(AppConfig):
    name = "kap.notifications"
    label = "notifications"
    verbose_name = "Notifications"

    def ready(self) -> None:
        from kap.clinic import defaults as clinic_defaults
        from kap.core import dispatch
        from kap.notifications import (  # noqa: F401 -- nav registers itself
            checks,
            defaults,
            nav,
        )
        from kap.notifications.models import Communication

        defaults.register_kinds()
        clinic_defaults.register(defaults.install)
        for channel, task in (
            ("email", "notifications.send_email"),
            ("sms", "notifications.send_sms"),
        ):
            dispatch.register_outlet(
                dispatch.Outlet(
                    model=Communication,
                    send=partial(dispatch.queue, task),
                    may_repeat=False,
                    rows=Q(channel=channel),
                )
            )
