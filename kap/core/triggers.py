"""Database triggers that refuse; none of them ever writes."""

from __future__ import annotations

import pgtrigger


def _no_truncate(name: str) -> pgtrigger.Trigger:
    """Refuse TRUNCATE; ``Protect`` only knows row operations."""
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.Before,
        operation=pgtrigger.Truncate,
        func="RAISE EXCEPTION 'This table is never emptied.';",
    )


def append_only(*, prefix: str = "") -> list[pgtrigger.Trigger]:
    """Refuse UPDATE, DELETE and TRUNCATE on a table, also for the owner.

    A wrong row is marked by a new row; the old one stays as it was written.
    """
    return [
        pgtrigger.Protect(
            name=f"{prefix}append_only",
            operation=pgtrigger.Update | pgtrigger.Delete,
        ),
        _no_truncate(f"{prefix}no_truncate"),
    ]


def never_deleted(*, prefix: str = "") -> list[pgtrigger.Trigger]:
    """Refuse DELETE and TRUNCATE; the row may still move from status to status."""
    return [
        pgtrigger.Protect(name=f"{prefix}no_delete", operation=pgtrigger.Delete),
        _no_truncate(f"{prefix}no_truncate"),
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
