"""Who works here and what each may do."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import models, transaction
from django.db.models import F

from kap.accounts import signals
from kap.accounts.enums import MailKind, Role
from kap.accounts.models import RoleChange, User
from kap.accounts.services.mail import queue_mail
from kap.core.errors import DomainError, NotAllowed


@transaction.atomic
def create_user(
    *, name: str, email: str, roles: Iterable[str], by: User, now: datetime
) -> User:
    """Make an account and invite its person to set a password."""
    _check_is_admin(by)
    wanted = _known(roles)
    user = User.objects.create_user(
        email=email, name=name, roles=wanted, is_staff=Role.ADMIN in wanted
    )
    _note_roles(user, before=[], by=by, now=now)
    queue_mail(user=user, kind=MailKind.INVITE, now=now)
    _tell(by, "create", user, "invited")
    return user


@transaction.atomic
def change_roles(*, user: User, roles: Iterable[str], by: User, now: datetime) -> User:
    """Give and take roles; the person's sessions end, so that it holds at once."""
    wanted = _known(roles)
    check_may_change_roles(user=user, roles=wanted, by=by)
    locked = _lock_with_admins(user)
    _keep_one_admin(locked, will_be_admin=Role.ADMIN in wanted)
    before = list(locked.roles)
    if sorted(before) == wanted:
        return locked
    locked.roles, locked.is_staff = wanted, Role.ADMIN in wanted
    locked.save(update_fields=["roles", "is_staff"])
    end_every_session(locked)
    _note_roles(locked, before=before, by=by, now=now)
    queue_mail(user=locked, kind=MailKind.CHANGED, about="roles", now=now)
    _tell(by, "update", locked, "roles")
    return locked


def check_may_change_roles(*, user: User, roles: Iterable[str], by: User) -> None:
    """Refuse one's own roles, other people than admins, and taking the last admin."""
    _check_is_admin(by)
    if user.pk == by.pk:
        raise NotAllowed("Nobody changes their own roles. Ask another admin.")
    if Role.ADMIN not in roles:
        _keep_one_admin(user, will_be_admin=False)


@transaction.atomic
def deactivate(*, user: User, by: User, now: datetime) -> None:  # noqa: ARG001 -- house shape
    """The person can no longer sign in; what they wrote stays theirs."""
    _check_is_admin(by)
    if user.pk == by.pk:
        raise NotAllowed("Nobody locks themselves out. Ask another admin.")
    locked = _lock_with_admins(user)
    _keep_one_admin(locked, will_be_admin=False)
    User.objects.filter(pk=user.pk).update(is_active=False)
    end_every_session(locked)
    _tell(by, "update", locked, "deactivated")


@transaction.atomic
def reactivate(*, user: User, by: User, now: datetime) -> None:  # noqa: ARG001 -- house shape
    """The person may sign in again."""
    _check_is_admin(by)
    User.objects.filter(pk=user.pk).update(is_active=True)
    _tell(by, "update", user, "reactivated")


@transaction.atomic
def change_look(*, user: User, theme: str, shortcuts_enabled: bool) -> None:
    """How pages look for the person; nothing that the history needs."""
    User.objects.filter(pk=user.pk).update(
        theme=theme, shortcuts_enabled=shortcuts_enabled
    )


@transaction.atomic
def rename(*, user: User, name: str, by: User, now: datetime) -> None:  # noqa: ARG001 -- house shape
    """Correct how the person is called."""
    _check_is_admin(by)
    if User.objects.filter(pk=user.pk).exclude(name=name).update(name=name):
        _tell(by, "update", user, "name")


@transaction.atomic
def reset_second_step(*, user: User, by: User, now: datetime) -> None:
    """Somebody lost phone and codes: they enrol anew at the next sign-in."""
    _check_is_admin(by)
    if user.pk == by.pk:
        raise NotAllowed(
            "Nobody removes their own second step here. Ask another admin."
        )
    Authenticator.objects.filter(user=user).delete()
    end_every_session(user)
    queue_mail(user=user, kind=MailKind.CHANGED, about="second_step_reset", now=now)
    _tell(by, "update", user, "second-step-reset")


def end_every_session(user: User) -> None:
    """Each session of the person ends with its next request."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])


end_other_sessions = end_every_session
"""The same; the caller then refreshes the one session that is to stay."""


def _known(roles: Iterable[str]) -> list[str]:
    wanted = sorted(set(roles))
    if any(role not in Role for role in wanted):
        raise DomainError("One of the roles is not known here.")
    return wanted


def _check_is_admin(by: User) -> None:
    if not by.has_role(Role.ADMIN):
        raise NotAllowed("Only an admin manages accounts.")


def _lock_with_admins(user: User) -> User:
    """Hold the person and every admin, so that two admins cannot take each other out."""
    held = User.objects.filter(pk=user.pk) | _admins()
    return {row.pk: row for row in held.order_by("pk").select_for_update()}[user.pk]


def _admins() -> models.QuerySet[User]:
    return User.objects.filter(is_active=True, roles__contains=[Role.ADMIN])


def _keep_one_admin(user: User, *, will_be_admin: bool) -> None:
    if will_be_admin or not user.has_role(Role.ADMIN):
        return
    if not _admins().exclude(pk=user.pk).exists():
        raise NotAllowed("This is the last admin. Make another person admin first.")


def _note_roles(user: User, *, before: list[str], by: User, now: datetime) -> None:
    RoleChange.objects.create(
        user=user,
        roles_before=before,
        roles_after=user.roles,
        changed_at=now,
        changed_by=by,
    )


def _tell(by: User, what: str, user: User, why: str) -> None:
    signals.acted.send(sender=User, by=by, what=what, about=user.pk, why=why)
