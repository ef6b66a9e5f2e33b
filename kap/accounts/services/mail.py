"""Messages to staff about their accounts: a row now, sent by the mail worker."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from kap.accounts.enums import MailKind
from kap.accounts.models import AccountMail, User
from kap.core.outbox import OutboxStatus
from kap.ui.clinic_facts import current

USEFUL_FOR: Final = timedelta(hours=6)
SUBJECTS: Final = {
    MailKind.INVITE: "Set your password",
    MailKind.RESET: "Set a new password",
    MailKind.CHANGED: "Your account was changed",
}
CHANGES: Final = {
    "password_changed": "the password was changed",
    "password_reset": "the password was set anew",
    "password_set": "a password was set",
    "totp_activated": "an authenticator app was added",
    "totp_deactivated": "the authenticator app was removed",
    "webauthn_added": "a passkey was added",
    "webauthn_removed": "a passkey was removed",
    "recovery_codes_generated": "new recovery codes were made",
    "second_step_reset": "the second step was removed by an administrator",
    "roles": "what the account may do was changed",
}


def queue_mail(
    *, user: User | None, kind: MailKind, now: datetime, about: str = ""
) -> AccountMail:
    """Write the row; no user means that nobody has the address that was typed."""
    return AccountMail.objects.create(
        key=f"account-mail:{uuid.uuid4()}",
        user=user,
        kind=kind,
        about=about,
        due_at=now,
        useless_after=now + USEFUL_FOR,
        created_at=now,
    )


def send_mail(*, mail_id: UUID, now: datetime) -> None:
    """Send one message once; what may or may not have gone is left *unknown*."""
    if AccountMail.objects.claim(mail_id, now=now) is None:
        return
    mail = AccountMail._base_manager.select_related("user").get(pk=mail_id)
    if mail.user is None or not mail.user.is_active or now > mail.useless_after:
        _finish(mail, OutboxStatus.NOT_DONE, now=now)
        return
    text = _text(mail, mail.user)
    if settings.EMAIL_TRANSPORT == "demo":
        mail.demo_text = text
    else:
        _hand_over(mail, mail.user, text)
    _finish(mail, OutboxStatus.COMPLETED, now=now)


def _finish(mail: AccountMail, status: OutboxStatus, *, now: datetime) -> None:
    mail.status, mail.finished_at = status, now
    mail.save(update_fields=["status", "finished_at", "demo_text"])


def _text(mail: AccountMail, user: User) -> str:
    context = {
        "clinic": current(),
        "name": user.name,
        "change": CHANGES.get(mail.about, "a setting was changed"),
        "url": password_link(user),
    }
    return render_to_string(f"accounts/mail/{mail.kind}.txt", context)


def password_link(user: User) -> str:
    """A link that sets the password once, for three days."""
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    uidb36, _, token = key.partition("-")
    path = reverse(
        "account_reset_password_from_key", kwargs={"uidb36": uidb36, "key": token}
    )
    return f"{settings.PUBLIC_URL}{path}"


def _hand_over(mail: AccountMail, user: User, text: str) -> None:
    EmailMessage(
        subject=SUBJECTS[MailKind(mail.kind)], body=text, to=[user.email]
    ).send()
