"""Seeds of authenticator apps: sealed for their owner, each code good once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final
from uuid import UUID

from allauth.core import context
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import (
    validate_totp_code,
    yield_hotp_counters_from_time,
)
from django.db import connection

from kap.accounts.models import User
from kap.core import fieldcrypto

TABLE: Final = "mfa_authenticator"
SEALED: Final = ("secret", "seed")
_owner: ContextVar[UUID | None] = ContextVar("code_owner", default=None)


@contextmanager
def owned_by(user: User) -> Iterator[None]:
    """Within it, sealed values open only if they belong to this person."""
    token = _owner.set(user.pk)
    try:
        yield
    finally:
        _owner.reset(token)


def seal(text: str) -> str:
    return fieldcrypto.seal(text, bound_to=_place())


def open_sealed(value: str) -> str:
    return fieldcrypto.open_sealed(value, bound_to=_place())


def _place() -> bytes:
    """One person has one seed of a kind, and it exists before its row: bound to the person."""
    owner = _owner.get()
    if owner is None and context.request and context.request.user.is_authenticated:
        owner = context.request.user.pk
    if owner is None:
        raise fieldcrypto.CannotOpenError
    return fieldcrypto.place(TABLE, "data", owner)


def take(user: User) -> bool:
    """Mark the code of this moment as used; false when it was used before."""
    counter = next(yield_hotp_counters_from_time())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_usedcode (user_id, counter) VALUES (%s, %s)"
            " ON CONFLICT DO NOTHING",
            [user.pk, counter],
        )
        return bool(cursor.rowcount == 1)


def is_right_but_used(user: User, code: str) -> bool:
    """Whether the code itself is right; asked only after it was refused."""
    row = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).first()
    if row is None:
        return False
    with owned_by(user):
        return bool(validate_totp_code(open_sealed(row.data["secret"]), code))


def rotate() -> int:
    """Seal anew, with the newest key, what an older one sealed; one row at a time."""
    done = 0
    for row in Authenticator.objects.select_related("user").order_by("pk").iterator():
        old = {
            name: row.data[name]
            for name in SEALED
            if name in row.data
            and not fieldcrypto.is_sealed_with_newest(row.data[name])
        }
        if not old:
            continue
        with owned_by(row.user):
            row.data.update(
                {name: seal(open_sealed(text)) for name, text in old.items()}
            )
        row.save(update_fields=["data"])
        done += 1
    return done
