"""Open work on the patient's chart, among what comes next."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from kap.accounts.models import User
from kap.patients.chart import NextStep, register_next_step
from kap.worklist import queries

MOST = 8


@register_next_step
def open_work(patient_id: UUID, user: User, now: datetime) -> Iterator[NextStep]:
    """What waits about this patient, in words this user may know; one query."""
    for task in queries.tasks(
        user, now, whose="clinic", limit=MOST, patient_id=patient_id
    ):
        tone = "danger" if task.is_urgent or task.is_late else task.due_tone
        here = task.url == task.patient_url
        yield NextStep(
            text=task.title,
            tone="danger" if tone == "danger" else "warn" if tone else "",
            url="" if here else task.url,
            action="" if here else "Open",
            order=5 if task.is_urgent else 40,
            meta=f"{task.due} \u00b7 {task.sub}",
            icon=task.kind.icon,
        )
