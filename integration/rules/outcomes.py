"""Did the course help?  Baseline, endpoint, follow-up points and what changed.

Clinical reference 5.0 and 11.1.  Days are days of the site.  Prorated scores are left
out unless asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from integration.rules.outcomes_policy import FollowUpPoint, OutcomePolicy
from screening.instruments.change import Change, ChangeRules, assess_change


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredResponse:
    """One filled-in questionnaire of one instrument, in this episode."""

    answered_on: date
    total: int | None
    """None when it was invalid."""
    is_prorated: bool = False


@dataclass(frozen=True, slots=True)
class PointOutcome:
    """A follow-up point and the score that stands for it."""

    point: FollowUpPoint
    response: ScoredResponse | None
    change: Change | None


@dataclass(frozen=True, slots=True)
class CourseOutcome:
    baseline: ScoredResponse | None
    endpoint: ScoredResponse | None
    endpoint_change: Change | None
    latest: ScoredResponse | None
    """The last valid score after the first dose."""
    latest_change: Change | None
    points: tuple[PointOutcome, ...]


def choose_baseline(
    responses: Iterable[ScoredResponse],
    first_dose_on: date,
    policy: OutcomePolicy,
    *,
    include_prorated: bool = False,
) -> ScoredResponse | None:
    """The last valid response on or before the first dose, at most 30 days old."""
    return _last(
        response
        for response in _valid(responses, include_prorated=include_prorated)
        if 0
        <= (first_dose_on - response.answered_on).days
        <= policy.baseline_max_age_days
    )


def choose_endpoint(
    responses: Iterable[ScoredResponse],
    last_dose_on: date,
    policy: OutcomePolicy,
    *,
    include_prorated: bool = False,
) -> ScoredResponse | None:
    """The last valid response from day 1 to day 14 after the last acute dose."""
    return _last(
        response
        for response in _valid(responses, include_prorated=include_prorated)
        if policy.endpoint_first_day
        <= (response.answered_on - last_dose_on).days
        <= policy.endpoint_last_day
    )


def choose_for_point(
    responses: Iterable[ScoredResponse],
    last_dose_on: date,
    point: FollowUpPoint,
    *,
    include_prorated: bool = False,
) -> ScoredResponse | None:
    """The valid response nearest to a follow-up day; of two as near, the later."""
    inside = [
        response
        for response in _valid(responses, include_prorated=include_prorated)
        if point.first_day
        <= (response.answered_on - last_dose_on).days
        <= point.last_day
    ]

    def nearness(response: ScoredResponse) -> tuple[int, int]:
        day = (response.answered_on - last_dose_on).days
        return -abs(day - point.day), day

    return max(inside, key=nearness, default=None)


def assess_course(
    responses: Sequence[ScoredResponse],
    *,
    first_dose_on: date,
    last_dose_on: date,
    rules: ChangeRules,
    policy: OutcomePolicy,
    include_prorated: bool = False,
) -> CourseOutcome:
    """Everything that is said of one instrument over one acute course."""
    baseline = choose_baseline(
        responses, first_dose_on, policy, include_prorated=include_prorated
    )
    endpoint = choose_endpoint(
        responses, last_dose_on, policy, include_prorated=include_prorated
    )
    latest = _last(
        response
        for response in _valid(responses, include_prorated=include_prorated)
        if response.answered_on > first_dose_on
    )
    points = tuple(
        _point(responses, last_dose_on, point, baseline, rules, include_prorated)
        for point in policy.points
    )
    return CourseOutcome(
        baseline=baseline,
        endpoint=endpoint,
        endpoint_change=change_between(baseline, endpoint, rules),
        latest=latest,
        latest_change=change_between(baseline, latest, rules),
        points=points,
    )


def change_between(
    baseline: ScoredResponse | None, later: ScoredResponse | None, rules: ChangeRules
) -> Change | None:
    """The change between two responses; None unless both have a total."""
    before = None if baseline is None else baseline.total
    after = None if later is None else later.total
    if before is None or after is None:
        return None
    return assess_change(baseline=before, latest=after, rules=rules)


def _point(
    responses: Sequence[ScoredResponse],
    last_dose_on: date,
    point: FollowUpPoint,
    baseline: ScoredResponse | None,
    rules: ChangeRules,
    include_prorated: bool,  # noqa: FBT001 -- private, passed through
) -> PointOutcome:
    response = choose_for_point(
        responses, last_dose_on, point, include_prorated=include_prorated
    )
    return PointOutcome(point, response, change_between(baseline, response, rules))


def _valid(
    responses: Iterable[ScoredResponse], *, include_prorated: bool
) -> list[ScoredResponse]:
    return [
        response
        for response in responses
        if response.total is not None and (include_prorated or not response.is_prorated)
    ]


def _last(responses: Iterable[ScoredResponse]) -> ScoredResponse | None:
    """The newest; of one day the one that comes last in the sequence."""
    in_order = sorted(responses, key=lambda response: response.answered_on)
    return in_order[-1] if in_order else None
