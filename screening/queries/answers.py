"""What was answered last about each field, by whom and how."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from screening.models import HistoryAnswer


@dataclass(frozen=True, slots=True)
class AnswerRow:
    """The newest answer to one field; ``value`` None is "not sure"."""

    field: str
    value: Any
    mode: str
    answered_at: datetime
    by_name: str
    note: str


def newest_answers(episode_id: UUID) -> dict[str, AnswerRow]:
    """One row for each field, in one query, whatever the history's length."""
    rows = (
        HistoryAnswer.objects.filter(episode_id=episode_id)
        .order_by("field", "-answered_at", "-pk")
        .distinct("field")
        .values_list(
            "field", "value", "mode", "answered_at", "recorded_by__name", "note"
        )
    )
    return {
        row[0]: AnswerRow(row[0], row[1], row[2], row[3], row[4] or "", row[5])
        for row in rows
    }
