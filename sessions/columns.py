"""What the patients list shows of visits: the next one, and how far the course has come."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from kap.core import clock
from kap.patients.columns import Cell, Column, register as register_column
from sessions.queries import course_chart
from sessions.queries.course_words import visit_label

if TYPE_CHECKING:
    from kap.accounts.models import User


def _next(patient_ids: Sequence[UUID], user: User) -> Mapping[UUID, Cell]:  # noqa: ARG001 -- the registry's shape
    rows = course_chart.next_visits(patient_ids, now=clock.now())
    found = {}
    for patient, row in rows.items():
        start = course_chart.local(row["starts_at"], row["site__time_zone"])
        label = visit_label(row["kind"], row["number"], row["of_total"])
        found[patient] = Cell(f"{start:%a %-d %b %H:%M}", sub=label)
    return found


def _doses(patient_ids: Sequence[UUID], user: User) -> Mapping[UUID, Cell]:  # noqa: ARG001 -- the registry's shape
    counts = course_chart.doses_done(patient_ids)
    return {
        patient: Cell(f"dose {held} of {planned}")
        for patient, (held, planned) in counts.items()
        if planned
    }


def register() -> None:
    """Called when the app is ready."""
    register_column(
        Column("next-visit", "Next visit", _next, order=30, empty=Cell("none booked"))
    )
    register_column(Column("doses", "Doses", _doses, slot="phase"))
