from __future__ import annotations

import uuid

import pytest

from kap.accounts.enums import MailKind
from kap.accounts.models import AccountMail
from kap.accounts.services import queue_mail
from kap.accounts.tasks import send_mail
from kap.accounts.tests.factories import UserFactory
from kap.core import dispatch
from kap.core.outbox import OutboxStatus

pytestmark = pytest.mark.django_db


def test_task_called_twice_with_a_keyword_it_does_not_know_sends_once(
    now, freeze, settings, mailoutbox
):
    freeze(now)
    settings.EMAIL_TRANSPORT = "smtp"
    mail = queue_mail(user=UserFactory.create(), kind=MailKind.RESET, now=now)

    for _ in range(2):
        send_mail(str(mail.pk), later_version=True)

    assert len(mailoutbox) == 1


def test_task_for_a_row_that_is_gone_does_nothing(mailoutbox):
    send_mail(str(uuid.uuid4()))

    assert mailoutbox == []


def test_mail_about_a_closed_account_is_not_sent(now, freeze, settings, mailoutbox):
    freeze(now)
    settings.EMAIL_TRANSPORT = "smtp"
    mail = queue_mail(
        user=UserFactory.create(is_active=False), kind=MailKind.RESET, now=now
    )

    send_mail(str(mail.pk))

    mail.refresh_from_db()
    assert (mail.status, mailoutbox) == (OutboxStatus.NOT_DONE, [])


def test_dispatcher_knows_the_mail_of_accounts():
    assert AccountMail in [outlet.model for outlet in dispatch.outlets()]
