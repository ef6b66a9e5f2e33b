"""The safety pathway of a patient: what is open, how grave it is, what was done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Subquery

from kap.patients.models import Patient
from kap.worklist.models import WorkItem
from screening.enums import AlertDoor, ResponseStatus
from screening.models import (
    QuestionnaireResponse,
    SafetyAction,
    SafetyAlert,
    SafetyPlan,
)
from screening.queries.cssrs import CSSRS, level_of
from screening.queries.measures import SI_REVIEW
from screening.rules.safety import (
    PAPER,
    SCREENED,
    Level,
    Step,
    counted_level,
    missing_steps,
)


@dataclass(frozen=True, slots=True)
class Pathway:
    """Everything open about one patient, seen as one thing that goes on."""

    alerts: list[SafetyAlert]
    level: Level
    actions: list[SafetyAction]
    done: frozenset[str]
    missing: list[Step]
    screens: list[QuestionnaireResponse]

    @property
    def since(self) -> datetime:
        return self.alerts[0].opened_at


def open_alerts(patient_id: UUID) -> list[SafetyAlert]:
    """What nobody has closed yet, oldest first; one query."""
    return list(
        SafetyAlert.objects.filter(patient=patient_id, item__closed_at=None)
        .select_related("item__acknowledged_by", "item__owner", "response")
        .order_by("opened_at", "pk")
    )


def pathway_of(
    alerts: list[SafetyAlert], *, patient_id: UUID, until: datetime | None = None
) -> Pathway:
    """How grave the alerts are together, and what was done since the first; three queries.

    ``until``: as it was when the alert was closed.
    """
    since = min(alert.opened_at for alert in alerts)
    end = {"done_at__lte": until} if until else {}
    sent = {"completed_at__lte": until} if until else {}
    actions = list(
        SafetyAction.objects.filter(
            patient=patient_id,
            done_at__gte=since,
            voids=None,
            voided_by_row=None,
            **end,
        )
        .select_related("done_by")
        .order_by("done_at", "pk")
    )
    screens = list(
        QuestionnaireResponse.objects.filter(
            patient=patient_id,
            instrument=CSSRS,
            status=ResponseStatus.COMPLETED,
            completed_at__gte=since,
            **sent,
        ).order_by("completed_at")
    )
    screened = SafetyAlert.objects.filter(patient=patient_id, opened_at__gte=since)
    called = screened.exclude(level="").values_list("level", flat=True).order_by()
    levels = [Level(level) for level in called]
    levels += [level_of(row.answers) for row in screens]
    levels += [
        Level(action.step.removeprefix("paper-"))
        for action in actions
        if action.step in PAPER
    ]
    done = {action.step for action in actions}
    if levels:
        done.add(SCREENED.code)
    level = counted_level(levels, done)
    return Pathway(
        alerts=alerts,
        level=level,
        actions=actions,
        done=frozenset(done),
        missing=missing_steps(level, done),
        screens=screens,
    )


def unread_alerts(link_id: UUID) -> list[UUID]:
    """Alerts opened through a link whose crisis text the patient has not passed yet."""
    return list(
        SafetyAlert.objects.filter(
            link=link_id, notice=None, item__closed_at=None
        ).values_list("pk", flat=True)
    )


def asked_for_help(patient_id: UUID) -> bool:
    """Whether "please call me" was pressed and nobody has closed it yet."""
    return SafetyAlert.objects.filter(
        patient=patient_id, door=AlertDoor.HELP, item__closed_at=None
    ).exists()


def newest_plan(patient_id: UUID) -> SafetyPlan | None:
    return (
        SafetyPlan.objects.filter(patient=patient_id)
        .select_related("written_by")
        .order_by("-version")
        .first()
    )


@dataclass(frozen=True, slots=True)
class Stand:
    """What the banner says of safety."""

    open_item: UUID | None
    plan_version: int


def stand_of(patient_id: UUID) -> Stand:
    """The alert that waits longest, and the newest plan's version; one query."""
    waiting = (
        WorkItem.objects.open()
        .filter(kind=SI_REVIEW, patient=OuterRef("pk"))
        .order_by("created_at")
    )
    plans = SafetyPlan.objects.filter(patient=OuterRef("pk")).order_by("-version")
    row = (
        Patient.objects.filter(pk=patient_id)
        .annotate(
            open_item=Subquery(waiting.values("pk")[:1]),
            plan_version=Subquery(plans.values("version")[:1]),
        )
        .values_list("open_item", "plan_version")
        .first()
    )
    return Stand(row[0], row[1] or 0) if row else Stand(None, 0)


def times_to_acknowledge(*, since: datetime, until: datetime) -> list[timedelta]:
    """From each alert to when somebody had it, shortest first (11.6); one query."""
    rows = WorkItem.objects.filter(
        kind=SI_REVIEW,
        created_at__gte=since,
        created_at__lt=until,
        acknowledged_at__isnull=False,
    ).values_list("created_at", "acknowledged_at")
    return sorted(taken - opened for opened, taken in rows if taken is not None)
