"""Calling a clinician: an answer, a screen, or the patient's own word (5.13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.patients.models import EpisodeOfCare, Patient, SecureLink
from kap.worklist.services import open_item
from screening.enums import AlertDoor, ResponseMode
from screening.models import CrisisNotice, QuestionnaireResponse, SafetyAlert
from screening.queries.cssrs import CSSRS, level_of
from screening.queries.measures import SI_REVIEW
from screening.queries.safety import open_alerts
from screening.queries.safety_people import hours_of, people_in_order
from screening.rules.safety import (
    Door,
    Level,
    Trigger,
    deadlines,
    needs_clinician,
)

if TYPE_CHECKING:
    from kap.accounts.models import User

ASKED_AGAIN: Final = timedelta(minutes=10)
"""Pressing "please call me" again within this time is the same request (ours)."""


def answers_kept(
    response: QuestionnaireResponse,
    *,
    by: User | None,
    now: datetime,
    link: SecureLink | None = None,
    safety_link_id: str | None = None,
    is_final: bool = False,
) -> None:
    """Look at what was answered so far; called inside the transaction that keeps it.

    The same answer again opens nothing new; a changed one does, with its own time.
    """
    if response.instrument == CSSRS:
        level = level_of(response.answers, is_final=is_final)
        trigger = Trigger(Door.CSSRS, level=level)
        said = str(level)
    elif safety_link_id and (is_final or safety_link_id in response.answers):
        value = response.answers.get(safety_link_id)
        trigger = Trigger(Door.ITEM9, value=value)
        said = "open" if value is None else str(value)
    else:
        return
    if not needs_clinician(trigger):
        return
    open_alert(
        patient=response.patient,
        episode=response.episode,
        trigger=trigger,
        source_key=f"response:{response.pk}:{trigger.door}:{said}",
        response=response,
        mode=ResponseMode(response.mode),
        link=link,
        by=by,
        now=now,
    )


def ask_for_help(*, link: SecureLink, on_tablet: bool, now: datetime) -> SafetyAlert:
    """The patient pressed "please call me"; pressed twice, one clinician is called once."""
    patient = link.patient
    with transaction.atomic():
        _hold(patient.pk)
        before = (
            SafetyAlert.objects.filter(
                patient=patient,
                door=AlertDoor.HELP,
                opened_at__gt=now - ASKED_AGAIN,
                item__closed_at=None,
            )
            .order_by("-opened_at")
            .first()
        )
        if before is not None:
            return before
        return open_alert(
            patient=patient,
            episode=_open_episode(patient),
            trigger=Trigger(Door.HELP),
            source_key=f"help:{link.pk}:{now:%Y%m%d%H%M%S%f}",
            mode=ResponseMode.TABLET if on_tablet else ResponseMode.LINK,
            link=link,
            by=None,
            now=now,
        )


def open_alert(
    *,
    patient: Patient,
    episode: EpisodeOfCare | None,
    trigger: Trigger,
    source_key: str,
    mode: ResponseMode,
    by: User | None,
    now: datetime,
    response: QuestionnaireResponse | None = None,
    link: SecureLink | None = None,
) -> SafetyAlert:
    """A work item for a named clinician, in the transaction of what called for it.

    The patient's row is held, as the start of a dose holds it: a dose begins before the
    alert or not at all.  A low screen belongs to the alert that is open already.
    """
    with transaction.atomic():
        _hold(patient.pk)
        going_on = open_alerts(patient.pk)
        if trigger.level is Level.LOW and going_on:
            return going_on[-1]
        same = [one for one in going_on if one.item.source_key == source_key]
        if same:
            return same[0]
        site = patient.site
        when = deadlines(trigger, at=now, closes_at=hours_of(site, now=now).closes_at)
        people = people_in_order(site, episode, now=now, until=when.acknowledge_by)
        taken = [
            one.item.acknowledged_by for one in going_on if one.item.acknowledged_by
        ]
        order = [*taken, *(one for one in people if one not in taken)]
        item = open_item(
            kind=SI_REVIEW,
            source_key=source_key,
            role=Role.MEDICAL_DIRECTOR,
            owner=order[0] if order else None,
            cover=order[1] if len(order) > 1 else None,
            patient=patient,
            object_id=response.pk if response else None,
            is_urgent=True,
            due_at=when.acknowledge_by,
            escalate_every=when.interval,
            by=by,
            now=now,
        )
        alert, _ = SafetyAlert.objects.get_or_create(
            item=item,
            defaults={
                "patient": patient,
                "episode": episode,
                "door": trigger.door,
                "value": trigger.value,
                "level": trigger.level if trigger.door is Door.CSSRS else "",
                "response": response,
                "link": link,
                "mode": mode,
                "opened_at": now,
                "opened_by": by,
            },
        )
    return alert


def read_crisis_text(*, alert_ids: list[UUID], link: SecureLink, now: datetime) -> None:
    """The patient has read whom to call and goes on; written once for each alert."""
    with transaction.atomic():
        rows = CrisisNotice.objects.bulk_create(
            [CrisisNotice(alert_id=pk, link=link, read_at=now) for pk in alert_ids],
            ignore_conflicts=True,
        )
        record(
            by=None,
            action=Action.READ,
            category=Category.QUESTIONNAIRE,
            patient_id=link.patient_id,
            object_type="CrisisNotice",
            object_id=rows[0].pk if rows else "",
            link_id=link.pk,
        )


def _hold(patient_id: UUID) -> None:
    """The lock that the start of a dose takes as well."""
    Patient.objects.select_for_update(no_key=True, of=("self",)).get(pk=patient_id)


def _open_episode(patient: Patient) -> EpisodeOfCare | None:
    return (
        EpisodeOfCare.objects.open()
        .filter(patient=patient)
        .select_related("therapist", "prescriber")
        .first()
    )
