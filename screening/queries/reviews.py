"""Which screenings wait for a decision, and everything one review page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from kap.accounts.models import User
from kap.clinic.enums import PolicyKind
from kap.clinic.models import PolicyEdition
from kap.patients.enums import Phase
from kap.patients.models import EpisodeOfCare
from kap.patients.queries import initials
from screening.enums import Verdict
from screening.models import EligibilityDetermination, EligibilityEvaluation
from screening.queries import decisions


@dataclass(frozen=True, slots=True)
class ReviewLine:
    """One row of the list of reviews."""

    episode_id: UUID
    name: str
    initials: str
    number: str
    born: object
    verdict: str
    verdict_word: str
    tone: str
    evaluated_at: datetime
    prescriber: str
    safety: bool


VERDICT_TONE = {
    Verdict.EXCLUDE: "danger",
    Verdict.NEEDS_REVIEW: "warn",
    Verdict.CAUTION: "warn",
    Verdict.INCOMPLETE: "quiet",
    Verdict.ELIGIBLE: "ok",
}
MOST = 100


def waiting(user: User) -> QuerySet[EpisodeOfCare]:
    """Open episodes whose newest evaluation nobody has decided on."""
    newest = EligibilityEvaluation.objects.filter(episode=OuterRef("pk")).order_by(
        "-evaluated_at", "-pk"
    )
    decided = EligibilityDetermination.objects.filter(
        evaluation=OuterRef("evaluation_id")
    )
    episodes = (
        EpisodeOfCare.objects.visible_to(user)
        .open()
        .filter(phase__in=(Phase.INTAKE, Phase.SCREENING))
    )
    return (
        episodes.annotate(evaluation_id=Subquery(newest.values("pk")[:1]))
        .filter(evaluation_id__isnull=False)
        .filter(~Exists(decided))
    )


def waiting_count(user: User) -> int:
    return waiting(user).count() if user.is_clinical else 0


def waiting_lines(user: User, *, mine: bool) -> list[ReviewLine]:
    """The reviews that wait, oldest first; two queries for any number."""
    episodes = waiting(user)
    if mine:
        episodes = episodes.filter(Q(prescriber=user) | Q(therapist=user))
    rows: list[Any] = list(
        episodes.select_related("patient", "prescriber").order_by("started_at", "pk")[
            :MOST
        ]
    )
    wanted = [row.evaluation_id for row in rows]
    evaluations = EligibilityEvaluation.objects.filter(pk__in=wanted).values(
        "pk", "verdict", "evaluated_at", "safety_pathway"
    )
    found = {row["pk"]: row for row in evaluations}
    lines = [_line(row, found[row.evaluation_id]) for row in rows]
    return sorted(lines, key=lambda line: (not line.safety, line.evaluated_at))


def _line(episode: EpisodeOfCare, evaluation: Any) -> ReviewLine:
    verdict = Verdict(str(evaluation["verdict"]))
    patient = episode.patient
    return ReviewLine(
        episode_id=episode.pk,
        name=patient.full_name,
        initials=initials(patient.called, patient.family_name),
        number=patient.number_text,
        born=patient.birth_date,
        verdict=str(verdict),
        verdict_word=verdict.label,
        tone=VERDICT_TONE[verdict],
        evaluated_at=evaluation["evaluated_at"],
        prescriber=episode.prescriber.name if episode.prescriber else "",
        safety=bool(evaluation["safety_pathway"]),
    )


def newest_evaluation(
    episode_id: UUID, *, on: date, site_id: UUID
) -> EligibilityEvaluation | None:
    """The last run with its edition; ``policy_now`` is the edition in force, ``decided``
    the signed decisions for ``decisions.read_rows``; one query.
    """
    in_force = (
        PolicyEdition.objects.filter(
            kind=PolicyKind.ELIGIBILITY, effective_from__lte=on
        )
        .filter(Q(site=None) | Q(site=site_id))
        .order_by(F("site").asc(nulls_last=True), "-effective_from", "-edition")
    )
    return (
        EligibilityEvaluation.objects.filter(episode=episode_id)
        .select_related("policy", "evaluated_by")
        .annotate(
            policy_now=Subquery(in_force.values("pk")[:1]),
            decided=decisions.rows_of(OuterRef("episode_id")),
        )
        .order_by("-evaluated_at", "-pk")
        .first()
    )
