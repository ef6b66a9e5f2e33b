"""Working on an alert: steps ticked with who and when, the screener asked, the close."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.core.errors import DomainError, IllegalTransition, NotAllowed
from kap.notifications.services import plan_message
from kap.patients.enums import ContactPurpose
from kap.patients.models import Patient
from kap.worklist import services as worklist
from kap.worklist.models import WorkItem
from kap.worklist.registry import kind_of
from screening import instruments
from screening.models import QuestionnaireResponse, SafetyAction, SafetyAlert
from screening.permissions import check_may_record_history
from screening.queries.cssrs import CSSRS
from screening.queries.measures import SI_REVIEW
from screening.queries.safety import open_alerts
from screening.rules.safety import ALL_STEPS, NOTE_NEEDED, PAPER, SCREENED
from screening.services.measures import request_measures
from screening.services.sending import USEFUL_FOR

HELD_BY_SOMEBODY: Final = "This alert is closed. What was done stands below."


@dataclass(frozen=True, slots=True)
class Closed:
    """What a close did: how many alerts, and whether one that came meanwhile stays."""

    count: int
    another_is_open: bool


def tick_step(
    *, item_id: UUID, step: str, note: str, by: User, now: datetime
) -> SafetyAction:
    """Write down that a step was taken; pressed twice, it stands once."""
    check_may_record_history(by)
    found = ALL_STEPS.get(step) or PAPER.get(step)
    if found is None or found is SCREENED:
        raise DomainError("Choose one of the steps on the page.")
    if found.by_prescriber and not by.may_prescribe:
        raise NotAllowed("A prescriber writes this note.")
    if step in NOTE_NEEDED and not note.strip():
        raise DomainError(f"“{found.words}” needs a few words. Write them.")
    with transaction.atomic():
        item, alert = _open(item_id)
        before = _standing(alert, step)
        if before is not None:
            return before
        action = SafetyAction.objects.create(
            alert=alert,
            patient_id=alert.patient_id,
            step=step,
            note=note.strip(),
            done_at=now,
            done_by=by,
        )
        if item.acknowledged_at is None:
            item = worklist.acknowledge(item_id=item.pk, by=by, now=now)
        _set_next(item, now=now)
        _audit(action, Action.CREATE, by)
    return action


def take_back_step(*, action_id: UUID, by: User, now: datetime) -> SafetyAction:
    """A step that was ticked by mistake; both rows stay."""
    check_may_record_history(by)
    with transaction.atomic():
        wrong = SafetyAction.objects.select_related("alert").get(pk=action_id)
        item, alert = _open(wrong.alert.item_id)
        if hasattr(wrong, "voided_by_row") or wrong.voids_id is not None:
            raise IllegalTransition("This was taken back already.")
        action = SafetyAction.objects.create(
            alert=alert,
            patient_id=wrong.patient_id,
            step=wrong.step,
            done_at=now,
            done_by=by,
            voids=wrong,
        )
        _set_next(item, now=now)
        _audit(action, Action.VOID, by)
    return action


def ask_screener(
    *, item_id: UUID, by_link: bool, by: User, now: datetime
) -> QuestionnaireResponse:
    """The C-SSRS screener for today: by link to the patient, or to be asked by staff."""
    check_may_record_history(by)
    with transaction.atomic():
        _, alert = _open(item_id)
        try:
            (asked,) = request_measures(
                patient=alert.patient,
                episode=alert.episode,
                instrument_keys=[CSSRS],
                due_at=now,
                by=by,
                now=now,
            )
        except (instruments.UnknownInstrument, LookupError):
            raise DomainError(
                "The C-SSRS screener is not set up here. Ask it on paper and write the result."
            ) from None
        if by_link:
            plan_message(
                kind="page-to-read",
                key=f"screener:{asked.pk}:{now:%Y%m%d%H%M}",
                patient=alert.patient,
                about_id=asked.pk,
                purpose=ContactPurpose.CARE,
                due_at=now,
                useless_after=now + USEFUL_FOR,
                link_purpose="measures",
                link_object_id=asked.pk,
                by=by,
                now=now,
            )
    return asked


def close_alerts(
    *, item_id: UUID, seen: Collection[UUID], note: str, by: User, now: datetime
) -> Closed:
    """Close everything open about this patient that the page showed, with one note.

    Refused, naming what is missing, as long as a step of the level is not ticked.  An
    alert that came after the page was opened stays open.
    """
    with transaction.atomic():
        item = WorkItem.objects.get(pk=item_id)
        if item.patient_id is None:
            raise DomainError("This alert belongs to nobody.")
        Patient.objects.select_for_update(no_key=True, of=("self",)).get(
            pk=item.patient_id
        )
        going_on = open_alerts(item.patient_id)
        chosen = [one for one in going_on if one.item_id in {*seen, item_id}]
        for alert in reversed(chosen):  # the oldest last: what was done counts from it
            worklist.close(item_id=alert.item_id, by=by, now=now, note=note)
        if not chosen:
            worklist.close(item_id=item_id, by=by, now=now, note=note)
    return Closed(len(chosen) or 1, len(going_on) > len(chosen))


def _open(item_id: UUID) -> tuple[WorkItem, SafetyAlert]:
    item = WorkItem.objects.select_for_update(of=("self",)).get(
        pk=item_id, kind=SI_REVIEW
    )
    if item.closed_at is not None:
        raise IllegalTransition(HELD_BY_SOMEBODY)
    alert = SafetyAlert.objects.select_related("patient__site", "episode").get(
        item=item
    )
    return item, alert


def _standing(alert: SafetyAlert, step: str) -> SafetyAction | None:
    since = min(one.opened_at for one in open_alerts(alert.patient_id))
    return SafetyAction.objects.filter(
        patient=alert.patient_id,
        step=step,
        done_at__gte=since,
        voids=None,
        voided_by_row=None,
    ).first()


def _set_next(item: WorkItem, *, now: datetime) -> None:
    """What was done may stop the clock of the first hour."""
    after = kind_of(SI_REVIEW).after_taken
    item.next_escalation_at = after(item, now) if after else None
    item.save(update_fields=["next_escalation_at"])


def _audit(action: SafetyAction, what: Action, by: User) -> None:
    record(
        by=by,
        action=what,
        category=Category.SCREENING,
        patient_id=action.patient_id,
        object_type="SafetyAction",
        object_id=action.pk,
        reason_code=action.step,
    )
