"""What the work list asks of an alert: who is next, how they are told, when it may be closed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse

from kap.accounts.enums import CLINICAL
from kap.accounts.models import User
from kap.core.errors import DomainError
from kap.notifications import registry
from kap.notifications.models import Communication
from kap.notifications.registry import MessageKind
from kap.notifications.services import plan_message
from kap.patients.enums import ContactPurpose
from kap.worklist.models import WorkItem
from kap.worklist.registry import WorkKind, register
from screening.models import SafetyAlert
from screening.queries.measures import SI_REVIEW
from screening.queries.safety import open_alerts, pathway_of
from screening.queries.safety_people import hours_of, people_in_order
from screening.rules.safety import Door, Level, Trigger, deadlines
from screening.rules.safety_chain import next_in

URGENT: Final = "staff-urgent"
USEFUL_FOR: Final = timedelta(hours=12)


class NotFinished(DomainError):
    """An alert is closed only when the steps of its level are ticked."""


def next_person(item: WorkItem, told: Sequence[UUID], now: datetime) -> User | None:
    """The first of the chain as it is now who was not told yet; then around again."""
    if item.patient is None:
        return None
    alert = _alert(item)
    people = {
        user.pk: user
        for user in people_in_order(
            item.patient.site, alert.episode if alert else None, now=now, until=now
        )
    }
    if item.acknowledged_by_id is not None and len(people) > 1:
        people.pop(item.acknowledged_by_id, None)
    found = next_in(list(people), told)
    return people[found] if found else None


def tell(item: WorkItem, person: User, step: int, now: datetime) -> None:
    """“A clinical task needs attention”: never more, through the outbox."""
    if item.patient is None:
        return
    plan_message(
        kind=URGENT,
        key=f"work:{item.pk}:told:{step}",
        patient=item.patient,
        to_user=person,
        due_at=now,
        useless_after=now + USEFUL_FOR,
        about_id=item.pk,
        now=now,
    )


def after_taken(item: WorkItem, now: datetime) -> datetime | None:
    """When it is passed on again: not reached in time, or still open in the evening."""
    alert = _alert(item)
    if alert is None or item.patient is None:
        return None
    pathway = pathway_of([alert], patient_id=alert.patient_id)
    trigger = Trigger(Door(alert.door), alert.value, pathway.level)
    if trigger.level not in (Level.MODERATE, Level.HIGH):
        return None
    closes_at = hours_of(item.patient.site, now=now).closes_at
    when = deadlines(_as_screen(trigger), at=alert.opened_at, closes_at=closes_at)
    if when.contact_by and "talked" not in pathway.done:
        return max(when.contact_by, now)
    return max(when.close_by, now) if when.close_by else None


def _as_screen(trigger: Trigger) -> Trigger:
    return Trigger(Door.CSSRS, level=trigger.level)


def check_close(item: WorkItem, by: User, now: datetime) -> None:
    """Refuse, naming what is not done yet."""
    del by, now
    if item.patient_id is None or not (alerts := open_alerts(item.patient_id)):
        return
    pathway = pathway_of(alerts, patient_id=item.patient_id)
    if pathway.missing:
        words = "; ".join(step.words.lower() for step in pathway.missing)
        raise NotFinished(f"Not done yet: {words}. Tick each with its time first.")


def _alert(item: WorkItem) -> SafetyAlert | None:
    return (
        SafetyAlert.objects.filter(item=item)
        .select_related("episode")
        .order_by("opened_at")
        .first()
    )


def _still_wanted(message: Communication, _now: datetime) -> bool:
    """Nobody has it yet, or it was passed on after that and is still open."""
    item = WorkItem.objects.open().filter(pk__in=[message.about_id]).first()
    if item is None:
        return False
    return item.acknowledged_at is None or message.created_at > item.acknowledged_at


def _url(item: WorkItem) -> str:
    return reverse("screening:si_review", args=[item.pk])


register(
    WorkKind(
        key=SI_REVIEW,
        label="Safety alert: contact today",
        tone="danger",
        roles=frozenset(CLINICAL),
        url=_url,
        icon="lifebuoy",
        order=1,
        public_label="Clinical alert: do not cancel the call, pass it to a clinician",
        closes_itself=True,
        next_person=next_person,
        tell=tell,
        after_taken=after_taken,
        check_close=check_close,
    )
)
registry.register(
    MessageKind(
        URGENT,
        ContactPurpose.CARE,
        still_wanted=_still_wanted,
        label="To staff, urgent",
        stops_when="somebody has taken it on",
        day_and_night=True,
    )
)
