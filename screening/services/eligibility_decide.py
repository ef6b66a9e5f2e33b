"""The prescriber's signed decision on one run of the rules."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from kap.accounts.models import User
from kap.accounts.services import check_credentials_valid, prove_identity
from kap.audit.enums import Action, Category
from kap.audit.services import record
from kap.documents.models import Meaning
from kap.documents.services import digest, sign
from kap.patients.models import EpisodeOfCare
from screening.enums import Decision
from screening.models import (
    EligibilityDetermination,
    EligibilityEvaluation,
    EligibilityRuleDecision,
)
from screening.permissions import check_may_decide_eligibility
from screening.services.eligibility import VALID_FOR
from screening.services.eligibility_after import close_reviews, move_on, tell
from screening.services.eligibility_checks import (
    Details,
    RuleSaid,
    check_decision,
    check_facts,
    check_newest,
    end_of,
    to_answer,
)
from screening.services.eligibility_override import begin_override, withdraw_waiting


def decide_eligibility(
    *,
    evaluation_id: UUID,
    decision: Decision,
    conditions: str,
    reason: str,
    password: str,
    by: User,
    now: datetime,
    details: Details | None = None,
) -> EligibilityDetermination:
    """Sign the decision on one evaluation, proven by the prescriber's password.

    Raises DecisionRefused when answers are missing, when an exclusion stands, when a
    rule that asks for review is not accepted with a reason, or when the evaluation or
    the decision of somebody else is newer than what was looked at.
    """
    details = details or Details()
    check_may_decide_eligibility(by)
    with transaction.atomic():
        evaluation = EligibilityEvaluation.objects.select_related(
            "episode__site", "episode__patient"
        ).get(pk=evaluation_id)
        episode = EpisodeOfCare.objects.select_for_update().get(
            pk=evaluation.episode_id
        )
        on = now.astimezone(evaluation.episode.site.zone).date()
        check_credentials_valid(user=by, on=on)
        check_newest(evaluation, details.seen)
        check_decision(
            evaluation,
            decision,
            conditions=conditions,
            reason=reason,
            details=details,
            on=on,
        )
        check_facts(evaluation, now=now)
        prove_identity(user=by, password=password, now=now)
        made = _write(
            evaluation, decision, conditions, reason, details=details, by=by, now=now
        )
        withdraw_waiting(episode.pk, by=by, now=now)
        if made.is_override:
            begin_override(made, episode=evaluation.episode, by=by, now=now)
        else:
            move_on(episode, decision, by=by, now=now)
        close_reviews(episode.pk, by=by, now=now)
        record(
            by=by,
            action=Action.SIGN,
            category=Category.SCREENING,
            patient_id=episode.patient_id,
            object_type="EligibilityDetermination",
            object_id=made.pk,
        )
        tell(made)
    return made


def _write(
    evaluation: EligibilityEvaluation,
    decision: Decision,
    conditions: str,
    reason: str,
    *,
    details: Details,
    by: User,
    now: datetime,
) -> EligibilityDetermination:
    """The determination, its rules' answers, and the signature over both."""
    until = details.override_until if decision == Decision.ELIGIBLE else None
    answers = _answers(evaluation, details)
    made = EligibilityDetermination(
        episode_id=evaluation.episode_id,
        evaluation=evaluation,
        decision=decision,
        conditions=conditions,
        reason=reason,
        decided_at=now,
        decided_by=by,
        expires_at=now + VALID_FOR,
        covers=details.covers,
        is_override=until is not None,
        needs_addendum=until is not None,
    )
    if until is not None:
        made.expires_at = min(
            made.expires_at, end_of(until, evaluation.episode.site.zone)
        )
    for row in answers:
        row.determination = made
    content = signed_content(made, answers)
    made.content_sha256 = digest(content)
    made.save(force_insert=True)
    EligibilityRuleDecision.objects.bulk_create(answers)
    sign(
        object_type="EligibilityDetermination",
        object_id=made.pk,
        meaning=Meaning.DECISION,
        content=content,
        user=by,
        printed_name=by.name,
        proof="password",
        now=now,
    )
    return made


def _answers(
    evaluation: EligibilityEvaluation, details: Details
) -> list[EligibilityRuleDecision]:
    rows = []
    for finding, gravity in to_answer(evaluation, details.covers):
        said: RuleSaid | None = details.answers.get(finding["code"])
        if said is not None:
            rows.append(
                EligibilityRuleDecision(
                    code=finding["code"],
                    title=finding["title"],
                    gravity=gravity.value,
                    answer=said.answer,
                    reason=said.reason.strip(),
                )
            )
    return rows


def signed_content(
    made: EligibilityDetermination, answers: list[EligibilityRuleDecision]
) -> str:
    """Everything that is signed, in one canonical text."""
    evaluation = made.evaluation
    content: dict[str, Any] = {
        "episode": str(evaluation.episode_id),
        "evaluation": str(evaluation.pk),
        "inputs_sha256": evaluation.inputs_sha256,
        "verdict": str(evaluation.verdict),
        "verdict_esketamine": str(evaluation.verdict_esketamine),
        "decision": str(made.decision),
        "covers": str(made.covers),
        "conditions": made.conditions,
        "reason": made.reason,
        "override": made.is_override,
        "rules": [
            [row.code, str(row.answer), row.reason]
            for row in sorted(answers, key=lambda row: row.code)
        ],
    }
    return json.dumps(content, sort_keys=True)
