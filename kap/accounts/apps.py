"""Set-up of the accounts app."""

from __future__ import annotations

from uuid import UUID

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "kap.accounts"
    label = "accounts"
    verbose_name = "Accounts"

    def ready(self) -> None:
        from kap.accounts import codes, nav, receivers  # noqa: F401 -- nav registers itself
        from kap.accounts.models import AccountMail
        from kap.core import fieldcrypto
        from kap.core.dispatch import Outlet, register_outlet

        receivers.connect()
        fieldcrypto.register_rotator("authenticators", codes.rotate)
        register_outlet(Outlet(model=AccountMail, send=_queue, may_repeat=False))


def _queue(row_id: UUID) -> None:
    from kap.accounts.tasks import send_mail

    send_mail.delay(str(row_id))
