"""Database triggers that refuse; none of them ever writes."""

from __future__ import annotations

import pgtrigger


def append_only(*, prefix: str = "") -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE on a table, also for the owner.

    A wrong row is marked by a new row; the old one stays as it was written.
    """
    return [
        pgtrigger.Protect(
            name=f"{prefix}append_only",
            operation=pgtrigger.Update | pgtrigger.Delete,
        ),
        pgtrigger.Protect(
            name=f"{prefix}no_truncate",
            level=pgtrigger.Statement,
            operation=pgtrigger.Truncate,
        ),
    ]


def never_deleted(*, prefix: str = "") -> list[pgtrigger.Trigger]:
    """Refuse DELETE and TRUNCATE; the row may still move from status to status."""
    return [
        pgtrigger.Protect(name=f"{prefix}no_delete", operation=pgtrigger.Delete),
        pgtrigger.Protect(
            name=f"{prefix}no_truncate",
            level=pgtrigger.Statement,
            operation=pgtrigger.Truncate,
        ),
    ]


def frozen_once(condition: str, *, name: str) -> list[pgtrigger.Trigger]:
    """Refuse UPDATE of a row for which ``condition`` (on OLD) already holds."""
    return [
        pgtrigger.Protect(
            name=name,
            operation=pgtrigger.Update,
            condition=pgtrigger.Condition(condition),
        ),
        *never_deleted(),
    ]
