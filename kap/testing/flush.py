"""Lets the test runner, and nobody else, empty the tables that refuse to be emptied."""

from __future__ import annotations

from typing import Any

from django.db.backends.postgresql.operations import DatabaseOperations

_flush = DatabaseOperations.execute_sql_flush


_EVERY_GUARD = """
DO $$ DECLARE guard record; BEGIN
  FOR guard IN SELECT tgrelid::regclass AS place, tgname FROM pg_trigger
               WHERE NOT tgisinternal AND tgname LIKE 'pgtrigger_%%no_truncate%%' LOOP
    EXECUTE format('ALTER TABLE %%s {} TRIGGER %%I', guard.place, guard.tgname);
  END LOOP;
END $$"""


def _without_guards(self: DatabaseOperations, sql_list: list[str]) -> None:
    """Switch the TRUNCATE guards off for this one transaction, as the tables' owner."""
    off, on = (
        _EVERY_GUARD.replace("%%", "%").replace("{}", word)
        for word in ("DISABLE", "ENABLE")
    )
    _flush(self, [off, *sql_list, on])


def allow_flush() -> None:
    operations: Any = DatabaseOperations
    operations.execute_sql_flush = _without_guards
