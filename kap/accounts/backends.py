"""Who asks: the person of each request, read by one statement that is made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db import connection

from kap.accounts.models import User
from kap.core import prepared


class StaffBackend(AuthenticationBackend):  # type: ignore[misc]  # untyped package
    """Signs in as allauth does; each later request costs a third of the ORM's reading."""

    def get_user(self, user_id: Any) -> User | None:
        names, statement = _one()
        found = prepared.rows((statement, [str(user_id)]))
        if not found:
            return None
        user = User.from_db(connection.alias, names, found[0])
        return user if self.user_can_authenticate(user) else None


@cache
def _one() -> tuple[list[str], prepared.Statement]:
    """The model's own columns, so that a new field is read without a thought of this."""
    fields = User._meta.concrete_fields
    columns = ", ".join(str(field.column) for field in fields)
    names = [field.attname for field in fields]
    sql = f"SELECT {columns} FROM {User._meta.db_table} WHERE id = $1"  # noqa: S608 -- names of our own model
    return names, prepared.Statement("kap_user", ("uuid",), sql)
