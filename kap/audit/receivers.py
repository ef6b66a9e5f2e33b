"""What we hear: sign-ins, changes of accounts, refusals and acts in the admin."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.mfa.signals import authentication_failed
from django.contrib.admin.models import LogEntry
from django.contrib.auth import user_logged_in, user_logged_out
from django.db.models.signals import post_save

from kap.accounts import signals
from kap.accounts.models import User
from kap.audit.enums import Action, Category, Outcome
from kap.audit.services import record


def signed_in(user: User, **_: Any) -> None:
    record(
        by=user,
        action=Action.SIGN_IN,
        category=Category.ACCOUNT,
        object_type="accounts.user",
        object_id=user.pk,
    )


def signed_out(user: User | None, **_: Any) -> None:
    if user is not None:
        record(
            by=user,
            action=Action.SIGN_OUT,
            category=Category.ACCOUNT,
            object_type="accounts.user",
            object_id=user.pk,
        )


def second_step_failed(user: User, **_: Any) -> None:
    record(
        by=None,
        action=Action.SIGN_IN,
        category=Category.ACCOUNT,
        object_type="accounts.user",
        object_id=user.pk,
        outcome=Outcome.REFUSED,
        reason_code="code",
    )


def account_acted(
    by: User | None,
    what: str,
    about: UUID | str,
    why: str,
    refused: bool = False,  # noqa: FBT001, FBT002 -- the signal's own word
    job: str = "",
    **_: Any,
) -> None:
    record(
        by=by,
        action=Action(what),
        category=Category.ACCOUNT,
        object_type="accounts.user",
        object_id=about,
        outcome=Outcome.REFUSED if refused else Outcome.SUCCESS,
        reason_code=why,
        job=job,
    )


def page_refused(by: User, route: str, **_: Any) -> None:
    record(
        by=by,
        action=Action.REFUSED,
        category=Category.SYSTEM,
        object_type=route[:60],
        outcome=Outcome.REFUSED,
    )


def admin_acted(instance: LogEntry, created: bool, **_: Any) -> None:  # noqa: FBT001 -- Django's
    if created:
        kind = instance.content_type
        record(
            by=instance.user,
            action=Action.SETTINGS,
            category=Category.SYSTEM,
            object_type=f"{kind.app_label}.{kind.model}" if kind else "",
            object_id=instance.object_id,
        )


def connect() -> None:
    user_logged_in.connect(signed_in, dispatch_uid="audit.in")
    user_logged_out.connect(signed_out, dispatch_uid="audit.out")
    authentication_failed.connect(second_step_failed, dispatch_uid="audit.code")
    signals.acted.connect(account_acted, dispatch_uid="audit.acted")
    signals.refused.connect(page_refused, dispatch_uid="audit.refused")
    post_save.connect(admin_acted, sender=LogEntry, dispatch_uid="audit.admin")
