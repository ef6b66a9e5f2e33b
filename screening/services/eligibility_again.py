"""Running the rules again when something they judge has changed (clinical.md 3.5 item 5)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from kap.accounts.models import User
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition, Site
from kap.patients.models import EpisodeOfCare
from screening.models import EligibilityEvaluation, IntakePacket
from screening.services.eligibility import evaluate_eligibility


@dataclass(frozen=True, slots=True, eq=False)
class _Again:
    """What runs after the commit; one for a patient in a transaction."""

    patient_id: UUID
    cause: str
    by: User | None
    now: datetime

    def __call__(self) -> None:
        run_again(
            patient_id=self.patient_id, cause=self.cause, by=self.by, now=self.now
        )


def facts_changed(
    *, patient_id: UUID, cause: str, now: datetime, by: User | None = None
) -> None:
    """An answer, a medicine, a reading or a diagnosis was written: judge anew after commit.

    However many rows a transaction writes, the rules run once for the patient.
    """
    waiting = transaction.get_connection().run_on_commit
    for _, called, _ in waiting:
        if isinstance(called, _Again) and called.patient_id == patient_id:
            return
    transaction.on_commit(_Again(patient_id, cause, by, now))


def run_again(
    *, patient_id: UUID, cause: str, by: User | None, now: datetime
) -> EligibilityEvaluation | None:
    """Judge an open episode that was judged before; a first packet runs the rules itself."""
    episode = (
        EpisodeOfCare.objects.open()
        .filter(patient=patient_id)
        .filter(Exists(EligibilityEvaluation.objects.filter(episode=OuterRef("pk"))))
        .select_related("patient", "site", "therapist", "prescriber")
        .first()
    )
    if episode is None:
        return None
    return evaluate_eligibility(episode=episode, cause=cause, by=by, now=now)


def after_measure(*, episode_id: UUID, now: datetime) -> None:
    """A new score; a first packet that is still open will run the rules itself."""
    judged_before = EligibilityEvaluation.objects.filter(episode=episode_id).exists()
    packet_open = IntakePacket.objects.open().filter(episode=episode_id).exists()
    if packet_open and not judged_before:
        return
    episode = EpisodeOfCare.objects.select_related(
        "patient", "site", "therapist", "prescriber"
    ).get(pk=episode_id)
    evaluate_eligibility(episode=episode, cause="measure", by=None, now=now)


def judged_under_old_rules(*, now: datetime) -> QuerySet[EpisodeOfCare]:
    """Open episodes whose newest run used another edition than the one in force there."""
    stale = Q(pk__in=[])
    for site in Site.objects.order_by("pk"):
        on = now.astimezone(site.zone).date()
        edition = PolicyEdition.objects.in_force(
            kind=PolicyKind.ELIGIBILITY, on=on, site=site
        )
        if edition is not None:
            stale |= Q(site=site) & ~Q(judged_by=edition.pk)
    newest = EligibilityEvaluation.objects.filter(episode=OuterRef("pk")).order_by(
        "-evaluated_at", "-pk"
    )
    return (
        EpisodeOfCare.objects.open()
        .annotate(judged_by=Subquery(newest.values("policy_id")[:1]))
        .filter(judged_by__isnull=False)
        .filter(stale)
        .select_related("patient", "site", "therapist", "prescriber")
        .order_by(F("started_at").desc(), "pk")
    )


def judge_by_new_rules(*, now: datetime, limit: int) -> int:
    """One batch of the episodes that a new edition has not judged yet; how many it was.

    Who is newly affected gets a review (``evaluate_eligibility``).  Run again, it goes
    on where it stopped.
    """
    batch = list(judged_under_old_rules(now=now)[:limit])
    for episode in batch:
        evaluate_eligibility(episode=episode, cause="rules", by=None, now=now)
    return len(batch)
