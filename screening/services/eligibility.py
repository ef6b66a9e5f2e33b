"""Running the rules over what is known, and keeping each run."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.enums import Role
from kap.accounts.models import User
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.enums import PolicyKind
from kap.clinic.queries import policy_in_force
from kap.patients.models import EpisodeOfCare
from kap.worklist.models import WorkItem
from kap.worklist.services import open_item
from screening.enums import Verdict
from screening.models import EligibilityEvaluation
from screening.queries.facts import gather_facts
from screening.rules.eligibility import assess_eligibility
from screening.rules.findings import Finding
from screening.rules.graver import Judged, grave_hits, is_graver
from screening.rules.rule_set import rule_set_of

VALID_FOR: Final = timedelta(days=90)
"""A decision is looked at again after that (clinical.md 1.4 G-02, ID)."""
REVIEW: Final = "screening-review"
"""The kind of work item that asks a prescriber to decide."""
REVIEW_AGAIN_WITHIN: Final = timedelta(days=1)
"""What the rules say has become graver: looked at by the next day (ours)."""


def review_key(episode_id: UUID, cause_id: UUID) -> str:
    return f"review:{episode_id}:{cause_id}"


def evaluate_eligibility(
    *, episode: EpisodeOfCare, cause: str, by: User | None, now: datetime
) -> EligibilityEvaluation:
    """Run the rules and keep the run, unless nothing changed since the last one.

    A run that says something graver than the one before asks a prescriber to look.
    """
    on = now.astimezone(episode.site.zone).date()
    policy = policy_in_force(PolicyKind.ELIGIBILITY, on=on, site=episode.site_id)
    facts = gather_facts(episode, on=on)
    outcome = assess_eligibility(facts, rule_set_of(policy.pk, policy.body), on=on)
    hits = grave_hits(outcome.findings)
    with transaction.atomic():
        EpisodeOfCare.objects.select_for_update().get(pk=episode.pk)
        last = episode.evaluations.order_by("-evaluated_at", "-pk").first()
        same = (
            last is not None
            and last.policy_id == policy.pk
            and last.inputs_sha256 == outcome.inputs_digest
            and last.verdict == outcome.racemic
            and last.verdict_esketamine == outcome.esketamine
            and last.grave_hits == hits
        )
        if last is not None and same:
            return last
        evaluation = EligibilityEvaluation.objects.create(
            episode=episode,
            policy=policy,
            inputs=facts.as_json(),
            inputs_sha256=outcome.inputs_digest,
            findings=[plain_finding(finding) for finding in outcome.findings],
            verdict=Verdict(str(outcome.racemic)),
            verdict_esketamine=Verdict(str(outcome.esketamine)),
            safety_pathway=outcome.safety_pathway,
            grave_hits=hits,
            cause=cause,
            evaluated_at=now,
            evaluated_by=by,
        )
        record(
            by=by,
            action=Action.CREATE,
            category=Category.SCREENING,
            patient_id=episode.patient_id,
            object_type="EligibilityEvaluation",
            object_id=evaluation.pk,
            job="" if by else "eligibility",
        )
        if last is not None and is_graver(judged(last), judged(evaluation)):
            ask_for_review(episode, evaluation.pk, by=by, now=now)
    return evaluation


def judged(evaluation: EligibilityEvaluation) -> Judged:
    return Judged(
        racemic=str(evaluation.verdict),
        esketamine=str(evaluation.verdict_esketamine),
        hits=evaluation.grave_hits,
    )


def ask_for_review(
    episode: EpisodeOfCare, cause_id: UUID, *, by: User | None, now: datetime
) -> None:
    """One open review for an episode is enough."""
    if open_reviews(episode.pk).exists():
        return
    open_item(
        kind=REVIEW,
        source_key=review_key(episode.pk, cause_id),
        role=Role.PRESCRIBER,
        owner=episode.prescriber,
        cover=episode.therapist,
        patient=episode.patient,
        object_id=episode.pk,
        due_at=now + REVIEW_AGAIN_WITHIN,
        by=by,
        now=now,
    )


def open_reviews(episode_id: UUID) -> Any:
    """The open work items that ask for a decision on this episode."""
    return WorkItem.objects.open().filter(
        kind=REVIEW, source_key__startswith=f"review:{episode_id}:"
    )


def plain_finding(finding: Finding) -> dict[str, Any]:
    """A finding as JSON, field by field, as it is kept with the evaluation."""
    return {
        **asdict(finding),
        "unanswered": list(finding.unanswered),
        "not_asked": list(finding.not_asked),
    }
