"""What is on the list of one person, in words that tell each role no more than it may know."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db.models import F, Q
from django.urls import reverse

from kap.accounts.enums import SCHEDULING
from kap.accounts.models import User
from kap.core.checks import refusal
from kap.worklist.models import WorkItem, WorkItemQuerySet, WorkStatus
from kap.worklist.permissions import check_may_act
from kap.worklist.registry import WorkKind, kind_of

MOST_ON_RAIL: Final = 40
MOST_ON_PAGE: Final = 200


@dataclass(frozen=True, slots=True)
class Task:
    """A line of the list, ready to show."""

    id: UUID
    kind: WorkKind
    title: str
    who: str
    patient_url: str
    sub: str
    due: str
    due_at: datetime
    due_tone: str
    age: str
    url: str
    is_urgent: bool
    is_late: bool
    taken_by: str
    may_act: bool
    may_take: bool
    note_needed: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Tasks of one kind under its label."""

    label: str
    tasks: list[Task] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Rail:
    """What the day board shows beside the rooms."""

    whose: str
    mine_count: int
    clinic_count: int
    urgent: list[Task]
    groups: list[Group]

    @property
    def is_empty(self) -> bool:
        return not self.urgent and not self.groups


def mine(user: User) -> WorkItemQuerySet:
    """Open, and theirs by name, or for one of their roles and taken on by nobody else."""
    own = Q(owner=user) | Q(cover=user) | Q(acknowledged_by=user)
    unowned = Q(owner=None, acknowledged_by=None) & (
        Q(role__in=user.roles) | Q(cover_role__in=user.roles)
    )
    return WorkItem.objects.visible_to(user).open().filter(own | unowned)


def mine_count(user: User) -> int:
    """How many things wait for this person."""
    return mine(user).count()


def tasks(
    user: User,
    now: datetime,
    *,
    whose: str,
    limit: int = MOST_ON_PAGE,
    patient_id: UUID | None = None,
) -> list[Task]:
    """Open work, urgent first, then by when it is due; one query.

    ``patient_id``: only what is about one patient.
    """
    found = mine(user) if whose == "mine" else WorkItem.objects.visible_to(user).open()
    if patient_id is not None:
        found = found.filter(patient=patient_id)
    rows = found.select_related("patient", "owner", "acknowledged_by").order_by(
        F("is_urgent").desc(), "due_at", "pk"
    )[:limit]
    return as_tasks(rows, user, now)


def as_tasks(items: Iterable[WorkItem], user: User, now: datetime) -> list[Task]:
    """Rows as lines; they come with patient, owner and who has them."""
    return [_task(item, user, now) for item in items]


def rail(user: User, now: datetime, *, whose: str = "clinic") -> Rail:
    """For the day board: both counts and one of both lists; two queries."""
    shown = tasks(user, now, whose="clinic", limit=MOST_ON_PAGE)
    own = set(mine(user).values_list("pk", flat=True))
    chosen = [task for task in shown if whose != "mine" or task.id in own][
        :MOST_ON_RAIL
    ]
    return Rail(
        whose=whose,
        mine_count=len(own),
        clinic_count=len(shown),
        urgent=[task for task in chosen if task.is_urgent],
        groups=grouped([task for task in chosen if not task.is_urgent]),
    )


def grouped(found: Iterable[Task]) -> list[Group]:
    """By kind, in the kinds' own order; inside as they came."""
    groups: dict[str, Group] = {}
    for task in sorted(found, key=lambda task: (task.kind.order, task.kind.key)):
        groups.setdefault(task.kind.key, Group(task.title)).tasks.append(task)
    return list(groups.values())


def chart_url(item: WorkItem) -> str:
    """The patient's chart, or the list itself for work without a patient."""
    if item.patient_id is None:
        return reverse("worklist:list")
    return reverse("patients:chart", args=[item.patient_id])


def _task(item: WorkItem, user: User, now: datetime) -> Task:
    kind = kind_of(item.kind)
    knows = user.is_clinical or not kind.is_clinical
    may_act = not refusal(check_may_act, user, item)
    return Task(
        id=item.pk,
        kind=kind,
        title=kind.label if knows else kind.public_label,
        who=item.patient.full_name
        if item.patient and user.has_role(*SCHEDULING)
        else "",
        patient_url=chart_url(item) if item.patient_id else "",
        sub=_who_has_it(item),
        due=_due_words(item.due_at, now),
        due_at=item.due_at,
        due_tone=_due_tone(item.due_at, now),
        age=_span(now - item.created_at),
        url=_url(item, kind, knows=knows and may_act),
        is_urgent=item.is_urgent,
        is_late=item.due_at < now,
        taken_by=item.acknowledged_by.name if item.acknowledged_by else "",
        may_act=may_act,
        may_take=may_act and item.status == WorkStatus.REQUESTED,
        note_needed=item.is_urgent,
    )


def _url(item: WorkItem, kind: WorkKind, *, knows: bool) -> str:
    """Where it leads; whoever may not know more is led to the chart, which hides it as well."""
    if knows and kind.url is not None:
        return kind.url(item)
    return chart_url(item)


def _who_has_it(item: WorkItem) -> str:
    if item.acknowledged_by:
        return f"{item.acknowledged_by.name} has it"
    if item.owner:
        return item.owner.name
    return str(item.get_role_display())


def _span(length: timedelta) -> str:
    minutes = max(int(length.total_seconds()) // 60, 0)
    if minutes < 60:
        return f"{minutes}\u00a0min"
    hours = minutes // 60
    if hours < 48:
        return f"{hours}\u00a0h"
    return f"{hours // 24}\u00a0days"


def _due_words(due_at: datetime, now: datetime) -> str:
    if due_at < now:
        return f"late {_span(now - due_at)}"
    return f"in {_span(due_at - now)}"


def _due_tone(due_at: datetime, now: datetime) -> str:
    if due_at < now:
        return "danger"
    return "warn" if due_at - now < timedelta(hours=4) else ""
