"""What screening tells of itself on a patient's timeline."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import F, OuterRef, Subquery, Value
from django.urls import reverse

from kap.accounts.enums import SCHEDULING
from kap.accounts.models import User
from kap.patients import timeline
from kap.patients.timeline import Page, TimelineEntry
from screening.enums import AlertDoor, ConsentStatus, Decision, ResponseStatus
from screening.models import (
    Consent,
    EligibilityDetermination,
    IntakePacket,
    Observation,
    PreparationRecord,
    QuestionnaireResponse,
    SafetyAlert,
    SafetyPlan,
)
from screening.queries.instruments import edition as edition_of


def _measures(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    """Filled-in questionnaires; the score is for clinicians."""
    if not user.has_role(*SCHEDULING):
        return
    rows = QuestionnaireResponse.objects.filter(
        patient=patient_id, status=ResponseStatus.COMPLETED
    )
    if page.before is not None:
        rows = rows.filter(completed_at__lt=page.before)
    score_row = Observation.objects.final().filter(response=OuterRef("pk"))
    scored = rows.annotate(
        standing=Subquery(score_row.values("value")[:1]),
        band=Subquery(score_row.values("interpretation")[:1]),
    )
    found = scored.order_by("-completed_at", "pk").values(
        "instrument",
        "definition_id",
        "completed_at",
        "standing",
        "band",
    )[: page.limit]
    for row in found:
        at = row["completed_at"]
        if at is None:
            continue
        value = row["standing"]
        score = (
            f": {value.normalize():f}"
            if value is not None and user.is_clinical
            else " filled in"
        )
        title = edition_of(row["instrument"], row["definition_id"]).title
        band = str(row["band"] or "").removeprefix("prorated:")
        yield TimelineEntry(
            at=at,
            icon="clipboard-data",
            phase="screening",
            title=f"{title}{score}",
            meta=band.replace("-", " ") if user.is_clinical else "",
            url=reverse("screening:measures", args=[patient_id])
            if user.is_clinical
            else "",
        )


def _packets(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    if not user.has_role(*SCHEDULING):
        return
    rows = IntakePacket.objects.filter(patient=patient_id, completed_at__isnull=False)
    if page.before is not None:
        rows = rows.filter(completed_at__lt=page.before)
    found = rows.order_by("-completed_at").values_list("completed_at", "episode_id")
    for at, episode_id in found[: page.limit]:
        if at is None:
            continue
        yield TimelineEntry(
            at=at,
            icon="clipboard-list",
            phase="screening",
            title="Intake packet filled in",
            url=reverse("screening:forms", args=[episode_id]),
        )


def _decisions(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    if not user.is_clinical:
        return
    rows = EligibilityDetermination.objects.filter(episode__patient=patient_id)
    if page.before is not None:
        rows = rows.filter(decided_at__lt=page.before)
    found = rows.order_by("-decided_at").values_list(
        "decided_at", "decision", "decided_by__name", "episode_id"
    )
    for at, decision, name, episode_id in found[: page.limit]:
        yield TimelineEntry(
            at=at,
            icon="clipboard-check",
            phase="screening",
            title=f"Eligibility decided: {Decision(decision).label.lower()}",
            meta=f"signed by {name}",
            url=reverse("screening:review", args=[episode_id]),
        )


def _consents(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    if not user.has_role(*SCHEDULING):
        return
    rows = Consent.objects.filter(patient=patient_id, signed_at__isnull=False)
    if page.before is not None:
        rows = rows.filter(signed_at__lt=page.before)
    found = rows.order_by("-signed_at").values_list(
        "pk", "signed_at", "template__title", "template__edition", "status"
    )
    for pk, at, title, edition, status in found[: page.limit]:
        if at is None:
            continue
        ended = status == ConsentStatus.INACTIVE
        yield TimelineEntry(
            at=at,
            icon="signature",
            phase="screening",
            title=f"{title} signed",
            meta=f"edition {edition}",
            url=reverse("screening:consent_of", args=[pk]),
            chip="no longer counts" if ended else "",
            chip_tone="quiet" if ended else "",
        )


def _preparations(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    if not user.is_clinical:
        return
    rows = PreparationRecord.objects.filter(
        episode__patient=patient_id, signed_at__isnull=False
    )
    if page.before is not None:
        rows = rows.filter(held_at__lt=page.before)
    found = rows.order_by("-held_at").values_list("pk", "held_at", "signed_by__name")
    for pk, at, name in found[: page.limit]:
        yield TimelineEntry(
            at=at,
            icon="compass",
            phase="preparation",
            title="Preparation visit",
            meta=f"signed by {name}",
            url=reverse("screening:preparation_record", args=[pk]),
        )


def _safety(patient_id: UUID, user: User, page: Page) -> Iterator[TimelineEntry]:
    """Alerts with whoever closed them, and versions of the safety plan; one query."""
    if not user.is_clinical:
        return
    alerts = SafetyAlert.objects.filter(patient=patient_id).annotate(at=F("opened_at"))
    plans = SafetyPlan.objects.filter(patient=patient_id).annotate(at=F("made_at"))
    if page.before is not None:
        alerts = alerts.filter(at__lt=page.before)
        plans = plans.filter(at__lt=page.before)
    found = (
        alerts.order_by()
        .values_list("at", "door", "item_id", "item__closed_by__name")
        .union(
            plans.order_by().values_list(
                "at", Value("plan"), "patient_id", "written_by__name"
            )
        )
        .order_by("-at")
    )
    for at, door, pk, name in found[: page.limit]:
        yield _plan(at, pk, name) if door == "plan" else _alert(at, door, pk, name)


def _plan(at: datetime, patient_id: UUID, name: str) -> TimelineEntry:
    return TimelineEntry(
        at=at,
        icon="lifebuoy",
        phase="screening",
        title="Safety plan written",
        meta=f"with {name}",
        url=reverse("screening:safety_plan", args=[patient_id]),
    )


def _alert(at: datetime, door: str, pk: UUID, name: str | None) -> TimelineEntry:
    return TimelineEntry(
        at=at,
        icon="lifebuoy",
        phase="screening",
        title=f"Safety alert: {AlertDoor(door).label}",
        meta=f"closed by {name}" if name else "",
        url=reverse("screening:si_review", args=[pk]),
        chip="" if name else "open",
        chip_tone="" if name else "danger",
    )


timeline.register(_measures, kind="measures")
timeline.register(_packets, kind="record")
timeline.register(_decisions, kind="record")
timeline.register(_consents, kind="documents")
timeline.register(_preparations, kind="sessions")
timeline.register(_safety, kind="record")
