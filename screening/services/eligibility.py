"""Running the rules over what is known, and the prescriber's signed decision."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.accounts.services import check_credentials_valid, prove_identity
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.clinic.enums import PolicyKind
from kap.clinic.queries import policy_in_force
from kap.core.errors import DomainError
from kap.documents.models import Meaning
from kap.documents.services import digest, sign
from kap.patients.enums import Phase
from kap.patients.models import EpisodeOfCare
from kap.patients.services import move_phase
from kap.worklist.models import WorkItem
from kap.worklist.services import close_for
from screening.enums import Decision, Verdict
from screening.models import EligibilityDetermination, EligibilityEvaluation
from screening.permissions import check_may_decide_eligibility
from screening.queries.facts import gather_facts
from screening.rules.eligibility import Evaluation, assess_eligibility
from screening.rules.findings import Finding
from screening.rules.rule_set import parse_rule_set
from screening.signals import determination_signed

VALID_FOR: Final = timedelta(days=90)
"""A decision is looked at again after that (clinical.md 1.4 G-02, ID)."""


REVIEW: Final = "screening-review"
"""The kind of work item that asks a prescriber to decide."""


def review_key(episode_id: UUID, cause_id: UUID) -> str:
    return f"review:{episode_id}:{cause_id}"


_FINDING_FIELDS: Final = tuple(field.name for field in fields(Finding))


class DecisionRefused(DomainError):
    """The rules, or what is still unanswered, do not allow this decision."""


def assess(episode: EpisodeOfCare, *, on: date) -> Evaluation:
    """The rules in force over today's facts; writes nothing."""
    policy = policy_in_force(PolicyKind.ELIGIBILITY, on=on)
    return assess_eligibility(
        gather_facts(episode, on=on), parse_rule_set(policy.body), on=on
    )


def evaluate_eligibility(
    *, episode: EpisodeOfCare, cause: str, by: User | None, now: datetime
) -> EligibilityEvaluation:
    """Run the rules and keep the run, unless nothing changed since the last one."""
    on = now.astimezone(episode.site.zone).date()
    policy = policy_in_force(PolicyKind.ELIGIBILITY, on=on)
    facts = gather_facts(episode, on=on)
    outcome = assess_eligibility(facts, parse_rule_set(policy.body), on=on)
    with transaction.atomic():
        EpisodeOfCare.objects.select_for_update().get(pk=episode.pk)
        last = episode.evaluations.order_by("-evaluated_at", "-pk").first()
        same = (
            last is not None
            and last.policy_id == policy.pk
            and last.inputs_sha256 == outcome.inputs_digest
            and last.verdict == outcome.racemic
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
        )
    return evaluation


def plain_finding(finding: Finding) -> dict[str, Any]:
    """A finding as JSON, field by field, as it is kept with the evaluation."""
    plain = {name: getattr(finding, name) for name in _FINDING_FIELDS}
    plain["facts"] = [
        {"field": fact.field, "label": fact.label, "value": fact.value}
        for fact in finding.facts
    ]
    plain["unanswered"] = list(finding.unanswered)
    return plain


def decide_eligibility(
    *,
    evaluation_id: UUID,
    decision: Decision,
    conditions: str,
    reason: str,
    password: str,
    by: User,
    now: datetime,
) -> EligibilityDetermination:
    """Sign the decision on one evaluation, proven by the prescriber's password.

    Raises DecisionRefused when answers are missing, when an exclusion stands, or
    when the evaluation is no longer the newest.
    """
    check_may_decide_eligibility(by)
    with transaction.atomic():
        evaluation = EligibilityEvaluation.objects.select_related(
            "episode__site", "episode__patient"
        ).get(pk=evaluation_id)
        episode = EpisodeOfCare.objects.select_for_update().get(
            pk=evaluation.episode_id
        )
        check_credentials_valid(
            user=by, on=now.astimezone(evaluation.episode.site.zone).date()
        )
        _check_decision(evaluation, decision, conditions, reason)
        _check_facts(evaluation, now=now)
        prove_identity(user=by, password=password, now=now)
        content = signed_content(evaluation, decision, conditions, reason)
        determination = EligibilityDetermination.objects.create(
            episode=episode,
            evaluation=evaluation,
            decision=decision,
            conditions=conditions,
            reason=reason,
            content_sha256=digest(content),
            decided_at=now,
            decided_by=by,
            expires_at=now + VALID_FOR,
        )
        sign(
            object_type="EligibilityDetermination",
            object_id=determination.pk,
            meaning=Meaning.DECISION,
            content=content,
            user=by,
            printed_name=by.name,
            proof="password",
            now=now,
        )
        _move_on(episode, decision, by=by, now=now)
        _close_reviews(episode, by=by, now=now)
        record(
            by=by,
            action=Action.SIGN,
            category=Category.SCREENING,
            patient_id=episode.patient_id,
            object_type="EligibilityDetermination",
            object_id=determination.pk,
        )
        transaction.on_commit(
            partial(
                determination_signed.send,
                EligibilityDetermination,
                episode_id=episode.pk,
                determination_id=determination.pk,
            )
        )
    return determination


def _check_decision(
    evaluation: EligibilityEvaluation, decision: Decision, conditions: str, reason: str
) -> None:
    newest = evaluation.episode.evaluations.order_by("-evaluated_at", "-pk").first()
    if newest is not None and newest.pk != evaluation.pk:
        raise DecisionRefused(
            "The answers changed since this page was opened. Look at them again."
        )
    if decision != Decision.ELIGIBLE:
        if not reason.strip():
            raise DecisionRefused("Write the reason for this decision.")
        return
    if evaluation.verdict == Verdict.INCOMPLETE:
        raise DecisionRefused(
            "Some answers are missing. Until they are there, only “Not now” can be signed."
        )
    if evaluation.verdict == Verdict.EXCLUDE:
        raise DecisionRefused(
            "A rule excludes this patient. The decision cannot be “Eligible”."
        )
    if evaluation.verdict == Verdict.NEEDS_REVIEW and not reason.strip():
        raise DecisionRefused("A rule asks for review. Write why it is safe to go on.")
    if evaluation.verdict == Verdict.CAUTION and not (
        conditions.strip() or reason.strip()
    ):
        raise DecisionRefused(
            "A rule asks for caution. Write the condition or the reason."
        )


def _check_facts(evaluation: EligibilityEvaluation, *, now: datetime) -> None:
    """A decision rests on what is known now, not on what the page showed earlier."""
    on = now.astimezone(evaluation.episode.site.zone).date()
    policy = policy_in_force(PolicyKind.ELIGIBILITY, on=on)
    facts = gather_facts(evaluation.episode, on=on)
    if policy.pk != evaluation.policy_id or facts.digest() != evaluation.inputs_sha256:
        raise DecisionRefused(
            "Answers, readings or rules changed since the rules ran. Run them again."
        )


def signed_content(
    evaluation: EligibilityEvaluation, decision: str, conditions: str, reason: str
) -> str:
    """Everything that is signed, in one canonical text."""
    return json.dumps(
        {
            "episode": str(evaluation.episode_id),
            "evaluation": str(evaluation.pk),
            "inputs_sha256": evaluation.inputs_sha256,
            "verdict": evaluation.verdict,
            "decision": str(decision),
            "conditions": conditions,
            "reason": reason,
        },
        sort_keys=True,
    )


def _move_on(
    episode: EpisodeOfCare, decision: Decision, *, by: User, now: datetime
) -> None:
    if decision == Decision.ELIGIBLE and episode.phase in (
        Phase.INTAKE,
        Phase.SCREENING,
    ):
        if episode.phase == Phase.INTAKE:
            move_phase(episode_id=episode.pk, to=Phase.SCREENING, by=by, now=now)
        move_phase(episode_id=episode.pk, to=Phase.PREPARATION, by=by, now=now)


def _close_reviews(episode: EpisodeOfCare, *, by: User, now: datetime) -> None:
    waiting = WorkItem.objects.open().filter(
        kind=REVIEW, source_key__startswith=f"review:{episode.pk}:"
    )
    for key in list(waiting.values_list("source_key", flat=True)):
        close_for(source_key=key, by=by, now=now)
