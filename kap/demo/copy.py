"""Loads many rows at once through PostgreSQL's COPY; only the demo needs that speed."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.fields.ranges import RangeField
from django.db import connection, models

CHUNK = 5_000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})

Writer = Callable[[Any], str]


def _text(value: Any) -> str:
    return str(value).translate(_ESCAPES)


def _moment(value: Any) -> str:
    return value.isoformat() if isinstance(value, datetime) else str(value)


def _json(value: Any) -> str:
    return json.dumps(value).translate(_ESCAPES)


def _array(value: Sequence[Any]) -> str:
    quoted = (
        '"' + str(item).replace("\\", "\\\\").replace('"', '\\"') + '"'
        for item in value
    )
    return ("{" + ",".join(quoted) + "}").translate(_ESCAPES)


def _range(value: Any) -> str:
    return f"[{value.lower.isoformat()},{value.upper.isoformat()})"


def _writer(field: models.Field[Any, Any]) -> Writer:
    if isinstance(field, models.JSONField):
        return _json
    if isinstance(field, ArrayField):
        return _array
    if isinstance(field, RangeField):
        return _range
    if isinstance(field, models.DateTimeField):
        return _moment
    if isinstance(field, models.CharField | models.TextField):
        return _text
    return str


def copy_rows(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    """Load rows that have all their values; automatic keys are given first."""
    if not rows:
        return
    _give_keys(model, rows)
    fields = model._meta.concrete_fields
    writers = [(field.attname, _writer(field), field) for field in fields]
    columns = ", ".join(f'"{field.column}"' for field in fields)
    statement = f'COPY "{model._meta.db_table}" ({columns}) FROM STDIN'
    with connection.cursor() as cursor:
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            text = "".join(_line(row, writers) for row in chunk)
            cursor.cursor.copy_expert(statement, io.StringIO(text))
    for row in rows:
        row._state.adding = False


def _line(
    row: models.Model, writers: Sequence[tuple[str, Writer, models.Field[Any, Any]]]
) -> str:
    """One line of COPY's text form; null in a JSON column is JSON's null, as in Django."""
    known = row.__dict__
    values = []
    for name, write, field in writers:
        value = known[name]
        is_null = value is None and not isinstance(field, models.JSONField)
        values.append("\\N" if is_null else write(value))
    return "\t".join(values) + "\n"


def _give_keys(model: type[models.Model], rows: Sequence[models.Model]) -> None:
    key = model._meta.pk
    if key is None or not isinstance(key, models.AutoField | models.BigAutoField):
        return
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT nextval(pg_get_serial_sequence(%s, %s)) FROM generate_series(1, %s)",
            [f'"{model._meta.db_table}"', key.column, len(rows)],
        )
        for row, (number,) in zip(rows, cursor.fetchall(), strict=True):
            row.pk = number
