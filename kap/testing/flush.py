"""Lets the test runner, and nobody else, empty the tables that refuse to be emptied."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations

_flush = DatabaseOperations.execute_sql_flush


def _without_triggers(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Switch triggers off for this one transaction; only a superuser may."""
    _flush(self, ["SET LOCAL session_replication_role = replica", *sql_list])


def allow_flush() -> None:
    operations: Any = DatabaseOperations
    operations.execute_sql_flush = _without_triggers
