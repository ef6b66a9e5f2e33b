"""Building constraints, and hearing from the database which one was broken."""

from __future__ import annotations

from django.contrib.postgres.fields import BigIntegerRangeField
from django.db import IntegrityError
from django.db.models import CheckConstraint, Func, Q


class Int8Range(Func):
    """The range that holds one whole number, so that equality is overlap.

    Core GiST has no operator class for plain integers; btree_gist would be needed.
    """

    function = "int8range"
    template = "int8range((%(expressions)s)::bigint, (%(expressions)s)::bigint, '[]')"
    output_field = BigIntegerRangeField()


def all_or_none(*fields: str, name: str) -> CheckConstraint:
    """Require that ``fields`` are either all set or all null.

    For facts that only make sense together: when, by whom and why.
    """
    all_set = Q(**{f"{field}__isnull": False for field in fields})
    none_set = Q(**{f"{field}__isnull": True for field in fields})
    return CheckConstraint(condition=all_set | none_set, name=name)


def iff(condition: Q, other: Q, *, name: str) -> CheckConstraint:
    """Require that both hold, or neither."""
    return CheckConstraint(
        condition=(condition & other) | (~condition & ~other), name=name
    )


def breaks(error: BaseException, *, constraint: str) -> bool:
    """True when the database refused a row because of this very constraint."""
    diagnosis = getattr(error.__cause__, "diag", None)
    return getattr(diagnosis, "constraint_name", None) == constraint


__all__ = ["Int8Range", "IntegrityError", "all_or_none", "breaks", "iff"]
