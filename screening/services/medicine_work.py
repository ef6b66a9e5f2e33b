"""Work that medicines make: a new one that somebody must look at, a list to be signed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.patients.models import EpisodeOfCare
from kap.worklist.models import WorkItem
from kap.worklist.services import close_for, open_item
from screening.models import MedicationReconciliation, MedicationStatement
from screening.rules.medicines.matching import match
from screening.rules.medicines.review import judge
from screening.rules.medicines.types import Route

MEDICINES: Final = "medicines-review"
"""The kind of work item that asks a prescriber to look at the medicines."""
RECONCILE: Final = "medicines-again"
"""The kind that asks a nurse to go through the list again."""
LOOK_WITHIN: Final = timedelta(days=1)
"""A new medicine is looked at by the next day (ours)."""


def medicines_arrived(
    *,
    patient_id: UUID,
    rows: Sequence[MedicationStatement],
    by: User | None,
    now: datetime,
) -> None:
    """A list that was confirmed has grown: by its gravest, a prescriber or a nurse is asked."""
    if not rows:
        return
    newest = (
        MedicationReconciliation.objects.confirmed()
        .filter(patient=patient_id, episode__in=EpisodeOfCare.objects.open())
        .select_related("episode__patient", "episode__prescriber")
        .order_by("-made_at", "-pk")
        .first()
    )
    if newest is None:
        return
    judged = [judge(match(row.text), Route(newest.route)) for row in rows]
    if any(one.wants_prescriber for one in judged):
        ask_prescriber(newest.episode, cause_id=rows[0].pk, by=by, now=now)
    else:
        _open(newest.episode, RECONCILE, Role.NURSE, rows[0].pk, by=by, now=now)


def ask_prescriber(
    episode: EpisodeOfCare, *, cause_id: UUID, by: User | None, now: datetime
) -> None:
    _open(episode, MEDICINES, Role.PRESCRIBER, cause_id, by=by, now=now)


def _open(
    episode: EpisodeOfCare,
    kind: str,
    role: Role,
    cause_id: UUID,
    *,
    by: User | None,
    now: datetime,
) -> None:
    """One open item of a kind for an episode is enough."""
    if open_medicine_work(episode.pk).filter(kind=kind).exists():
        return
    open_item(
        kind=kind,
        source_key=f"{kind}:{episode.pk}:{cause_id}",
        role=role,
        owner=episode.prescriber if role == Role.PRESCRIBER else None,
        patient=episode.patient,
        object_id=episode.pk,
        due_at=now + LOOK_WITHIN,
        by=by,
        now=now,
    )


def open_medicine_work(episode_id: UUID) -> Any:
    return WorkItem.objects.open().filter(
        object_id=episode_id, kind__in=(MEDICINES, RECONCILE)
    )


def close_medicine_work(episode_id: UUID, *, by: User, now: datetime) -> None:
    """The list has been gone through: what asked for it is done."""
    keys = open_medicine_work(episode_id).values_list("source_key", flat=True)
    for key in list(keys):
        close_for(source_key=key, by=by, now=now)
