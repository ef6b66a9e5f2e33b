"""Reading the history: filtered, newest first, page by page along the sequence."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action, Category, Outcome
from kap.audit.models import AuditEvent
from kap.audit.registry import label_patients

PAGE = 50
MOST_EXPORTED = 50_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reader asked for; nothing set means everything."""

    patient_id: UUID | None = None
    actor_id: UUID | None = None
    action: str = ""
    start: datetime | None = None
    end: datetime | None = None
    before: int | None = None
    """The sequence number above which the reader has seen everything."""


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One event as a page shows it: ids turned into words, no clinical text."""

    seq: int
    at: datetime
    who: str
    roles: str
    action: str
    category: str
    patient: str
    patient_id: UUID | None
    about: str
    refused: bool
    reason: str
    ip: str


@dataclass(frozen=True, slots=True)
class HistoryPage:
    lines: list[HistoryLine]
    older: int | None
    """Pass it as ``before`` for the next page; None at the end."""


def page(wanted: Wanted, *, size: int = PAGE) -> HistoryPage:
    """Three queries, however many rows: events, people, patients' numbers."""
    rows = list(_rows(wanted)[: size + 1])
    shown = rows[:size]
    older = shown[-1]["seq"] if len(rows) > size else None
    return HistoryPage(lines=_lines(shown), older=older)


def every_line(wanted: Wanted) -> Iterator[HistoryLine]:
    """For the export, in portions."""
    rows = list(_rows(wanted)[:MOST_EXPORTED])
    for start in range(0, len(rows), 1000):
        yield from _lines(rows[start : start + 1000])


def count(wanted: Wanted) -> int:
    return min(_rows(wanted)[: MOST_EXPORTED + 1].count(), MOST_EXPORTED)


def _rows(wanted: Wanted) -> QuerySet[AuditEvent, Any]:
    exact = {
        "patient_id": wanted.patient_id,
        "actor_id": wanted.actor_id,
        "action": wanted.action,
        "recorded_at__gte": wanted.start,
        "recorded_at__lt": wanted.end,
        "seq__lt": wanted.before,
    }
    given = {name: value for name, value in exact.items() if value not in {None, ""}}
    return AuditEvent.objects.filter(**given).order_by("-seq").values()


def _lines(rows: list[dict[str, Any]]) -> list[HistoryLine]:
    people = _names({row["actor_id"] for row in rows} - {None})
    patients = label_patients({row["patient_id"] for row in rows} - {None})
    return [_line(row, people, patients) for row in rows]


def _line(row: dict[str, Any], people: Any, patients: Any) -> HistoryLine:
    return HistoryLine(
        seq=row["seq"],
        at=row["recorded_at"],
        who=_who(row, people),
        roles=", ".join(
            Role(role).label for role in row["actor_roles"] if role in Role
        ),
        action=Action(row["action"]).label,
        category=Category(row["category"]).label,
        patient=patients.get(row["patient_id"], ""),
        patient_id=row["patient_id"],
        about=row["object_type"],
        refused=row["outcome"] == Outcome.REFUSED,
        reason=row["reason_code"],
        ip=row["ip"] or "",
    )


def _who(row: dict[str, Any], people: dict[UUID, str]) -> str:
    if row["actor_id"]:
        return people.get(row["actor_id"], "Somebody unknown")
    if row["link_id"]:
        return "Through a secure link"
    return row["job"] or "Nobody signed in"


def _names(ids: set[UUID]) -> dict[UUID, str]:
    return dict(User.objects.filter(pk__in=ids).values_list("pk", "name"))


def people() -> list[tuple[UUID, str]]:
    """Everybody who may stand in the history, for the filter."""
    return list(User.objects.order_by("name").values_list("pk", "name"))
