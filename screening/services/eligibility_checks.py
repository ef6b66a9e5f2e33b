"""Whether a decision may be signed over what the rules said; each refusal is a sentence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final
from uuid import UUID

from kap.clinic.enums import PolicyKind
from kap.clinic.queries import policy_in_force
from kap.core.errors import DomainError
from screening.enums import Decision, EligibleFor, RuleAnswer, Verdict
from screening.models import EligibilityDetermination, EligibilityEvaluation
from screening.queries.eligibility_states import SIDES
from screening.queries.facts import gather_facts
from screening.rules.findings import FindingState, Gravity
from screening.rules.graver import ESKETAMINE, RACEMIC
from screening.services.eligibility import VALID_FOR, judged

_GRAVITY_OF: Final = {RACEMIC: "gravity", ESKETAMINE: "gravity_esketamine"}
_ORDER: Final = (Gravity.EXCLUDES, Gravity.NEEDS_REVIEW, Gravity.CAUTION)


class DecisionRefused(DomainError):
    """The rules, or what is still unanswered, do not allow this decision.

    ``field`` names the part of the form that the sentence is about.
    """

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field


@dataclass(frozen=True, slots=True)
class RuleSaid:
    """What the prescriber answers to one rule."""

    answer: RuleAnswer
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Details:
    """What belongs to a decision beside its conditions and its reason.

    ``override_until`` sets an exclusion aside that is not locked, until that day.
    ``seen``: the newest decision when the page was opened.
    """

    covers: EligibleFor = EligibleFor.RACEMIC
    answers: Mapping[str, RuleSaid] = field(default_factory=dict)
    override_until: date | None = None
    seen: UUID | None = None


def gravity_for(finding: Mapping[str, Any], covers: str) -> Gravity | None:
    """The graver word of one rule's hit on the medicines that are decided on."""
    if finding["state"] != FindingState.HIT:
        return None
    said = {finding[_GRAVITY_OF[side]] for side in SIDES[covers]}
    return next((gravity for gravity in _ORDER if gravity in said), None)


def to_answer(
    evaluation: EligibilityEvaluation, covers: str
) -> list[tuple[Mapping[str, Any], Gravity]]:
    """The hits that ask for review or caution, each with its gravity."""
    found = [(row, gravity_for(row, covers)) for row in evaluation.findings]
    wanted = (Gravity.NEEDS_REVIEW, Gravity.CAUTION)
    return [(row, gravity) for row, gravity in found if gravity in wanted]


def excluding(
    evaluation: EligibilityEvaluation, covers: str
) -> list[Mapping[str, Any]]:
    return [
        row
        for row in evaluation.findings
        if gravity_for(row, covers) is Gravity.EXCLUDES
    ]


def verdict_for(evaluation: EligibilityEvaluation, covers: str) -> str:
    return judged(evaluation).verdict(SIDES[covers])


def check_decision(
    evaluation: EligibilityEvaluation,
    decision: Decision,
    *,
    conditions: str,
    reason: str,
    details: Details,
    on: date,
) -> None:
    """DecisionRefused unless everything that the rules ask for has been answered."""
    if decision != Decision.ELIGIBLE:
        if not reason.strip():
            raise DecisionRefused("Write the reason for this decision.", "reason")
        return
    verdict = verdict_for(evaluation, details.covers)
    if verdict == Verdict.INCOMPLETE:
        raise DecisionRefused(
            "Some answers are missing. Until they are there, only “Not now” can be signed."
        )
    _check_exclusions(evaluation, verdict, reason, details, on)
    for row, gravity in to_answer(evaluation, details.covers):
        _check_answer(row, gravity, details.answers.get(row["code"]), conditions)


def _check_answer(
    row: Mapping[str, Any], gravity: Gravity, said: RuleSaid | None, conditions: str
) -> None:
    code, title = row["code"], row["title"]
    if said is not None and said.answer == RuleAnswer.DECLINED:
        raise DecisionRefused(
            f"“{title}” is not accepted, so the decision cannot be “Eligible”.",
            f"rule-{code}",
        )
    if gravity is Gravity.NEEDS_REVIEW:
        if said is None:
            raise DecisionRefused(
                f"“{title}” asks for review. Accept it with a reason, or do not sign “Eligible”.",
                f"rule-{code}",
            )
        if not said.reason.strip():
            raise DecisionRefused(
                f"Write why “{title}” is acceptable for this patient.", f"why-{code}"
            )
    elif said is None and not conditions.strip():
        raise DecisionRefused(
            f"“{title}” asks for caution. Accept it, or write the condition.",
            f"rule-{code}",
        )


def _check_exclusions(
    evaluation: EligibilityEvaluation,
    verdict: str,
    reason: str,
    details: Details,
    on: date,
) -> None:
    until = details.override_until
    if verdict != Verdict.EXCLUDE:
        if until is not None:
            raise DecisionRefused(
                "No rule excludes this patient, so nothing is set aside. Leave the day empty.",
                "override_until",
            )
        return
    rows = excluding(evaluation, details.covers)
    _check_unlocked(rows)
    if until is None:
        raise DecisionRefused(
            "A rule excludes this patient. The decision cannot be “Eligible”, unless the"
            " exclusion is set aside until a day, with the medical director.",
            "override_until",
        )
    last = on + timedelta(days=VALID_FOR.days)
    if not on < until <= last:
        raise DecisionRefused(
            f"Choose a day after today and not later than {last.day} {last:%b %Y}.",
            "override_until",
        )
    if not reason.strip():
        raise DecisionRefused(
            "Write the reason why the exclusion is set aside.", "reason"
        )


def _check_unlocked(rows: Iterable[Mapping[str, Any]]) -> None:
    for row in rows:
        if row["locked"]:
            raise DecisionRefused(
                f"“{row['title']}” is locked: nobody can set it aside. {row['why']}"
                " The decision cannot be “Eligible”."
            )


def end_of(day: date, zone: Any) -> datetime:
    """The midnight that ends a day at the site."""
    return datetime(day.year, day.month, day.day, tzinfo=zone) + timedelta(days=1)


def check_newest(evaluation: EligibilityEvaluation, seen: UUID | None) -> None:
    """Nobody decides on what is no longer the newest run, or over somebody's head."""
    newest = evaluation.episode.evaluations.order_by("-evaluated_at", "-pk").first()
    if newest is not None and newest.pk != evaluation.pk:
        raise DecisionRefused(
            "The answers changed since this page was opened. Look at them again."
        )
    last = (
        EligibilityDetermination.objects.filter(episode=evaluation.episode_id)
        .order_by("-decided_at", "-pk")
        .values_list("pk", flat=True)
        .first()
    )
    if last != seen:
        raise DecisionRefused(
            "Somebody decided while this page was open. Look at their decision first."
        )


def check_facts(evaluation: EligibilityEvaluation, *, now: datetime) -> None:
    """A decision rests on what is known now, not on what the page showed earlier."""
    episode = evaluation.episode
    on = now.astimezone(episode.site.zone).date()
    policy = policy_in_force(PolicyKind.ELIGIBILITY, on=on, site=episode.site_id)
    facts = gather_facts(episode, on=on)
    if policy.pk != evaluation.policy_id or facts.digest() != evaluation.inputs_sha256:
        raise DecisionRefused(
            "Answers, readings or rules changed since the rules ran. Run them again."
        )
